package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// An operation without a second derivative says so by name, and has a first one.
func TestNoSecondDerivative(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2}).RequireGrad()
	misuse[*tensor.GraphError](t, "once has no second derivative", func() {
		tensor.Once(x.Mul(x)).Sum().BackwardWith(tensor.BackwardOptions{CreateGraph: true})
	})
	if x.Grad() != nil {
		t.Errorf("the refused Backward left the gradient %v", values(x.Grad()))
	}
	tensor.Once(x.Mul(x)).Sum().Backward()
	wantValues(t, "the gradient", x.Grad(), "[2 4]")
}
