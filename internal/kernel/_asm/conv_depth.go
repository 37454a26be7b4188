package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.ConvDepth and of kernel.ConvDepthSums.
const (
	convDepthX, convDepthY, convDepthW, convDepthBias = 0, 24, 48, 72
	convDepthSumsG, convDepthSumsSums                 = 24, 48

	convDepthPlanes, convDepthRows, convDepthColumns = 96, 104, 112
	convDepthXPlane, convDepthXRow, convDepthWidth   = 120, 128, 136
	convDepthStep, convDepthReLU, convDepthGPlane    = 144, 160, 160
)

// convDepthTap is tap (a, b) of the pixels at R8, R9 and R10, rows of the kernel.
func convDepthTap(a, b int) Mem {
	m := Mem{Base: []Register{R8, R9, R10}[a]}
	if b > 0 {
		m.Index, m.Scale = []Register{R11, R12}[b-1], 1
	}
	return m
}

// convDepthRow sets R8, R9 and R10 to the rows at R13.
func convDepthRow() {
	convBytes(convDepthWidth, RCX)
	MOVQ(R13, R8)
	LEAQ(Mem{Base: R13, Index: RCX, Scale: 1}, R9)
	LEAQ(Mem{Base: R13, Index: RCX, Scale: 2}, R10)
	MOVQ(convField(convDepthColumns), RCX)
}

func convDepthAdvance(bytes uint64) {
	for _, r := range []Register{R8, R9, R10} {
		ADDQ(Imm(bytes), r)
	}
}

// convDepth256 is convolution of planes each by 3 x 3 weights of its own.
func convDepth256(bits Mem) {
	TEXT("convDepthAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	locals := AllocLocal(16)
	planes, last := locals, locals.Offset(8)
	Load(Param("a"), RAX)
	MOVQ(convField(convDepthPlanes), RCX)
	MOVQ(RCX, planes)
	// The last place from which eight elements stay before the end of y.
	IMULQ(convField(convDepthRows), RCX)
	IMULQ(convField(convDepthColumns), RCX)
	MOVQ(convField(convDepthY), RDI)
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4, Disp: -32}, RCX)
	MOVQ(RCX, last)
	MOVQ(convField(convDepthX), R14)
	MOVQ(convField(convDepthW), R15)
	MOVQ(convField(convDepthBias), RDX)
	convBytes(convDepthStep, R11)
	convBytes(convDepthStep+8, R12)
	VXORPS(Y15, Y15, Y15)
	pixels := func(sum VecPhysical, disp int) {
		VMOVAPS(Y9, sum)
		for k := range 9 {
			VFMADD231PS(convDepthTap(k/3, k%3).Offset(disp), convY[k], sum)
		}
	}
	relu := func(name string, sums ...VecPhysical) {
		CMPQ(convField(convDepthReLU), Imm(0))
		JE(LabelRef(name))
		for _, r := range sums {
			VMAXPS(r, Y15, r) // NaN stays
			VADDPS(Y15, r, r) // -0 becomes 0, as in Unary
		}
		Label(name)
	}
	Label("plane")
	for k := range 9 {
		VBROADCASTSS(Mem{Base: R15, Disp: 4 * k}, convY[k])
	}
	VBROADCASTSS(Mem{Base: RDX}, Y9)
	ADDQ(Imm(36), R15)
	ADDQ(Imm(4), RDX)
	MOVQ(convField(convDepthRows), RBX)
	MOVQ(R14, R13)
	Label("row")
	convDepthRow()
	SUBQ(Imm(16), RCX)
	JL(LabelRef("below16"))
	Label("wide")
	pixels(Y10, 0)
	pixels(Y11, 32)
	relu("wideplain", Y10, Y11)
	VMOVUPS(Y10, Mem{Base: RDI})
	VMOVUPS(Y11, Mem{Base: RDI, Disp: 32})
	convDepthAdvance(64)
	ADDQ(Imm(64), RDI)
	SUBQ(Imm(16), RCX)
	JGE(LabelRef("wide"))
	Label("below16")
	ADDQ(Imm(16), RCX)
	JZ(LabelRef("next"))
	CMPQ(RCX, Imm(8))
	JL(LabelRef("part"))
	Label("eight")
	pixels(Y10, 0)
	relu("eightplain", Y10)
	VMOVUPS(Y10, Mem{Base: RDI})
	convDepthAdvance(32)
	ADDQ(Imm(32), RDI)
	SUBQ(Imm(8), RCX)
	JLE(LabelRef("next"))
	Label("part")
	CMPQ(convField(convDepthColumns), Imm(8))
	JL(LabelRef("short"))
	// Eight that end with the row, of which the first are computed again.
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4, Disp: -32}, RDI)
	for _, r := range []Register{R8, R9, R10} {
		LEAQ(Mem{Base: r, Index: RCX, Scale: 4, Disp: -32}, r)
	}
	MOVQ(U32(8), RCX)
	JMP(LabelRef("eight"))
	Label("short")
	pixels(Y10, 0)
	relu("shortplain", Y10)
	CMPQ(RDI, last)
	JG(LabelRef("masked"))
	VMOVUPS(Y10, Mem{Base: RDI}) // what it spills into is written later
	Label("stored")
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI)
	Label("next")
	convBytes(convDepthXRow, RCX)
	ADDQ(RCX, R13)
	DECQ(RBX)
	JNZ(LabelRef("row"))
	convBytes(convDepthXPlane, RCX)
	ADDQ(RCX, R14)
	DECQ(planes)
	JNZ(LabelRef("plane"))
	VZEROUPPER()
	RET()
	Label("masked")
	convDepthMask(bits, Y11)
	VMASKMOVPS(Y10, Y11, Mem{Base: RDI})
	JMP(LabelRef("stored"))
}

// convDepthMask makes a vector of the first RCX lanes, below eight.
func convDepthMask(bits Mem, to VecPhysical) {
	MOVL(U32(1), R8L)
	SHLL(CL, R8L)
	DECL(R8L)
	VMOVD(R8L, to.AsX())
	VPBROADCASTD(to.AsX(), to)
	VPAND(bits, to, to)
	VPCMPEQD(bits, to, to)
}

// convDepthSums256 adds products of planes of a gradient with those of an image under
// 3 x 3 taps, eight pixels in the lanes.
func convDepthSums256(bits Mem) {
	TEXT("convDepthSumsAVX2", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	planes := AllocLocal(8)
	Load(Param("a"), RAX)
	MOVQ(convField(convDepthPlanes), RCX)
	MOVQ(RCX, planes)
	MOVQ(convField(convDepthColumns), RCX)
	ANDQ(Imm(7), RCX)
	convDepthMask(bits, Y10)
	MOVQ(convField(convDepthX), R14)
	MOVQ(convField(convDepthSumsG), R15)
	MOVQ(convField(convDepthSumsSums), RDX)
	convBytes(convDepthStep, R11)
	convBytes(convDepthStep+8, R12)
	for k := range 9 {
		VMOVUPS(Mem{Base: RDX, Disp: 32 * k}, convY[k])
	}
	Label("plane")
	MOVQ(convField(convDepthRows), RBX)
	MOVQ(R14, R13)
	MOVQ(R15, RDI)
	Label("row")
	convDepthRow()
	SUBQ(Imm(8), RCX)
	JL(LabelRef("part"))
	Label("eight")
	VMOVUPS(Mem{Base: RDI}, Y9)
	for k := range 9 {
		VFMADD231PS(convDepthTap(k/3, k%3), Y9, convY[k])
	}
	convDepthAdvance(32)
	ADDQ(Imm(32), RDI)
	SUBQ(Imm(8), RCX)
	JGE(LabelRef("eight"))
	Label("part")
	ADDQ(Imm(8), RCX)
	JZ(LabelRef("next"))
	VMASKMOVPS(Mem{Base: RDI}, Y10, Y9)
	for k := range 9 {
		tap := convY[11+k%4]
		VMASKMOVPS(convDepthTap(k/3, k%3), Y10, tap)
		VFMADD231PS(tap, Y9, convY[k])
	}
	LEAQ(Mem{Base: RDI, Index: RCX, Scale: 4}, RDI)
	Label("next")
	convBytes(convDepthXRow, RCX)
	ADDQ(RCX, R13)
	DECQ(RBX)
	JNZ(LabelRef("row"))
	convBytes(convDepthXPlane, RCX)
	ADDQ(RCX, R14)
	convBytes(convDepthGPlane, RCX)
	ADDQ(RCX, R15)
	DECQ(planes)
	JNZ(LabelRef("plane"))
	for k := range 9 {
		VMOVUPS(convY[k], Mem{Base: RDX, Disp: 32 * k})
	}
	VZEROUPPER()
	RET()
}
