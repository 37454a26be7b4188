package nd

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Updates is the part of a device's table that optimizers use: one step on one
// parameter. The weights w, the gradient g and the state are contiguous, of one
// shape and one float type; w and the state change in place. State that the
// settings have no use for is nil.
type Updates struct {
	SGD      func(w, g, momentum *Array, a kernel.SGDArgs)
	Adam     func(w, g, m, v, vmax *Array, a kernel.AdamArgs)
	RMSprop  func(w, g, sq, gavg, buf *Array, a kernel.RMSpropArgs)
	Adagrad  func(w, g, sum *Array, a kernel.AdagradArgs)
	Adadelta func(w, g, sqAvg, accDelta *Array, a kernel.AdadeltaArgs)
}

var cpuUpdates = Updates{SGD: cpuSGD, Adam: cpuAdam, RMSprop: cpuRMSprop, Adagrad: cpuAdagrad, Adadelta: cpuAdadelta}

// updateLine is the number of elements of which every thread's share is a multiple.
// Kernels treat the elements left over after whole registers apart; with shares of
// whole lines those are the same elements, and the same bits, for any number of
// threads.
const updateLine = 64

// update is one step on one parameter, for the pool. It is recycled, so that a step
// allocates nothing.
type update struct {
	rule  func(u *update, lo, hi int)
	n     int
	w, g  *Array
	state [3]*Array
	lines func(lo, hi int) // u.share, bound once

	sgd      kernel.SGDArgs
	adam     kernel.AdamArgs
	rmsprop  kernel.RMSpropArgs
	adagrad  kernel.AdagradArgs
	adadelta kernel.AdadeltaArgs
}

var updates = sync.Pool{New: func() any {
	u := &update{}
	u.lines = u.share
	return u
}}

func newUpdate(w, g, s0, s1, s2 *Array) *update {
	u := updates.Get().(*update)
	u.n, u.w, u.g, u.state = w.Numel(), w, g, [3]*Array{s0, s1, s2}
	return u
}

// run does the step, split over the pool, by the rule for the weights' type.
func (u *update) run(rule32, rule64 func(u *update, lo, hi int)) {
	u.rule = rule32
	if u.w.Type == Float64 {
		u.rule = rule64
	}
	pool.For((u.n+updateLine-1)/updateLine, grain/2/updateLine, u.lines)
	u.rule, u.w, u.g, u.state = nil, nil, nil, [3]*Array{}
	updates.Put(u)
}

// share does the lines lo to hi.
func (u *update) share(lo, hi int) { u.rule(u, lo*updateLine, min(hi*updateLine, u.n)) }

// section is the elements lo to hi of a; nil where there is no a.
func section[T kernel.Float](a *Array, lo, hi int) []T {
	if a == nil {
		return nil
	}
	return Slice[T](a)[lo:hi]
}

func cpuSGD(w, g, momentum *Array, a kernel.SGDArgs) {
	u := newUpdate(w, g, momentum, nil, nil)
	u.sgd = a
	u.run(sgd[float32], sgd[float64])
}

func sgd[T kernel.Float](u *update, lo, hi int) {
	kernel.SGD(section[T](u.w, lo, hi), section[T](u.g, lo, hi), section[T](u.state[0], lo, hi), u.sgd)
}

func cpuAdam(w, g, m, v, vmax *Array, a kernel.AdamArgs) {
	u := newUpdate(w, g, m, v, vmax)
	u.adam = a
	u.run(adam[float32], adam[float64])
}

func adam[T kernel.Float](u *update, lo, hi int) {
	kernel.Adam(section[T](u.w, lo, hi), section[T](u.g, lo, hi), section[T](u.state[0], lo, hi),
		section[T](u.state[1], lo, hi), section[T](u.state[2], lo, hi), u.adam)
}

func cpuRMSprop(w, g, sq, gavg, buf *Array, a kernel.RMSpropArgs) {
	u := newUpdate(w, g, sq, gavg, buf)
	u.rmsprop = a
	u.run(rmsprop[float32], rmsprop[float64])
}

func rmsprop[T kernel.Float](u *update, lo, hi int) {
	kernel.RMSprop(section[T](u.w, lo, hi), section[T](u.g, lo, hi), section[T](u.state[0], lo, hi),
		section[T](u.state[1], lo, hi), section[T](u.state[2], lo, hi), u.rmsprop)
}

func cpuAdagrad(w, g, sum *Array, a kernel.AdagradArgs) {
	u := newUpdate(w, g, sum, nil, nil)
	u.adagrad = a
	u.run(adagrad[float32], adagrad[float64])
}

func adagrad[T kernel.Float](u *update, lo, hi int) {
	kernel.Adagrad(section[T](u.w, lo, hi), section[T](u.g, lo, hi), section[T](u.state[0], lo, hi), u.adagrad)
}

func cpuAdadelta(w, g, sqAvg, accDelta *Array, a kernel.AdadeltaArgs) {
	u := newUpdate(w, g, sqAvg, accDelta, nil)
	u.adadelta = a
	u.run(adadelta[float32], adadelta[float64])
}

func adadelta[T kernel.Float](u *update, lo, hi int) {
	kernel.Adadelta(section[T](u.w, lo, hi), section[T](u.g, lo, hi), section[T](u.state[0], lo, hi),
		section[T](u.state[1], lo, hi), u.adadelta)
}
