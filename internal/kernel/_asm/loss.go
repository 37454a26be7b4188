package main

import (
	"math"

	. "github.com/mmcloughlin/avo/reg"
)

// loss emits the kernels of losses that work element by element; the formulas are those
// of internal/kernel/bce.go.
func loss() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		l.stream("lossBCE"+l.name, 2, 1, nil, 1, func(in []VecVirtual, _ constants) []VecVirtual {
			x, t := in[0], in[1]
			yes := l.mul(t, l.max(l.number(-100), l.log(x))) // max takes its second operand where it is NaN
			return []VecVirtual{l.sub(l.mul(l.sub(t, l.number(1)), l.logOfRest(x)), yes)}
		})
		l.stream("lossBCEGrad"+l.name, 2, 1, []string{"scale"}, 2, func(in []VecVirtual, c constants) []VecVirtual {
			x, t := in[0], in[1]
			width := l.max(l.number(9.999999960041972e-13), l.mul(l.sub(l.number(1), x), x))
			return []VecVirtual{l.mul(l.div(l.sub(x, t), width), c(0))}
		})
	}
}

// logOfRest is log(1-x) of a probability; -100 for 1 and NaN above. Below 0 it is any
// number: the logarithm of x itself is NaN there.
func (l *lanes) logOfRest(x VecVirtual) VecVirtual {
	one := l.number(1)
	u := l.sub(one, x)
	lost := l.sub(l.sub(one, u), x)
	n := l.shiftRight(l.subInt(u, l.bits(math.Float32bits(math.Sqrt2/2))), 23)
	power := l.shiftLeft(n, 23)
	f := l.fma(lost, l.subInt(one, power), l.sub(l.subInt(u, power), one))
	y := l.logarithmOf(f, l.toFloat(n))
	y = l.choose(l.compare(notAtLeast, u, l.zero()), l.bits(0x7fc00000), y)
	return l.choose(l.compare(equal, u, l.zero()), l.number(-100), y)
}
