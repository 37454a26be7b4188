package main

import . "github.com/mmcloughlin/avo/reg"

// flush sets to zero what is closer to it than tiny in optim.go.
func (l *lanes) flush(v VecVirtual) VecVirtual {
	return l.choose(l.compare(less, l.magnitude(v), l.number(1.2e-38)), l.zero(), v)
}

// vectorOptimizers emits one step of SGD and Adam. The formulas and the constants'
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
}
