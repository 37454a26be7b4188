package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.PoolGradient.
const (
	gradientX, gradientG, gradientIndex = 0, 24, 48
	gradientRows, gradientGRow          = 72, 80
	gradientTaps                        = 88
	gradientColumns, gradientFirst      = 96, 104
)

// poolGradients emits the gradient of max pooling with stride 1 or 2: each element looks
// through the results whose windows cover it, in the order in which the plain loop adds
// them. The elements that others were taken from add zeros, which leaves every sum's bits as
// they are, since none begins as -0.
func poolGradients() {
	columns := GLOBL("poolGradientColumns", RODATA|NOPTR) // of the lanes at stride 1, then at stride 2
	for i := range 16 {
		DATA(4*i, U32(uint32(i%8*(1+i/8))))
	}
	l := &lanes{name: "256", width: 32}
	for stride := 1; stride <= 2; stride++ {
		l.poolGradient(stride, columns.Offset(32*(stride-1)))
	}
}

// poolGradient is the kernel for one stride, eight columns at a time, of which the last end
// with the row.
func (l *lanes) poolGradient(stride int, columns Mem) {
	TEXT(fmt.Sprintf("poolGradient%d_256", stride), NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	a := Load(Param("a"), GP64())
	load := func(offset int) GPVirtual {
		r := GP64()
		MOVQ(Mem{Base: a, Disp: offset}, r)
		return r
	}
	x, g, index := load(gradientX), load(gradientG), load(gradientIndex)
	grow, taps, left := load(gradientGRow), load(gradientTaps), load(gradientColumns)
	first := YMM()
	VPBROADCASTD(Mem{Base: a, Disp: gradientFirst}, first)
	VPADDD(columns, first, first)
	ones := l.bits(1)
	SUBQ(Imm(8), left)

	Label("vector")
	sums, places := make([]VecVirtual, stride), []VecVirtual{first}
	for k := range sums {
		sums[k] = l.zero()
	}
	if stride == 2 {
		places = append(places, l.addInt(first, ones))
	}
	above, from, lines := GP64(), GP64(), load(gradientRows)
	MOVQ(g, above)
	MOVQ(index, from)
	Label("row")
	tap := GP64()
	XORQ(tap, tap)
	Label("tap")
	at, v := YMM(), YMM()
	VMOVUPS(Mem{Base: from, Index: tap, Scale: 8}, at)
	VSHUFPS(Imm(0x88), Mem{Base: from, Index: tap, Scale: 8, Disp: 32}, at, at) // the low halves
	VPERMQ(Imm(0xd8), at, at)
	VMOVUPS(Mem{Base: above, Index: tap, Scale: 4}, v)
	for k, sum := range sums {
		taken := YMM()
		VPCMPEQD(places[k], at, taken)
		VANDPS(v, taken, taken)
		VADDPS(taken, sum, sum)
	}
	INCQ(tap)
	CMPQ(tap, taps)
	JL(LabelRef("tap"))
	LEAQ(Mem{Base: above, Index: grow, Scale: 4}, above)
	LEAQ(Mem{Base: from, Index: grow, Scale: 8}, from)
	DECQ(lines)
	JNZ(LabelRef("row"))

	if stride == 1 {
		VMOVUPS(sums[0], Mem{Base: x})
	} else {
		low, high, half := YMM(), YMM(), YMM()
		VUNPCKLPS(sums[1], sums[0], low)
		VUNPCKHPS(sums[1], sums[0], high)
		VPERM2F128(Imm(0x20), high, low, half)
		VMOVUPS(half, Mem{Base: x})
		VPERM2F128(Imm(0x31), high, low, half)
		VMOVUPS(half, Mem{Base: x, Disp: 32})
	}
	TESTQ(left, left)
	JZ(LabelRef("end"))
	move := GP64()
	MOVQ(U32(8), move)
	CMPQ(left, move)
	CMOVQLT(left, move)
	SUBQ(move, left)
	LEAQ(Mem{Base: g, Index: move, Scale: 4}, g)
	LEAQ(Mem{Base: x, Index: move, Scale: uint8(4 * stride)}, x)
	LEAQ(Mem{Base: index, Index: move, Scale: 8}, index)
	if stride == 2 {
		ADDQ(move, move)
	}
	moved, far := XMM(), YMM()
	VMOVD(move.As32(), moved)
	VPBROADCASTD(moved, far)
	VPADDD(far, first, first)
	JMP(LabelRef("vector"))
	Label("end")
	VZEROUPPER()
	RET()
}
