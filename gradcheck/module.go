package gradcheck

import (
	"errors"
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// Module checks the gradients of a whole model in training: of loss(m(x), y) with
// respect to every parameter that is not frozen, and to x if that holds floats. loss
// nil means the model's result itself.
//
// The model is copied and converted to float64, and so are x and y; m is left as it
// is. Dropout draws the same numbers in every evaluation, and buffers, such as
// running statistics, are put back before each. It returns an *Error that lists the
// elements that are off by their parameter's name, or an error that says why the
// model cannot be checked.
//
// Every element costs two evaluations of the model: take a small one.
func Module(m nn.Module, x *tensor.Tensor, loss nn.Loss, y *tensor.Tensor, o Options) (err error) {
	if m == nil {
		return errors.New("gradcheck: the module is nil")
	}
	model := nn.Clone(m)
	nn.To(model, tensor.Float64)
	x, y = double(x), double(y)
	defer func() {
		switch r := recover().(type) {
		case nil:
		case tensor.Misuse:
			err = fmt.Errorf("gradcheck: the model does not run on this input in float64: %w", r)
		default:
			panic(r)
		}
	}()

	var vars []variable
	if x.DType() == tensor.Float64 {
		data, shape := tensor.Data[float64](x), x.Shape()
		vars = append(vars, variable{name: "input", shape: shape, data: data,
			set: func() { x = tensor.FromSlice(data, shape...) }})
	}
	var params []*nn.Param
	for name, p := range nn.Named(model) {
		if p.Frozen() {
			continue
		}
		data, shape := tensor.Data[float64](p.Value()), p.Shape()
		params = append(params, p)
		vars = append(vars, variable{name: name, shape: shape, data: data,
			set: func() { p.Value().CopyFrom(tensor.FromSlice(data, shape...)) }})
	}
	buffers := map[*nn.Buffer]*tensor.Tensor{}
	for _, b := range nn.Buffers(model) {
		buffers[b] = b.Value().Clone()
	}
	run := func() (*tensor.Tensor, []*tensor.Tensor) {
		for b, first := range buffers {
			b.Value().CopyFrom(first)
		}
		var leaves []*tensor.Tensor
		if x.DType() == tensor.Float64 {
			leaves = append(leaves, x.RequireGrad())
		}
		p := nn.Training(seed)
		result := model.Forward(p, x)
		if loss != nil {
			result = loss(result, y)
		}
		for _, q := range params {
			leaf := p.Use(q)
			if !leaf.Tracked() { // the model put this part into Eval
				leaf = nil
			}
			leaves = append(leaves, leaf)
		}
		return result, leaves
	}
	return check(vars, run, o.defaults())
}

// seed starts the random stream of each evaluation.
const seed = 1

// double is t in float64 if it holds floats; nil stays nil.
func double(t *tensor.Tensor) *tensor.Tensor {
	if t == nil {
		return nil
	}
	t = t.Detach()
	if t.DType() == tensor.Float32 {
		return t.To(tensor.Float64)
	}
	return t
}
