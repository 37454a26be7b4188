package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.PoolWindows.
const (
	windowsX, windowsY, windowsIndex = 0, 24, 48
	windowsRows, windowsWide         = 72, 80
	windowsXRow, windowsStep         = 88, 96
	windowsColumns, windowsFirst     = 104, 112
	windowsDivisor                   = 120
)

// poolWindows emits max and average pooling of a row of results whose windows lie in the
// plane, with stride 1 or 2: a vector of results at a time, of which the last ends with the
// row. Elements come in the order of the generic loops, and so the same one wins, and sums
// have the same bits.
func poolWindows() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		for stride := 1; stride <= 2; stride++ {
			l.windows("poolWindows", stride, false)
			l.windows("poolAverages", stride, true)
		}
	}
}

var poolEvens = map[int]Mem{} // by the number of lanes; avo writes data once

// windows is the kernel for one stride.
func (l *lanes) windows(name string, stride int, average bool) {
	count := l.width / 4
	name = fmt.Sprintf("%s%d_%s", name, stride, l.name)
	columns := GLOBL(name+"_columns", RODATA|NOPTR) // of the lanes' windows, in the order that takes leave them in
	for i := range count {
		column := i
		if stride == 2 && !l.wide() {
			column = i&^6 | i&2<<1 | i&4>>1
		}
		DATA(4*i, U32(uint32(stride*column)))
	}
	var evens VecVirtual
	TEXT(name, NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	a := Load(Param("a"), GP64())
	field := func(offset int) Mem { return Mem{Base: a, Disp: offset} }
	load := func(offset int) GPVirtual {
		r := GP64()
		MOVQ(field(offset), r)
		return r
	}
	spread := func(offset int) VecVirtual {
		d := l.vector()
		VPBROADCASTD(field(offset), d)
		return d
	}
	x, y, index := load(windowsX), load(windowsY), load(windowsIndex)
	step, xrow, left := load(windowsStep), load(windowsXRow), load(windowsColumns)
	SHLQ(Imm(2), step)
	SHLQ(Imm(2), xrow)
	stepPlaces, rowPlaces, first := spread(windowsStep), spread(windowsXRow), spread(windowsFirst)
	place := l.vector()
	VMOVUPS(columns, place)
	first = l.addInt(first, place)
	start := l.bits(0xff800000)
	if average {
		start = l.zero()
	}
	if stride == 2 && l.wide() {
		if _, ok := poolEvens[count]; !ok {
			poolEvens[count] = GLOBL("poolEvens", RODATA|NOPTR) // of a vector, then of one that begins an element early
			for i := range count {
				DATA(4*i, U32(uint32(2*i+i/8)))
			}
		}
		evens = l.vector()
		VMOVUPS(poolEvens[count], evens)
	}
	SUBQ(Imm(uint64(count)), left)

	Label("vector")
	best, at, row := l.copy(start), l.copy(first), l.copy(first)
	line, lines := GP64(), load(windowsRows)
	MOVQ(x, line)
	Label("row")
	candidate := l.copy(row)
	from, wide := GP64(), load(windowsWide)
	MOVQ(line, from)
	Label("element")
	v := l.take(from, stride, evens)
	if average {
		VADDPS(v, best, best)
	} else if l.wide() {
		larger, none := l.compare(less, best, v), l.compare(unordered, v, v)
		KORW(larger, none, larger)
		VMOVAPS(v, larger, best)
		VMOVDQA32(candidate, larger, at)
	} else {
		wins := l.or(l.compare(less, best, v).(VecVirtual), l.compare(unordered, v, v).(VecVirtual))
		VBLENDVPS(wins, v, best, best)
		VBLENDVPS(wins, candidate, at, at)
	}
	VPADDD(stepPlaces, candidate, candidate)
	ADDQ(step, from)
	DECQ(wide)
	JNZ(LabelRef("element"))
	VPADDD(rowPlaces, row, row)
	ADDQ(xrow, line)
	DECQ(lines)
	JNZ(LabelRef("row"))

	if average {
		divisor := l.vector()
		VBROADCASTSS(field(windowsDivisor), divisor)
		VDIVPS(divisor, best, best)
	}
	if stride == 2 && !l.wide() {
		VPERMPD(Imm(0xd8), best, best)
		VPERMQ(Imm(0xd8), at, at)
	}
	VMOVUPS(best, Mem{Base: y})
	TESTQ(index, index)
	JZ(LabelRef("next"))
	low, high := l.vector(), l.vector()
	if l.wide() {
		upper := YMM()
		VPMOVZXDQ(at.AsY(), low)
		VEXTRACTI64X4(Imm(1), at, upper)
		VPMOVZXDQ(upper, high)
	} else {
		upper := XMM()
		VPMOVZXDQ(at.AsX(), low)
		VEXTRACTI128(Imm(1), at, upper)
		VPMOVZXDQ(upper, high)
	}
	VMOVUPS(low, Mem{Base: index})
	VMOVUPS(high, Mem{Base: index, Disp: l.width})

	Label("next")
	TESTQ(left, left)
	JZ(LabelRef("end"))
	move := GP64()
	MOVQ(U32(uint32(count)), move)
	CMPQ(left, move)
	CMOVQLT(left, move)
	SUBQ(move, left)
	LEAQ(Mem{Base: y, Index: move, Scale: 4}, y)
	LEAQ(Mem{Base: x, Index: move, Scale: uint8(4 * stride)}, x)
	TESTQ(index, index)
	JZ(LabelRef("moved"))
	LEAQ(Mem{Base: index, Index: move, Scale: 8}, index)
	Label("moved")
	if stride == 2 {
		ADDQ(move, move)
	}
	moved, far := XMM(), l.vector()
	VMOVD(move.As32(), moved)
	VPBROADCASTD(moved, far)
	VPADDD(far, first, first)
	JMP(LabelRef("vector"))
	Label("end")
	VZEROUPPER()
	RET()
}

// take is a vector of elements, stride apart; of the last no neighbour is read.
func (l *lanes) take(from GPVirtual, stride int, evens VecVirtual) VecVirtual {
	d := l.vector()
	VMOVUPS(Mem{Base: from}, d)
	if stride == 1 {
		return d
	}
	second := l.vector()
	VMOVUPS(Mem{Base: from, Disp: l.width - 4}, second)
	if !l.wide() {
		VSHUFPS(Imm(0xd8), second, d, d)
		return d
	}
	order := l.copy(evens)
	VPERMI2PS(second, d, order)
	return order
}
