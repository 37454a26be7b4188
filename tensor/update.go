package tensor

import (
	"sync"

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

// Update is one parameter's part in a step of an optimizer: its weights W, which
// change, by the gradient G; what the optimizer keeps for it, which changes too; and the
// rule's settings. All tensors have one shape and one float type, and only G may be
// tracked. State holds, in order, what the function that takes the Update lists under
// "State", and nil for what the settings have no use for.
type Update[A any] struct {
	W, G  *Tensor
	State [3]*Tensor
	Args  A
}

// UpdateSGD changes weights as torch.optim.SGD does. Like the other updates it is what
// optimizers are made of: one pass over the elements of all parameters, which the threads
// share, in place, outside any graph; a graph that saved the weights notices. Parameters
// that share memory with another, or do not lie in order in theirs, are updated one after
// the other. It panics with a *ShapeError, *DTypeError or *GraphError before anything has
// changed.
//
// State: the momentum buffer, wanted where Momentum is not 0.
func UpdateSGD(all []Update[SGDArgs]) { sgdRule.update(all) }

// UpdateAdam changes weights as torch.optim.Adam does, or with Decoupled as AdamW.
//
// State: the moving averages of the gradient and of its square, and the greatest of the
// latter so far, wanted with AMSGrad.
func UpdateAdam(all []Update[AdamArgs]) { adamRule.update(all) }

// UpdateRMSprop changes weights as torch.optim.RMSprop does.
//
// State: the moving average of the squared gradient; that of the gradient, wanted with
// Centered; the momentum buffer, wanted where Momentum is above 0.
func UpdateRMSprop(all []Update[RMSpropArgs]) { rmspropRule.update(all) }

// UpdateAdagrad changes weights as torch.optim.Adagrad does.
//
// State: the sum of the squared gradients.
func UpdateAdagrad(all []Update[AdagradArgs]) { adagradRule.update(all) }

// UpdateAdadelta changes weights as torch.optim.Adadelta does.
//
// State: the moving averages of the squared gradient and of the squared change.
func UpdateAdadelta(all []Update[AdadeltaArgs]) { adadeltaRule.update(all) }

var (
	sgdRule = &updateRule[SGDArgs]{op: "UpdateSGD",
		of:    func(d *nd.Device) func([]nd.Update[SGDArgs]) { return d.SGD },
		wants: func(a *SGDArgs) [3]string { return [3]string{when(a.Momentum != 0, "Momentum")} }}
	adamRule = &updateRule[AdamArgs]{op: "UpdateAdam",
		of: func(d *nd.Device) func([]nd.Update[AdamArgs]) { return d.Adam },
		wants: func(a *AdamArgs) [3]string {
			return [3]string{"the first moment", "the second moment", when(a.AMSGrad, "AMSGrad")}
		}}
	rmspropRule = &updateRule[RMSpropArgs]{op: "UpdateRMSprop",
		of: func(d *nd.Device) func([]nd.Update[RMSpropArgs]) { return d.RMSprop },
		wants: func(a *RMSpropArgs) [3]string {
			return [3]string{"the average of squares", when(a.Centered, "Centered"), when(a.Momentum > 0, "Momentum")}
		}}
	adagradRule = &updateRule[AdagradArgs]{op: "UpdateAdagrad",
		of:    func(d *nd.Device) func([]nd.Update[AdagradArgs]) { return d.Adagrad },
		wants: func(*AdagradArgs) [3]string { return [3]string{"the sum of squares"} }}
	adadeltaRule = &updateRule[AdadeltaArgs]{op: "UpdateAdadelta",
		of: func(d *nd.Device) func([]nd.Update[AdadeltaArgs]) { return d.Adadelta },
		wants: func(*AdadeltaArgs) [3]string {
			return [3]string{"the average of squares", "the average of squared changes"}
		}}
)

// when is text if it applies.
func when(applies bool, text string) string {
	if applies {
		return text
	}
	return ""
}

// updateRule is what the updates differ in.
type updateRule[A any] struct {
	op    string
	of    func(*nd.Device) func([]nd.Update[A])
	wants func(*A) [3]string // what wants each state; "" for one that nothing wants
	free  sync.Pool          // of *[]nd.Update[A], so that a step allocates nothing
}

func (r *updateRule[A]) update(all []Update[A]) {
	for i := range all {
		u := &all[i]
		beginUpdate(r.op, u.W, u.G, u.State)
		for k, what := range r.wants(&u.Args) {
			if what != "" && u.State[k] == nil {
				badShape(r.op, []*Tensor{u.W}, "%s wants a tensor of the weights' shape to keep its state in, not nil", what)
			}
		}
		if d := u.W.device(); r.of(d) == nil {
			panic(&DeviceError{Op: r.op, Want: "the device " + d.Name + " cannot do this update; keep the parameters on the CPU", Where: caller()})
		}
	}
	arrays, _ := r.free.Get().(*[]nd.Update[A])
	if arrays == nil {
		arrays = new([]nd.Update[A])
	}
	for len(all) > 0 {
		device, n := all[0].W.device(), 0
		for n < len(all) && all[n].inOrder() && all[n].W.device() == device {
			*arrays = append(*arrays, all[n].array())
			n++
		}
		if n > 0 {
			r.of(device)(*arrays)
			for i := range all[:n] {
				all[i].updated()
			}
		} else { // one at a time, so that there are copies of one at a time
			n = 1
			u := all[0].copied()
			*arrays = append(*arrays, u.array())
			r.of(device)(*arrays)
			all[0].copyFrom(&u)
		}
		clear(*arrays)
		*arrays = (*arrays)[:0]
		all = all[n:]
	}
	r.free.Put(arrays)
}

// inOrder says whether all tensors are contiguous.
func (u *Update[A]) inOrder() bool {
	for _, s := range u.State {
		if s != nil && !s.a.Contiguous() {
			return false
		}
	}
	return u.W.a.Contiguous() && u.G.a.Contiguous()
}

// array is the update of contiguous tensors.
func (u *Update[A]) array() nd.Update[A] {
	a := nd.Update[A]{W: &u.W.a, G: &u.G.a, Args: u.Args}
	for k, s := range u.State {
		if s != nil {
			a.State[k] = &s.a
		}
	}
	return a
}

// copied has a copy of each tensor that is not contiguous.
func (u *Update[A]) copied() Update[A] {
	c := Update[A]{W: u.W.contiguous(), G: u.G.contiguous(), Args: u.Args}
	for k, s := range u.State {
		if s != nil {
			c.State[k] = s.contiguous()
		}
	}
	return c
}

// copyFrom brings what was changed in c, which copied returned.
func (u *Update[A]) copyFrom(c *Update[A]) {
	if c.W != u.W {
		u.W.device().Copy(&u.W.a, &c.W.a)
	}
	for k, s := range u.State {
		if s != nil && s != c.State[k] {
			s.device().Copy(&s.a, &c.State[k].a)
		}
	}
	u.updated()
}

// updated notes that the weights and the state have changed.
func (u *Update[A]) updated() {
	u.W.a.Buf.Version++
	for _, s := range u.State {
		if s != nil {
			s.a.Buf.Version++
		}
	}
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
func beginUpdate(op string, w, g *Tensor, state [3]*Tensor) {
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
