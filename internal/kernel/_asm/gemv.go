package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.dots, in bytes; TestTileLayout compares.
const (
	dotsK     = 0
	dotsCount = 8
	dotsA     = 16
	dotsARS   = 24
	dotsX     = 32
	dotsXRS   = 40
	dotsC     = 48
	dotsCRS   = 56
	dotsBias  = 64
	dotsMask  = 72
	dotsFlags = 80
)

// gemv emits the products with a vector, and those of a few rows with rows.
func gemv() {
	for vectors := 1; vectors <= 8; vectors++ {
		gemvColumns(avx512(), vectors)
		gemvColumns(avx2(), vectors)
	}
	gemvRows(avx512())
	gemvRows(avx2())
	for rows := 1; rows <= 4; rows++ {
		gemmDots(avx512(), rows)
	}
	for rows := 1; rows <= 2; rows++ {
		gemmDots(avx2(), rows)
	}
}

// gemvColumns emits c = x b for vectors of contiguous columns of b. Narrow ones keep
// several sums, for every so many rows of b, since one multiply-add waits for the last.
func gemvColumns(v vectorSet, vectors int) {
	TEXT(fmt.Sprintf("gemvColumns%sx%d", v.name, vectors), NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Doc(fmt.Sprintf("is the product of one row and a matrix of %d vectors of %d bytes, the last one masked. t is a *tile.", vectors, v.width))
	Load(Param("t"), RAX)
	field := func(offset int) Mem { return Mem{Base: RAX, Disp: offset} }
	k, x, xs, b, brs := RCX, RSI, R10, R11, R12
	MOVQ(field(tileK), k)
	MOVQ(field(tileA), x)
	MOVQ(field(tileACS), xs)
	MOVQ(field(tileB), b)
	MOVQ(field(tileBRS), brs)
	MOVQ(field(tileC), RDX)
	MOVQ(field(tileMask), R15)
	if v.masks != nil {
		KMOVW(R15L, K1)
	}
	unroll := max(1, 8/vectors)
	sums := v.registers[:vectors*unroll]
	last := len(v.registers)
	row, element, scratch := v.registers[last-1], v.registers[last-2], v.registers[last-3]
	for _, r := range sums {
		v.zero(r)
	}
	step := func(u int) {
		v.broadcast(Mem{Base: x}, element)
		for j := range vectors {
			m := Mem{Base: b, Disp: j * v.width}
			if j < vectors-1 {
				v.fma(m, element, sums[u*vectors+j])
			} else {
				v.load(m, 0, row, scratch)
				v.fma(row, element, sums[u*vectors+j])
			}
		}
		ADDQ(xs, x)
		ADDQ(brs, b)
	}
	if unroll > 1 {
		SUBQ(Imm(uint64(unroll)), k)
		JL(LabelRef("rest"))
		Label("rows")
		for u := range unroll {
			step(u)
		}
		SUBQ(Imm(uint64(unroll)), k)
		JGE(LabelRef("rows"))
		Label("rest")
		ADDQ(Imm(uint64(unroll)), k)
		JZ(LabelRef("summed"))
	}
	Label("row")
	step(0)
	DECQ(k)
	JNZ(LabelRef("row"))
	Label("summed")
	for half := unroll / 2; half > 0; half /= 2 {
		for u := range half {
			for j := range vectors {
				v.add(sums[(u+half)*vectors+j], sums[u*vectors+j], sums[u*vectors+j])
			}
		}
	}
	MOVQ(field(tileFlags), RCX)
	load := func(m Mem, j int) {
		m.Disp = j * v.width
		if j < vectors-1 {
			v.move(m, row)
		} else {
			v.load(m, 0, row, scratch)
		}
	}
	each := func(m Mem) {
		for j := range vectors {
			load(m, j)
			v.add(row, sums[j], sums[j])
		}
	}
	when(flagAccumulate, func() { each(Mem{Base: RDX}) })
	when(flagBiasColumns, func() {
		MOVQ(field(tileBias), RSI)
		each(Mem{Base: RSI})
	})
	when(flagBiasRows, func() {
		MOVQ(field(tileBias), RSI)
		v.broadcast(Mem{Base: RSI}, element)
		for j := range vectors {
			v.add(element, sums[j], sums[j])
		}
	})
	when(flagReLU, func() { v.relu(sums[:vectors], element) })
	for j := range vectors {
		m := Mem{Base: RDX, Disp: j * v.width}
		switch {
		case j < vectors-1:
			v.move(sums[j], m)
		case v.masks != nil:
			v.move(sums[j], K1, m)
		default:
			v.move(Mem{Base: R15}, scratch)
			v.maskedMove(sums[j], scratch, m)
		}
	}
	VZEROUPPER()
	RET()
}

// relu emits the rectifier as the generic loop does it: NaN stays, -0 becomes +0.
func (v vectorSet) relu(sums []VecPhysical, zero VecPhysical) {
	v.zero(zero)
	for _, r := range sums {
		v.max(r, zero, r)
		v.add(zero, r, r)
	}
}

// dotsTails makes the mask of the last elements of a row of dots: K2, or in memory at
// R15. RCX holds k.
func dotsTails(v vectorSet) {
	ANDQ(Imm(uint64(v.width/4-1)), RCX)
	if v.masks != nil {
		bits(R15L)
		KMOVW(R15L, K2)
		foldMasks()
		return
	}
	MOVQ(Mem{Base: RAX, Disp: dotsMask}, R15)
	SHLQ(Imm(2), RCX)
	SUBQ(RCX, R15)
}

// bits sets r to the mask of the first CL lanes.
func bits(r GPPhysical) {
	MOVL(U32(1), r)
	SHLL(CL, r)
	DECL(r)
}

// foldMasks sets the masks that fold needs.
func foldMasks() {
	MOVL(U32(0xff00), R14L)
	KMOVW(R14L, K3)
	MOVL(U32(0xcccc), R14L)
	KMOVW(R14L, K4)
}

// fold emits the sums of the lanes of sums, a power of two of them: sum i becomes lane
// i of sums[0]. t are two registers to work in.
func fold(v vectorSet, sums, t []VecPhysical) {
	n := len(sums)
	at := func(i int) VecPhysical { return sums[i%n] }
	wide := v.masks != nil
	// halves sets a to the sums of a's halves, then of b's.
	halves := func(a, b VecPhysical) {
		if wide {
			VSHUFF32X4(U8(0x4e), b, a, t[0])
			VBLENDMPS(b, a, K3, t[1])
		} else {
			VPERM2F128(U8(0x21), b, a, t[0])
			VBLENDPS(U8(0xf0), b, a, t[1])
		}
		v.add(t[0], t[1], a)
	}
	kinds := min(n, 4) // sums that share each quarter of the result
	for e := range kinds {
		halves(at(e), at(4+e))
		if wide {
			if n > 8 {
				halves(at(8+e), at(12+e))
			}
			foldQuarters(v, at(e), at(8+e), t)
		}
	}
	for e := 0; e < kinds; e += 2 {
		a, b := at(e), at(e+1)
		VSHUFPS(U8(0x4e), b, a, t[0])
		if wide {
			VBLENDMPS(b, a, K4, t[1])
		} else {
			VBLENDPS(U8(0xcc), b, a, t[1])
		}
		v.add(t[0], t[1], a)
	}
	a, b := at(0), at(2)
	VSHUFPS(U8(0x88), b, a, t[0])
	VSHUFPS(U8(0xdd), b, a, t[1])
	v.add(t[0], t[1], a)
}

// foldQuarters adds neighbouring quarters of 512 bits: a's two sums, then b's.
func foldQuarters(v vectorSet, a, b VecPhysical, t []VecPhysical) {
	VSHUFF32X4(U8(0x88), b, a, t[0])
	VSHUFF32X4(U8(0xdd), b, a, t[1])
	v.add(t[0], t[1], a)
}

// gemvRows emits c = a x for contiguous rows of a: as many rows at a time as a vector
// has lanes, then 8, 4, 2 and 1.
func gemvRows(v vectorSet) {
	TEXT("gemvRows"+v.name, NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Doc("is the product of count rows and a vector. t is a *dots.")
	Load(Param("t"), RAX)
	field := func(offset int) Mem { return Mem{Base: RAX, Disp: offset} }
	MOVQ(field(dotsK), RCX)
	dotsTails(v)
	base, y, count, bias := R11, RDX, R14, R12
	MOVQ(field(dotsA), base)
	MOVQ(field(dotsARS), R9)
	MOVQ(field(dotsC), y)
	MOVQ(field(dotsCount), count)
	MOVQ(field(dotsBias), bias)
	lanes := v.width / 4
	t := v.registers[lanes : lanes+2]
	p := func(rows int) rowPointers {
		return rowPointers{[]GPPhysical{RSI, RDI, R8, R10}[:(rows+4)/5], R9, R13}
	}

	// finish emits the end of a group of rows: what follows the sums, and the next group.
	finish := func(rows int, group string) {
		part := func(r VecPhysical) Op {
			switch rows {
			case 16:
				return r
			case 8:
				return r.AsY()
			}
			return r.AsX()
		}
		load := func(m Mem, r VecPhysical) {
			switch rows {
			case 2:
				VMOVSD(m, r.AsX())
			case 1:
				VMOVSS(m, r.AsX())
			default:
				VMOVUPS(m, part(r))
			}
		}
		sums := v.registers[0]
		MOVQ(field(dotsFlags), RCX)
		skip := func(flag uint32, name string, body func()) {
			TESTQ(U32(flag), RCX)
			JZ(LabelRef(group + name))
			body()
			Label(group + name)
		}
		skip(flagAccumulate, "Accumulated", func() {
			load(Mem{Base: y}, t[0])
			VADDPS(part(t[0]), part(sums), part(sums))
		})
		skip(flagBiasColumns, "Biased", func() {
			load(Mem{Base: bias}, t[0])
			VADDPS(part(t[0]), part(sums), part(sums))
			ADDQ(U32(uint32(4*rows)), bias)
		})
		skip(flagBiasRows, "Shifted", func() {
			v.broadcast(Mem{Base: bias}, t[0])
			VADDPS(part(t[0]), part(sums), part(sums))
		})
		skip(flagReLU, "Rectified", func() { v.relu(v.registers[:1], t[0]) })
		switch rows {
		case 2:
			VMOVSD(sums.AsX(), Mem{Base: y})
		case 1:
			VMOVSS(sums.AsX(), Mem{Base: y})
		default:
			VMOVUPS(part(sums), Mem{Base: y})
		}
		ADDQ(U32(uint32(4*rows)), y)
		MOVQ(U32(uint32(rows)), RCX)
		SUBQ(RCX, count)
		IMULQ(R9, RCX)
		ADDQ(RCX, base)
	}

	if v.masks != nil {
		gemvShortRows(v, p(16), base, count, func(group string) { finish(16, group) })
	}
	for rows := lanes; rows >= 1; rows /= 2 {
		group := fmt.Sprintf("rows%d", rows)
		Label(group)
		CMPQ(count, Imm(uint64(rows)))
		JL(LabelRef(group + "Done"))
		unroll := min(lanes/rows, 8)
		sums := v.registers[:rows*unroll]
		for _, r := range sums {
			v.zero(r)
		}
		MOVQ(base, RSI)
		a := p(rows)
		a.start()
		x := RBX
		MOVQ(field(dotsX), x)
		MOVQ(field(dotsK), RCX)
		step := func(many int) {
			for u := range many {
				v.move(Mem{Base: x, Disp: u * v.width}, t[u%2])
				for i := range rows {
					v.fma(a.row(i).Offset(u*v.width), t[u%2], sums[u*rows+i])
				}
			}
			for _, r := range append([]GPPhysical{x}, a.pointers...) {
				ADDQ(U32(uint32(many*v.width)), r)
			}
		}
		loop := func(name string, many int) {
			SUBQ(U32(uint32(many*lanes)), RCX)
			JL(LabelRef(group + name + "Done"))
			Label(group + name)
			step(many)
			SUBQ(U32(uint32(many*lanes)), RCX)
			JGE(LabelRef(group + name))
			Label(group + name + "Done")
			ADDQ(U32(uint32(many*lanes)), RCX)
		}
		if unroll > 1 {
			loop("Many", unroll)
		}
		loop("One", 1)
		TESTQ(RCX, RCX)
		JZ(LabelRef(group + "Summed"))
		if v.masks != nil {
			VMOVUPS_Z(Mem{Base: x}, K2, t[0])
			for i := range rows {
				VFMADD231PS(a.row(i), t[0], K2, sums[i])
			}
		} else {
			mask, r := v.registers[lanes+2], v.registers[lanes+3]
			v.move(Mem{Base: R15}, mask)
			v.maskedMove(Mem{Base: x}, mask, t[0])
			for i := range rows {
				v.maskedMove(a.row(i), mask, r)
				v.fma(r, t[0], sums[i])
			}
		}
		Label(group + "Summed")
		for half := unroll / 2; half > 0; half /= 2 {
			for i := range half * rows {
				v.add(sums[half*rows+i], sums[i], sums[i])
			}
		}
		fold(v, sums[:rows], t)
		finish(rows, group)
		if rows == lanes {
			JMP(LabelRef(group))
		}
		Label(group + "Done")
	}
	VZEROUPPER()
	RET()
}

// gemvShortRows emits 16 rows at a time of at most 8 elements, two to a vector.
func gemvShortRows(v vectorSet, a rowPointers, base, count GPPhysical, finish func(group string)) {
	z := v.registers
	CMPQ(Mem{Base: RAX, Disp: dotsK}, Imm(8))
	JG(LabelRef("long"))
	MOVQ(Mem{Base: RAX, Disp: dotsK}, RCX)
	bits(R15L)
	KMOVW(R15L, K2)
	SHLL(Imm(8), R15L)
	KMOVW(R15L, K1)
	MOVQ(Mem{Base: RAX, Disp: dotsX}, RBX)
	VMOVUPS_Z(Mem{Base: RBX}, K2, Z20)
	VSHUFF32X4(U8(0x44), Z20, Z20, Z20)
	Label("short")
	CMPQ(count, Imm(16))
	JL(LabelRef("shortDone"))
	MOVQ(base, RSI)
	a.start()
	for i := range 8 {
		first := i + i/4*4 // rows 0 to 3 with 4 to 7, 8 to 11 with 12 to 15
		VMOVUPS_Z(a.row(first), K2, z[i])
		VMOVUPS(a.row(first+4).Offset(-32), K1, z[i])
		VMULPS(Z20, z[i], z[i])
	}
	for e := range 4 {
		foldQuarters(v, z[e], z[4+e], z[16:18])
	}
	for e := 0; e < 4; e += 2 {
		VSHUFPS(U8(0x4e), z[e+1], z[e], z[16])
		VBLENDMPS(z[e+1], z[e], K4, z[17])
		v.add(z[16], z[17], z[e])
	}
	VSHUFPS(U8(0x88), z[2], z[0], z[16])
	VSHUFPS(U8(0xdd), z[2], z[0], z[17])
	v.add(z[16], z[17], z[0])
	finish("short")
	JMP(LabelRef("short"))
	Label("shortDone")
	Label("long")
}

// gemmDots emits c = x a^T, rows of x times four rows of a at a time: both run along k,
// so that neither needs packing.
func gemmDots(v vectorSet, rows int) {
	TEXT(fmt.Sprintf("gemmDots%sx%d", v.name, rows), NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Doc(fmt.Sprintf("is the product of %d rows of x and count rows of a, column by column of c. t is a *dots.", rows))
	Load(Param("t"), RAX)
	field := func(offset int) Mem { return Mem{Base: RAX, Disp: offset} }
	MOVQ(field(dotsK), RCX)
	dotsTails(v)
	lanes := v.width / 4
	a := []GPPhysical{R8, R9, R10, R11}
	x, xrs, xrs3, c, count := RSI, RDI, RBX, RDX, R14
	MOVQ(field(dotsCount), count)
	MOVQ(field(dotsA), R13)
	MOVQ(field(dotsXRS), xrs)
	LEAQ(Mem{Base: xrs, Index: xrs, Scale: 2}, xrs3)
	MOVQ(field(dotsC), c)
	MOVQ(field(dotsBias), R12)
	xRow := func(i int) Mem {
		return []Mem{{Base: x}, {Base: x, Index: xrs, Scale: 1}, {Base: x, Index: xrs, Scale: 2}, {Base: x, Index: xrs3, Scale: 1}}[i]
	}
	sums := v.registers[:v.width/16*4] // a quarter of a vector for each row of x
	rest := v.registers[len(sums):]
	element, xs := rest[:4], rest[4]
	if v.masks != nil {
		MOVL(U32(0xf), ECX)
		KMOVW(ECX, K1)
	}

	Label("columns")
	MOVQ(R13, a[0])
	MOVQ(field(dotsARS), RCX)
	for i := 1; i < 4; i++ { // where there is no row, the last is read again
		MOVQ(a[i-1], a[i])
		LEAQ(Mem{Base: a[i-1], Index: RCX, Scale: 1}, x)
		CMPQ(count, Imm(uint64(i)))
		CMOVQGT(x, a[i])
	}
	MOVQ(field(dotsX), x)
	MOVQ(field(dotsK), RCX)
	for i := range sums {
		v.zero(sums[i])
	}
	SUBQ(Imm(uint64(lanes)), RCX)
	JL(LabelRef("tail"))
	Label("along")
	for e := range 4 {
		v.move(Mem{Base: a[e]}, element[e])
	}
	for i := range rows {
		v.move(xRow(i), xs)
		for e := range 4 {
			v.fma(xs, element[e], sums[4*i+e])
		}
	}
	for _, r := range append([]GPPhysical{x}, a...) {
		ADDQ(Imm(uint64(v.width)), r)
	}
	SUBQ(Imm(uint64(lanes)), RCX)
	JGE(LabelRef("along"))
	Label("tail")
	ADDQ(Imm(uint64(lanes)), RCX)
	JZ(LabelRef("summed"))
	if v.masks != nil {
		for e := range 4 {
			VMOVUPS_Z(Mem{Base: a[e]}, K2, element[e])
		}
		for i := range rows {
			VMOVUPS_Z(xRow(i), K2, xs)
			for e := range 4 {
				v.fma(xs, element[e], sums[4*i+e])
			}
		}
	} else {
		mask := rest[5]
		v.move(Mem{Base: R15}, mask)
		for e := range 4 {
			v.maskedMove(Mem{Base: a[e]}, mask, element[e])
		}
		for i := range rows {
			v.maskedMove(xRow(i), mask, xs)
			for e := range 4 {
				v.fma(xs, element[e], sums[4*i+e])
			}
		}
	}
	Label("summed")
	fold(v, sums, rest[:2])

	// The quarters of the first register are c's rows.
	quarter, t, zero, mask := rest[0].AsX(), rest[1].AsX(), rest[2].AsX(), rest[3].AsX()
	if v.masks == nil {
		VXORPS(zero, zero, zero)
	} else {
		VPXORD(rest[2], rest[2], rest[2])
	}
	CMPQ(count, Imm(4))
	if v.masks != nil {
		JGE(LabelRef("masked"))
		MOVQ(count, RCX)
		bits(R8L)
		KMOVW(R8L, K1)
		Label("masked")
	} else {
		MOVQ(field(dotsMask), R8)
		LEAQ(Mem{Base: R8}.Offset(-16), R9)
		MOVQ(count, RCX)
		SHLQ(Imm(2), RCX)
		SUBQ(RCX, R8)
		CMPQ(count, Imm(4))
		CMOVQGE(R9, R8)
		VMOVUPS(Mem{Base: R8}, mask)
	}
	load := func(m Mem) {
		if v.masks != nil {
			VMOVUPS_Z(m, K1, rest[1])
		} else {
			VMASKMOVPS(m, mask, t)
		}
	}
	// Whole registers, since only AVX-512 has those above 15; what lies behind the
	// quarter is not stored.
	part := func(r VecPhysical) Op {
		if v.masks != nil {
			return r
		}
		return r.AsX()
	}
	add := func() { VADDPS(part(rest[1]), part(rest[0]), part(rest[0])) }
	MOVQ(field(dotsFlags), RCX)
	MOVQ(c, R8)
	MOVQ(field(dotsCRS), R9)
	MOVQ(R12, R10) // the bias
	for i := range rows {
		if v.masks != nil {
			VEXTRACTF32X4(U8(uint8(i)), sums[0], quarter)
		} else {
			VEXTRACTF128(U8(uint8(i)), sums[0], quarter)
		}
		when(flagAccumulate, func() {
			load(Mem{Base: R8})
			add()
		})
		when(flagBiasColumns, func() {
			load(Mem{Base: R10})
			add()
		})
		when(flagBiasRows, func() {
			VBROADCASTSS(Mem{Base: R10, Disp: 4 * i}, part(rest[1]))
			add()
		})
		when(flagReLU, func() {
			VMAXPS(part(rest[0]), part(rest[2]), part(rest[0]))
			VADDPS(part(rest[2]), part(rest[0]), part(rest[0]))
		})
		if v.masks != nil {
			VMOVUPS(rest[0], K1, Mem{Base: R8})
		} else {
			VMASKMOVPS(quarter, mask, Mem{Base: R8})
		}
		if i < rows-1 {
			ADDQ(R9, R8)
		}
	}
	TESTQ(U32(flagBiasColumns), RCX)
	JZ(LabelRef("next"))
	ADDQ(Imm(16), R12)
	Label("next")
	ADDQ(Imm(16), c)
	MOVQ(field(dotsARS), RCX)
	LEAQ(Mem{Base: R13, Index: RCX, Scale: 4}, R13)
	SUBQ(Imm(4), count)
	JG(LabelRef("columns"))
	VZEROUPPER()
	RET()
}
