package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// convolutionAVX2 emits the kernels of internal/kernel/conv.go for AVX2. With 16
// registers a tile has one vector of 16 lanes, two registers, and up to six rows. Masks
// are vectors, made of the bits; a masked store is slow, so that whole vectors are stored
// wherever the struct allows it.
func convolutionAVX2(lanes Mem) {
	bits := GLOBL("convBits", RODATA|NOPTR) // of each lane in a mask
	for i := range 16 {
		DATA(4*i, U32(uint32(1)<<i))
	}
	for mr := 1; mr <= 6; mr++ {
		convTile256(mr, 1, bits)
	}
	convTile256(1, 4, bits)
	convTile256(2, 3, bits)
	convTile256(3, 2, bits)
	convRows256(bits, lanes)
	convTurn256(bits)
	for _, d := range [][2]int{{3, 4}, {2, 6}, {2, 5}, {1, 12}} {
		convDots256(d[0], d[1], bits)
	}
	convFold256()
	convLanes256(1, 5)
	convLanes256(2, 3)
	convLanes256(1, 3)
	for columns := 1; columns <= 6; columns++ {
		convPixels256(columns)
	}
	for taps := 2; taps <= 5; taps++ {
		convShift256(taps, bits)
	}
}

var convY = [...]VecPhysical{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15}

// convMask makes vectors of the lanes that have a bit in m, for the lower and the upper
// eight of 16.
func convMask(m Mem, bits Mem, to ...VecPhysical) {
	VPBROADCASTD(m, to[len(to)-1])
	for i, r := range to {
		VPAND(bits.Offset(32*i), to[len(to)-1], r)
		VPCMPEQD(bits.Offset(32*i), r, r)
	}
}

// convReLU256 is the end of a tile: the activation, if the field of the struct says so.
func convReLU256(field, sums int, zero VecPhysical) {
	CMPQ(convField(field), Imm(0))
	JE(LabelRef("store"))
	VXORPS(zero, zero, zero)
	for i := range sums {
		VMAXPS(convY[i], zero, convY[i]) // NaN stays
		VADDPS(zero, convY[i], convY[i]) // -0 becomes 0, as in Unary
	}
	Label("store")
}

// convTile256 is the product of mr rows of packed weights with nv vectors of 16 pixels a
// tile that follow each other. A tile of one vector may be masked.
func convTile256(mr, nv int, bits Mem) {
	TEXT(fmt.Sprintf("convTile%dx%dAVX2", mr, 16*nv), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convTileX), R11)
	MOVQ(convField(convTileY), RDX)
	MOVQ(convField(convTileTiles), R8)
	MOVQ(convField(convTileTaps), R9)
	MOVQ(convField(convTileOffsets), R10)
	convBytes(convTileXChannel, R14)
	convBytes(convTileYRow, RBX)
	n := 2 * nv
	sum := func(i, v int) VecPhysical { return convY[i*n+v] }
	spare := convY[mr*n:]

	Label("tile")
	CMPQ(convField(convTileAdd), Imm(0))
	JNE(LabelRef("add"))
	MOVQ(convField(convTileBias), RSI)
	for i := range mr {
		VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, sum(i, 0))
		for v := 1; v < n; v++ {
			VMOVAPS(sum(i, 0), sum(i, v))
		}
	}
	Label("begun")
	MOVQ(convField(convTileW), RSI)
	MOVQ(convField(convTileChannels), R15)
	MOVQ(R11, R12)
	Label("channel")
	MOVQ(R10, RDI)
	MOVQ(R9, RCX)
	Label("tap")
	MOVQ(Mem{Base: RDI}, R13)
	pixel := func(v int) Mem { return Mem{Base: R12, Index: R13, Scale: 4, Disp: 32 * v} }
	if nv == 1 {
		VMOVUPS(pixel(0), spare[0])
		VMOVUPS(pixel(1), spare[1])
		for i := range mr {
			w := spare[2+i%2]
			VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, w)
			VFMADD231PS(w, spare[0], sum(i, 0))
			VFMADD231PS(w, spare[1], sum(i, 1))
		}
	} else {
		for i := range mr {
			VBROADCASTSS(Mem{Base: RSI, Disp: 4 * i}, spare[i])
		}
		for v := range n {
			p := spare[mr+v%(len(spare)-mr)]
			VMOVUPS(pixel(v), p)
			for i := range mr {
				VFMADD231PS(spare[i], p, sum(i, v))
			}
		}
	}
	ADDQ(Imm(uint64(4*mr)), RSI)
	ADDQ(Imm(8), RDI)
	DECQ(RCX)
	JNZ(LabelRef("tap"))
	ADDQ(R14, R12)
	DECQ(R15)
	JNZ(LabelRef("channel"))

	convReLU256(convTileReLU, mr*n, spare[0])
	MOVQ(RDX, RDI)
	if nv == 1 {
		MOVQ(convField(convTileMask), RCX)
		ANDL(U32(0xffff), ECX)
		CMPL(ECX, U32(0xffff))
		JNE(LabelRef("masked"))
	}
	for i := range mr {
		for v := range n {
			VMOVUPS(sum(i, v), Mem{Base: RDI, Disp: 32 * v})
		}
		if i != mr-1 {
			ADDQ(RBX, RDI)
		}
	}
	Label("next")
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
	if nv == 1 {
		convMask(convField(convTileMask), bits, spare[0], spare[1])
	}
	for i := range mr {
		for v := range n {
			if nv == 1 {
				VMASKMOVPS(Mem{Base: RDI, Disp: 32 * v}, spare[v], sum(i, v))
			} else {
				VMOVUPS(Mem{Base: RDI, Disp: 32 * v}, sum(i, v))
			}
		}
		if i != mr-1 {
			ADDQ(RBX, RDI)
		}
	}
	JMP(LabelRef("begun"))
	if nv == 1 {
		Label("masked")
		convMask(convField(convTileMask), bits, spare[0], spare[1])
		for i := range mr {
			for v := range 2 {
				VMASKMOVPS(sum(i, v), spare[v], Mem{Base: RDI, Disp: 32 * v})
			}
			if i != mr-1 {
				ADDQ(RBX, RDI)
			}
		}
		JMP(LabelRef("next"))
	}
}

// convRows256 is convRows.
func convRows256(bits, lanes Mem) {
	TEXT("convRowsAVX2", NOSPLIT, "func(a *byte)")
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
	zero, low, high := Y0, Y10, Y11
	VXORPS(zero, zero, zero)
	VMOVDQU(bits, low)
	VMOVDQU(bits.Offset(32), high)
	MOVQ(convField(convRowsXStep), R12)
	VMOVD(R12.As32(), X1)
	VPBROADCASTD(X1, Y1)
	VPMULLD(lanes.Offset(32), Y1, Y2) // the places of a vector's elements
	VPMULLD(lanes, Y1, Y1)
	SHLQ(Imm(6), R12) // bytes from segment to segment of x

	clearing := func(name string, count int) {
		MOVQ(convField(count), RCX)
		Label(name)
		TESTQ(RCX, RCX)
		JLE(LabelRef(name + "end"))
		Label(name + "more")
		VMOVUPS(zero, Mem{Base: RDI})
		VMOVUPS(zero, Mem{Base: RDI, Disp: 32})
		ADDQ(Imm(64), RDI)
		SUBQ(Imm(16), RCX)
		JG(LabelRef(name + "more"))
		LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI) // RCX is 0 or negative: back to the end
		Label(name + "end")
	}
	masks := func() {
		VPBROADCASTD(Mem{Base: RBX}, Y5)
		VPAND(low, Y5, Y4)
		VPAND(high, Y5, Y5)
		VPCMPEQD(low, Y4, Y4)
		VPCMPEQD(high, Y5, Y5)
	}
	next := func(label string) {
		VMOVUPS(Y6, Mem{Base: RDX})
		VMOVUPS(Y7, Mem{Base: RDX, Disp: 32})
		ADDQ(Imm(8), RBX)
		ADDQ(R12, RCX)
		ADDQ(Imm(64), RDX)
		DECQ(R15)
		JNZ(LabelRef(label))
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
	masks()
	VMASKMOVPS(Mem{Base: RCX}, Y4, Y6)
	VMASKMOVPS(Mem{Base: RCX, Disp: 32}, Y5, Y7)
	next("segment")
	JMP(LabelRef("rowend"))
	Label("gather")
	CMPQ(R12, U32(128))
	JNE(LabelRef("lanes"))
	CMPQ(Mem{Base: RBX}, U32(1<<16-1))
	JNE(LabelRef("lanes"))
	// Every second one, all of them: the second of two loads ends with the last element.
	for i, r := range []VecPhysical{Y6, Y7} {
		VMOVUPS(Mem{Base: RCX, Disp: 64 * i}, r)
		VSHUFPS(Imm(0xd8), Mem{Base: RCX, Disp: 64*i + 28}, r, r)
		VPERMPD(Imm(0xd8), r, r)
	}
	next("gather")
	JMP(LabelRef("rowend"))
	Label("lanes")
	masks()
	VXORPS(Y6, Y6, Y6)
	VXORPS(Y7, Y7, Y7)
	VGATHERDPS(Y4, Mem{Base: RCX, Index: Y1, Scale: 4}, Y6)
	VGATHERDPS(Y5, Mem{Base: RCX, Index: Y2, Scale: 4}, Y7)
	next("gather")
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

// convTurn256 is convTurn. It turns the last eight rows first, unless the step leaves no
// place for them, and then the first eight, whose stores cover what the others' spilled.
func convTurn256(bits Mem) {
	TEXT("convTurnAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	convBytes(convTurnStep, RBX)
	LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, R12)
	CMPQ(RBX, Imm(32))
	JLE(LabelRef("lower"))
	half := func(name string, first int) {
		MOVQ(convField(convTurnX), RSI)
		MOVQ(convField(convTurnY), RDX)
		ADDQ(Imm(uint64(4*first)), RDX)
		MOVQ(convField(convTurnColumns), RCX)
		row := func(i int) Mem {
			r := []Register{R8, R9, R10, R11}[i%4].(GPPhysical)
			MOVQ(convField(convTurnRow+8*(first+i)), r)
			return Mem{Base: RSI, Index: r, Scale: 4}
		}
		Label(name)
		CMPQ(RCX, Imm(8))
		JL(LabelRef(name + "part"))
		for i := range 8 {
			VMOVUPS(row(i), convY[i])
		}
		Label(name + "loaded")
		for i := 0; i < 8; i += 2 {
			VUNPCKLPS(convY[i+1], convY[i], convY[8+i])
			VUNPCKHPS(convY[i+1], convY[i], convY[9+i])
		}
		for g := range 2 {
			from, to := convY[8+4*g:], convY[4*g:]
			VUNPCKLPD(from[2], from[0], to[0])
			VUNPCKHPD(from[2], from[0], to[1])
			VUNPCKLPD(from[3], from[1], to[2])
			VUNPCKHPD(from[3], from[1], to[3])
		}
		for j := range 4 {
			VPERM2F128(Imm(0x20), convY[4+j], convY[j], convY[8+j])
			VPERM2F128(Imm(0x31), convY[4+j], convY[j], convY[12+j])
		}
		// In the order of the columns, since a store covers places of those behind it.
		for j := range 8 {
			at := Mem{Base: RDX}
			switch j % 4 {
			case 1:
				at = Mem{Base: RDX, Index: RBX, Scale: 1}
			case 2:
				at = Mem{Base: RDX, Index: RBX, Scale: 2}
			case 3:
				at = Mem{Base: RDX, Index: R12, Scale: 1}
			}
			VMOVUPS(convY[8+j], at)
			if j == 7 {
				break
			}
			CMPQ(RCX, Imm(uint64(j+1)))
			JE(LabelRef(name + "end"))
			if j == 3 {
				LEAQ(Mem{Base: RDX, Index: RBX, Scale: 4}, RDX)
			}
		}
		LEAQ(Mem{Base: RDX, Index: RBX, Scale: 4}, RDX)
		ADDQ(Imm(32), RSI)
		SUBQ(Imm(8), RCX)
		JNZ(LabelRef(name))
		JMP(LabelRef(name + "end"))
		Label(name + "part")
		MOVL(U32(1), R9.As32())
		SHLL(CL, R9.As32())
		DECL(R9.As32())
		VMOVD(R9.As32(), X15)
		VPBROADCASTD(X15, Y15)
		VPAND(bits, Y15, Y15)
		VPCMPEQD(bits, Y15, Y15)
		for i := range 8 {
			VMASKMOVPS(row(i), Y15, convY[i])
		}
		JMP(LabelRef(name + "loaded"))
		Label(name + "end")
	}
	half("upper", 8)
	Label("lower")
	half("lowerhalf", 0)
	VZEROUPPER()
	RET()
}

// convDots256 sums products of mo channels of the gradient with mt taps of the image,
// eight pixels in the lanes: sums[(o*mt+t)*8+lane].
func convDots256(mo, mt int, bits Mem) {
	TEXT(fmt.Sprintf("convDots%dx%dAVX2", mo, mt), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	locals := AllocLocal(48)
	images, rows, mask := locals, locals.Offset(8), locals.Offset(16)
	Load(Param("a"), RAX)
	convMask(convField(convDotsMask), bits, Y0)
	VMOVDQU(Y0, mask)
	for i := range mo * mt {
		VXORPS(convY[i], convY[i], convY[i])
	}
	kept := []GPPhysical{R8, R9, R10, R11, R12, R13}
	MOVQ(convField(convDotsOffsets), R15)
	for i, r := range kept[:min(mt, len(kept))] {
		MOVQ(Mem{Base: R15, Disp: 8 * i}, r)
	}
	MOVQ(convField(convDotsX), RDI)
	MOVQ(convField(convDotsG), RSI)
	convBytes(convDotsGChannel, RBX)
	MOVQ(convField(convDotsImages), RCX)
	MOVQ(RCX, images)
	channels := []Mem{{Base: RSI}, {Base: RSI, Index: RBX, Scale: 1}, {Base: RSI, Index: RBX, Scale: 2}}[:mo]
	gradient := convY[mo*mt:]
	taps := convY[mo*mt+mo:]
	whole := func(m Mem, to VecPhysical) { VMOVUPS(m, to) }
	half := func(m Mem, to VecPhysical) { VMOVUPS(m, to.AsX()) } // the upper lanes become 0
	masked := func(m Mem, to VecPhysical) {
		VMOVUPS(mask, to)
		VMASKMOVPS(m, to, to)
	}
	segment := func(load func(m Mem, to VecPhysical)) {
		for i, m := range channels {
			load(m, gradient[i])
		}
		for j := range mt {
			offset := R14
			if j < len(kept) {
				offset = kept[j]
			} else {
				MOVQ(Mem{Base: R15, Disp: 8 * j}, offset)
			}
			tap := taps[j%len(taps)]
			load(Mem{Base: RDI, Index: offset, Scale: 4}, tap)
			for i := range mo {
				VFMADD231PS(gradient[i], tap, convY[i*mt+j])
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
	segment(whole)
	ADDQ(Imm(32), RSI)
	ADDQ(Imm(32), RDI)
	DECQ(RCX)
	JNZ(LabelRef("segment"))
	Label("tail")
	CMPQ(convField(convDotsMask), Imm(0))
	JE(LabelRef("next"))
	CMPQ(convField(convDotsMask), Imm(15))
	JE(LabelRef("half")) // a row of 28 has one: loads without a mask are twice as fast
	segment(masked)
	JMP(LabelRef("next"))
	Label("half")
	segment(half)
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
		VMOVUPS(convY[i], Mem{Base: RDI, Disp: 32 * i})
	}
	VZEROUPPER()
	RET()
}

// convFold256 brings 8n vectors of eight to the sums of their lanes.
func convFold256() {
	TEXT("convFoldAVX2", NOSPLIT, "func(n int, x, y *float32)")
	Pragma("noescape")
	Load(Param("n"), RCX)
	Load(Param("x"), RSI)
	Load(Param("y"), RDX)
	Label("l")
	for i := range 8 {
		VMOVUPS(Mem{Base: RSI, Disp: 32 * i}, convY[i])
	}
	for i := range 4 {
		VHADDPS(convY[2*i+1], convY[2*i], convY[8+i])
	}
	VHADDPS(Y9, Y8, Y0)
	VHADDPS(Y11, Y10, Y1)
	VPERM2F128(Imm(0x20), Y1, Y0, Y2)
	VPERM2F128(Imm(0x31), Y1, Y0, Y3)
	VADDPS(Y3, Y2, Y2)
	VMOVUPS(Y2, Mem{Base: RDX})
	ADDQ(U32(256), RSI)
	ADDQ(Imm(32), RDX)
	DECQ(RCX)
	JNZ(LabelRef("l"))
	VZEROUPPER()
	RET()
}

// convLanes256 adds products of a gradient's pixels, 16 channels in the lanes, with the
// image's under taps of kh rows of kw.
func convLanes256(kh, kw int) {
	TEXT(fmt.Sprintf("convLanes%dx%dAVX2", kh, kw), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convLanesSums), RCX)
	n := 2 * kh * kw
	for i := range n {
		VMOVUPS(Mem{Base: RCX, Disp: 32 * i}, convY[i])
	}
	MOVQ(convField(convLanesG), RSI)
	MOVQ(convField(convLanesX), R15)
	convBytes(convLanesWidth, RDX)
	convBytes(convLanesXStep, R10)
	convBytes(convLanesXRow, R11)
	convBytes(convLanesXImage, R12)
	convBytes(convLanesGImage, R8)
	MOVQ(convField(convLanesImages), R14)
	MOVQ(convField(convLanesColumns), RBX)
	low, high, pixels := convY[n], convY[n+1], convY[n+2:]
	Label("image")
	MOVQ(convField(convLanesRows), R13)
	MOVQ(R15, R9)
	Label("row")
	MOVQ(RBX, RCX)
	MOVQ(R9, RDI)
	Label("column")
	VMOVUPS(Mem{Base: RSI}, low)
	VMOVUPS(Mem{Base: RSI, Disp: 32}, high)
	for y := range kh {
		for x := range kw {
			m := Mem{Base: RDI, Disp: 4 * x}
			if y == 1 {
				m.Index, m.Scale = RDX, 1
			}
			i := y*kw + x
			pixel := pixels[i%len(pixels)]
			VBROADCASTSS(m, pixel)
			VFMADD231PS(pixel, low, convY[2*i])
			VFMADD231PS(pixel, high, convY[2*i+1])
		}
	}
	ADDQ(Imm(64), RSI)
	ADDQ(R10, RDI)
	DECQ(RCX)
	JNZ(LabelRef("column"))
	ADDQ(R11, R9)
	DECQ(R13)
	JNZ(LabelRef("row"))
	ADDQ(R12, R15)
	ADDQ(R8, RSI)
	DECQ(R14)
	JNZ(LabelRef("image"))
	MOVQ(convField(convLanesSums), RCX)
	for i := range n {
		VMOVUPS(convY[i], Mem{Base: RCX, Disp: 32 * i})
	}
	VZEROUPPER()
	RET()
}

// convPixels256 is the product of packed weights of 16 channels, which are the lanes, with
// so many pixels of a row a tile.
func convPixels256(columns int) {
	TEXT(fmt.Sprintf("convPixels%dAVX2", columns), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convPixelsX), R11)
	MOVQ(convField(convPixelsY), RDX)
	MOVQ(convField(convPixelsTiles), R8)
	MOVQ(convField(convPixelsTaps), R9)
	MOVQ(convField(convPixelsOffsets), R10)
	convBytes(convPixelsXChannel, R14)
	low, high, pixels := convY[2*columns], convY[2*columns+1], convY[2*columns+2:]
	Label("tile")
	MOVQ(convField(convPixelsBias), RSI)
	for i := range columns {
		VMOVUPS(Mem{Base: RSI}, convY[2*i])
		VMOVUPS(Mem{Base: RSI, Disp: 32}, convY[2*i+1])
	}
	MOVQ(convField(convPixelsW), RSI)
	MOVQ(convField(convPixelsChannels), R15)
	MOVQ(R11, R12)
	Label("channel")
	MOVQ(R10, RDI)
	MOVQ(R9, RCX)
	Label("tap")
	MOVQ(Mem{Base: RDI}, R13)
	VMOVUPS(Mem{Base: RSI}, low)
	VMOVUPS(Mem{Base: RSI, Disp: 32}, high)
	for i := range columns {
		pixel := pixels[i%2]
		VBROADCASTSS(Mem{Base: R12, Index: R13, Scale: 4, Disp: 4 * i}, pixel)
		VFMADD231PS(pixel, low, convY[2*i])
		VFMADD231PS(pixel, high, convY[2*i+1])
	}
	ADDQ(Imm(64), RSI)
	ADDQ(Imm(8), RDI)
	DECQ(RCX)
	JNZ(LabelRef("tap"))
	ADDQ(R14, R12)
	DECQ(R15)
	JNZ(LabelRef("channel"))
	convReLU256(convPixelsReLU, 2*columns, low)
	for i := range 2 * columns {
		VMOVUPS(convY[i], Mem{Base: RDX, Disp: 32 * i})
	}
	convBytes(convPixelsXTile, RCX)
	ADDQ(RCX, R11)
	convBytes(convPixelsYTile, RCX)
	ADDQ(RCX, RDX)
	DECQ(R8)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// convShift256 is convShift. Vectors are stored whole where what they spill into is
// written later, which is everywhere but at the end.
func convShift256(taps int, bits Mem) {
	TEXT(fmt.Sprintf("convShift%dAVX2", taps), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	locals := AllocLocal(32) // of the planes; the collector may look at the struct meanwhile
	xPlane, yPlane, last, xRow := locals, locals.Offset(8), locals.Offset(16), locals.Offset(24)
	Load(Param("a"), RAX)
	MOVQ(convField(convShiftX), RSI)
	MOVQ(RSI, xPlane)
	MOVQ(convField(convShiftY), RDI)
	MOVQ(RDI, yPlane)
	// The last place from which 16 elements stay before the end of the last row.
	MOVQ(convField(convShiftPlanes), R13)
	MOVQ(R13, RCX)
	DECQ(RCX)
	IMULQ(convField(convShiftYPlane), RCX)
	MOVQ(convField(convShiftRows), RDX)
	DECQ(RDX)
	IMULQ(convField(convShiftYRow), RDX)
	ADDQ(RDX, RCX)
	MOVQ(convField(convShiftMask), RDX)
	BSRQ(RDX, RDX)
	ADDQ(RDX, RCX)
	SUBQ(Imm(15), RCX)
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI)
	MOVQ(RDI, last)
	starts := []GPPhysical{R8, R9, R10, R11, R12}[:taps]
	MOVQ(convField(convShiftStarts), RSI)
	MOVQ(convField(convShiftMasks), RDI)
	for i, r := range starts {
		MOVQ(Mem{Base: RSI, Disp: 8 * i}, r)
		convMask(Mem{Base: RDI, Disp: 8 * i}, bits, convY[2*i], convY[2*i+1])
	}
	convBytes(convShiftXRow, RDX)
	MOVQ(RDX, xRow)
	convBytes(convShiftYRow, R14)
	MOVQ(convField(convShiftBias), RBX)
	MOVQ(last, R15)
	Label("plane")
	MOVQ(xPlane, RSI)
	MOVQ(yPlane, RDI)
	MOVQ(convField(convShiftRows), RCX)
	VBROADCASTSS(Mem{Base: RBX}, Y10)
	Label("row")
	VMOVAPS(Y10, Y11)
	VMOVAPS(Y10, Y12)
	for i, r := range starts {
		VMASKMOVPS(Mem{Base: RSI, Index: r, Scale: 4}, convY[2*i], Y13)
		VADDPS(Y13, Y11, Y11)
		VMASKMOVPS(Mem{Base: RSI, Index: r, Scale: 4, Disp: 32}, convY[2*i+1], Y14)
		VADDPS(Y14, Y12, Y12)
	}
	CMPQ(RDI, R15)
	JG(LabelRef("masked"))
	VMOVUPS(Y11, Mem{Base: RDI})
	VMOVUPS(Y12, Mem{Base: RDI, Disp: 32})
	Label("next")
	ADDQ(xRow, RSI)
	ADDQ(R14, RDI)
	DECQ(RCX)
	JNZ(LabelRef("row"))
	ADDQ(Imm(4), RBX)
	convBytes(convShiftXPlane, RDX)
	ADDQ(RDX, xPlane)
	convBytes(convShiftYPlane, RDX)
	ADDQ(RDX, yPlane)
	DECQ(R13)
	JNZ(LabelRef("plane"))
	VZEROUPPER()
	RET()
	Label("masked")
	convMask(convField(convShiftMask), bits, Y13, Y14)
	VMASKMOVPS(Y11, Y13, Mem{Base: RDI})
	VMASKMOVPS(Y12, Y14, Mem{Base: RDI, Disp: 32})
	JMP(LabelRef("next"))
}
