package tensor_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// with is a case with one float argument.
func with(label string, shape []int, f func(t *tensor.Tensor) *tensor.Tensor, torch string) opCase {
	return opCase{Label: label, In: []in{{Shape: shape}}, Torch: torch,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) })}
}

// plainWith is a case with one argument of another type.
func plainWith(label string, a in, f func(t *tensor.Tensor) *tensor.Tensor, torch string) opCase {
	return opCase{Label: label, In: []in{a}, Torch: torch, Plain: true,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0]) })}
}

// empty is the case c without gradient checks, which need elements.
func empty(c opCase) opCase {
	c.Kinks = true
	return c
}

func slicing(dim, start, stop, step int) func(t *tensor.Tensor) *tensor.Tensor {
	return func(t *tensor.Tensor) *tensor.Tensor { return t.Slice(dim, start, stop, step) }
}

var (
	_ = op(row{Name: "Slice", Cases: []opCase{
		with("", []int{5, 4}, slicing(0, 1, 4, 1), "x[0][1:4]"),
		with("step", []int{3, 8}, slicing(1, 1, 8, 3), "x[0][:, 1:8:3]"),
		with("negative", []int{3, 8}, slicing(-1, -5, -1, 2), "x[0][:, -5:-1:2]"),
		with("past the ends", []int{4}, slicing(0, -9, 9, 1), "x[0][-9:9]"),
		with("huge step", []int{4}, slicing(0, 0, 4, math.MaxInt), "x[0][0:1]"),
		with("one", []int{2, 1, 3}, slicing(1, 0, 1, 5), "x[0][:, 0:1:5]"),
		empty(with("nothing", []int{4, 2}, slicing(0, 3, 1, 1), "x[0][3:1]")),
		empty(with("of nothing", []int{0, 2}, slicing(0, 0, 5, 1), "x[0][0:5]")),
		plainWith("int64", in{Shape: []int{6}, Lo: -9, Hi: 9, Type: tensor.Int64}, slicing(0, 0, 6, 2), "x[0][::2]"),
	}})
	_ = op(row{Name: "Select", Cases: []opCase{
		with("", []int{3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(0, 1) }, "x[0].select(0, 1)"),
		with("negative", []int{2, 3, 4}, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(-2, -1) }, "x[0].select(-2, -1)"),
		with("to a scalar", []int{3}, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(0, 2) }, "x[0].select(0, 2)"),
		empty(with("empty", []int{3, 0}, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(0, 2) }, "x[0].select(0, 2)")),
		plainWith("bool", in{Shape: []int{2, 2}, Lo: 0, Hi: 2, Type: tensor.Bool}, func(t *tensor.Tensor) *tensor.Tensor { return t.Select(1, 0) }, "x[0].select(1, 0)"),
	}})
	_ = op(row{Name: "Split", Cases: []opCase{
		{In: []in{{Shape: []int{7, 2}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Split(3, 0) }, Torch: "x[0].split(3, 0)"},
		{Label: "last", In: []in{{Shape: []int{2, 4}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Split(2, -1) }, Torch: "x[0].split(2, -1)"},
		{Label: "one part", In: []in{{Shape: []int{3}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Split(math.MaxInt, 0) }, Torch: "x[0].split(99, 0)"},
		{Label: "empty", Kinks: true, In: []in{{Shape: []int{0, 2}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Split(2, 0) }, Torch: "x[0].split(2, 0)"},
	}})
	_ = op(row{Name: "Chunk", Cases: []opCase{
		{In: []in{{Shape: []int{7, 2}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Chunk(3, 0) }, Torch: "x[0].chunk(3, 0)"},
		{Label: "fewer", In: []in{{Shape: []int{2, 5}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Chunk(4, -1) }, Torch: "x[0].chunk(4, -1)"},
		{Label: "more than elements", In: []in{{Shape: []int{2}}}, F: func(x []*tensor.Tensor) []*tensor.Tensor { return x[0].Chunk(5, 0) }, Torch: "x[0].chunk(5, 0)"},
	}})
)

func TestSliceMisuse(t *testing.T) {
	x := tensor.Zeros(3, 4)
	misuse[*tensor.IndexError](t, "Flip", func() { x.Slice(0, 2, 0, -1) })
	misuse[*tensor.IndexError](t, "1 or more", func() { x.Slice(0, 0, 2, 0) })
	misuse[*tensor.IndexError](t, "between -2 and 1", func() { x.Slice(2, 0, 1, 1) })
	misuse[*tensor.IndexError](t, "a scalar has no dimensions", func() { tensor.Scalar(1).Slice(0, 0, 1, 1) })
	misuse[*tensor.IndexError](t, "index 3 on a tensor of shape [3 4]: dimension 0 has 3 elements", func() { x.Select(0, 3) })
	misuse[*tensor.IndexError](t, "index -5", func() { x.Select(1, -5) })
	misuse[*tensor.ShapeError](t, "at least 1 element, not 0", func() { x.Split(0, 0) })
	misuse[*tensor.ShapeError](t, "at least 1 part is wanted, not -1", func() { x.Chunk(-1, 0) })
}

// Views share their memory: what is written through one shows in the other.
func TestViewsShareMemory(t *testing.T) {
	for name, view := range map[string]func(t *tensor.Tensor) *tensor.Tensor{
		"Slice":             func(t *tensor.Tensor) *tensor.Tensor { return t.Slice(1, 1, 4, 2) },
		"Select":            func(t *tensor.Tensor) *tensor.Tensor { return t.Select(1, 1) },
		"Split":             func(t *tensor.Tensor) *tensor.Tensor { return t.Split(2, 0)[0] },
		"Chunk":             func(t *tensor.Tensor) *tensor.Tensor { return t.Chunk(2, 1)[0] },
		"Permute":           func(t *tensor.Tensor) *tensor.Tensor { return t.Permute(1, 0) },
		"Transpose":         func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 1) },
		"Reshape":           func(t *tensor.Tensor) *tensor.Tensor { return t.Reshape(2, -1) },
		"Reshape of a view": func(t *tensor.Tensor) *tensor.Tensor { return t.Transpose(0, 1).Reshape(2, 2, 3) },
		"Flatten":           func(t *tensor.Tensor) *tensor.Tensor { return t.Flatten(0) },
		"Squeeze":           func(t *tensor.Tensor) *tensor.Tensor { return t.Reshape(3, 1, 4).Squeeze(1) },
		"Unsqueeze":         func(t *tensor.Tensor) *tensor.Tensor { return t.Unsqueeze(0) },
		"Detach":            func(t *tensor.Tensor) *tensor.Tensor { return t.Detach() },
	} {
		x := tensor.Zeros(3, 4)
		v := view(x)
		v.SetSlice(0, 0, v.Size(0), 1, tensor.Scalar(5))
		if got := x.Sum().Item(); got != float64(5*v.Numel()) {
			t.Errorf("%s: filling the view left %v in the tensor, not %v", name, got, 5*v.Numel())
		}
		x.ZeroInPlace()
		if got := v.Sum().Item(); got != 0 {
			t.Errorf("%s: filling the tensor left %v in the view", name, got)
		}
	}
	x := tensor.Arange(0, 3, 1)
	e := x.Unsqueeze(0).Expand(2, 3)
	x.FillInPlace(4)
	if got := fmt.Sprint(tensor.Data[float32](e)); got != "[4 4 4 4 4 4]" {
		t.Errorf("Expand: after filling the tensor the view has %s", got)
	}
}
