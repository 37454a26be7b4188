package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func values(t *tensor.Tensor) string {
	return fmt.Sprint(tensor.Data[float64](t.To(tensor.Float64)))
}

func wantValues(t *testing.T, what string, x *tensor.Tensor, want string) {
	t.Helper()
	if got := values(x); got != want {
		t.Errorf("%s is %s, not %s", what, got, want)
	}
}

// changing is a case that changes a copy of its first argument in place.
func changing(label string, args []in, f func(t *tensor.Tensor, x []*tensor.Tensor) *tensor.Tensor, torch string) opCase {
	return opCase{Label: label, In: args, Torch: torch,
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0].Clone(), x) })}
}

type tensors = []*tensor.Tensor

var (
	_ = op(row{Name: "AddInPlace", Cases: []opCase{
		changing("", []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(x[1]) }, "x[0].clone().add_(x[1])"),
		changing("broadcast", []in{{Shape: []int{2, 3}}, {Shape: []int{3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(x[1]) }, "x[0].clone().add_(x[1])"),
		changing("itself", []in{{Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(t) }, "y = x[0].clone()\ny.add_(y)"),
		changing("twice", []in{{Shape: []int{3}}, {Shape: []int{3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor {
			return t.AddInPlace(x[1]).AddInPlace(x[1]).MulScalar(2)
		}, "x[0].clone().add_(x[1]).add_(x[1]) * 2"),
		changing("its own row", []in{{Shape: []int{3, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(t.Select(0, 1)) }, "y = x[0].clone()\ny.add_(y[1].clone())"),
		changing("transposed", []in{{Shape: []int{3, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(t.Transpose(0, 1)) }, "y = x[0].clone()\ny.add_(y.t().clone())"),
		{Label: "into zeros", In: []in{{Shape: []int{2, 3}}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.ZerosLike(x[0]).AddInPlace(x[0]) }),
			Torch: "torch.zeros_like(x[0]).add_(x[0])"},
		changing("kinks", []in{special(), shiftedSpecial()}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.AddInPlace(x[1]) }, "x[0].clone().add_(x[1])").atKinks(),
		{Label: "int64", Plain: true, In: []in{{Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int64}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Clone().AddInPlace(x[0]) }), Torch: "x[0] + x[0]"},
	}})
	_ = op(row{Name: "MulInPlace", Cases: []opCase{
		changing("", []in{{Shape: []int{2, 3}}, {Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(x[1]) }, "x[0].clone().mul_(x[1])"),
		changing("broadcast", []in{{Shape: []int{2, 3}}, {Shape: []int{2, 1}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(x[1]) }, "x[0].clone().mul_(x[1])"),
		changing("itself", []in{{Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(t) }, "x[0] * x[0]"),
		changing("its own row", []in{{Shape: []int{3, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(t.Select(0, 1)) }, "x[0] * x[0][1]"),
		changing("thrice", []in{{Shape: []int{3}}, {Shape: []int{3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor {
			return t.MulInPlace(x[1]).MulInPlace(x[0]).MulInPlace(x[1])
		}, "x[0] * x[1] * x[0] * x[1]"),
		changing("by a constant", []in{{Shape: []int{3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(tensor.FullLike(x[0], 3)) }, "x[0] * 3"),
		{Label: "into ones", In: []in{{Shape: []int{2, 3}}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.OnesLike(x[0]).MulInPlace(x[0]).MulInPlace(x[0])
		}),
			Torch: "x[0] * x[0]"},
		changing("kinks", []in{special(), shiftedSpecial()}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.MulInPlace(x[1]) }, "x[0].clone().mul_(x[1])").atKinks(),
	}})
	_ = op(row{Name: "ReLUInPlace", Cases: []opCase{
		changing("", []in{{Shape: []int{2, 3}, Apart: 1e-2}}, func(t *tensor.Tensor, _ tensors) *tensor.Tensor { return t.ReLUInPlace() }, "x[0].clone().relu_()"),
		changing("of a sum", []in{{Shape: []int{2, 3}}, {Shape: []int{3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor {
			return t.AddInPlace(x[1]).ReLUInPlace().Mul(x[0])
		}, "x[0].clone().add_(x[1]).relu_() * x[0]"),
		changing("kinks", []in{special()}, func(t *tensor.Tensor, _ tensors) *tensor.Tensor { return t.ReLUInPlace() }, "x[0].clone().relu_()").atKinks(),
		plainWith("int32", in{Shape: []int{3}, Lo: -9, Hi: 9, Type: tensor.Int32}, func(t *tensor.Tensor) *tensor.Tensor { return t.Clone().ReLUInPlace() }, "x[0].clone().relu_()"),
	}})
	_ = op(row{Name: "FillInPlace", Cases: []opCase{
		changing("", []in{{Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.FillInPlace(2.5).Mul(x[0]) }, "x[0].clone().fill_(2.5) * x[0]"),
		{Label: "alone", Kinks: true, In: []in{{Shape: []int{2, 3}}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Clone().FillInPlace(2.5) }), Torch: "x[0].clone().fill_(2.5)"},
		plainWith("int32", in{Shape: []int{3}, Type: tensor.Int32}, func(t *tensor.Tensor) *tensor.Tensor { return t.Clone().FillInPlace(-7) }, "x[0].clone().fill_(-7)"),
	}})
	_ = op(row{Name: "ZeroInPlace", Cases: []opCase{
		changing("", []in{{Shape: []int{2, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.ZeroInPlace().Add(x[0]) }, "x[0].clone().zero_() + x[0]"),
		plainWith("bool", mask([]int{2}, 1, 1), func(t *tensor.Tensor) *tensor.Tensor { return t.Clone().ZeroInPlace() }, "x[0].clone().zero_()"),
	}})
	_ = op(row{Name: "SetSlice", Cases: []opCase{
		changing("", []in{{Shape: []int{3, 4}}, {Shape: []int{3, 2}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.SetSlice(1, 0, 4, 2, x[1]) },
			"y = x[0].clone()\ny[:, 0:4:2] = x[1]"),
		changing("broadcast", []in{{Shape: []int{3, 4}}, {Shape: []int{4}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.SetSlice(0, -2, 3, 1, x[1]) },
			"y = x[0].clone()\ny[-2:3] = x[1]"),
		changing("by a scalar", []in{{Shape: []int{5}}, {Shape: []int{}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.SetSlice(0, 1, 4, 1, x[1]) },
			"y = x[0].clone()\ny[1:4] = x[1]"),
		changing("its own elements", []in{{Shape: []int{5}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.SetSlice(0, 1, 5, 1, t.Slice(0, 0, 4, 1)) },
			"y = x[0].clone()\ny[1:5] = x[0][0:4]"),
		changing("used before and after", []in{{Shape: []int{4}}, {Shape: []int{2}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor {
			before := t.MulScalar(3)
			return before.Add(t.SetSlice(0, 0, 2, 1, x[1].Mul(x[1])))
		}, "y = x[0].clone()\nb = y * 3\ny[0:2] = x[1] * x[1]\ny = b + y"),
		changing("nothing", []in{{Shape: []int{4}}, {Shape: []int{}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor { return t.SetSlice(0, 3, 1, 1, x[1]).Add(x[1]) },
			"x[0] + x[1]"),
		{Label: "into zeros", In: []in{{Shape: []int{2}}}, F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			t := tensor.ZerosOf(x[0].DType(), 4)
			return t.SetSlice(0, 0, 2, 1, x[0]).SetSlice(0, 2, 4, 1, x[0].Mul(x[0]))
		}), Torch: "torch.cat([x[0], x[0] * x[0]])"},
		// what was overwritten gives nothing to the gradient, not even NaN
		changing("not finite", []in{{Shape: []int{5}, Values: []float64{nan, inf, 1, nan, -inf}}, {Shape: []int{2}, Values: []float64{nan, 3}}}, func(t *tensor.Tensor, x tensors) *tensor.Tensor {
			return t.Mul(t).SetSlice(0, 0, 2, 1, x[1])
		}, "y = x[0] * x[0]\ny[0:2] = x[1]").atKinks(),
		{Label: "bool", Plain: true, In: []in{mask([]int{3}, 0, 0, 0), mask([]int{1}, 1)}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Clone().SetSlice(0, 1, 3, 1, x[1]) }),
			Torch: "y = x[0].clone()\ny[1:3] = x[1]"},
	}})
)

func TestInPlaceMisuse(t *testing.T) {
	leaf := tensor.Zeros(2, 3).RequireGrad()
	plain := tensor.Zeros(2, 3)
	for name, change := range map[string]func(x *tensor.Tensor){
		"AddInPlace":  func(x *tensor.Tensor) { x.AddInPlace(plain) },
		"MulInPlace":  func(x *tensor.Tensor) { x.MulInPlace(plain) },
		"ReLUInPlace": func(x *tensor.Tensor) { x.ReLUInPlace() },
		"FillInPlace": func(x *tensor.Tensor) { x.FillInPlace(1) },
		"ZeroInPlace": func(x *tensor.Tensor) { x.ZeroInPlace() },
		"SetSlice":    func(x *tensor.Tensor) { x.SetSlice(0, 0, 1, 1, tensor.Scalar(1)) },
	} {
		misuse[*tensor.GraphError](t, name+": the tensor is a leaf", func() { change(leaf) })
		misuse[*tensor.GraphError](t, name+": the tensor is a view", func() { change(leaf.MulScalar(1).Slice(0, 0, 2, 1)) })
		misuse[*tensor.GraphError](t, "SetSlice on the tensor", func() { change(leaf.Transpose(0, 1).Transpose(0, 1)) })
		misuse[*tensor.ShapeError](t, name+" of [2 3]: several elements", func() { change(tensor.Scalar(0).Expand(2, 3)) })
	}
	wantValues(t, "the leaf after all that", leaf, "[0 0 0 0 0 0]")
	misuse[*tensor.GraphError](t, "the tensor is a view", func() { plain.Select(0, 0).AddInPlace(leaf.Select(0, 0)) })
	misuse[*tensor.ShapeError](t, "AddInPlace of [3] and [2 3]: the operand must broadcast", func() { tensor.Zeros(3).AddInPlace(plain) })
	misuse[*tensor.ShapeError](t, "cannot grow", func() { tensor.Zeros(1, 3).MulInPlace(plain) })
	misuse[*tensor.ShapeError](t, "SetSlice of [1 3] and [2 3]", func() { plain.SetSlice(0, 0, 1, 1, plain.Clone()) })
	misuse[*tensor.IndexError](t, "1 or more", func() { plain.SetSlice(0, 0, 1, 0, tensor.Scalar(1)) })
	misuse[*tensor.IndexError](t, "SetSlice of index 2", func() { plain.SetSlice(2, 0, 1, 1, tensor.Scalar(1)) })
	misuse[*tensor.DTypeError](t, "equal", func() { plain.AddInPlace(plain.To(tensor.Float64)) })
	misuse[*tensor.DTypeError](t, "SetSlice of float32 and int64", func() { plain.SetSlice(0, 0, 1, 1, tensor.ZerosOf(tensor.Int64)) })
	misuse[*tensor.DTypeError](t, "numbers", func() { tensor.ZerosOf(tensor.Bool, 2).ReLUInPlace() })
	misuse[*tensor.DTypeError](t, "numbers", func() { tensor.ZerosOf(tensor.Bool, 2).AddInPlace(tensor.ZerosOf(tensor.Bool, 2)) })
}

// An operation that saved what was changed afterwards must not give a wrong gradient.
func TestInPlaceChangeOfSavedValue(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2}).RequireGrad()
	one := tensor.OnesOf(tensor.Float64, 2)

	y := x.Tanh()
	y.AddInPlace(one)
	misuse[*tensor.GraphError](t, "tanh saved was changed in place", func() { y.Sum().Backward() })

	a := tensor.FromSlice([]float64{3, 4})
	y = x.Mul(a)
	a.Slice(0, 1, 2, 1).ZeroInPlace() // a view of the operand
	misuse[*tensor.GraphError](t, "mul saved was changed in place", func() { y.Sum().Backward() })

	y = x.AddScalar(0)
	z := y.Mul(y)
	y.Detach().ZeroInPlace()
	misuse[*tensor.GraphError](t, "mul saved was changed in place", func() { z.Sum().Backward() })

	idx := tensor.FromSlice([]int64{1, 1})
	y = x.IndexSelect(0, idx)
	idx.ZeroInPlace()
	misuse[*tensor.GraphError](t, "index_select saved was changed in place", func() { y.Sum().Backward() })
	if x.Grad() != nil {
		t.Errorf("a refused Backward left the gradient %v", values(x.Grad()))
	}

	y = x.AddScalar(0) // what saved nothing does not mind
	y.AddInPlace(one).AddInPlace(x)
	y.Sum().Backward()
	wantValues(t, "the gradient", x.Grad(), "[2 2]")
}

// A view taken before a recorded change does not know of it, and says so.
func TestInPlaceChangeUnderView(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2}).RequireGrad()
	y := x.MulScalar(1)
	early := y.Slice(0, 0, 1, 1)
	y.MulInPlace(x)
	misuse[*tensor.GraphError](t, "a view of shape [1] was taken before", func() { early.MulScalar(2) })
	y.Slice(0, 1, 2, 1).Sum().Backward()
	wantValues(t, "the gradient through a view taken afterwards", x.Grad(), "[0 4]")

	total := tensor.ZerosOf(tensor.Float64, 2)
	early = total.Slice(0, 0, 1, 1)
	total.AddInPlace(x)
	misuse[*tensor.GraphError](t, "take it again", func() { early.Mul(early) })

	// memory that changed hands remembers nothing of the change
	w := tensor.Zeros(8).RequireGrad()
	batch := tensor.Zeros(8)
	batch.AddInPlace(w)
	next := tensor.Refill(batch, count(1), 8)
	wantValues(t, "a view of the next batch", next.Slice(0, 0, 2, 1).MulScalar(1), "[1 2]")

	// changes that are not recorded are as free as their owner wants them
	data := tensor.ZerosOf(tensor.Float64, 2)
	early = data.Slice(0, 1, 2, 1)
	data.AddInPlace(x.Detach())
	wantValues(t, "the view", early.MulScalar(1), "[2]")
}

// Operands and results that are one in memory.
func TestInPlaceAliases(t *testing.T) {
	x := tensor.Arange(1, 5, 1)
	x.AddInPlace(x)
	wantValues(t, "x + x", x, "[2 4 6 8]")
	x.MulInPlace(x)
	wantValues(t, "(x + x)^2", x, "[4 16 36 64]")
	x.Slice(0, 1, 4, 1).AddInPlace(x.Slice(0, 0, 3, 1))
	wantValues(t, "shifted onto itself", x, "[4 20 52 100]")
	x.Slice(0, 0, 3, 1).AddInPlace(x.Slice(0, 1, 4, 1))
	wantValues(t, "shifted back", x, "[24 72 152 100]")
	x.SetSlice(0, 0, 4, 1, x.Flip(0))
	wantValues(t, "reversed", x, "[100 152 72 24]")
	x.SetSlice(0, 1, 4, 1, x.Slice(0, 0, 3, 1))
	wantValues(t, "moved up", x, "[100 100 152 72]")

	m := tensor.Arange(0, 9, 1).Reshape(3, 3)
	m.AddInPlace(m.Transpose(0, 1))
	wantValues(t, "m + m^T", m, "[0 4 8 4 8 12 8 12 16]")
	m.AddInPlace(m.Select(0, 1))
	wantValues(t, "m + its row", m, "[4 12 20 8 16 24 12 20 28]")
}

// RequireGrad on a result goes with the tensor through a change in place.
func TestInPlaceKeepsRetainedGradient(t *testing.T) {
	x := tensor.FromSlice([]float64{1, 2}).RequireGrad()
	y := x.MulScalar(2).RequireGrad()
	y.MulInPlace(x)
	y.MulScalar(5).Sum().Backward()
	wantValues(t, "the result's gradient", y.Grad(), "[5 5]")
	wantValues(t, "the leaf's gradient", x.Grad(), "[20 40]")
}
