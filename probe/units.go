package probe

import "github.com/lumen-ml/lumen/internal/kernel"

// activations are the operations whose results have units that can be dead.
var activations = map[string]bool{"relu": true, "leaky_relu": true, "elu": true, "gelu": true, "gelu_tanh": true, "silu": true,
	"softplus": true, "sigmoid": true, "tanh": true, "clamp": true}

// units are those of an activation.
type units struct {
	live   []bool // not zero at some place of some example
	asleep int    // how many are not
}

// mark notes which units x, of the given shape, has something of: those along dimension dim. A unit that is
// known to live is not looked at again, so that little is read where all of them do.
func mark[T kernel.Float](u *units, x []T, shape []int, dim int) {
	if len(shape) < 2 {
		return
	}
	n, inner := shape[dim], 1
	for _, d := range shape[dim+1:] {
		inner *= d
	}
	if len(u.live) != n {
		*u = units{live: make([]bool, n), asleep: n}
	}
	for row := x; len(row) > 0 && u.asleep > 0; row = row[n*inner:] {
		for i, live := range u.live {
			if live {
				continue
			}
			for _, v := range row[i*inner:][:inner] {
				if v != 0 {
					u.live[i] = true
					u.asleep--
					break
				}
			}
		}
	}
}

// dead are the units that do not live, in order; nil if there are none.
func (u *units) dead() []int {
	var dead []int
	for i, live := range u.live {
		if !live {
			dead = append(dead, i)
		}
	}
	return dead
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
