package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// transposition emits the transposition of squares of 8 x 8 words, so many one after
// another: the operand's rows go on downwards, the result's to the right.
func transposition() {
	TEXT("convertTranspose256", NOSPLIT, "func(dst, x *uint32, squares, dstRow, xRow int)")
	Pragma("noescape")
	rows := func(first, step string) (Register, func(r int) Mem, func()) {
		base, row := Load(Param(first), GP64()), Load(Param(step), GP64())
		three, lower := GP64(), GP64()
		SHLQ(U8(2), row)
		LEAQ(Mem{Base: row, Index: row, Scale: 2}, three)
		begin := func() { LEAQ(Mem{Base: base, Index: row, Scale: 4}, lower) }
		return base, func(r int) Mem {
			from := Register(base)
			if r >= 4 {
				from = lower
			}
			switch r % 4 {
			case 1:
				return Mem{Base: from, Index: row, Scale: 1}
			case 2:
				return Mem{Base: from, Index: row, Scale: 2}
			case 3:
				return Mem{Base: from, Index: three, Scale: 1}
			}
			return Mem{Base: from}
		}, begin
	}
	dst, out, beginOut := rows("dst", "dstRow")
	from, in, beginIn := rows("x", "xRow")
	xRow := in(1).Index
	squares := Load(Param("squares"), GP64())
	var x, pair, four [8]VecVirtual
	Label("square")
	beginOut()
	beginIn()
	for r := range x {
		x[r], pair[r], four[r] = YMM(), YMM(), YMM()
		VMOVUPS(in(r), x[r])
	}
	for r := 0; r < 8; r += 2 {
		VUNPCKLPS(x[r+1], x[r], pair[r])
		VUNPCKHPS(x[r+1], x[r], pair[r+1])
	}
	for r := 0; r < 8; r += 4 {
		VSHUFPS(U8(0x44), pair[r+2], pair[r], four[r])
		VSHUFPS(U8(0xee), pair[r+2], pair[r], four[r+1])
		VSHUFPS(U8(0x44), pair[r+3], pair[r+1], four[r+2])
		VSHUFPS(U8(0xee), pair[r+3], pair[r+1], four[r+3])
	}
	for r := range 4 {
		low, high := YMM(), YMM()
		VPERM2F128(U8(0x20), four[r+4], four[r], low)
		VPERM2F128(U8(0x31), four[r+4], four[r], high)
		VMOVUPS(low, out(r))
		VMOVUPS(high, out(r+4))
	}
	ADDQ(Imm(32), dst)
	LEAQ(Mem{Base: from, Index: xRow, Scale: 8}, from)
	DECQ(squares)
	JNZ(LabelRef("square"))
	VZEROUPPER()
	RET()
}
