package nntest

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// TestModule runs m, which it does not change, on a batch of the given shape (normal
// numbers; int64 zeros if m asks for integers) and returns an error that joins
// everything that is wrong:
//
//   - parameters that are not exported or share a name;
//   - an input shape that m refuses;
//   - inference that is tracked, gives other numbers the second time, or changes the
//     state;
//   - training under one seed that gives other numbers the second time;
//   - a parameter that is not frozen and gets no gradient, or one that is not finite;
//   - a copy (nn.Clone) that predicts something else, or shares memory;
//   - a state (nn.State) that does not bring back the predictions.
func TestModule(m nn.Module, shape ...int) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case tensor.Misuse:
			err = fmt.Errorf("nntest: %w", r)
		default:
			panic(r)
		}
	}()
	work := nn.Clone(m)
	nn.Parameters(work)
	if err := nn.CheckInput(work, shape...); err != nil {
		return fmt.Errorf("nntest: a batch of shape %v: %w", shape, err)
	}
	x := batch(work, shape)
	return errors.Join(inference(work, x), training(work, x), copies(work, x))
}

// batch is normal numbers of the type of m's parameters, or zeros for a module that
// wants integers.
func batch(m nn.Module, shape []int) (x *tensor.Tensor) {
	x = nn.Normal{}.Draw(rand.New(rand.NewPCG(1, 1)), shape...)
	for _, p := range nn.Named(m) {
		x = x.To(p.Value().DType())
		break
	}
	defer func() {
		if _, ok := recover().(*tensor.DTypeError); ok {
			x = tensor.ZerosOf(tensor.Int64, shape...)
		}
	}()
	nn.Predict(m, x)
	return x
}

func inference(m nn.Module, x *tensor.Tensor) error {
	before := nn.State(nn.Clone(m))
	y := m.Forward(nn.Inference(), x)
	if y.Tracked() {
		return errors.New("nntest: the result of inference is tracked: fetch parameters with Pass.Use")
	}
	if !equal(y, m.Forward(nn.Inference(), x)) {
		return errors.New("nntest: a second inference gives other numbers: draw only if Pass.IsTraining, and keep no state in the module")
	}
	for name, v := range nn.State(m) {
		if !equal(v, before[name]) {
			return fmt.Errorf("nntest: inference changed %s: write buffers only if Pass.IsTraining", name)
		}
	}
	return nil
}

func training(m nn.Module, x *tensor.Tensor) error {
	a, b := nn.Clone(m), nn.Clone(m)
	y := a.Forward(nn.Training(1), x)
	if !equal(y, b.Forward(nn.Training(1), x)) {
		return errors.New("nntest: training under the same seed gives other numbers: draw from Pass.Rand only")
	}
	if !y.Tracked() {
		if len(nn.Parameters(m)) == 0 {
			return nil
		}
		return errors.New("nntest: the result of training is not tracked: fetch parameters with Pass.Use, not with Value")
	}
	// Weights of both signs, so that gradients do not cancel as they may under a plain sum.
	n := y.Numel()
	w := nn.Normal{Mean: 0.5}.Draw(rand.New(rand.NewPCG(2, 2)), n).To(y.DType()).Reshape(y.Shape()...)
	y.Mul(w).Sum().Backward()
	var wrong []error
	for name, p := range nn.Named(a) {
		switch g := p.Grad(); {
		case p.Frozen():
		case g == nil:
			wrong = append(wrong, fmt.Errorf("nntest: %s gets no gradient: Forward does not use it, or uses its Value instead of Pass.Use", name))
		case g.Sub(g).Abs().Sum().Item() != 0:
			wrong = append(wrong, fmt.Errorf("nntest: the gradient of %s is not finite", name))
		}
	}
	return errors.Join(wrong...)
}

func copies(m nn.Module, x *tensor.Tensor) error {
	want := nn.Predict(m, x)
	c := nn.Clone(m)
	if !equal(nn.Predict(c, x), want) {
		return errors.New("nntest: a copy made by nn.Clone predicts something else")
	}
	for _, v := range nn.State(c) {
		if v.DType().IsFloat() {
			v.CopyFrom(tensor.FullOf(v.DType(), 0.25, v.Shape()...))
		}
	}
	nn.Predict(c, x)
	if !equal(nn.Predict(m, x), want) {
		return errors.New("nntest: a change of a copy shows in the module: a parameter is reached through a function or a tensor that nn.Clone shares")
	}
	if err := nn.CopyState(c, m); err != nil {
		return fmt.Errorf("nntest: a copy does not take the module's state: %w", err)
	}
	if !equal(nn.Predict(c, x), want) {
		return errors.New("nntest: with the module's state a copy predicts something else: what is learned must lie in Params and Buffers")
	}
	return nil
}

// equal reports whether two tensors have the same shape and numbers; NaN is equal to
// NaN.
func equal(a, b *tensor.Tensor) bool {
	if fmt.Sprint(a.Shape()) != fmt.Sprint(b.Shape()) || a.DType() != b.DType() {
		return false
	}
	x, y := tensor.Data[float64](a.To(tensor.Float64)), tensor.Data[float64](b.To(tensor.Float64))
	for i := range x {
		if x[i] != y[i] && (x[i] == x[i] || y[i] == y[i]) {
			return false
		}
	}
	return true
}
