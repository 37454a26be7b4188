package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.ConvTaps and of its parts.
const (
	convTapsX, convTapsG, convTapsSums, convTapsParts = 0, 24, 48, 72
	convTapsCount, convTapsXStep, convTapsGStep       = 80, 96, 120
	convTapsFresh                                     = 144

	convPartX, convPartG, convPartSums, convPartCounts, convPartSize = 0, 8, 16, 24, 48
)

// convolutionGradients emits the kernels of internal/kernel/conv_taps.go, conv_depth.go
// and weave.go.
func convolutionGradients() {
	for rows := 1; rows <= 6; rows++ {
		convTaps256(rows)
	}
	weave256()
	bits := GLOBL("convDepthBits", RODATA|NOPTR) // of each lane in a mask
	for i := range 8 {
		DATA(4*i, U32(uint32(1)<<i))
	}
	convDepth256(bits)
	convDepthSums256(bits)
}

// convTaps256 adds products of so many channels of the gradient with 16 of the image.
func convTaps256(rows int) {
	TEXT(fmt.Sprintf("convTaps%dAVX2", rows), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	locals := AllocLocal(40)
	xOuter, xMiddle, gOuter, gMiddle, parts := locals, locals.Offset(8), locals.Offset(16), locals.Offset(24), locals.Offset(32)
	Load(Param("a"), RAX)
	keep := func(field int, to Mem) {
		convBytes(field, RCX)
		MOVQ(RCX, to)
	}
	keep(convTapsXStep, xOuter)
	keep(convTapsXStep+8, xMiddle)
	convBytes(convTapsXStep+16, R10)
	keep(convTapsGStep, gOuter)
	keep(convTapsGStep+8, gMiddle)
	convBytes(convTapsGStep+16, R11)
	MOVQ(convField(convTapsParts), R8)
	MOVQ(convField(convTapsCount), RCX)
	MOVQ(RCX, parts)
	n := 2 * rows
	low, high, spare := convY[n], convY[n+1], convY[n+2:]
	field := func(offset int) Mem { return Mem{Base: R8, Disp: offset} }

	Label("part")
	MOVQ(convField(convTapsSums), RDX)
	MOVQ(field(convPartSums), RCX)
	LEAQ(Mem{Base: RDX, Index: RCX, Scale: 4}, RDX)
	CMPQ(convField(convTapsFresh), Imm(0))
	JNE(LabelRef("fresh"))
	for i := range n {
		VMOVUPS(Mem{Base: RDX, Disp: 32 * i}, convY[i])
	}
	Label("begun")
	MOVQ(convField(convTapsX), R14)
	MOVQ(field(convPartX), RCX)
	LEAQ(Mem{Base: R14, Index: RCX, Scale: 4}, R14)
	MOVQ(convField(convTapsG), R15)
	MOVQ(field(convPartG), RCX)
	LEAQ(Mem{Base: R15, Index: RCX, Scale: 4}, R15)
	MOVQ(field(convPartCounts), R12)
	TESTQ(R12, R12)
	JZ(LabelRef("done"))
	Label("outer")
	MOVQ(field(convPartCounts+8), R9)
	MOVQ(R14, R13)
	MOVQ(R15, RBX)
	Label("middle")
	MOVQ(field(convPartCounts+16), RCX)
	MOVQ(R13, RSI)
	MOVQ(RBX, RDI)
	pixel := func(x, g Mem) {
		VMOVUPS(x, low)
		VMOVUPS(x.Offset(32), high)
		for i := range rows {
			channel := spare[i%2]
			VBROADCASTSS(g.Offset(4*i), channel)
			VFMADD231PS(channel, low, convY[2*i])
			VFMADD231PS(channel, high, convY[2*i+1])
		}
	}
	SUBQ(Imm(2), RCX)
	JL(LabelRef("single"))
	Label("pair")
	pixel(Mem{Base: RSI}, Mem{Base: RDI})
	pixel(Mem{Base: RSI, Index: R10, Scale: 1}, Mem{Base: RDI, Index: R11, Scale: 1})
	LEAQ(Mem{Base: RSI, Index: R10, Scale: 2}, RSI)
	LEAQ(Mem{Base: RDI, Index: R11, Scale: 2}, RDI)
	SUBQ(Imm(2), RCX)
	JGE(LabelRef("pair"))
	Label("single")
	TESTQ(U32(1), RCX)
	JZ(LabelRef("ended"))
	pixel(Mem{Base: RSI}, Mem{Base: RDI})
	Label("ended")
	ADDQ(xMiddle, R13)
	ADDQ(gMiddle, RBX)
	DECQ(R9)
	JNZ(LabelRef("middle"))
	ADDQ(xOuter, R14)
	ADDQ(gOuter, R15)
	DECQ(R12)
	JNZ(LabelRef("outer"))
	Label("done")
	for i := range n {
		VMOVUPS(convY[i], Mem{Base: RDX, Disp: 32 * i})
	}
	ADDQ(Imm(convPartSize), R8)
	DECQ(parts)
	JNZ(LabelRef("part"))
	VZEROUPPER()
	RET()
	Label("fresh")
	for i := range n {
		VXORPS(convY[i], convY[i], convY[i])
	}
	JMP(LabelRef("begun"))
}
