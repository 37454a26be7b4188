package tensor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var dtypes = map[string]tensor.DType{"float32": tensor.Float32, "float64": tensor.Float64, "int64": tensor.Int64,
	"int32": tensor.Int32, "uint8": tensor.Uint8, "bool": tensor.Bool}

// TestString compares with PyTorch's printing; testdata/print.py makes the cases.
func TestString(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "print.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Cases []struct {
			Name, Type, Text string
			Shape            []int
			Leaf             bool
			Data             []number
			Ramp             float64
		}
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) < 50 {
		t.Fatalf("only %d cases", len(f.Cases))
	}
	for _, c := range f.Cases {
		n := 1
		for _, d := range c.Shape {
			n *= d
		}
		v := make([]float64, n)
		for i := range v {
			if c.Ramp != 0 {
				v[i] = c.Ramp * float64(i)
			} else {
				v[i] = float64(c.Data[i])
			}
		}
		x := tensor.FromSlice(v, c.Shape...).To(dtypes[c.Type])
		if c.Leaf {
			x.RequireGrad()
		}
		if got := x.String(); got != c.Text {
			t.Errorf("%s: Lumen prints\n%s\nPyTorch prints\n%s", c.Name, got, c.Text)
		}
		if x.Dim() >= 2 { // however the elements lie
			if got := x.Transpose(0, 1).Detach().Clone().Transpose(0, 1).Detach().String(); got != x.Detach().String() {
				t.Errorf("%s: the transpose of the transpose prints\n%s", c.Name, got)
			}
		}
	}
}

func TestStringOfResult(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2}).RequireGrad()
	if got, want := fmt.Sprintf("%v", x.Tanh().Mul(x)), "tensor([0.7616, 1.9281], dtype=float64, grad_fn=<mul>)"; got != want {
		t.Errorf("printed %s, not %s", got, want)
	}
	var s tensor.Scope // printing tells a listener nothing
	s.OnOp(func(op string, _ *tensor.Tensor, _ []*tensor.Tensor) { t.Errorf("printing was heard as %s", op) })
	_ = s.Within(tensor.Zeros(2000)).String()
}
