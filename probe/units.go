package probe

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// activations are the operations whose results have units that can be dead.
var activations = map[string]bool{"relu": true, "relu_in_place": true, "leaky_relu": true, "elu": true, "gelu": true,
	"gelu_tanh": true, "silu": true, "softplus": true, "sigmoid": true, "tanh": true, "clamp": true}

// units are those of an activation.
type units struct {
	count  int
	asleep []int // those that were zero at every place of every example so far, in order
}

// mark notes which units x, of the given shape, has something of: those along dimension dim. A unit that is
// known to live is not looked at again, so that little is read where all of them do.
func mark[T kernel.Float](u *units, x []T, shape []int, dim int) {
	if len(shape) < 2 || len(x) == 0 {
		return
	}
	n, inner := shape[dim], 1
	for _, d := range shape[dim+1:] {
		inner *= d
	}
	if u.count != n {
		*u = units{n, make([]int, n)}
		for i := range u.asleep {
			u.asleep[i] = i
		}
	}
	if inner == 1 { // then many units may sleep, and there are as many places as examples
		low, high := extremes(x, n)
		u.asleep = slices.DeleteFunc(u.asleep, func(i int) bool { return low[i] != 0 || high[i] != 0 })
		return
	}
	for row := x; len(row) > 0 && len(u.asleep) > 0; row = row[n*inner:] {
		still := u.asleep[:0]
		for _, i := range u.asleep {
			if !awake(row[i*inner:][:inner]) {
				still = append(still, i)
			}
		}
		u.asleep = still
	}
}

// awake reports whether there is something in x, of which a first look at a few elements mostly tells.
func awake[T kernel.Float](x []T) bool {
	const few = 16
	for _, v := range x[:min(few, len(x))] {
		if v != 0 {
			return true
		}
	}
	return len(x) > few && (kernel.Reduce(kernel.Max, x) != 0 || kernel.Reduce(kernel.Min, x) != 0)
}

// dead are the units that do not live, in order; nil if there are none.
func (u *units) dead() []int {
	if len(u.asleep) == 0 {
		return nil
	}
	return slices.Clone(u.asleep)
}

// saturated is how many elements of a tanh or a sigmoid lie at its ends.
func saturated[T kernel.Float](op string, x []T) int {
	var low, high T
	switch op {
	case "tanh":
		low, high = -0.97, 0.97
	case "sigmoid":
		low, high = 0.01, 0.99
	default:
		return 0
	}
	n := 0
	for _, v := range x {
		if v < low || v > high {
			n++
		}
	}
	return n
}
