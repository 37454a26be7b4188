package nn_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// python makes the goldens again: go test ./nn -update /path/to/python-with-torch
var python = flag.String("update", "", "Python with PyTorch, to write testdata/*.json again")

var updated = map[string]bool{}

// golden reads testdata/NAME.json, which testdata/NAME.py prints.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	file := filepath.Join("testdata", name+".json")
	if *python != "" && !updated[name] {
		updated[name] = true
		out, err := exec.Command(*python, filepath.Join("testdata", name+".py")).Output()
		if err != nil {
			t.Fatalf("%s.py: %v", name, err)
		}
		if err := os.WriteFile(file, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	pinned, err := os.ReadFile(filepath.Join("..", "testdata", "pytorch", "VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	var version struct{ Torch string }
	if err := json.Unmarshal(data, &version); err != nil || version.Torch != strings.TrimSpace(string(pinned)) {
		t.Fatalf("%s was made with PyTorch %q, not %s", file, version.Torch, pinned)
	}
}

// numbers is a tensor as the scripts print it.
type numbers struct {
	Shape []int
	Data  []float64
}

func (n *numbers) tensor(dtype tensor.DType) *tensor.Tensor {
	return tensor.FromSlice(n.Data, append([]int{}, n.Shape...)...).To(dtype)
}

// compare reports the first element of got that is not within tol of want, relative
// to the greater of 1 and want.
func compare(t *testing.T, what string, got *tensor.Tensor, shape []int, want []float64, tol float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: there is none", what)
		return
	}
	if shape != nil && fmt.Sprint(got.Shape()) != fmt.Sprint(shape) {
		t.Errorf("%s has shape %v, want %v", what, got.Shape(), shape)
		return
	}
	data := tensor.Data[float64](got.To(tensor.Float64))
	if len(data) != len(want) {
		t.Errorf("%s has %d elements, want %d", what, len(data), len(want))
		return
	}
	for i, v := range data {
		if !(math.Abs(v-want[i]) <= tol*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: element %d is %v, want %v", what, i, v, want[i])
			return
		}
	}
}

// weights are what the goldens multiply a result by before they sum it.
func weights(shape []int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	w := make([]float64, n)
	for i := range w {
		w[i] = math.Cos(1.3*float64(i) + 0.4)
	}
	return tensor.FromSlice(w, append([]int{}, shape...)...)
}

// equal reports whether two tensors have the same shape and the same bits.
func equal(a, b *tensor.Tensor) bool {
	if fmt.Sprint(a.Shape()) != fmt.Sprint(b.Shape()) || a.DType() != b.DType() {
		return false
	}
	x, y := tensor.Data[float64](a.To(tensor.Float64)), tensor.Data[float64](b.To(tensor.Float64))
	for i := range x {
		if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
			return false
		}
	}
	return true
}

// panicsWith returns what f panics with, nil if it does not.
func panicsWith(f func()) (r any) {
	defer func() { r = recover() }()
	f()
	return nil
}
