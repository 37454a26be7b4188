package nd

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Update is one parameter's part in a step of an optimizer. The weights W, the gradient
// G and the state are contiguous, of one shape and one float type; W and the state
// change in place. State that the settings have no use for is nil.
type Update[A any] struct {
	W, G  *Array
	State [3]*Array
	Args  A
}

// Updates is the part of a device's table that optimizers use: one step on parameters
// that share no memory. State is in the order of the kernels' arguments.
type Updates struct {
	SGD      func([]Update[kernel.SGDArgs])
	Adam     func([]Update[kernel.AdamArgs])
	RMSprop  func([]Update[kernel.RMSpropArgs])
	Adagrad  func([]Update[kernel.AdagradArgs])
	Adadelta func([]Update[kernel.AdadeltaArgs])
}

var cpuUpdates = Updates{
	SGD:      newUpdater(sgd[float32], sgd[float64]),
	Adam:     newUpdater(adam[float32], adam[float64]),
	RMSprop:  newUpdater(rmsprop[float32], rmsprop[float64]),
	Adagrad:  newUpdater(adagrad[float32], adagrad[float64]),
	Adadelta: newUpdater(adadelta[float32], adadelta[float64]),
}

// updateLine is the number of elements of which every thread's share is a multiple.
// Kernels treat the elements left over after whole registers apart; with shares of
// whole lines those are the same elements, and the same bits, for any number of
// threads.
const updateLine = 64

// rule does the elements lo to hi of an update.
type rule[A any] func(u *Update[A], lo, hi int)

// updateJob is a step for the pool: the lines of all parameters, one behind the other, so
// that the threads share many small parameters as they do a large one. It is recycled, so
// that a step allocates nothing.
type updateJob[A any] struct {
	all            []Update[A]
	rule32, rule64 rule[A]
	lines          func(lo, hi int) // the method share, bound once
}

// newUpdater returns the function that does steps by the rule for the weights' type.
func newUpdater[A any](rule32, rule64 rule[A]) func([]Update[A]) {
	jobs := sync.Pool{New: func() any {
		j := &updateJob[A]{rule32: rule32, rule64: rule64}
		j.lines = j.share
		return j
	}}
	return func(all []Update[A]) {
		j := jobs.Get().(*updateJob[A])
		j.all = all
		lines := 0
		for i := range all {
			lines += all[i].lines()
		}
		pool.For(lines, grain/2/updateLine, j.lines)
		j.all = nil
		jobs.Put(j)
	}
}

// lines is the number of lines, the last of which may be short.
func (u *Update[A]) lines() int { return (u.W.Numel() + updateLine - 1) / updateLine }

// share does the lines lo to hi of all parameters.
func (j *updateJob[A]) share(lo, hi int) {
	for i := range j.all {
		u := &j.all[i]
		lines := u.lines()
		if from, to := max(lo, 0), min(hi, lines); from < to {
			f := j.rule32
			if u.W.Type == Float64 {
				f = j.rule64
			}
			f(u, from*updateLine, min(to*updateLine, u.W.Numel()))
		}
		lo, hi = lo-lines, hi-lines
	}
}

// section is the elements lo to hi of a; nil where there is no a.
func section[T kernel.Float](a *Array, lo, hi int) []T {
	if a == nil {
		return nil
	}
	return Slice[T](a)[lo:hi]
}

func sgd[T kernel.Float](u *Update[kernel.SGDArgs], lo, hi int) {
	kernel.SGD(section[T](u.W, lo, hi), section[T](u.G, lo, hi), section[T](u.State[0], lo, hi), u.Args)
}

func adam[T kernel.Float](u *Update[kernel.AdamArgs], lo, hi int) {
	kernel.Adam(section[T](u.W, lo, hi), section[T](u.G, lo, hi), section[T](u.State[0], lo, hi),
		section[T](u.State[1], lo, hi), section[T](u.State[2], lo, hi), u.Args)
}

func rmsprop[T kernel.Float](u *Update[kernel.RMSpropArgs], lo, hi int) {
	kernel.RMSprop(section[T](u.W, lo, hi), section[T](u.G, lo, hi), section[T](u.State[0], lo, hi),
		section[T](u.State[1], lo, hi), section[T](u.State[2], lo, hi), u.Args)
}

func adagrad[T kernel.Float](u *Update[kernel.AdagradArgs], lo, hi int) {
	kernel.Adagrad(section[T](u.W, lo, hi), section[T](u.G, lo, hi), section[T](u.State[0], lo, hi), u.Args)
}

func adadelta[T kernel.Float](u *Update[kernel.AdadeltaArgs], lo, hi int) {
	kernel.Adadelta(section[T](u.W, lo, hi), section[T](u.G, lo, hi), section[T](u.State[0], lo, hi),
		section[T](u.State[1], lo, hi), u.Args)
}
