package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// moments emits the loops of normalisations, which calculate in float64; the formulas are
// those of internal/kernel/normalise.go. n is a multiple of the lanes of float64.
func moments() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		l.doubleSums("momentsSum", "func(x *float32, n int) (sum float64)", []string{"x"}, nil, 1,
			func(in, _, sum []VecVirtual) { VADDPD(in[0], sum[0], sum[0]) })
		l.doubleSums("momentsDeviations", "func(x *float32, n int, mean float64) (sum float64)", []string{"x"}, []string{"mean"}, 1,
			func(in, c, sum []VecVirtual) {
				d := l.do(VSUBPD, in[0], c[0])
				VFMADD231PD(d, d, sum[0])
			})
		l.doubleSums("momentsProducts", "func(gs, x *float32, n int, mean float64) (sum, dot float64)", []string{"gs", "x"}, []string{"mean"}, 2,
			func(in, c, sum []VecVirtual) {
				VADDPD(in[0], sum[0], sum[0])
				VFMADD231PD(in[0], l.do(VSUBPD, in[1], c[0]), sum[1])
			})
		l.doubles("momentsAffine", "func(dst, x *float32, n int, mean, scale, shift float64)", []string{"x"}, []string{"mean", "scale", "shift"},
			func(in, c []VecVirtual) VecVirtual {
				return l.addDouble(l.do(VMULPD, l.do(VSUBPD, in[0], c[0]), c[1]), c[2])
			})
		l.doubles("momentsCentred", "func(dst, gs, x *float32, n int, weight, mean, scale, shift, slope float64)", []string{"gs", "x"},
			[]string{"weight", "mean", "scale", "shift", "slope"},
			func(in, c []VecVirtual) VecVirtual {
				fall := l.do(VMULPD, l.do(VSUBPD, in[1], c[1]), c[4])
				return l.do(VMULPD, c[2], l.do(VSUBPD, l.do(VSUBPD, l.do(VMULPD, in[0], c[0]), c[3]), fall))
			})
		// The same with a weight for each element.
		l.doubleSums("momentsProductsEach", "func(gs, x, w *float32, n int, mean float64) (sum, dot float64)", []string{"gs", "x", "w"}, []string{"mean"}, 2,
			func(in, c, sum []VecVirtual) {
				v := l.do(VMULPD, in[0], in[2])
				VADDPD(v, sum[0], sum[0])
				VFMADD231PD(v, l.do(VSUBPD, in[1], c[0]), sum[1])
			})
		l.doubles("momentsAffineEach", "func(dst, x, w, b *float32, n int, mean, scale float64)", []string{"x", "w", "b"}, []string{"mean", "scale"},
			func(in, c []VecVirtual) VecVirtual {
				return l.addDouble(l.do(VMULPD, l.do(VMULPD, l.do(VSUBPD, in[0], c[0]), c[1]), in[1]), in[2])
			})
		l.doubles("momentsCentredEach", "func(dst, gs, x, w *float32, n int, mean, scale, shift, slope float64)", []string{"gs", "x", "w"},
			[]string{"mean", "scale", "shift", "slope"},
			func(in, c []VecVirtual) VecVirtual {
				fall := l.do(VMULPD, l.do(VSUBPD, in[1], c[0]), c[3])
				return l.do(VMULPD, c[1], l.do(VSUBPD, l.do(VSUBPD, l.do(VMULPD, in[0], in[2]), c[2]), fall))
			})
		l.accumulate()
		if !l.wide() { // AVX-512 takes the same
			l.summary()
		}
	}
}

// accumulate emits the kernel that adds to a sum and a product of its own for each
// element.
func (l *lanes) accumulate() {
	TEXT("momentsAccumulate"+l.name, NOSPLIT, "func(sums, dots *float64, gs, x *float32, n int, mean, scale float64)")
	Pragma("noescape")
	sums, dots := Load(Param("sums"), GP64()), Load(Param("dots"), GP64())
	l.eachDouble([]string{"gs", "x"}, []string{"mean", "scale"}, 2, func(in, c []VecVirtual, at GPVirtual, k int) {
		add := func(to Register, v VecVirtual) {
			m := Mem{Base: to, Index: at, Scale: 2, Disp: k * l.width}
			VMOVUPD(l.do(VADDPD, v, m), m)
		}
		add(sums, in[0])
		add(dots, l.do(VMULPD, l.do(VMULPD, in[0], l.do(VSUBPD, in[1], c[0])), c[1]))
	})
	VZEROUPPER()
	RET()
}

// doubleSums emits a kernel that adds to so many totals of float64, four vectors each;
// step does it for one vector of each input.
func (l *lanes) doubleSums(name, signature string, inputs, constants []string, totals int, step func(in, c, sum []VecVirtual)) {
	TEXT(name+l.name, NOSPLIT, signature)
	Pragma("noescape")
	const vectors = 4
	var sum [vectors][]VecVirtual
	for k := range sum {
		for range totals {
			sum[k] = append(sum[k], l.zero())
		}
	}
	l.eachDouble(inputs, constants, vectors, func(in, c []VecVirtual, _ GPVirtual, k int) { step(in, c, sum[k]) })
	for i := range totals {
		total := l.addDouble(l.addDouble(sum[0][i], sum[1][i]), l.addDouble(sum[2][i], sum[3][i]))
		to, err := ReturnIndex(i).Resolve()
		if err != nil {
			panic(err)
		}
		VMOVSD(l.fold(total, 8, l.addDouble).AsX(), to.Addr)
	}
	VZEROUPPER()
	RET()
}

// doubles emits a kernel that writes a formula of each element.
func (l *lanes) doubles(name, signature string, inputs, constants []string, formula func(in, c []VecVirtual) VecVirtual) {
	TEXT(name+l.name, NOSPLIT, signature)
	Pragma("noescape")
	dst := Load(Param("dst"), GP64())
	l.eachDouble(inputs, constants, 2, func(in, c []VecVirtual, at GPVirtual, k int) {
		y, to := formula(in, c), Mem{Base: dst, Index: at, Scale: 1, Disp: k * l.width / 2}
		if l.wide() {
			d := YMM()
			VCVTPD2PS(y, d)
			VMOVUPS(d, to)
		} else {
			d := XMM()
			VCVTPD2PSY(y, d)
			VMOVUPS(d, to)
		}
	})
	VZEROUPPER()
	RET()
}

// eachDouble emits the loops over n elements, read as vectors of float64: unroll a turn,
// then one.
func (l *lanes) eachDouble(inputs, constants []string, unroll int, body func(in, c []VecVirtual, at GPVirtual, k int)) {
	var pointers []Register
	for _, name := range inputs {
		pointers = append(pointers, Load(Param(name), GP64()))
	}
	var c []VecVirtual
	for _, name := range constants {
		parameter, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		d := l.vector()
		VBROADCASTSD(parameter.Addr, d)
		c = append(c, d)
	}
	left, at := GP64(), GP64()
	Load(Param("n"), left)
	XORQ(at, at)
	count := l.width / 8
	for _, turn := range []struct {
		name    string
		vectors int
	}{{"turn", unroll}, {"vector", 1}} {
		SUBQ(Imm(uint64(turn.vectors*count)), left)
		JL(LabelRef(turn.name + "_done"))
		Label(turn.name)
		for k := range turn.vectors {
			var in []VecVirtual
			for _, p := range pointers {
				d := l.vector()
				VCVTPS2PD(Mem{Base: p, Index: at, Scale: 1, Disp: k * l.width / 2}, d)
				in = append(in, d)
			}
			body(in, c, at, k)
		}
		ADDQ(Imm(uint64(turn.vectors*l.width/2)), at)
		SUBQ(Imm(uint64(turn.vectors*count)), left)
		JGE(LabelRef(turn.name))
		Label(turn.name + "_done")
		ADDQ(Imm(uint64(turn.vectors*count)), left)
	}
}

// summary emits the loop of Summarise: sums of x, of its squares and magnitudes in float64, how many
// are zero, the least and the greatest. One that is not finite shows in the squares; then the rest means nothing.
func (l *lanes) summary() {
	TEXT("momentsSummary"+l.name, NOSPLIT, "func(x *float32, n int) (sum, squares, magnitudes float64, zeros int, least, most float64)")
	Pragma("noescape")
	const vectors = 2
	infinity := func(pattern uint32) VecVirtual {
		d := l.vector()
		VCVTPS2PD(l.bits(pattern).AsX(), d)
		return d
	}
	magnitude := l.vector() // all bits but the sign
	VPCMPEQQ(magnitude, magnitude, magnitude)
	VPSRLQ(U8(1), magnitude, magnitude)
	var sum, squares, magnitudes, zeros, least, most [vectors]VecVirtual
	for k := range vectors {
		sum[k], squares[k], magnitudes[k], zeros[k] = l.zero(), l.zero(), l.zero(), l.zero()
		least[k], most[k] = infinity(0x7f800000), infinity(0xff800000)
	}
	l.eachDouble([]string{"x"}, nil, vectors, func(in, _ []VecVirtual, _ GPVirtual, k int) {
		x := in[0]
		VADDPD(x, sum[k], sum[k])
		VFMADD231PD(x, x, squares[k])
		VMINPD(x, least[k], least[k])
		VMAXPD(x, most[k], most[k])
		VADDPD(l.do(VANDPD, x, magnitude), magnitudes[k], magnitudes[k])
		zero := l.vector()
		VCMPPD(U8(0), constant(0, 8), x, zero) // all bits, as a whole number -1
		VPSUBQ(zero, zeros[k], zeros[k])
	})
	join := func(v [vectors]VecVirtual, f func(...Op)) VecVirtual {
		both := func(a, b VecVirtual) VecVirtual { return l.do(f, a, b) }
		return l.fold(both(v[0], v[1]), 8, both)
	}
	give := func(i int, v VecVirtual, move func(Op, Op)) {
		to, err := ReturnIndex(i).Resolve()
		if err != nil {
			panic(err)
		}
		move(v.AsX(), to.Addr)
	}
	give(0, join(sum, VADDPD), func(v, to Op) { VMOVSD(v, to) })
	give(1, join(squares, VADDPD), func(v, to Op) { VMOVSD(v, to) })
	give(2, join(magnitudes, VADDPD), func(v, to Op) { VMOVSD(v, to) })
	give(3, join(zeros, VPADDQ), func(v, to Op) { VMOVQ(v, to) })
	give(4, join(least, VMINPD), func(v, to Op) { VMOVSD(v, to) })
	give(5, join(most, VMAXPD), func(v, to Op) { VMOVSD(v, to) })
	VZEROUPPER()
	RET()
}
