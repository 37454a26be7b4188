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
	windowsDivisor, windowsStride    = 120, 128
	windowsLines, windowsXLine       = 136, 144
	windowsYLine                     = 152
)

// poolWindows emits max and average pooling of a row of results whose windows lie in the
// plane, with stride 1 or 2, or of several rows with any stride: a vector of results at a
// time, of which the last ends with the row. Elements come in the order of the generic
// loops, and so the same one wins, and sums have the same bits.
func poolWindows() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		for stride := 1; stride <= 2; stride++ {
			l.windows("poolWindows", stride, false)
			l.windows("poolAverages", stride, true)
		}
	}
	l := &lanes{name: "128", width: 16}
	l.windowsFar("poolWindowsFar", false)
	l.windowsFar("poolAveragesFar", true)
}

// windowsArgument reads the fields of the PoolWindows at base.
type windowsArgument struct {
	l    *lanes
	base Register
}

func (a windowsArgument) field(offset int) Mem { return Mem{Base: a.base, Disp: offset} }

func (a windowsArgument) load(offset int) GPVirtual {
	r := GP64()
	MOVQ(a.field(offset), r)
	return r
}

func (a windowsArgument) spread(offset int) VecVirtual {
	d := a.l.vector()
	VPBROADCASTD(a.field(offset), d)
	return d
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
	a := windowsArgument{l, Load(Param("a"), GP64())}
	x, y, index := a.load(windowsX), a.load(windowsY), a.load(windowsIndex)
	step, xrow, left := a.load(windowsStep), a.load(windowsXRow), a.load(windowsColumns)
	SHLQ(Imm(2), step)
	SHLQ(Imm(2), xrow)
	stepPlaces, rowPlaces, first := a.spread(windowsStep), a.spread(windowsXRow), a.spread(windowsFirst)
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
	line, lines := GP64(), a.load(windowsRows)
	MOVQ(x, line)
	Label("row")
	candidate := l.copy(row)
	from, wide := GP64(), a.load(windowsWide)
	MOVQ(line, from)
	Label("element")
	v := l.take(from, stride, evens)
	l.meet(v, candidate, best, at, average)
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
		VBROADCASTSS(a.field(windowsDivisor), divisor)
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

// meet lets v, which lies at candidate, have best's place if it is larger or NaN, or adds it.
func (l *lanes) meet(v, candidate, best, at VecVirtual, average bool) {
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
}

// windowsFar is the kernel for any stride, and for several rows of results: each element of a
// vector of four is loaded by itself.
func (l *lanes) windowsFar(name string, average bool) {
	count := l.width / 4
	columns := GLOBL(name+"_columns", RODATA|NOPTR)
	for i := range count {
		DATA(4*i, U32(uint32(i)))
	}
	TEXT(name, NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	a := windowsArgument{l, Load(Param("a"), GP64())}
	stride, step, rows := a.load(windowsStride), a.load(windowsStep), a.load(windowsLines)
	x, y, index := a.load(windowsX), a.load(windowsY), a.load(windowsIndex)
	SHLQ(Imm(2), stride)
	SHLQ(Imm(2), step)
	stride3 := GP64()
	LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, stride3)
	stepPlaces, rowPlaces, linePlaces := a.spread(windowsStep), a.spread(windowsXRow), a.spread(windowsXLine)
	firstOfLine := l.vector()
	VPMULLD(columns, a.spread(windowsStride), firstOfLine)
	VPADDD(a.spread(windowsFirst), firstOfLine, firstOfLine)
	start := l.bits(0xff800000)
	if average {
		start = l.zero()
	}

	Label("line")
	left, first := a.load(windowsColumns), l.copy(firstOfLine)
	SUBQ(Imm(uint64(count)), left)

	Label("vector")
	best, at, row := l.copy(start), l.copy(first), l.copy(first)
	line, lines := GP64(), a.load(windowsRows)
	MOVQ(x, line)
	Label("row")
	candidate := l.copy(row)
	from, wide := GP64(), a.load(windowsWide)
	MOVQ(line, from)
	Label("element")
	v := l.vector()
	VMOVSS(Mem{Base: from}, v)
	VINSERTPS(Imm(0x10), Mem{Base: from, Index: stride, Scale: 1}, v, v)
	VINSERTPS(Imm(0x20), Mem{Base: from, Index: stride, Scale: 2}, v, v)
	VINSERTPS(Imm(0x30), Mem{Base: from, Index: stride3, Scale: 1}, v, v)
	l.meet(v, candidate, best, at, average)
	VPADDD(stepPlaces, candidate, candidate)
	ADDQ(step, from)
	DECQ(wide)
	JNZ(LabelRef("element"))
	VPADDD(rowPlaces, row, row)
	xrow := a.load(windowsXRow)
	LEAQ(Mem{Base: line, Index: xrow, Scale: 4}, line)
	DECQ(lines)
	JNZ(LabelRef("row"))

	if average {
		divisor := l.vector()
		VBROADCASTSS(a.field(windowsDivisor), divisor)
		VDIVPS(divisor, best, best)
	}
	VMOVUPS(best, Mem{Base: y})
	TESTQ(index, index)
	JZ(LabelRef("next"))
	long := YMM()
	VPMOVZXDQ(at, long)
	VMOVDQU(long, Mem{Base: index})

	// advance goes on by so many results, and elements of x.
	advance := func(results, elements GPVirtual, moved string) {
		LEAQ(Mem{Base: y, Index: results, Scale: 4}, y)
		LEAQ(Mem{Base: x, Index: elements, Scale: 4}, x)
		TESTQ(index, index)
		JZ(LabelRef(moved))
		LEAQ(Mem{Base: index, Index: results, Scale: 8}, index)
		Label(moved)
	}
	Label("next")
	TESTQ(left, left)
	JZ(LabelRef("lineEnd"))
	move := GP64()
	MOVQ(U32(uint32(count)), move)
	CMPQ(left, move)
	CMOVQLT(left, move)
	SUBQ(move, left)
	far := GP64()
	MOVQ(move, far)
	IMULQ(a.field(windowsStride), far)
	advance(move, far, "moved")
	moved, farther := XMM(), l.vector()
	VMOVD(far.As32(), moved)
	VPBROADCASTD(moved, farther)
	VPADDD(farther, first, first)
	JMP(LabelRef("vector"))

	Label("lineEnd")
	back := a.load(windowsColumns) // x and y are at the last vector
	SUBQ(Imm(uint64(count)), back)
	nextLine, nextPlaces := a.load(windowsYLine), a.load(windowsXLine)
	SUBQ(back, nextLine)
	IMULQ(a.field(windowsStride), back)
	SUBQ(back, nextPlaces)
	advance(nextLine, nextPlaces, "placed")
	VPADDD(linePlaces, firstOfLine, firstOfLine)
	DECQ(rows)
	JNZ(LabelRef("line"))
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
