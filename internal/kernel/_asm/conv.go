package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// convolution emits the AVX-512 kernels of internal/kernel/conv.go. Each takes a
// pointer to a struct of Go whose fields lie where the constants below say;
// TestConvLayout holds the two together. A slice is three words, of which a kernel
// reads the first.
func convolution() {
	for mr := 1; mr <= 14; mr++ {
		convTile(mr, 2, false)
		if mr <= 6 {
			convTile(mr, 4, true)
		}
		if mr <= 2 {
			convTile(mr, 8, true)
		}
	}
	lanes := GLOBL("convLanes", RODATA|NOPTR) // the number of each lane
	for i := range 16 {
		DATA(4*i, U32(uint32(i)))
	}
	convRows(lanes)
	convTurn()
	for _, d := range [][2]int{{4, 6}, {3, 9}, {2, 12}, {1, 20}} {
		convDots(d[0], d[1])
	}
	convFold()
	convolutionLanes()
	convolutionAVX2(lanes)
}

// convZ are the registers by number.
var convZ = [...]VecPhysical{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
	Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31}

// field is a word of the struct that RAX points to.
func convField(offset int) Mem { return Mem{Base: RAX, Disp: offset} }

// bytes loads a field that counts elements, as bytes.
func convBytes(offset int, r GPPhysical) {
	MOVQ(convField(offset), r)
	SHLQ(Imm(2), r)
}

// The fields of kernel.ConvTiles.
const (
	convTileW, convTileBias, convTileOffsets, convTileX, convTileY = 0, 24, 48, 72, 96
	convTileChannels, convTileTaps                                 = 120, 128
	convTileXChannel, convTileXVector, convTileXTile               = 136, 144, 152
	convTileYRow, convTileYVector, convTileYTile                   = 160, 168, 176
	convTileTiles, convTileMask, convTileReLU, convTileAdd         = 184, 192, 200, 208
)

// convTile is the product of mr rows of packed weights with nv vectors of pixels a
// tile. contiguous vectors lie one behind the other, in x and in y, and are stored
// whole; others, two of them, lie XVector and YVector apart and are masked.
func convTile(mr, nv int, contiguous bool) {
	TEXT(fmt.Sprintf("convTile%dx%dAVX512", mr, 16*nv), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	xv, yv := R9, R10
	MOVQ(convField(convTileX), R11)
	MOVQ(convField(convTileY), RDX)
	MOVQ(convField(convTileTiles), R8)
	if !contiguous {
		convBytes(convTileXVector, xv)
		convBytes(convTileYVector, yv)
		MOVQ(convField(convTileMask), RCX)
		KMOVW(ECX, K1)
		SHRQ(Imm(16), RCX)
		KMOVW(ECX, K2)
	}
	convBytes(convTileXChannel, R14)
	convBytes(convTileYRow, RBX)
	accumulator := func(i, v int) VecPhysical { return convZ[i*nv+v] }
	pixel := func(v int) VecPhysical { return convZ[mr*nv+v] }
	spare := 32 - mr*nv - nv
	weight := func(i int) VecPhysical { return convZ[mr*nv+nv+i%min(spare, 4)] }

	Label("tile")
	CMPQ(convField(convTileAdd), Imm(0))
	JNE(LabelRef("add"))
	MOVQ(convField(convTileBias), RSI)
	for i := range mr {
		VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, accumulator(i, 0))
		for v := 1; v < nv; v++ {
			VMOVAPS(accumulator(i, 0), accumulator(i, v))
		}
	}
	Label("begun")
	MOVQ(convField(convTileW), RSI)
	MOVQ(convField(convTileChannels), R15)
	MOVQ(R11, R12)
	if !contiguous {
		LEAQ(Mem{Base: R11, Index: xv, Scale: 1}, R13)
	}
	Label("channel")
	MOVQ(convField(convTileOffsets), RDI)
	MOVQ(convField(convTileTaps), RCX)
	Label("tap")
	index := RAX // free inside the loop, loaded anew behind it
	MOVQ(Mem{Base: RDI}, index)
	for v := range nv {
		switch {
		case contiguous:
			VMOVUPS(Mem{Base: R12, Index: index, Scale: 4, Disp: 64 * v}, pixel(v))
		case v == 0:
			VMOVUPS(Mem{Base: R12, Index: index, Scale: 4}, pixel(v))
		default:
			VMOVUPS(Mem{Base: R13, Index: index, Scale: 4}, pixel(v))
		}
	}
	for i := range mr {
		VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, weight(i))
		for v := range nv {
			VFMADD231PS(weight(i), pixel(v), accumulator(i, v))
		}
	}
	ADDQ(Imm(uint64(4*mr)), RSI)
	ADDQ(Imm(8), RDI)
	DECQ(RCX)
	JNZ(LabelRef("tap"))
	Load(Param("a"), RAX)
	ADDQ(R14, R12)
	if !contiguous {
		ADDQ(R14, R13)
	}
	DECQ(R15)
	JNZ(LabelRef("channel"))

	MOVQ(convField(convTileReLU), RCX)
	TESTQ(RCX, RCX)
	JZ(LabelRef("store"))
	zero := convZ[31]
	VPXORD(zero, zero, zero)
	for i := range mr * nv {
		VMAXPS(convZ[i], zero, convZ[i]) // NaN stays
		VADDPS(zero, convZ[i], convZ[i]) // -0 becomes 0, as in Unary
	}
	Label("store")
	MOVQ(RDX, RDI)
	for i := range mr {
		for v := range nv {
			switch {
			case contiguous:
				VMOVUPS(accumulator(i, v), Mem{Base: RDI, Disp: 64 * v})
			case v == 0:
				VMOVUPS(accumulator(i, v), K1, Mem{Base: RDI})
			default:
				VMOVUPS(accumulator(i, v), K2, Mem{Base: RDI, Index: yv, Scale: 1})
			}
		}
		if i != mr-1 {
			ADDQ(RBX, RDI)
		}
	}
	MOVQ(convField(convTileXTile), RCX)
	LEAQ(Mem{Base: R11, Index: RCX, Scale: 4}, R11)
	MOVQ(convField(convTileYTile), RCX)
	LEAQ(Mem{Base: RDX, Index: RCX, Scale: 4}, RDX)
	DECQ(R8)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
	Label("add") // to what y holds
	MOVQ(RDX, RDI)
	for i := range mr {
		for v := range nv {
			switch {
			case contiguous:
				VMOVUPS(Mem{Base: RDI, Disp: 64 * v}, accumulator(i, v))
			case v == 0:
				VMOVUPS_Z(Mem{Base: RDI}, K1, accumulator(i, v))
			default:
				VMOVUPS_Z(Mem{Base: RDI, Index: yv, Scale: 1}, K2, accumulator(i, v))
			}
		}
		if i != mr-1 {
			ADDQ(RBX, RDI)
		}
	}
	JMP(LabelRef("begun"))
}

// The fields of kernel.ConvRows.
const (
	convRowsX, convRowsY, convRowsMasks                   = 0, 24, 48
	convRowsPlanes, convRowsRows, convRowsSegments        = 72, 80, 88
	convRowsStart, convRowsXPlane, convRowsXRow           = 96, 104, 112
	convRowsXStep, convRowsWidth, convRowsTop, convRowsBt = 120, 128, 136, 144
)

// convRows copies rows of planes, some of their columns masked to zero. Vectors are
// stored whole: what comes behind a row is written later.
func convRows(lanes Mem) {
	TEXT("convRowsAVX512", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convRowsX), RSI)
	MOVQ(convField(convRowsStart), RCX)
	LEAQ(Mem{Base: RSI, Index: RCX, Scale: 4}, RSI)
	MOVQ(convField(convRowsY), RDI)
	MOVQ(convField(convRowsPlanes), R8)
	convBytes(convRowsXPlane, R9)
	convBytes(convRowsXRow, R10)
	convBytes(convRowsWidth, R11)
	VPXORD(Z0, Z0, Z0)
	MOVQ(convField(convRowsXStep), R12)
	VPBROADCASTD(R12.As32(), Z1)
	VPMULLD(lanes, Z1, Z1) // the places of a vector's elements
	SHLQ(Imm(6), R12)      // bytes from segment to segment of x

	clearing := func(name string, count int) {
		MOVQ(convField(count), RCX)
		Label(name)
		TESTQ(RCX, RCX)
		JLE(LabelRef(name + "end"))
		Label(name + "more")
		VMOVUPS(Z0, Mem{Base: RDI})
		ADDQ(Imm(64), RDI)
		SUBQ(Imm(16), RCX)
		JG(LabelRef(name + "more"))
		LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI) // RCX is 0 or negative: back to the end
		Label(name + "end")
	}
	Label("plane")
	clearing("top", convRowsTop)
	MOVQ(convField(convRowsRows), R13)
	MOVQ(RSI, R14)
	TESTQ(R13, R13)
	JZ(LabelRef("rowsend"))
	Label("row")
	MOVQ(convField(convRowsSegments), R15)
	MOVQ(convField(convRowsMasks), RBX)
	MOVQ(R14, RCX)
	MOVQ(RDI, RDX)
	CMPQ(R12, Imm(64))
	JNE(LabelRef("gather"))
	Label("segment")
	KMOVW(Mem{Base: RBX}, K1)
	VMOVUPS_Z(Mem{Base: RCX}, K1, Z2)
	VMOVUPS(Z2, Mem{Base: RDX})
	ADDQ(Imm(8), RBX)
	ADDQ(Imm(64), RCX)
	ADDQ(Imm(64), RDX)
	DECQ(R15)
	JNZ(LabelRef("segment"))
	JMP(LabelRef("rowend"))
	Label("gather")
	KMOVW(Mem{Base: RBX}, K1)
	VPXORD(Z2, Z2, Z2)
	VGATHERDPS(Mem{Base: RCX, Index: Z1, Scale: 4}, K1, Z2)
	VMOVUPS(Z2, Mem{Base: RDX})
	ADDQ(Imm(8), RBX)
	ADDQ(R12, RCX)
	ADDQ(Imm(64), RDX)
	DECQ(R15)
	JNZ(LabelRef("gather"))
	Label("rowend")
	ADDQ(R10, R14)
	ADDQ(R11, RDI)
	DECQ(R13)
	JNZ(LabelRef("row"))
	Label("rowsend")
	clearing("bottom", convRowsBt)
	ADDQ(R9, RSI)
	DECQ(R8)
	JNZ(LabelRef("plane"))
	VZEROUPPER()
	RET()
}

// The fields of kernel.ConvTurn.
const (
	convTurnX, convTurnY, convTurnRow, convTurnColumns, convTurnStep = 0, 24, 48, 176, 184
)

// convTurn transposes 16 rows: y[j*step+i] = x[row[i]+j]. Vectors are stored whole.
func convTurn() {
	TEXT("convTurnAVX512", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convTurnX), RSI)
	MOVQ(convField(convTurnY), RDX)
	MOVQ(convField(convTurnColumns), RCX)
	convBytes(convTurnStep, RBX)
	LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, R12)
	MOVL(U32(0xffff), R9.As32())
	KMOVW(R9.As32(), K2)
	Label("loop")
	CMPQ(RCX, Imm(16))
	JGE(LabelRef("full"))
	TESTQ(RCX, RCX)
	JLE(LabelRef("end"))
	MOVL(U32(1), R9.As32())
	SHLL(CL, R9.As32())
	DECL(R9.As32())
	KMOVW(R9.As32(), K2)
	Label("full")
	for i := range 16 {
		r := []Register{R8, R9, R10, R11}[i%4].(GPPhysical)
		MOVQ(convField(convTurnRow+8*i), r)
		VMOVUPS_Z(Mem{Base: RSI, Index: r, Scale: 4}, K2, convZ[i])
	}
	for i := 0; i < 16; i += 2 {
		VUNPCKLPS(convZ[i+1], convZ[i], convZ[16+i])
		VUNPCKHPS(convZ[i+1], convZ[i], convZ[16+i+1])
	}
	for g := range 4 {
		from := convZ[16+4*g:]
		to := convZ[4*g:]
		VUNPCKLPD(from[2], from[0], to[0])
		VUNPCKHPD(from[2], from[0], to[1])
		VUNPCKLPD(from[3], from[1], to[2])
		VUNPCKHPD(from[3], from[1], to[3])
	}
	for j := range 4 {
		VSHUFF32X4(U8(0x88), convZ[4+j], convZ[j], convZ[16+j])
		VSHUFF32X4(U8(0xdd), convZ[4+j], convZ[j], convZ[20+j])
		VSHUFF32X4(U8(0x88), convZ[12+j], convZ[8+j], convZ[24+j])
		VSHUFF32X4(U8(0xdd), convZ[12+j], convZ[8+j], convZ[28+j])
	}
	for j := range 4 { // columns j, 4+j, 8+j, 12+j
		VSHUFF32X4(U8(0x88), convZ[24+j], convZ[16+j], convZ[j])
		VSHUFF32X4(U8(0x88), convZ[28+j], convZ[20+j], convZ[4+j])
		VSHUFF32X4(U8(0xdd), convZ[24+j], convZ[16+j], convZ[8+j])
		VSHUFF32X4(U8(0xdd), convZ[28+j], convZ[20+j], convZ[12+j])
	}
	// In the order of the columns, since a store covers places of those behind it.
	for j := range 16 {
		at := Mem{Base: RDX}
		switch j % 4 {
		case 1:
			at = Mem{Base: RDX, Index: RBX, Scale: 1}
		case 2:
			at = Mem{Base: RDX, Index: RBX, Scale: 2}
		case 3:
			at = Mem{Base: RDX, Index: R12, Scale: 1}
		}
		VMOVUPS(convZ[j], at)
		if j == 15 {
			break
		}
		CMPQ(RCX, Imm(uint64(j+1)))
		JE(LabelRef("end"))
		if j%4 == 3 {
			LEAQ(Mem{Base: RDX, Index: RBX, Scale: 4}, RDX)
		}
	}
	LEAQ(Mem{Base: RDX, Index: RBX, Scale: 4}, RDX)
	ADDQ(Imm(64), RSI)
	SUBQ(Imm(16), RCX)
	JMP(LabelRef("loop"))
	Label("end")
	VZEROUPPER()
	RET()
}

// The fields of kernel.ConvDots.
const (
	convDotsX, convDotsG, convDotsOffsets, convDotsSums    = 0, 24, 48, 72
	convDotsImages, convDotsRows, convDotsSegments         = 96, 104, 112
	convDotsMask, convDotsGChannel                         = 120, 128
	convDotsXRow, convDotsGRow, convDotsXImage, convDotsGI = 136, 144, 152, 160
)

// convDots sums products of mo channels of the gradient with mt taps of the image,
// pixels in the lanes: sums[(o*mt+t)*16+lane].
func convDots(mo, mt int) {
	TEXT(fmt.Sprintf("convDots%dx%dAVX512", mo, mt), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	counters := AllocLocal(16)
	images, rows := counters, counters.Offset(8)
	Load(Param("a"), RAX)
	for i := range mo * mt {
		VPXORD(convZ[i], convZ[i], convZ[i])
	}
	kept := []GPPhysical{R8, R9, R10, R11, R12, R13}
	MOVQ(convField(convDotsOffsets), R15)
	for i, r := range kept[:min(mt, len(kept))] {
		MOVQ(Mem{Base: R15, Disp: 8 * i}, r)
	}
	MOVQ(convField(convDotsX), RDI)
	MOVQ(convField(convDotsG), RSI)
	convBytes(convDotsGChannel, RBX)
	LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, RDX)
	MOVQ(convField(convDotsMask), RCX)
	KMOVW(ECX, K1)
	MOVQ(convField(convDotsImages), RCX)
	MOVQ(RCX, images)
	channels := []Mem{{Base: RSI}, {Base: RSI, Index: RBX, Scale: 1}, {Base: RSI, Index: RBX, Scale: 2}, {Base: RSI, Index: RDX, Scale: 1}}[:mo]
	gradient := func(i int) VecPhysical { return convZ[mo*mt+i] }
	spare := min(32-mo*mt-mo, 4)
	tap := func(j int) VecPhysical { return convZ[mo*mt+mo+j%spare] }
	segment := func(masked bool) {
		for i, m := range channels {
			if masked {
				VMOVUPS_Z(m, K1, gradient(i))
			} else {
				VMOVUPS(m, gradient(i))
			}
		}
		for j := range mt {
			offset := R14
			if j < len(kept) {
				offset = kept[j]
			} else {
				MOVQ(Mem{Base: R15, Disp: 8 * j}, offset)
			}
			m := Mem{Base: RDI, Index: offset, Scale: 4}
			if masked {
				VMOVUPS_Z(m, K1, tap(j))
			} else {
				VMOVUPS(m, tap(j))
			}
			for i := range mo {
				VFMADD231PS(gradient(i), tap(j), convZ[i*mt+j])
			}
		}
	}
	Label("image")
	MOVQ(convField(convDotsRows), RCX)
	MOVQ(RCX, rows)
	Label("row")
	MOVQ(convField(convDotsSegments), RCX)
	TESTQ(RCX, RCX)
	JZ(LabelRef("tail"))
	Label("segment")
	segment(false)
	ADDQ(Imm(64), RSI)
	ADDQ(Imm(64), RDI)
	DECQ(RCX)
	JNZ(LabelRef("segment"))
	Label("tail")
	CMPQ(convField(convDotsMask), Imm(0))
	JE(LabelRef("next"))
	segment(true)
	Label("next")
	MOVQ(convField(convDotsXRow), RCX)
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI)
	MOVQ(convField(convDotsGRow), RCX)
	LEAQ(Mem{Base: RSI, Index: RCX, Scale: 4}, RSI)
	DECQ(rows)
	JNZ(LabelRef("row"))
	MOVQ(convField(convDotsXImage), RCX)
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI)
	MOVQ(convField(convDotsGI), RCX)
	LEAQ(Mem{Base: RSI, Index: RCX, Scale: 4}, RSI)
	DECQ(images)
	JNZ(LabelRef("image"))
	MOVQ(convField(convDotsSums), RDI)
	for i := range mo * mt {
		VMOVUPS(convZ[i], Mem{Base: RDI, Disp: 64 * i})
	}
	VZEROUPPER()
	RET()
}

// convFold brings 16n vectors to the sums of their lanes.
func convFold() {
	TEXT("convFoldAVX512", NOSPLIT, "func(n int, x, y *float32)")
	Pragma("noescape")
	Load(Param("n"), RCX)
	Load(Param("x"), RSI)
	Load(Param("y"), RDX)
	Label("l")
	for g := range 4 {
		z := convZ[g*4 : g*4+4]
		for i := range 4 {
			VMOVUPS(Mem{Base: RSI, Disp: 256*g + 64*i}, z[i])
		}
		VUNPCKLPS(z[1], z[0], Z16)
		VUNPCKHPS(z[1], z[0], Z17)
		VADDPS(Z17, Z16, Z16)
		VUNPCKLPS(z[3], z[2], Z18)
		VUNPCKHPS(z[3], z[2], Z19)
		VADDPS(Z19, Z18, Z18)
		VUNPCKLPD(Z18, Z16, Z20)
		VUNPCKHPD(Z18, Z16, Z21)
		VADDPS(Z21, Z20, convZ[22+g])
	}
	VSHUFF32X4(U8(0x88), Z23, Z22, Z0)
	VSHUFF32X4(U8(0xdd), Z23, Z22, Z1)
	VADDPS(Z1, Z0, Z0)
	VSHUFF32X4(U8(0x88), Z25, Z24, Z2)
	VSHUFF32X4(U8(0xdd), Z25, Z24, Z3)
	VADDPS(Z3, Z2, Z2)
	VSHUFF32X4(U8(0x88), Z2, Z0, Z4)
	VSHUFF32X4(U8(0xdd), Z2, Z0, Z5)
	VADDPS(Z5, Z4, Z4)
	VMOVUPS(Z4, Mem{Base: RDX})
	ADDQ(U32(1024), RSI)
	ADDQ(Imm(64), RDX)
	DECQ(RCX)
	JNZ(LabelRef("l"))
	VZEROUPPER()
	RET()
}
