package main

import . "github.com/mmcloughlin/avo/reg"

// flush sets to zero what is closer to it than tiny in optim.go.
func (l *lanes) flush(v VecVirtual) VecVirtual {
	return l.choose(l.compare(less, l.magnitude(v), l.number(1.2e-38)), l.zero(), v)
}

// vectorOptimizers emits one step of each optimizer. The formulas and the constants'
// names stand in optim_*.go; sign is -1 to maximise.
func vectorOptimizers(l *lanes) {
	// Without decay an infinite weight has no part in the gradient.
	gradient := func(w, g, sign, decay VecVirtual) VecVirtual {
		d := l.mul(sign, g)
		return l.choose(l.compare(equal, decay, l.zero()), d, l.fma(decay, w, l.copy(d)))
	}
	l.stream("vectorSGD"+l.name, 2, 1, []string{"lr", "decay", "sign"}, 2, func(in []VecVirtual, c constants) []VecVirtual {
		return []VecVirtual{l.fnma(c(0), gradient(in[0], in[1], c(2), c(1)), l.copy(in[0]))}
	})
	momentum := func(in []VecVirtual, c constants) (d, b VecVirtual) {
		d = gradient(in[0], in[1], c(2), c(1))
		return d, l.flush(l.fma(c(3), in[2], l.mul(c(4), d)))
	}
	l.stream("vectorSGDMomentum"+l.name, 3, 2, []string{"lr", "decay", "sign", "keep", "damp"}, 1, func(in []VecVirtual, c constants) []VecVirtual {
		_, b := momentum(in, c)
		return []VecVirtual{l.fnma(c(0), b, l.copy(in[0])), b}
	})
	l.stream("vectorSGDNesterov"+l.name, 3, 2, []string{"lr", "decay", "sign", "keep", "damp", "mu"}, 1, func(in []VecVirtual, c constants) []VecVirtual {
		d, b := momentum(in, c)
		return []VecVirtual{l.fnma(c(0), l.fma(c(5), b, d), l.copy(in[0])), b}
	})
	names := []string{"step", "decay", "sign", "shrink", "beta1", "rest1", "beta2", "rest2", "root", "eps"}
	adam := func(in []VecVirtual, c constants) (p, m, v VecVirtual) {
		d := gradient(in[0], in[1], c(2), c(1))
		m = l.flush(l.fma(c(4), in[2], l.mul(c(5), d)))
		v = l.flush(l.fma(c(6), in[3], l.mul(c(7), l.mul(d, d))))
		return l.mul(in[0], c(3)), m, v
	}
	move := func(p, m, v VecVirtual, c constants) VecVirtual {
		return l.fnma(c(0), l.div(m, l.fma(l.sqrt(v), c(8), l.copy(c(9)))), p)
	}
	l.stream("vectorAdam"+l.name, 4, 3, names, 1, func(in []VecVirtual, c constants) []VecVirtual {
		p, m, v := adam(in, c)
		return []VecVirtual{move(p, m, v, c), m, v}
	})
	l.stream("vectorAMSGrad"+l.name, 5, 4, names, 1, func(in []VecVirtual, c constants) []VecVirtual {
		p, m, v := adam(in, c)
		most := l.maximum(in[4], v)
		return []VecVirtual{move(p, m, most, c), m, v, most}
	})

	// average is keep*a + rest*x, flushed.
	average := func(keep, rest, a, x VecVirtual) VecVirtual { return l.flush(l.fma(keep, a, l.mul(rest, x))) }
	for _, centered := range []bool{false, true} {
		for _, momentum := range []bool{false, true} {
			name, states := "vectorRMSprop", 1
			if centered {
				name, states = name+"Centered", states+1
			}
			if momentum {
				name, states = name+"Momentum", states+1
			}
			l.stream(name+l.name, 2+states, 1+states, []string{"lr", "decay", "sign", "alpha", "rest", "eps", "mu"}, 1,
				func(in []VecVirtual, c constants) []VecVirtual {
					d := gradient(in[0], in[1], c(2), c(1))
					square := average(c(3), c(4), in[2], l.mul(d, d))
					out, spread := []VecVirtual{nil, square}, square
					if centered {
						mean := l.flush(l.fma(c(4), l.sub(d, in[3]), l.copy(in[3])))
						out, spread = append(out, mean), l.fnma(mean, mean, l.copy(square))
					}
					move := l.div(d, l.add(l.sqrt(spread), c(5)))
					if momentum {
						move = l.flush(l.fma(c(6), in[1+states], move))
						out = append(out, move)
					}
					out[0] = l.fnma(c(0), move, l.copy(in[0]))
					return out
				})
		}
	}
	l.stream("vectorAdagrad"+l.name, 3, 2, []string{"lr", "decay", "sign", "eps"}, 1, func(in []VecVirtual, c constants) []VecVirtual {
		d := gradient(in[0], in[1], c(2), c(1))
		sum := l.flush(l.fma(d, d, l.copy(in[2])))
		return []VecVirtual{l.fnma(c(0), l.div(d, l.add(l.sqrt(sum), c(3))), l.copy(in[0])), sum}
	})
	l.stream("vectorAdadelta"+l.name, 4, 3, []string{"lr", "decay", "sign", "rho", "rest", "eps"}, 1, func(in []VecVirtual, c constants) []VecVirtual {
		d := gradient(in[0], in[1], c(2), c(1))
		square := average(c(3), c(4), in[2], l.mul(d, d))
		delta := l.mul(l.div(l.sqrt(l.add(in[3], c(5))), l.sqrt(l.add(square, c(5)))), d)
		return []VecVirtual{l.fnma(c(0), delta, l.copy(in[0])), square, average(c(3), c(4), in[3], l.mul(delta, delta))}
	})
}
