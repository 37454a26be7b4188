package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "Activate", Cases: activateCases()})

func activateCases() []opCase {
	var cases []opCase
	for _, c := range []struct {
		a     tensor.Activation
		torch string
	}{
		{tensor.ActNone, "x[0] * 1"},
		{tensor.ActReLU, "F.relu(x[0])"},
		{tensor.ActTanh, "torch.tanh(x[0])"},
		{tensor.ActSigmoid, "torch.sigmoid(x[0])"},
		{tensor.ActGELU, "F.gelu(x[0])"},
		{tensor.ActSiLU, "F.silu(x[0])"},
	} {
		// MulScalar makes a result of ActNone, which returns its operand.
		f := one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Activate(c.a).MulScalar(1) })
		cases = append(cases,
			opCase{Label: c.a.String(), In: []in{{Shape: []int{2, 3}, Apart: 1e-2}}, Torch: c.torch, F: f},
			opCase{Label: c.a.String() + " kinks", Kinks: true, In: []in{special()}, Torch: c.torch, F: f})
	}
	return cases
}

func TestActivateMisuse(t *testing.T) {
	misuse[*tensor.IndexError](t, "there is no such Activation", func() { tensor.Zeros(2).Activate(99) })
	misuse[*tensor.DTypeError](t, "floats are wanted", func() { tensor.ZerosOf(tensor.Int64, 2).Activate(tensor.ActReLU) })
}

// A fused activation is seen as two operations, like the unfused pair.
func TestConvActivationIsObserved(t *testing.T) {
	var scope tensor.Scope
	var seen []string
	scope.OnOp(func(op string, _ *tensor.Tensor, _ []*tensor.Tensor) { seen = append(seen, op) })
	w := scope.Leaf(tensor.Ones(1, 1, 2, 2), nil)
	tensor.Conv2d(tensor.Ones(1, 1, 3, 3), w, nil, tensor.ConvOptions{Activation: tensor.ActReLU})
	if len(seen) != 2 || seen[0] != "conv2d" || seen[1] != "relu" {
		t.Errorf("observed %v, want conv2d and relu", seen)
	}
}
