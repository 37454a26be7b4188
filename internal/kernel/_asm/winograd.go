package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The points other than 0 and infinity, and their negatives, at which winograd multiplies
// polynomials. They are fractions of few bits, so that the transforms of the image and of
// the result have no constant that is rounded; among such, the error is least near them.
const winogradA, winogradB = 11.0 / 16, 23.0 / 16

// winograd emits the kernels of internal/kernel/winograd.go. With AVX-512 there is a product
// of its own; the transforms are those of AVX2. TestWinogradLayout holds the fields of the
// structs to the constants here.
func winograd() {
	a2, b2 := winogradA*winogradA, winogradB*winogradB
	aScale, bScale := 1/(2*a2*(a2-b2)), 1/(2*b2*(b2-a2))
	input := winogradConstants("winogradInputs", winogradA, winogradB, a2, b2, a2*b2, a2+b2)
	weights := winogradConstants("winogradWeights", 1/(a2*b2), aScale, a2*aScale, winogradA*aScale, bScale, b2*bScale, winogradB*bScale)
	output := winogradConstants("winogradOutputs", winogradA, winogradB, a2, b2, a2*winogradA, b2*winogradB)
	winogradInput(input)
	winogradWeights(weights)
	for rows := 1; rows <= 6; rows++ {
		winogradProduct(avx2(), rows)
	}
	for rows := 1; rows <= 14; rows++ {
		winogradProduct(avx512(), rows)
	}
	winogradOutput(output)
}

func winogradConstants(name string, values ...float64) []Mem {
	m := GLOBL(name, RODATA|NOPTR)
	var places []Mem
	for i, v := range values {
		DATA(4*i, F32(float32(v)))
		places = append(places, m.Offset(4*i))
	}
	return places
}

// winogradBroadcast fills the last registers with constants.
func winogradBroadcast(constants []Mem, to []VecPhysical) {
	for i, m := range constants {
		VBROADCASTSS(m, to[i])
	}
}

// winogradPlace is the place of row i of six, where base is that of row i/3*3 and six the
// bytes from row to row.
func winogradPlace(base, six GPPhysical, i int) Mem {
	m := Mem{Base: base}
	if i%3 > 0 {
		m.Index, m.Scale = six, uint8(i%3)
	}
	return m
}

// The fields of kernel.WinogradInput, WinogradWeights, WinogradProduct and WinogradOutput.
const (
	winogradInputX, winogradInputY, winogradInputSpill, winogradInputStarts = 0, 24, 48, 72
	winogradInputTiles, winogradInputXRow, winogradInputYPlace              = 96, 104, 112

	winogradWeightsX, winogradWeightsY, winogradWeightsSpill, winogradWeightsChannels = 0, 24, 48, 72
	winogradWeightsXStart, winogradWeightsXTap, winogradWeightsYPlace                 = 80, 88, 96

	winogradProductW, winogradProductX, winogradProductY                  = 0, 24, 48
	winogradProductSixteens, winogradProductPanels, winogradProductAll    = 72, 80, 88
	winogradProductXSixteen, winogradProductXPlace, winogradProductWPlace = 96, 104, 112
	winogradProductAdd                                                    = 120

	winogradOutputX, winogradOutputY, winogradOutputBias, winogradOutputSpill = 0, 24, 48, 72
	winogradOutputStarts, winogradOutputLanes, winogradOutputTiles            = 96, 120, 248
	winogradOutputYRow, winogradOutputHalves, winogradOutputReLU              = 256, 264, 272
	winogradOutputStrange                                                     = 280
)

// winogradInput transforms tiles of 6x6 pixels, the 16 lanes of each in two halves: along
// the rows into the spill, then along the columns.
func winogradInput(constants []Mem) {
	TEXT("winogradInputAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	a, b, a2, b2, ab, sum := convY[10], convY[11], convY[12], convY[13], convY[14], convY[15]
	winogradBroadcast(constants, []VecPhysical{a, b, a2, b2, ab, sum})
	MOVQ(convField(winogradInputX), R8)
	MOVQ(convField(winogradInputY), RDI)
	MOVQ(convField(winogradInputSpill), RBX)
	MOVQ(convField(winogradInputStarts), RDX)
	MOVQ(convField(winogradInputTiles), RCX)
	convBytes(winogradInputXRow, R9)
	convBytes(winogradInputYPlace, R10)
	// six brings six elements to the six of their transform.
	six := func(from, to func(i int) Mem) {
		d, p, q, t := convY[:6], convY[6], convY[7], convY[8]
		for i := range 6 {
			VMOVUPS(from(i), d[i])
		}
		VFMADD213PS(d[4], ab, d[0])
		VFMADD231PS(d[1], ab, d[5])
		VMOVAPS(d[4], p)
		VMOVAPS(d[3], q)
		VFNMADD231PS(d[2], b2, p)
		VFNMADD231PS(d[1], b2, q)
		VFNMADD231PS(d[2], sum, d[0])
		VFNMADD231PS(d[3], sum, d[5])
		VFNMADD231PS(d[2], a2, d[4])
		VFNMADD231PS(d[1], a2, d[3])
		VMOVUPS(d[0], to(0))
		VMOVAPS(p, t)
		VFMADD231PS(q, a, t)
		VFNMADD231PS(q, a, p)
		VMOVUPS(t, to(1))
		VMOVUPS(p, to(2))
		VMOVAPS(d[4], t)
		VFMADD231PS(d[3], b, t)
		VFNMADD231PS(d[3], b, d[4])
		VMOVUPS(t, to(3))
		VMOVUPS(d[4], to(4))
		VMOVUPS(d[5], to(5))
	}
	LEAQ(Mem{Base: R10, Index: R10, Scale: 2}, R14)
	ADDQ(R14, R14) // six places
	Label("tile")
	MOVQ(Mem{Base: RDX}, RSI)
	LEAQ(Mem{Base: R8, Index: RSI, Scale: 4}, RSI)
	MOVQ(U32(2), R12)
	Label("half")
	MOVQ(RSI, R11)
	for i := range 6 {
		six(func(j int) Mem { return Mem{Base: R11, Disp: 64 * j} }, func(j int) Mem { return Mem{Base: RBX, Disp: 32 * (6*i + j)} })
		if i < 5 {
			ADDQ(R9, R11)
		}
	}
	MOVQ(RDI, R11)
	for j := range 6 {
		LEAQ(Mem{Base: R11, Index: R14, Scale: 2}, R15) // of place (3, j)
		ADDQ(R14, R15)
		six(func(i int) Mem { return Mem{Base: RBX, Disp: 32 * (6*i + j)} }, func(i int) Mem {
			base := R11
			if i >= 3 {
				base = R15
			}
			return winogradPlace(base, R14, i)
		})
		if j < 5 {
			ADDQ(R10, R11)
		}
	}
	ADDQ(Imm(32), RSI)
	ADDQ(Imm(32), RDI)
	DECQ(R12)
	JNZ(LabelRef("half"))
	ADDQ(Imm(8), RDX)
	DECQ(RCX)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// winogradWeights transforms kernels of 3x3 weights, the 16 lanes of each in two halves.
func winogradWeights(constants []Mem) {
	TEXT("winogradWeightsAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	k := convY[9:]
	winogradBroadcast(constants, k)
	MOVQ(convField(winogradWeightsX), RSI)
	MOVQ(convField(winogradWeightsXStart), RCX)
	LEAQ(Mem{Base: RSI, Index: RCX, Scale: 4}, RSI)
	MOVQ(convField(winogradWeightsY), RDI)
	MOVQ(convField(winogradWeightsSpill), RBX)
	MOVQ(convField(winogradWeightsChannels), RCX)
	convBytes(winogradWeightsXTap, R9)
	convBytes(winogradWeightsYPlace, R10)
	// three brings three elements to the six of their transform.
	three := func(from, to func(i int) Mem) {
		g, e, f := convY[:3], convY[3], convY[4]
		for i := range 3 {
			VMOVUPS(from(i), g[i])
		}
		VMULPS(k[1], g[0], e)
		VMULPS(k[4], g[0], f)
		VMULPS(k[0], g[0], g[0])
		VFMADD231PS(k[2], g[2], e)
		VFMADD231PS(k[5], g[2], f)
		VMOVUPS(g[0], to(0))
		VMOVUPS(g[2], to(5))
		VMOVAPS(e, g[0])
		VFMADD231PS(k[3], g[1], g[0])
		VFNMADD231PS(k[3], g[1], e)
		VMOVUPS(g[0], to(1))
		VMOVUPS(e, to(2))
		VMOVAPS(f, g[2])
		VFMADD231PS(k[6], g[1], g[2])
		VFNMADD231PS(k[6], g[1], f)
		VMOVUPS(g[2], to(3))
		VMOVUPS(f, to(4))
	}
	LEAQ(Mem{Base: R10, Index: R10, Scale: 2}, R14)
	ADDQ(R14, R14) // six places
	Label("channel")
	MOVQ(U32(2), R12)
	Label("half")
	MOVQ(RSI, R11)
	for i := range 3 {
		three(func(j int) Mem {
			return winogradPlace(R11, R9, j)
		}, func(j int) Mem { return Mem{Base: RBX, Disp: 32 * (6*i + j)} })
		if i < 2 {
			LEAQ(Mem{Base: R11, Index: R9, Scale: 2}, R11)
			ADDQ(R9, R11)
		}
	}
	MOVQ(RDI, R11)
	for j := range 6 {
		LEAQ(Mem{Base: R11, Index: R14, Scale: 2}, R8) // of place (3, j)
		ADDQ(R14, R8)
		three(func(i int) Mem { return Mem{Base: RBX, Disp: 32 * (6*i + j)} }, func(i int) Mem {
			base := R11
			if i >= 3 {
				base = R8
			}
			return winogradPlace(base, R14, i)
		})
		if j < 5 {
			ADDQ(R10, R11)
		}
	}
	ADDQ(Imm(32), RSI)
	ADDQ(Imm(32), RDI)
	DECQ(R12)
	JNZ(LabelRef("half"))
	ADDQ(U32(9*64-64), RSI)
	DECQ(RCX)
	JNZ(LabelRef("channel"))
	VZEROUPPER()
	RET()
}

// winogradProduct multiplies panels of so many tiles with 16 output channels, place by place.
func winogradProduct(set vectorSet, rows int) {
	n := 64 / set.width // vectors that 16 channels are
	TEXT(fmt.Sprintf("winogradProduct%sx%d", set.name, rows), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	places := RBX
	MOVQ(convField(winogradProductAll), places)
	MOVQ(convField(winogradProductW), R8)
	MOVQ(convField(winogradProductX), R9)
	MOVQ(convField(winogradProductY), R10)
	convBytes(winogradProductWPlace, R14)
	convBytes(winogradProductXPlace, R15)
	convBytes(winogradProductXSixteen, RDX)
	sum := func(i, v int) VecPhysical { return set.registers[n*i+v] }
	last := len(set.registers)
	w, x := set.registers[last-4:last-2], set.registers[last-2:]
	Label("place")
	MOVQ(R9, R11)
	MOVQ(R10, R12)
	MOVQ(convField(winogradProductPanels), R13)
	Label("panel")
	for i := range n * rows {
		set.zero(set.registers[i])
	}
	MOVQ(R8, RSI)
	MOVQ(R11, RDI)
	MOVQ(convField(winogradProductSixteens), RCX)
	Label("sixteen")
	for c := range 16 {
		for v := range n {
			set.move(Mem{Base: RSI, Disp: 64*c + set.width*v}, w[v])
		}
		for i := range rows {
			m := Mem{Base: RDI, Disp: 64*i + 4*c}
			if n == 1 {
				VFMADD231PS_BCST(m, w[0], sum(i, 0))
				continue
			}
			set.broadcast(m, x[i%2])
			for v := range n {
				set.fma(x[i%2], w[v], sum(i, v))
			}
		}
	}
	ADDQ(U32(16*64), RSI)
	ADDQ(RDX, RDI)
	DECQ(RCX)
	JNZ(LabelRef("sixteen"))
	y := func(i, v int) Mem { return Mem{Base: R12, Disp: 36*64*i + set.width*v} }
	CMPQ(convField(winogradProductAdd), Imm(0))
	JE(LabelRef("store"))
	for i := range rows {
		for v := range n {
			set.add(y(i, v), sum(i, v), sum(i, v))
		}
	}
	Label("store")
	for i := range rows {
		for v := range n {
			set.move(sum(i, v), y(i, v))
		}
	}
	ADDQ(U32(uint32(64*rows)), R11)
	ADDQ(U32(uint32(36*64*rows)), R12)
	DECQ(R13)
	JNZ(LabelRef("panel"))
	ADDQ(R14, R8)
	ADDQ(R15, R9)
	ADDQ(Imm(64), R10)
	DECQ(places)
	JNZ(LabelRef("place"))
	VZEROUPPER()
	RET()
}

// winogradOutput brings the 36 places of tiles to 4x4 pixels, eight channels at a time, and
// writes them where they belong. The lanes go from the last to the first one: those of no
// channel write where the last one that has one then does.
func winogradOutput(constants []Mem) {
	TEXT("winogradOutputAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	x := AllocLocal(16)
	halves := x.Offset(8)
	Load(Param("a"), RAX)
	k := convY[6:12]
	winogradBroadcast(constants, k)
	zero, least, bias, strange := Y12, Y13, Y14, Y15
	VXORPS(zero, zero, zero)
	VXORPS(strange, strange, strange)
	VXORPS(least, least, least)
	CMPQ(convField(winogradOutputReLU), Imm(0))
	JNE(LabelRef("bounded"))
	MOVL(U32(0xff800000), ECX) // minus infinity
	VMOVD(ECX, X13)
	VBROADCASTSS(X13, least)
	Label("bounded")
	convBytes(winogradOutputYRow, RBX)
	MOVQ(convField(winogradOutputHalves), RCX)
	MOVQ(RCX, halves)
	lanes := []GPPhysical{R8, R9, R10, R11, R12, R13, R14, R15}
	// six brings six elements in memory to the four of their transform, in the registers
	// that it returns. Y1 and Y3 are free then.
	six := func(from func(i int) Mem) [4]VecPhysical {
		s1, d1, s2, d2, y0, y1 := Y0, Y1, Y2, Y3, Y4, Y5
		VMOVUPS(from(1), s1)
		VMOVUPS(from(3), s2)
		VSUBPS(from(2), s1, d1)
		VADDPS(from(2), s1, s1)
		VSUBPS(from(4), s2, d2)
		VADDPS(from(4), s2, s2)
		VADDPS(from(0), s1, y0)
		VADDPS(s2, y0, y0)
		VMULPS(k[0], d1, y1)
		VFMADD231PS(k[1], d2, y1)
		VMULPS(k[2], s1, s1)
		VFMADD231PS(k[3], s2, s1)
		VMOVUPS(from(5), s2)
		VFMADD231PS(k[4], d1, s2)
		VFMADD231PS(k[5], d2, s2)
		return [4]VecPhysical{y0, y1, s1, s2}
	}
	Label("half")
	MOVQ(halves, RCX)
	DECQ(RCX)
	SHLQ(Imm(5), RCX) // bytes to the half
	MOVQ(convField(winogradOutputX), RSI)
	ADDQ(RCX, RSI)
	MOVQ(convField(winogradOutputBias), RDI)
	VADDPS(Mem{Base: RDI, Index: RCX, Scale: 1}, zero, bias) // 0 for -0: a sum is then none either
	LEAQ(Mem{Base: RAX, Index: RCX, Scale: 2}, RDI)
	for i, r := range lanes {
		MOVQ(Mem{Base: RDI, Disp: winogradOutputLanes + 8*i}, r)
	}
	MOVQ(convField(winogradOutputStarts), RDX)
	MOVQ(convField(winogradOutputTiles), RCX)
	Label("tile")
	MOVQ(convField(winogradOutputSpill), RDI)
	for j := range 6 {
		for r, v := range six(func(i int) Mem { return Mem{Base: RSI, Disp: 64 * (6*i + j)} }) {
			VMOVUPS(v, Mem{Base: RDI, Disp: 32 * (6*r + j)})
		}
	}
	ADDQ(U32(36*64), RSI)
	MOVQ(RSI, x)
	MOVQ(RDI, RSI)
	MOVQ(Mem{Base: RDX}, RDI)
	SHLQ(Imm(2), RDI)
	ADDQ(convField(winogradOutputY), RDI)
	for r := range 4 {
		y := six(func(j int) Mem { return Mem{Base: RSI, Disp: 32 * (6*r + j)} })
		for _, v := range y {
			VADDPS(bias, v, v)
		}
		t, u := Y1, Y3
		if r == 0 || r == 3 {
			// The four corners together are made of all places.
			VADDPS(y[0], y[3], t)
			VFMADD231PS(zero, t, strange)
		}
		for _, v := range y {
			VMAXPS(v, least, v) // NaN stays
		}
		VUNPCKLPS(y[1], y[0], t)
		VUNPCKHPS(y[1], y[0], y[0])
		VUNPCKLPS(y[3], y[2], u)
		VUNPCKHPS(y[3], y[2], y[2])
		VUNPCKLPD(u, t, y[1])
		VUNPCKHPD(u, t, t)
		VUNPCKLPD(y[2], y[0], y[3])
		VUNPCKHPD(y[2], y[0], y[0])
		columns := []VecPhysical{y[1], t, y[3], y[0]}
		for i := 3; i >= 0; i-- {
			VEXTRACTF128(Imm(1), columns[i], Mem{Base: RDI, Index: lanes[4+i], Scale: 4})
		}
		for i := 3; i >= 0; i-- {
			VMOVUPS(columns[i].(Vec).AsX(), Mem{Base: RDI, Index: lanes[i], Scale: 4})
		}
		if r < 3 {
			ADDQ(RBX, RDI)
		}
	}
	MOVQ(x, RSI)
	ADDQ(Imm(8), RDX)
	DECQ(RCX)
	JNZ(LabelRef("tile"))
	DECQ(halves)
	JNZ(LabelRef("half"))
	VCMPPS(Imm(3), strange, strange, strange) // unordered
	VMOVMSKPS(strange, ECX)
	ORQ(RCX, convField(winogradOutputStrange))
	VZEROUPPER()
	RET()
}
