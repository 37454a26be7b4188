package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func reshape(shape ...int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Reshape(shape...) }
}

var (
	_ = op(row{Name: "Reshape", Cases: []opCase{
		with("", []int{2, 6}, reshape(3, 4), "x[0].reshape(3, 4)"),
		with("guess", []int{2, 3, 4}, reshape(4, -1), "x[0].reshape(4, -1)"),
		with("ones", []int{6}, reshape(1, 2, 1, 3, 1), "x[0].reshape(1, 2, 1, 3, 1)"),
		with("to a scalar", []int{1, 1}, reshape(), "x[0].reshape(())"),
		with("from a scalar", []int{}, reshape(1, 1), "x[0].reshape(1, 1)"),
		with("of a transpose", []int{3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 1).Reshape(6, 2) }, "x[0].t().reshape(6, 2)"),
		with("merge in a transpose", []int{2, 3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(2, 0, 1).Reshape(4, 6) }, "x[0].permute(2, 0, 1).reshape(4, 6)"),
		with("split in a slice", []int{3, 8}, func(t *tensor.Tensor) *tensor.Tensor { return t.Slice(1, 0, 8, 2).Reshape(3, 2, 2) }, "x[0][:, ::2].reshape(3, 2, 2)"),
		with("of an expansion", []int{3, 1}, func(t *tensor.Tensor) *tensor.Tensor { return t.Expand(3, 4).Reshape(3, 2, 2) }, "x[0].expand(3, 4).reshape(3, 2, 2)"),
		empty(with("empty", []int{0, 6}, reshape(2, 0, 3), "x[0].reshape(2, 0, 3)")),
		empty(with("guess in nothing", []int{0, 6}, reshape(-1, 3), "x[0].reshape(-1, 3)")),
		plainWith("int32", in{Shape: []int{4}, Lo: -5, Hi: 5, Type: tensor.Int32}, reshape(2, 2), "x[0].reshape(2, 2)"),
	}})
	_ = op(row{Name: "Flatten", Cases: []opCase{
		with("", []int{2, 3, 2}, func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(1) }, "x[0].flatten(1)"),
		with("all", []int{2, 3, 2}, func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(0) }, "x[0].flatten()"),
		with("negative", []int{2, 3, 2}, func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(-2) }, "x[0].flatten(-2)"),
		with("scalar", []int{}, func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(0) }, "x[0].flatten(0)"),
		empty(with("empty", []int{3, 0, 2}, func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(1) }, "x[0].flatten(1)")),
	}})
	_ = op(row{Name: "Squeeze", Cases: []opCase{
		with("", []int{2, 1, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Squeeze(1) }, "x[0].squeeze(1)"),
		with("nothing to remove", []int{2, 1, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Squeeze(0) }, "x[0].squeeze(0)"),
		with("negative", []int{2, 1}, func(t *tensor.Tensor) *tensor.Tensor { return t.Squeeze(-1) }, "x[0].squeeze(-1)"),
	}})
	_ = op(row{Name: "Unsqueeze", Cases: []opCase{
		with("", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Unsqueeze(0) }, "x[0].unsqueeze(0)"),
		with("last", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Unsqueeze(-1) }, "x[0].unsqueeze(-1)"),
		with("middle", []int{2, 3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Unsqueeze(1) }, "x[0].unsqueeze(1)"),
		with("scalar", []int{}, func(t *tensor.Tensor) *tensor.Tensor { return t.Unsqueeze(0) }, "x[0].unsqueeze(0)"),
	}})
)

func TestReshapeMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	misuse[*tensor.ShapeError](t, "Reshape of [2 3]: 6 elements cannot fill [4 2]", func() { x.Reshape(4, 2) })
	misuse[*tensor.ShapeError](t, "6 elements cannot fill [4 -1]", func() { x.Reshape(4, -1) })
	misuse[*tensor.ShapeError](t, "one length may be -1", func() { x.Reshape(-1, -1) })
	misuse[*tensor.ShapeError](t, "one length may be -1", func() { x.Reshape(-2, 3) })
	misuse[*tensor.ShapeError](t, "at most 8 dimensions", func() { x.Reshape(1, 1, 1, 1, 1, 1, 1, 2, 3) })
	misuse[*tensor.ShapeError](t, "0 elements cannot fill [0 -1]", func() { tensor.Zeros(0, 3).Reshape(0, -1) })
	// 2^64 elements must not pass for 0 because a product wrapped around
	misuse[*tensor.ShapeError](t, "0 elements cannot fill", func() { tensor.Zeros(0).Reshape(1<<16, 1<<16, 1<<16, 1<<16) })
	misuse[*tensor.ShapeError](t, "another number of elements", func() { x.Reshape(1 << 40) })
	misuse[*tensor.IndexError](t, "Flatten", func() { x.Flatten(2) })
	misuse[*tensor.IndexError](t, "Squeeze", func() { x.Squeeze(-3) })
	misuse[*tensor.IndexError](t, "Unsqueeze of index 3 on a tensor of shape [2 3]: the dimension must be between -3 and 2", func() { x.Unsqueeze(3) })
	misuse[*tensor.ShapeError](t, "Unsqueeze", func() { tensor.Zeros(1, 1, 1, 1, 1, 1, 1, 1).Unsqueeze(0) })
}

// Every way to reshape every view of a small tensor, against the elements in order.
func TestReshapeOfViews(t *testing.T) {
	base := tensor.Arange(0, 48, 1).Reshape(2, 4, 6)
	views := map[string]*tensor.Tensor{
		"contiguous": base,
		"permuted":   base.Permute(2, 0, 1),
		"swapped":    base.Transpose(0, 1),
		"sliced":     base.Slice(2, 1, 6, 2),
		"rows":       base.Slice(1, 0, 4, 2),
		"expanded":   base.Slice(1, 0, 1, 1).Expand(2, 4, 6),
		"one long":   base.Slice(0, 1, 2, 1).Transpose(1, 2),
	}
	for name, v := range views {
		want := fmt.Sprint(tensor.Data[float32](v))
		n := v.Numel()
		for a := 1; a <= n; a++ {
			if n%a != 0 {
				continue
			}
			for b := 1; b <= n/a; b++ {
				if n/a%b != 0 {
					continue
				}
				y := v.Reshape(a, b, 1, -1)
				if got := fmt.Sprint(tensor.Data[float32](y)); got != want {
					t.Fatalf("%s as %v: %s, not %s", name, y.Shape(), got, want)
				}
			}
		}
	}
}
