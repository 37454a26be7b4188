package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// poolingAVX2 emits the kernels of pooling for AVX2, which do 16 columns of results in
// two halves. A masked store is slow: vectors are stored whole where later rows cover
// what they spill, which is everywhere but at the end.
func poolingAVX2() {
	bits := GLOBL("poolBits", RODATA|NOPTR) // of each lane in a mask
	for i := range 16 {
		DATA(4*i, U32(uint32(1)<<i))
	}
	columns := GLOBL("poolColumns", RODATA|NOPTR) // of the lanes' windows
	for i := range 16 {
		DATA(4*i, U32(uint32(2*i)))
	}
	shuffled := GLOBL("poolShuffled", RODATA|NOPTR) // in the order that a split leaves them in
	for i := range 16 {
		DATA(4*i, U32(uint32(2*(i&^6|i&2<<1|i&4>>1))))
	}
	poolForward256(bits, shuffled)
	poolBack256(bits, columns)
}

// poolSetup256 loads what both kernels use and what all planes share: steps in bytes into
// R8 and R10, ones into Y8 and the step from row to row of x into Y9.
func poolSetup256() {
	poolPointers()
	VPBROADCASTD(convField(poolXRow), Y9)
	VPCMPEQD(Y8, Y8, Y8)
	VPSRLD(Imm(31), Y8, Y8)
	convBytes(poolXRow, R8)
	convBytes(poolYRow, R10)
}

// poolPlane256 begins a plane: the places of the first elements of the windows in Y10 and
// Y11.
func poolPlane256(places Mem) {
	poolRow()
	VPBROADCASTD(convField(poolFirst), Y10)
	VPADDD(places.Offset(32), Y10, Y11)
	VPADDD(places, Y10, Y10)
}

// poolNarrow jumps to the label where a row has no more than eight results.
func poolNarrow(label string) {
	CMPQ(convField(poolMask), Imm(255))
	JLE(LabelRef(label))
}

// poolLast256 is the start of the last row of the last plane, of the pointer in first and
// steps as the fields say, in R9.
func poolLast256(first Register, plane int, row Register, rows uint64) {
	MOVQ(convField(poolPlanes), R9)
	DECQ(R9)
	IMULQ(convField(plane), R9)
	LEAQ(Mem{Base: first, Index: R9, Scale: 4}, R9)
	MOVQ(convField(poolRows), R11)
	DECQ(R11)
	IMULQ(row, R11)
	LEAQ(Mem{Base: R9, Index: R11, Scale: uint8(rows)}, R9)
}

// poolNext256 moves on to the next row of results.
func poolNext256() {
	for range 2 {
		VPADDD(Y9, Y10, Y10)
		VPADDD(Y9, Y11, Y11)
	}
	LEAQ(Mem{Base: RSI, Index: R8, Scale: 2}, RSI)
	ADDQ(R10, RDX)
}

func poolForward256(bits, places Mem) {
	TEXT("poolMax2x2AVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	poolSetup256()
	pixels := convY[12:16]
	convMask(convField(poolPixelMask), bits, pixels[0], pixels[1])
	convMask(convField(poolPixelMask+2), bits, pixels[2], pixels[3])
	// The last place from which 16 results stay before the end of the last row.
	poolLast256(R14, poolYPlane, R10, 1)
	MOVQ(convField(poolMask), R11)
	BSRQ(R11, R11)
	LEAQ(Mem{Base: R9, Index: R11, Scale: 4, Disp: -60}, R9)
	Label("plane")
	poolPlane256(places)
	Label("row")
	for half := range 2 {
		for i := range 2 {
			m := Mem{Base: RSI, Disp: 64*half + 32*i}
			VMASKMOVPS(m, pixels[2*half+i], convY[i])
			m.Index, m.Scale = R8, 1
			VMASKMOVPS(m, pixels[2*half+i], convY[2+i])
		}
		best, place, candidate := Y4, Y0, Y3
		VSHUFPS(Imm(0x88), Y1, Y0, best)
		VSHUFPS(Imm(0xdd), Y1, Y0, Y5)
		VSHUFPS(Imm(0x88), Y3, Y2, Y6)
		VSHUFPS(Imm(0xdd), Y3, Y2, Y7)
		VMOVDQA(convY[10+half], place)
		for i, v := range []VecPhysical{Y5, Y6, Y7} {
			from := convY[10+half]
			if i > 0 {
				VPADDD(Y9, from, candidate)
				from = candidate
			}
			if i != 1 {
				VPADDD(Y8, from, candidate)
			}
			VCMPPS(U8(0x11), v, best, Y1) // best < v
			VCMPPS(U8(3), v, v, Y2)       // NaN beats everything
			VORPS(Y1, Y2, Y1)
			VBLENDVPS(Y1, v, best, best)
			VBLENDVPS(Y1, candidate, place, place)
		}
		VPERMPD(Imm(0xd8), best, best)
		VPERMQ(Imm(0xd8), place, place)
		VPMOVZXDQ(X0, Y2)
		VEXTRACTI128(Imm(1), place, X3)
		VPMOVZXDQ(X3, Y3)
		name := []string{"lower", "upper"}[half]
		CMPQ(RDX, R9)
		JG(LabelRef(name + "masked"))
		VMOVUPS(best, Mem{Base: RDX, Disp: 32 * half})
		TESTQ(RDI, RDI)
		JZ(LabelRef(name + "end"))
		VMOVDQU(Y2, Mem{Base: RDI, Disp: 64 * half})
		VMOVDQU(Y3, Mem{Base: RDI, Disp: 64*half + 32})
		JMP(LabelRef(name + "end"))
		Label(name + "masked")
		VPBROADCASTD(convField(poolMask), Y1)
		VPAND(bits.Offset(32*half), Y1, Y1)
		VPCMPEQD(bits.Offset(32*half), Y1, Y1)
		VMASKMOVPS(best, Y1, Mem{Base: RDX, Disp: 32 * half})
		TESTQ(RDI, RDI)
		JZ(LabelRef(name + "end"))
		VPMOVSXDQ(X1, Y5)
		VEXTRACTI128(Imm(1), Y1, X1)
		VPMOVSXDQ(X1, Y6)
		VPMASKMOVQ(Y2, Y5, Mem{Base: RDI, Disp: 64 * half})
		VPMASKMOVQ(Y3, Y6, Mem{Base: RDI, Disp: 64*half + 32})
		Label(name + "end")
		if half == 0 {
			poolNarrow("done")
		}
	}
	Label("done")
	TESTQ(RDI, RDI)
	JZ(LabelRef("next"))
	LEAQ(Mem{Base: RDI, Index: R10, Scale: 2}, RDI)
	Label("next")
	poolNext256()
	DECQ(RCX)
	JNZ(LabelRef("row"))
	poolNextPlane("plane")
	VZEROUPPER()
	RET()
}

func poolBack256(bits, places Mem) {
	TEXT("poolMax2x2BackAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	masks := AllocLocal(64) // of the results
	poolSetup256()
	convMask(convField(poolMask), bits, Y0, Y1)
	VMOVDQU(Y0, masks)
	VMOVDQU(Y1, masks.Offset(32))
	strange, found := Y15, Y14
	VPXOR(strange, strange, strange)
	// The last place from which a whole pair of rows stays before the end of the last row.
	poolLast256(R12, poolXPlane, R8, 2)
	MOVQ(convField(poolMask), R11)
	BSRQ(R11, R11)
	LEAQ(Mem{Base: R9, Index: R11, Scale: 8, Disp: 8 - 128}, R9)
	Label("plane")
	poolPlane256(places)
	Label("row")
	store := func(name string, half int, lower bool, a, b VecPhysical) {
		at := Mem{Base: RSI, Disp: 64 * half}
		if lower {
			at.Index, at.Scale = R8, 1
		}
		CMPQ(RSI, R9)
		JG(LabelRef(name + "masked"))
		VMOVUPS(a, at)
		VMOVUPS(b, at.Offset(32))
		JMP(LabelRef(name + "end"))
		Label(name + "masked")
		convMask(convField(poolPixelMask+2*half), bits, Y2, Y3)
		VMASKMOVPS(a, Y2, at)
		VMASKMOVPS(b, Y3, at.Offset(32))
		Label(name + "end")
	}
	for half := range 2 {
		VPXOR(Y2, Y2, Y2)
		VMOVUPS(masks.Offset(32*half), Y3)
		VMASKMOVPS(Mem{Base: RDX, Disp: 32 * half}, Y3, Y0)
		VADDPS(Y2, Y0, Y0) // added to zeros
		VPMOVSXDQ(masks.Offset(32*half), Y4)
		VPMOVSXDQ(masks.Offset(32*half+16), Y5)
		VPMASKMOVQ(Mem{Base: RDI, Disp: 64 * half}, Y4, Y4)
		VPMASKMOVQ(Mem{Base: RDI, Disp: 64*half + 32}, Y5, Y5)
		VSHUFPS(Imm(0x88), Y5, Y4, Y1)
		VPERMQ(Imm(0xd8), Y1, Y1)
		VPXOR(found, found, found)
		for k := range 4 {
			place := convY[10+half]
			if k >= 2 {
				VPADDD(Y9, place, Y2)
				place = Y2
			}
			if k%2 == 1 {
				VPADDD(Y8, place, Y2)
				place = Y2
			}
			VPCMPEQD(place, Y1, Y2)
			VPOR(Y2, found, found)
			VANDPS(Y2, Y0, convY[4+k])
		}
		VPANDN(masks.Offset(32*half), found, found)
		VPOR(found, strange, strange)
		for i := range 2 { // of rows
			low, high := convY[4+2*i], convY[5+2*i]
			VUNPCKLPS(high, low, Y2)
			VUNPCKHPS(high, low, Y3)
			VPERM2F128(Imm(0x20), Y3, Y2, low)
			VPERM2F128(Imm(0x31), Y3, Y2, high)
		}
		if half == 0 {
			store("upper0", 0, false, Y4, Y5)
			poolNarrow("narrow")
			VMOVAPS(Y6, Y12)
			VMOVAPS(Y7, Y13)
			continue
		}
		store("upper1", 1, false, Y4, Y5)
		store("lower0", 0, true, Y12, Y13)
		store("lower1", 1, true, Y6, Y7)
		JMP(LabelRef("done"))
	}
	Label("narrow")
	store("lower", 0, true, Y6, Y7)
	Label("done")
	poolNext256()
	LEAQ(Mem{Base: RDI, Index: R10, Scale: 2}, RDI)
	DECQ(RCX)
	JNZ(LabelRef("row"))
	poolNextPlane("plane")
	VMOVMSKPS(strange, R11.As32())
	MOVQ(R11, convField(poolStrange))
	VZEROUPPER()
	RET()
}
