package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// weave256 takes 16n elements of dst from a and b in turn.
func weave256() {
	TEXT("weaveAVX2", NOSPLIT, "func(n int, dst, a, b *float32)")
	Pragma("noescape")
	Load(Param("n"), RCX)
	Load(Param("dst"), RDI)
	Load(Param("a"), RSI)
	Load(Param("b"), RDX)
	Label("l")
	VMOVUPS(Mem{Base: RSI}, Y0)
	VMOVUPS(Mem{Base: RDX}, Y1)
	VUNPCKLPS(Y1, Y0, Y2)
	VUNPCKHPS(Y1, Y0, Y3)
	VPERM2F128(Imm(0x20), Y3, Y2, Y4)
	VPERM2F128(Imm(0x31), Y3, Y2, Y5)
	VMOVUPS(Y4, Mem{Base: RDI})
	VMOVUPS(Y5, Mem{Base: RDI, Disp: 32})
	ADDQ(Imm(32), RSI)
	ADDQ(Imm(32), RDX)
	ADDQ(Imm(64), RDI)
	DECQ(RCX)
	JNZ(LabelRef("l"))
	VZEROUPPER()
	RET()
}
