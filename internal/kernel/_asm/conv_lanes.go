package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// convolutionLanes emits the kernels that have output channels in the lanes, and the one
// that adds up shifted rows.
func convolutionLanes() {
	for _, k := range [][3]int{{3, 3, 1}, {3, 3, 2}, {3, 3, 3}, {5, 5, 1}} {
		convLanes(k[0], k[1], k[2])
	}
	for columns := 1; columns <= 14; columns++ {
		convPixels(columns)
	}
	for taps := 2; taps <= 5; taps++ {
		convShift(taps)
	}
}

// The fields of kernel.ConvLanes.
const (
	convLanesX, convLanesG, convLanesSums                  = 0, 24, 48
	convLanesImages, convLanesRows, convLanesColumns       = 72, 80, 88
	convLanesWidth, convLanesXStep, convLanesXRow          = 96, 104, 112
	convLanesXImage, convLanesXChannel, convLanesGImage    = 120, 128, 136
	convPixelsW, convPixelsBias, convPixelsOffsets         = 0, 24, 48
	convPixelsX, convPixelsY                               = 72, 96
	convPixelsChannels, convPixelsTaps, convPixelsXChannel = 120, 128, 136
	convPixelsXRow, convPixelsYRow, convPixelsXTile        = 144, 152, 160
	convPixelsYTile, convPixelsTiles, convPixelsReLU       = 168, 176, 184
	convShiftX, convShiftY, convShiftBias, convShiftStarts = 0, 24, 48, 72
	convShiftMasks, convShiftPlanes, convShiftRows         = 96, 120, 128
	convShiftXPlane, convShiftYPlane, convShiftXRow        = 136, 144, 152
	convShiftYRow, convShiftMask                           = 160, 168
)

// convLanes adds products of a gradient's pixels, 16 channels in the lanes, with the
// image's under each tap of a kh x kw kernel, of channels channels at once.
func convLanes(kh, kw, channels int) {
	TEXT(fmt.Sprintf("convLanes%dx%dx%dAVX512", kh, kw, channels), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convLanesSums), RCX)
	n := kh * kw * channels
	for i := range n {
		VMOVUPS(Mem{Base: RCX, Disp: 64 * i}, convZ[i])
	}
	MOVQ(convField(convLanesG), RSI)
	MOVQ(convField(convLanesX), R15)
	convBytes(convLanesWidth, RDX)
	LEAQ(Mem{Base: RDX, Index: RDX, Scale: 2}, R8)
	convBytes(convLanesXStep, R10)
	MOVQ(convField(convLanesImages), R14)
	rows := [...]func(base GPPhysical, disp int) Mem{
		func(b GPPhysical, d int) Mem { return Mem{Base: b, Disp: d} },
		func(b GPPhysical, d int) Mem { return Mem{Base: b, Index: RDX, Scale: 1, Disp: d} },
		func(b GPPhysical, d int) Mem { return Mem{Base: b, Index: RDX, Scale: 2, Disp: d} },
		func(b GPPhysical, d int) Mem { return Mem{Base: b, Index: R8, Scale: 1, Disp: d} },
		func(b GPPhysical, d int) Mem { return Mem{Base: b, Index: RDX, Scale: 4, Disp: d} },
	}
	bases := []GPPhysical{RDI, RBX, R12}[:channels]
	Label("image")
	MOVQ(convField(convLanesRows), R13)
	MOVQ(R15, R9)
	Label("row")
	MOVQ(convField(convLanesColumns), RCX)
	MOVQ(R9, RDI)
	if channels > 1 {
		convBytes(convLanesXChannel, R11)
		LEAQ(Mem{Base: RDI, Index: R11, Scale: 1}, RBX)
		if channels > 2 {
			LEAQ(Mem{Base: RDI, Index: R11, Scale: 2}, R12)
		}
	}
	Label("column")
	VMOVUPS(Mem{Base: RSI}, Z31)
	for c, base := range bases {
		for y := range kh {
			for x := range kw {
				VFMADD231PS_BCST(rows[y](base, 4*x), Z31, convZ[(c*kh+y)*kw+x])
			}
		}
	}
	ADDQ(Imm(64), RSI)
	for _, base := range bases {
		ADDQ(R10, base)
	}
	DECQ(RCX)
	JNZ(LabelRef("column"))
	convBytes(convLanesXRow, R11)
	ADDQ(R11, R9)
	DECQ(R13)
	JNZ(LabelRef("row"))
	convBytes(convLanesXImage, R11)
	ADDQ(R11, R15)
	convBytes(convLanesGImage, R11)
	ADDQ(R11, RSI)
	DECQ(R14)
	JNZ(LabelRef("image"))
	MOVQ(convField(convLanesSums), RCX)
	for i := range n {
		VMOVUPS(convZ[i], Mem{Base: RCX, Disp: 64 * i})
	}
	VZEROUPPER()
	RET()
}

// convPixels is the product of packed weights of 16 channels, which are the lanes, with
// two rows of so many pixels a tile.
func convPixels(columns int) {
	TEXT(fmt.Sprintf("convPixels%dAVX512", columns), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	Load(Param("a"), RAX)
	MOVQ(convField(convPixelsX), R11)
	MOVQ(convField(convPixelsY), RDX)
	MOVQ(convField(convPixelsTiles), R8)
	convBytes(convPixelsXRow, R9)
	convBytes(convPixelsXChannel, R14)
	Label("tile")
	MOVQ(convField(convPixelsBias), RSI)
	for i := range 2 * columns {
		VMOVUPS(Mem{Base: RSI}, convZ[i])
	}
	MOVQ(convField(convPixelsW), RSI)
	MOVQ(convField(convPixelsChannels), R15)
	MOVQ(R11, R12)
	Label("channel")
	MOVQ(convField(convPixelsOffsets), RDI)
	MOVQ(convField(convPixelsTaps), RCX)
	Label("tap")
	MOVQ(Mem{Base: RDI}, R13)
	LEAQ(Mem{Base: R12, Index: R13, Scale: 4}, R13)
	LEAQ(Mem{Base: R13, Index: R9, Scale: 1}, RBX)
	VMOVUPS(Mem{Base: RSI}, Z31)
	for i := range columns {
		VFMADD231PS_BCST(Mem{Base: R13, Disp: 4 * i}, Z31, convZ[i])
	}
	for i := range columns {
		VFMADD231PS_BCST(Mem{Base: RBX, Disp: 4 * i}, Z31, convZ[columns+i])
	}
	ADDQ(Imm(64), RSI)
	ADDQ(Imm(8), RDI)
	DECQ(RCX)
	JNZ(LabelRef("tap"))
	ADDQ(R14, R12)
	DECQ(R15)
	JNZ(LabelRef("channel"))
	CMPQ(convField(convPixelsReLU), Imm(0))
	JE(LabelRef("store"))
	VPXORD(Z31, Z31, Z31)
	for i := range 2 * columns {
		VMAXPS(convZ[i], Z31, convZ[i]) // NaN stays
		VADDPS(Z31, convZ[i], convZ[i]) // -0 becomes 0, as in Unary
	}
	Label("store")
	convBytes(convPixelsYRow, RCX)
	for i := range columns {
		VMOVUPS(convZ[i], Mem{Base: RDX, Disp: 64 * i})
		VMOVUPS(convZ[columns+i], Mem{Base: RDX, Index: RCX, Scale: 1, Disp: 64 * i})
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

// convShift adds rows of x that start at so many places.
func convShift(taps int) {
	TEXT(fmt.Sprintf("convShift%dAVX512", taps), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	places := AllocLocal(16) // of the planes; the collector may look at the struct meanwhile
	xPlane, yPlane := places, places.Offset(8)
	Load(Param("a"), RAX)
	MOVQ(convField(convShiftX), RSI)
	MOVQ(RSI, xPlane)
	MOVQ(convField(convShiftY), RDI)
	MOVQ(RDI, yPlane)
	starts := []GPPhysical{R8, R9, R10, R11, R12}[:taps]
	masks := []OpmaskPhysical{K1, K2, K3, K4, K5}
	MOVQ(convField(convShiftStarts), RSI)
	MOVQ(convField(convShiftMasks), RDI)
	for i, r := range starts {
		MOVQ(Mem{Base: RSI, Disp: 8 * i}, r)
		KMOVW(Mem{Base: RDI, Disp: 8 * i}, masks[i])
	}
	KMOVW(convField(convShiftMask), K6)
	MOVQ(convField(convShiftPlanes), R13)
	MOVQ(convField(convShiftBias), RBX)
	Label("plane")
	MOVQ(xPlane, RSI)
	MOVQ(yPlane, RDI)
	MOVQ(convField(convShiftRows), RCX)
	VBROADCASTSS(Mem{Base: RBX}, Z0)
	convBytes(convShiftXRow, RDX)
	convBytes(convShiftYRow, R14)
	Label("row")
	VMOVAPS(Z0, Z1)
	for i, r := range starts {
		VADDPS(Mem{Base: RSI, Index: r, Scale: 4}, Z1, masks[i], Z1)
	}
	VMOVUPS(Z1, K6, Mem{Base: RDI})
	ADDQ(RDX, RSI)
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
}
