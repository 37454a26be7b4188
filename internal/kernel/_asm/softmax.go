package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// softmaxes emits the softmax of rows, with log its logarithm, and their gradients.
// Rows of up to two vectors stay in registers, and all have the same two masks.
func softmaxes(l *lanes) {
	for _, log := range []bool{false, true} {
		name := "Softmax"
		if log {
			name = "LogSoftmax"
		}
		emit := func(suffix string, in []string, short func(in [][2]VecVirtual, places [2]place) [2]VecVirtual, long func(p []Register, n GPVirtual)) {
			signature := "func(out"
			for _, s := range in {
				signature += ", " + s
			}
			TEXT("reduce"+name+suffix+l.name, NOSPLIT, signature+" *float32, rows, n int)")
			Pragma("noescape")
			pointers := append([]string{"out"}, in...)
			length := GP64()
			Load(Param("n"), length)
			CMPQ(length, U32(uint32(2*l.width/4)))
			JG(LabelRef("long"))
			l.shortRows(pointers, short)
			Label("long")
			l.eachRow(nil, pointers, long)
		}
		emit("", []string{"x"},
			func(in [][2]VecVirtual, places [2]place) [2]VecVirtual { return l.softmaxShort(in[0], places, log) },
			func(p []Register, n GPVirtual) { l.softmaxLong(p[0], p[1], n, log) })
		emit("Back", []string{"y", "gradient"},
			func(in [][2]VecVirtual, _ [2]place) [2]VecVirtual { return l.softmaxBackShort(in[0], in[1], log) },
			func(p []Register, n GPVirtual) { l.softmaxBackLong(p[0], p[1], p[2], n, log) })
	}
	// out = e^x * k for rows, each with a k of its own.
	TEXT("reduceScaledExp"+l.name, NOSPLIT, "func(k, out, x *float32, rows, n int)")
	Pragma("noescape")
	l.eachRow([]string{"k"}, []string{"out", "x"}, func(p []Register, n GPVirtual) {
		k, at := l.vector(), GP64()
		VBROADCASTSS(Mem{Base: p[0]}, k)
		XORQ(at, at)
		l.walk("exp", n, at, 2, func(q place, _ int) { q.store(l.mul(l.expBelow(q.load(p[2])), k), p[1]) })
	})
}

// shortRows emits the loop over rows of up to two vectors. The first pointer is the
// result's.
func (l *lanes) shortRows(pointers []string, formula func(in [][2]VecVirtual, places [2]place) [2]VecVirtual) {
	var p []Register
	for _, name := range pointers {
		p = append(p, Load(Param(name), GP64()))
	}
	rows, n, second, none := GP64(), GP64(), GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("n"), n)
	MOVQ(n, second)
	XORQ(none, none)
	SUBQ(U32(uint32(l.width/4)), second)
	CMOVQLT(none, second)
	places := [2]place{{l, nil, 0, l.first(n)}, {l, nil, l.width, l.first(second)}}
	Label("short_rows")
	var in [][2]VecVirtual
	for _, base := range p[1:] {
		in = append(in, [2]VecVirtual{places[0].load(base), places[1].load(base)})
	}
	y := formula(in, places)
	whole := place{l, nil, 0, nil} // a masked store costs many times a plain one
	CMPQ(n, U32(uint32(l.width/4)))
	JL(LabelRef("narrow"))
	whole.store(y[0], p[0])
	JE(LabelRef("next"))
	places[1].store(y[1], p[0])
	JMP(LabelRef("next"))
	Label("narrow")
	places[0].store(y[0], p[0])
	Label("next")
	for _, pointer := range p {
		LEAQ(Mem{Base: pointer, Index: n, Scale: 4}, pointer)
	}
	DECQ(rows)
	JNZ(LabelRef("short_rows"))
	VZEROUPPER()
	RET()
}

// expBelow is e^x for x up to 88: exp without what larger ones need.
func (l *lanes) expBelow(x VecVirtual) VecVirtual {
	p, n := l.exponential(l.max(l.number(-104), x))
	y := l.add(p, l.number(1))
	if l.wide() {
		return l.scale(y, n)
	}
	power := l.shiftLeft(l.addInt(l.toInt(n), l.bits(127+64)), 23) // 2^(n+64) is never a denormal
	return l.mul(l.mul(y, power), l.number(0x1p-64))
}

// softmaxEnd is, of the sum s of the exponentials in float64, what is left to do: the
// factor 1/s, or log(s) to be taken off. s is at least 1, or NaN; its logarithm keeps
// what s has beyond float32, since near 1 that is all there is.
func (l *lanes) softmaxEnd(s VecVirtual, log bool) VecVirtual {
	if !log {
		one := XMM()
		inverse := l.vector()
		VCVTSS2SD(l.number(1).AsX(), l.number(1).AsX(), one)
		VDIVSD(s.AsX(), one, one)
		VCVTSD2SS(one, one, one)
		VBROADCASTSS(one, inverse)
		return inverse
	}
	high, lost := l.narrow(s), XMM()
	VCVTSS2SD(high.AsX(), high.AsX(), lost)
	VSUBSD(lost, s.AsX(), lost)
	VCVTSD2SS(lost, lost, lost)
	low := l.vector()
	VBROADCASTSS(lost, low)
	y := l.logarithm(high, low, nil)
	return l.choose(l.compare(unordered, high, high), high, y)
}

// softmaxShort is the formulas at kernel.Softmax on a row in two vectors. NaN and +Inf
// make NaN of the sum whatever the maximum is.
func (l *lanes) softmaxShort(x [2]VecVirtual, places [2]place, log bool) (y [2]VecVirtual) {
	lowest := l.bits(0xff800000)
	highest := l.fold(l.max(places[0].or(x[0], lowest), places[1].or(x[1], lowest)), 4, l.max)
	s := l.newSums(2)
	zero := l.zero()
	for k := range x {
		x[k] = l.sub(x[k], highest)
		y[k] = places[k].or(l.expBelow(x[k]), zero)
		s.add(y[k], k)
	}
	end := l.softmaxEnd(s.all(), log)
	for k := range x {
		if log {
			y[k] = l.sub(x[k], end)
		} else {
			y[k] = l.mul(y[k], end)
		}
	}
	return y
}

func (l *lanes) softmaxLong(out, x Register, n GPVirtual, log bool) {
	at, lowest := GP64(), l.bits(0xff800000)
	XORQ(at, at)
	var most [4]VecVirtual
	for k := range most {
		most[k] = l.copy(lowest)
	}
	l.walk("max", n, at, len(most), func(p place, k int) {
		l.into(most[k], l.max(p.or(p.load(x), lowest), most[k]))
	})
	highest := l.fold(l.max(l.max(most[0], most[1]), l.max(most[2], most[3])), 4, l.max)
	s := l.newSums(2)
	XORQ(at, at)
	l.walk("exp", n, at, 2, func(p place, k int) {
		e := l.expBelow(l.sub(p.load(x), highest))
		if p.selected != nil {
			e = p.or(e, l.zero())
		}
		s.add(e, k)
		if !log {
			p.store(e, out)
		}
	})
	end := l.softmaxEnd(s.all(), log)
	XORQ(at, at)
	l.walk("end", n, at, 4, func(p place, _ int) {
		if log {
			p.store(l.sub(l.sub(p.load(x), highest), end), out)
		} else {
			p.store(l.mul(p.load(out), end), out)
		}
	})
}

// softmaxBack is the formula at kernel.SoftmaxBack; s is sum(g), or sum(g*y).
func (l *lanes) softmaxBack(y, g, s VecVirtual, log bool) VecVirtual {
	if log {
		return l.fnma(l.expBelow(y), s, l.copy(g))
	}
	return l.mul(y, l.sub(g, s))
}

func (l *lanes) softmaxBackSum(s *sums, y, g VecVirtual, log bool, k int) {
	if log {
		s.add(g, k)
	} else {
		s.addProduct(g, y, k)
	}
}

func (l *lanes) softmaxBackShort(y, g [2]VecVirtual, log bool) (dx [2]VecVirtual) {
	s := l.newSums(2)
	for k := range y {
		l.softmaxBackSum(s, y[k], g[k], log, k)
	}
	end := l.narrow(s.all())
	for k := range y {
		dx[k] = l.softmaxBack(y[k], g[k], end, log)
	}
	return dx
}

func (l *lanes) softmaxBackLong(out, y, g Register, n GPVirtual, log bool) {
	at := GP64()
	XORQ(at, at)
	s := l.newSums(2)
	l.walk("sum", n, at, 2, func(p place, k int) {
		if log {
			l.softmaxBackSum(s, nil, p.load(g), log, k)
		} else {
			l.softmaxBackSum(s, p.load(y), p.load(g), log, k)
		}
	})
	end := l.narrow(s.all())
	XORQ(at, at)
	l.walk("end", n, at, 2, func(p place, _ int) { p.store(l.softmaxBack(p.load(y), p.load(g), end, log), out) })
}
