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
		l.columns()
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

// columns emits the kernels over rows of columns, each of which has a float64 in some
// arrays; the formulas are those of internal/kernel/normalise_columns.go, without fused
// products, so that the elements after the last whole vector have the same bits.
func (l *lanes) columns() {
	type operand = func(array string) Mem
	kernel := func(name, signature string, inputs, arrays []string, body func(in []VecVirtual, of operand) (written VecVirtual)) {
		TEXT("momentsColumn"+name+l.name, NOSPLIT, signature)
		Pragma("noescape")
		base := map[string]Register{}
		for _, a := range arrays {
			base[a] = Load(Param(a), GP64())
		}
		l.eachDouble(inputs, nil, 2, func(in, _ []VecVirtual, at GPVirtual, k int) {
			of := func(array string) Mem { return Mem{Base: base[array], Index: at, Scale: 2, Disp: k * l.width} }
			if v := body(in, of); v != nil {
				l.storeSingle(v, Mem{Base: base["dst"], Index: at, Scale: 1, Disp: k * l.width / 2})
			}
		})
		VZEROUPPER()
		RET()
	}
	add := func(to Mem, v VecVirtual) { VMOVUPD(l.do(VADDPD, v, to), to) }
	// a - m and a * m, of a register and memory.
	less := func(a VecVirtual, m Mem) VecVirtual { return l.do(VSUBPD, a, m) }
	times := func(a VecVirtual, m Mem) VecVirtual { return l.do(VMULPD, a, m) }
	kernel("Sums", "func(sums *float64, x *float32, n int)", []string{"x"}, []string{"sums"},
		func(in []VecVirtual, of operand) VecVirtual {
			add(of("sums"), in[0])
			return nil
		})
	kernel("Deviations", "func(m2, mean *float64, x *float32, n int)", []string{"x"}, []string{"m2", "mean"},
		func(in []VecVirtual, of operand) VecVirtual {
			d := less(in[0], of("mean"))
			add(of("m2"), l.do(VMULPD, d, d))
			return nil
		})
	kernel("Products", "func(sums, dots, mean *float64, gs, x *float32, n int)", []string{"gs", "x"}, []string{"sums", "dots", "mean"},
		func(in []VecVirtual, of operand) VecVirtual {
			add(of("sums"), in[0])
			add(of("dots"), l.do(VMULPD, in[0], less(in[1], of("mean"))))
			return nil
		})
	kernel("Affine", "func(dst, x *float32, mean, scale, shift *float64, n int)", []string{"x"}, []string{"dst", "mean", "scale", "shift"},
		func(in []VecVirtual, of operand) VecVirtual {
			return l.do(VADDPD, times(less(in[0], of("mean")), of("scale")), of("shift"))
		})
	kernel("Centred", "func(dst, gs, x *float32, mean, scale, shift, slope *float64, n int)", []string{"gs", "x"},
		[]string{"dst", "mean", "scale", "shift", "slope"}, func(in []VecVirtual, of operand) VecVirtual {
			fall := times(less(in[1], of("mean")), of("slope"))
			return times(l.do(VSUBPD, less(in[0], of("shift")), fall), of("scale"))
		})
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
		l.storeSingle(formula(in, c), Mem{Base: dst, Index: at, Scale: 1, Disp: k * l.width / 2})
	})
	VZEROUPPER()
	RET()
}

// storeSingle writes a vector of float64 as float32.
func (l *lanes) storeSingle(v VecVirtual, to Mem) {
	if l.wide() {
		d := YMM()
		VCVTPD2PS(v, d)
		VMOVUPS(d, to)
		return
	}
	d := XMM()
	VCVTPD2PSY(v, d)
	VMOVUPS(d, to)
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

// summary emits the loop of Summarise over whole vectors: sums of x, of its squares and
// magnitudes in float64, how many are zero, the least and the greatest. One that is not finite shows in
// the squares; then the rest means nothing. Sums are products with 1, since additions, comparisons and
// conversions share what carries them out.
func (l *lanes) summary() {
	TEXT("momentsSummary"+l.name, NOSPLIT, "func(x *float32, n int) (sum, squares, magnitudes float64, zeros int32, least, most float32)")
	Pragma("noescape")
	one, zero, magnitude := l.vector(), l.zero(), l.vector()
	VCVTPS2PD(l.number(1).AsX(), one)
	VPCMPEQQ(magnitude, magnitude, magnitude)
	VPSRLQ(U8(1), magnitude, magnitude) // all bits but the sign
	var sum, squares, magnitudes [2]VecVirtual
	for k := range sum {
		sum[k], squares[k], magnitudes[k] = l.zero(), l.zero(), l.zero()
	}
	zeros, least, most := l.zero(), l.bits(0x7f800000), l.bits(0xff800000)
	x, left, at := Load(Param("x"), GP64()), GP64(), GP64()
	Load(Param("n"), left)
	XORQ(at, at)
	SUBQ(Imm(8), left)
	JL(LabelRef("end"))
	Label("turn")
	v := l.vector()
	VMOVUPS(Mem{Base: x, Index: at, Scale: 1}, v)
	VMINPS(v, least, least)
	VMAXPS(v, most, most)
	VCMPPS(U8(equal), zero, v, v) // all bits, as a whole number -1
	VPSUBD(v, zeros, zeros)
	for k := range sum {
		d := l.vector()
		VCVTPS2PD(Mem{Base: x, Index: at, Scale: 1, Disp: 16 * k}, d)
		VFMADD231PD(d, one, sum[k])
		VFMADD231PD(d, d, squares[k])
		VFMADD231PD(l.do(VANDPD, d, magnitude), one, magnitudes[k])
	}
	ADDQ(Imm(32), at)
	SUBQ(Imm(8), left)
	JGE(LabelRef("turn"))
	Label("end")
	give := func(i int, v VecVirtual, move func(...Op)) { // VMOVSD or VMOVSS
		to, err := ReturnIndex(i).Resolve()
		if err != nil {
			panic(err)
		}
		move(v.AsX(), to.Addr)
	}
	for i, s := range [][2]VecVirtual{sum, squares, magnitudes} {
		give(i, l.fold(l.addDouble(s[0], s[1]), 8, l.addDouble), VMOVSD)
	}
	n := GP32()
	VMOVD(l.fold(zeros, 4, l.addInt).AsX(), n)
	Store(n, ReturnIndex(3))
	give(4, l.fold(least, 4, l.min), VMOVSS)
	give(5, l.fold(most, 4, l.max), VMOVSS)
	VZEROUPPER()
	RET()
}
