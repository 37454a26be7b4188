package tensor_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestMatMulInto: the numbers are MatMul's, bit for bit, whatever lies in the destination
// and however it lies in memory. MatMul itself is held to PyTorch by its row.
func TestMatMulInto(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ a, b []int }{
		{[]int{3, 4}, []int{4, 5}}, {[]int{1, 7}, []int{7, 1}}, {[]int{33, 65}, []int{65, 17}},
		{[]int{2, 3, 4}, []int{4, 5}}, {[]int{3, 4}, []int{2, 4, 5}}, {[]int{2, 1, 3, 4}, []int{6, 4, 5}},
		{[]int{0, 4}, []int{4, 5}}, {[]int{3, 0}, []int{0, 5}}, {[]int{0, 3, 4}, []int{4, 5}},
	} {
		for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
			a, b := tensor.Randn(rng, c.a...).To(dtype), tensor.Randn(rng, c.b...).To(dtype)
			want := a.MatMul(b)
			dst := tensor.FullLike(want, 7)
			tensor.MatMulInto(dst, a, b)
			if !slices.Equal(tensor.Data[float64](dst.To(tensor.Float64)), tensor.Data[float64](want.To(tensor.Float64))) {
				t.Errorf("%v into %v %v", dst, c.a, c.b)
			}
			turned := tensor.FullLike(want.Transpose(-1, -2), 7)
			tensor.MatMulInto(turned.Transpose(-1, -2), a, b)
			if got := turned.Transpose(-1, -2).To(tensor.Float64); !slices.Equal(tensor.Data[float64](got), tensor.Data[float64](want.To(tensor.Float64))) {
				t.Errorf("into a transposed destination: %v %v", c.a, c.b)
			}
		}
	}
	x := tensor.FromSlice([]float32{1, 2, 3, 4}, 2, 2)
	tensor.MatMulInto(x, x, x)
	wantValues(t, "the square in its own place", x, "[7 10 15 22]")
}

func TestMatMulIntoMisuse(t *testing.T) {
	z := tensor.Zeros
	var shape *tensor.ShapeError
	var dtype *tensor.DTypeError
	var graph *tensor.GraphError
	for name, c := range map[string]struct {
		dst, a, b *tensor.Tensor
		want      any
	}{
		"inner":     {z(2, 2), z(2, 3), z(4, 2), &shape},
		"shape":     {z(2, 3), z(2, 3), z(3, 2), &shape},
		"rank":      {z(1, 2, 2), z(2, 3), z(3, 2), &shape},
		"batch":     {z(3, 2, 2), z(2, 2, 3), z(3, 2), &shape},
		"broadcast": {z(3, 2, 2), z(2, 2, 3), z(3, 3, 2), &shape},
		"vector":    {z(2), z(2, 3), z(3), &shape},
		"expanded":  {z(1, 2).Expand(2, 2), z(2, 3), z(3, 2), &shape},
		"type":      {tensor.ZerosOf(tensor.Float64, 2, 2), z(2, 3), z(3, 2), &dtype},
		"integers":  {z(2, 2), tensor.ZerosOf(tensor.Int64, 2, 3), tensor.ZerosOf(tensor.Int64, 3, 2), &dtype},
		"tracked":   {z(2, 2), z(2, 3).RequireGrad(), z(3, 2), &graph},
		"leaf":      {z(2, 2).RequireGrad(), z(2, 3), z(3, 2), &graph},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				err, ok := recover().(error)
				if !ok || !errors.As(err, c.want) {
					t.Errorf("panic with %v, %T is wanted", err, c.want)
				}
			}()
			tensor.MatMulInto(c.dst, c.a, c.b)
		})
	}
}

// TestMatMulIntoIsNoticed: a graph that saved the destination refuses to go on.
func TestMatMulIntoIsNoticed(t *testing.T) {
	x := tensor.Ones(2, 2).RequireGrad()
	kept := tensor.Ones(2, 2)
	y := x.Mul(kept).Sum()
	tensor.MatMulInto(kept, tensor.Ones(2, 2), tensor.Ones(2, 2))
	defer func() {
		if _, ok := recover().(*tensor.GraphError); !ok {
			t.Error("Backward through a changed operand did not panic with a *GraphError")
		}
	}()
	y.Backward()
}

func ExampleMatMulInto() {
	a := tensor.FromSlice([]float32{1, 2, 3, 4}, 2, 2)
	product := tensor.Zeros(2, 2)
	for range 3 { // no memory is allocated
		tensor.MatMulInto(product, a, a)
	}
	fmt.Println(product)
	// Output:
	// tensor([[ 7., 10.],
	//         [15., 22.]])
}
