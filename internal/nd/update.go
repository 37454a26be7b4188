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

// Updates is the part of a device's table that optimizers use: one step on some
// parameters, in their order where they share memory. State is in the order of the
// kernels' arguments.
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
	share          func(lo, hi int) // the method do, bound once
	memory         map[*Buffer]bool // that the parameters use: whether one changes it
}

// newUpdater returns the function that does steps by the rule for the weights' type.
func newUpdater[A any](rule32, rule64 rule[A]) func([]Update[A]) {
	jobs := sync.Pool{New: func() any {
		j := &updateJob[A]{rule32: rule32, rule64: rule64, memory: map[*Buffer]bool{}}
		j.share = j.do
		return j
	}}
	return func(all []Update[A]) {
		const least = grain / 2 / updateLine
		j := jobs.Get().(*updateJob[A])
		for len(all) > 0 {
			n := len(all)
			lines := total(all)
			if lines >= 2*least { // else one thread does them, in order
				if n = j.apart(all); n < len(all) {
					lines = total(all[:n])
				}
			}
			j.all = all[:n]
			pool.For(lines, least, j.share)
			all = all[n:]
		}
		j.all = nil
		jobs.Put(j)
	}
}

// apart is how many of the first updates share no memory that one of them changes.
func (j *updateJob[A]) apart(all []Update[A]) int {
	defer clear(j.memory)
	for i := range all {
		u := &all[i]
		apart := j.uses(u.W, true) && j.uses(u.G, false)
		for _, s := range u.State {
			apart = apart && (s == nil || j.uses(s, true))
		}
		if !apart {
			return max(i, 1)
		}
	}
	return len(all)
}

// uses notes that a is used, and whether it is changed. It reports whether others can be
// changed or read at the same time.
func (j *updateJob[A]) uses(a *Array, changed bool) bool {
	before, used := j.memory[a.Buf]
	j.memory[a.Buf] = before || changed
	return !used || !before && !changed
}

// total is the number of lines of all parameters.
func total[A any](all []Update[A]) int {
	lines := 0
	for i := range all {
		lines += all[i].lines()
	}
	return lines
}

// lines is the number of lines, the last of which may be short.
func (u *Update[A]) lines() int { return (u.W.Numel() + updateLine - 1) / updateLine }

// do does the lines lo to hi of all parameters.
func (j *updateJob[A]) do(lo, hi int) {
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
