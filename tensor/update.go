package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// What an optimizer's update on one parameter needs besides tensors. Package optim
// fills them in from its options; the fields are named as in torch.optim.
type (
	SGDArgs      = kernel.SGDArgs
	AdamArgs     = kernel.AdamArgs
	RMSpropArgs  = kernel.RMSpropArgs
	AdagradArgs  = kernel.AdagradArgs
	AdadeltaArgs = kernel.AdadeltaArgs
)

// UpdateSGD changes the weights w by the gradient g as torch.optim.SGD does. Like
// the other updates it is what optimizers are made of: one pass over the elements,
// in place, outside any graph; a graph that saved w notices. All tensors have one
// shape and one float type, and only g may be tracked; otherwise it panics with a
// *ShapeError, *DTypeError or *GraphError. momentum is the momentum buffer, wanted
// where a.Momentum is not 0.
func UpdateSGD(w, g, momentum *Tensor, a SGDArgs) {
	beginUpdate("UpdateSGD", w, g, momentum)
	wantState("UpdateSGD", w, momentum, a.Momentum != 0, "Momentum")
	update := w.device().SGD
	deviceHas("UpdateSGD", w, update != nil)
	cw, c0 := inOrder(w), inOrder(momentum)
	update(&cw.a, &inOrder(g).a, array(c0), a)
	updated(w, cw)
	updated(momentum, c0)
}

// UpdateAdam changes w as torch.optim.Adam does, or with a.Decoupled as AdamW. m and
// v are the moving averages of the gradient and of its square, vmax the greatest v so
// far, wanted with a.AMSGrad.
func UpdateAdam(w, g, m, v, vmax *Tensor, a AdamArgs) {
	beginUpdate("UpdateAdam", w, g, m, v, vmax)
	wantState("UpdateAdam", w, m, true, "the first moment")
	wantState("UpdateAdam", w, v, true, "the second moment")
	wantState("UpdateAdam", w, vmax, a.AMSGrad, "AMSGrad")
	update := w.device().Adam
	deviceHas("UpdateAdam", w, update != nil)
	cw, c0, c1, c2 := inOrder(w), inOrder(m), inOrder(v), inOrder(vmax)
	update(&cw.a, &inOrder(g).a, &c0.a, &c1.a, array(c2), a)
	updated(w, cw)
	updated(m, c0)
	updated(v, c1)
	updated(vmax, c2)
}

// UpdateRMSprop changes w as torch.optim.RMSprop does. squareAverage is the moving
// average of the squared gradient; gradAverage that of the gradient, wanted with
// a.Centered; momentum is wanted where a.Momentum is above 0.
func UpdateRMSprop(w, g, squareAverage, gradAverage, momentum *Tensor, a RMSpropArgs) {
	beginUpdate("UpdateRMSprop", w, g, squareAverage, gradAverage, momentum)
	wantState("UpdateRMSprop", w, squareAverage, true, "the average of squares")
	wantState("UpdateRMSprop", w, gradAverage, a.Centered, "Centered")
	wantState("UpdateRMSprop", w, momentum, a.Momentum > 0, "Momentum")
	update := w.device().RMSprop
	deviceHas("UpdateRMSprop", w, update != nil)
	cw, c0, c1, c2 := inOrder(w), inOrder(squareAverage), inOrder(gradAverage), inOrder(momentum)
	update(&cw.a, &inOrder(g).a, &c0.a, array(c1), array(c2), a)
	updated(w, cw)
	updated(squareAverage, c0)
	updated(gradAverage, c1)
	updated(momentum, c2)
}

// UpdateAdagrad changes w as torch.optim.Adagrad does. sum is the sum of the squared
// gradients.
func UpdateAdagrad(w, g, sum *Tensor, a AdagradArgs) {
	beginUpdate("UpdateAdagrad", w, g, sum)
	wantState("UpdateAdagrad", w, sum, true, "the sum of squares")
	update := w.device().Adagrad
	deviceHas("UpdateAdagrad", w, update != nil)
	cw, c0 := inOrder(w), inOrder(sum)
	update(&cw.a, &inOrder(g).a, &c0.a, a)
	updated(w, cw)
	updated(sum, c0)
}

// UpdateAdadelta changes w as torch.optim.Adadelta does. squareAverage and
// deltaAverage are the moving averages of the squared gradient and of the squared
// change.
func UpdateAdadelta(w, g, squareAverage, deltaAverage *Tensor, a AdadeltaArgs) {
	beginUpdate("UpdateAdadelta", w, g, squareAverage, deltaAverage)
	wantState("UpdateAdadelta", w, squareAverage, true, "the average of squares")
	wantState("UpdateAdadelta", w, deltaAverage, true, "the average of squared changes")
	update := w.device().Adadelta
	deviceHas("UpdateAdadelta", w, update != nil)
	cw, c0, c1 := inOrder(w), inOrder(squareAverage), inOrder(deltaAverage)
	update(&cw.a, &inOrder(g).a, &c0.a, &c1.a, a)
	updated(w, cw)
	updated(squareAverage, c0)
	updated(deltaAverage, c1)
}

// UpdateScale multiplies the elements of t, a gradient, by factor, in place and
// outside any graph. t must be float; its elements must not share memory.
func UpdateScale(t *Tensor, factor float64) {
	updateUnary("UpdateScale", kernel.MulScalar, t, factor, 0)
}

// UpdateClamp brings the elements of t, a gradient, into lo to hi, in place and
// outside any graph; NaN stays. t must be float; its elements must not share memory.
func UpdateClamp(t *Tensor, lo, hi float64) { updateUnary("UpdateClamp", kernel.Clamp, t, lo, hi) }

func updateUnary(op string, k kernel.UnaryOp, t *Tensor, p, q float64) {
	begin(op, t)
	floats(op, t)
	separate(op, t)
	t.device().Unary(k, &t.a, &t.a, p, q)
	t.a.Buf.Version++
}

// beginUpdate checks the weights, the gradient and the state; state may be nil.
func beginUpdate(op string, w, g *Tensor, state ...*Tensor) {
	notNil(op, w, g)
	if w.a.Type != g.a.Type {
		badType(op, []*Tensor{w, g}, "the weights and their gradient must have one element type")
	}
	checkUpdate(op, w, w)
	begin(op, w, g)
	if !nd.SameShape(&w.a, &g.a) {
		badShape(op, []*Tensor{w, g}, "the weights and their gradient must have one shape")
	}
	for _, s := range state {
		if s == nil {
			continue
		}
		checkUpdate(op, w, s)
		if s.a.Type != w.a.Type {
			badType(op, []*Tensor{w, s}, "the weights and the optimizer's state must have one element type; "+
				"after nn.To make the optimizer anew")
		}
		if !nd.SameShape(&w.a, &s.a) {
			badShape(op, []*Tensor{w, s}, "the weights and the optimizer's state must have one shape")
		}
	}
}

// checkUpdate checks one tensor that will change.
func checkUpdate(op string, w, t *Tensor) {
	begin(op, w, t)
	floats(op, t)
	separate(op, t)
	if t.node != nil {
		badGraph(op, "a tensor that is tracked cannot be updated; pass the parameter's Value, not the tensor Use returned")
	}
}

// separate checks that no two elements of t share memory.
func separate(op string, t *Tensor) {
	if t.a.Overlaps() {
		badShape(op, []*Tensor{t}, "elements of an expanded tensor share memory and cannot change in place; Clone it first")
	}
}

func wantState(op string, w, state *Tensor, wanted bool, what string) {
	if wanted && state == nil {
		badShape(op, []*Tensor{w}, "%s wants a tensor of the weights' shape to keep its state in, not nil", what)
	}
}

func deviceHas(op string, w *Tensor, has bool) {
	if !has {
		panic(&DeviceError{Op: op, Want: "the device " + w.device().Name + " cannot do this update; keep the parameters on the CPU", Where: caller()})
	}
}

// inOrder is contiguous for a tensor that may be nil.
func inOrder(t *Tensor) *Tensor {
	if t == nil {
		return nil
	}
	return t.contiguous()
}

func array(t *Tensor) *nd.Array {
	if t == nil {
		return nil
	}
	return &t.a
}

// updated ends a change of t that was made on c, which is t itself or a copy.
func updated(t, c *Tensor) {
	if t == nil {
		return
	}
	if c != t {
		t.device().Copy(&t.a, &c.a)
	}
	t.a.Buf.Version++
}
