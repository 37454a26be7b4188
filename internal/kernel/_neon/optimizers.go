package main

// flush sets to zero what is closer to it than tiny in ../optim.go.
func (l *lanes) flush(v reg) reg { return l.unless(l.less(l.magnitude(v), l.number(1.2e-38)), v) }

// optimizers writes one step of SGD and Adam. The formulas and the constants' names
// stand in ../optim_*.go; sign is -1 to maximise.
func optimizers(f *file) {
	// Without decay an infinite weight has no part in the gradient.
	gradient := func(l *lanes, w, g, sign, decay reg) reg {
		return l.fma(sign, g, l.unless(l.equal(decay, l.zero()), l.mul(decay, w)))
	}
	f.emit(kernel{name: "vectorSGDNEON", inputs: 2, outputs: 1, constants: []string{"lr", "decay", "sign"}, unroll: 2,
		formula: func(l *lanes, _ int, in, c []reg) []reg {
			return []reg{l.fnma(c[0], gradient(l, in[0], in[1], c[2], c[1]), in[0])}
		}})
	momentum := func(l *lanes, in, c []reg) (d, b reg) {
		d = gradient(l, in[0], in[1], c[2], c[1])
		return d, l.flush(l.fma(c[3], in[2], l.mul(c[4], d)))
	}
	f.emit(kernel{name: "vectorSGDMomentumNEON", inputs: 3, outputs: 2, constants: []string{"lr", "decay", "sign", "keep", "damp"}, unroll: 1,
		formula: func(l *lanes, _ int, in, c []reg) []reg {
			_, b := momentum(l, in, c)
			return []reg{l.fnma(c[0], b, in[0]), b}
		}})
	f.emit(kernel{name: "vectorSGDNesterovNEON", inputs: 3, outputs: 2, constants: []string{"lr", "decay", "sign", "keep", "damp", "mu"}, unroll: 1,
		formula: func(l *lanes, _ int, in, c []reg) []reg {
			d, b := momentum(l, in, c)
			return []reg{l.fnma(c[0], l.fma(c[5], b, d), in[0]), b}
		}})
	f.emit(kernel{name: "vectorAdamNEON", inputs: 4, outputs: 3, unroll: 1,
		constants: []string{"step", "decay", "sign", "shrink", "beta1", "rest1", "beta2", "rest2", "root", "eps"},
		formula: func(l *lanes, _ int, in, c []reg) []reg {
			p := l.mul(in[0], c[3])
			d := gradient(l, p, in[1], c[2], c[1])
			m := l.flush(l.fma(c[4], in[2], l.mul(c[5], d)))
			v := l.flush(l.fma(c[6], in[3], l.mul(c[7], l.mul(d, d))))
			return []reg{l.fnma(c[0], l.div(m, l.fma(l.sqrt(v), c[8], c[9])), p), m, v}
		}})
}
