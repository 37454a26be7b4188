package main

import (
	"fmt"
	"iter"
	"math"

	"github.com/mmcloughlin/avo/attr"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// vector emits the kernels that work element by element. Each is described once, by
// its formula on one vector; lanes says how the formula is written with an
// instruction set.
func vector() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		for _, f := range unaryFormulas {
			l.stream("vector"+f.name+l.name, 1, 1, []string{"a", "b"}, f.unroll, func(in []VecVirtual, c constants) []VecVirtual {
				return []VecVirtual{f.formula(l, in[0], c)}
			})
		}
		for _, f := range binaryFormulas {
			l.stream("vector"+f.name+l.name, 2, 1, nil, f.unroll, func(in []VecVirtual, _ constants) []VecVirtual {
				return []VecVirtual{f.formula(l, in[0], in[1])}
			})
			l.stream("vector"+f.name+"Scalar"+l.name, 1, 1, []string{"a"}, f.unroll, func(in []VecVirtual, c constants) []VecVirtual {
				return []VecVirtual{f.formula(l, in[0], c(0))}
			})
		}
		for _, f := range numberFirst {
			l.stream("vector"+f.name+l.name, 1, 1, []string{"a"}, 2, func(in []VecVirtual, c constants) []VecVirtual {
				return []VecVirtual{f.formula(l, c(0), in[0])}
			})
		}
		vectorOptimizers(l)
	}
}

// lanes writes formulas on vectors of float32: with 64 bytes AVX-512, with 32 AVX2.
// Every method returns a new register.
type lanes struct {
	name  string // in the kernels' names
	width int    // of a vector in bytes
	turn  func() // lets the other formulas of together go on; nil outside
}

// mask is the result of a comparison: a mask register, or with AVX2 a vector.
type mask = Op

// The predicates of compare; with a NaN all but unordered and notAtLeast are false.
const (
	equal      = 0
	unordered  = 3
	less       = 17
	atMost     = 18
	notAtLeast = 25
	greater    = 30
)

func (l *lanes) wide() bool { return l.width == 64 }

func (l *lanes) vector() VecVirtual {
	switch l.width {
	case 64:
		return ZMM()
	case 16:
		return XMM()
	}
	return YMM()
}

// together emits copies formulas at once, an instruction of each in turn. Formulas are
// long chains, and a processor looks only so far ahead for what does not depend on what it
// waits for.
func (l *lanes) together(copies int, formula func(k int)) {
	type chain struct {
		next func() (struct{}, bool)
		turn func()
	}
	chains := make([]chain, copies)
	for k := range chains {
		c := &chains[k]
		next, stop := iter.Pull(func(yield func(struct{}) bool) {
			c.turn = func() { yield(struct{}{}) }
			l.turn = c.turn
			formula(k)
		})
		defer stop()
		c.next = next
	}
	for going := copies; going > 0; {
		for k := range chains {
			if c := &chains[k]; c.next != nil {
				l.turn = c.turn
				if _, more := c.next(); !more {
					c.next, going = nil, going-1
				}
			}
		}
	}
	l.turn = nil
}

// done is the result of an instruction just emitted.
func (l *lanes) done(d VecVirtual) VecVirtual {
	if l.turn != nil {
		l.turn()
	}
	return d
}

var vectorConstants = map[string]Mem{}

// constant is memory with the 32-bit pattern a number of times.
func constant(pattern uint32, times int) Mem {
	name := fmt.Sprintf("vector_%08x", pattern)
	if times > 1 {
		name += fmt.Sprintf("_%d", times)
	}
	mem, ok := vectorConstants[name]
	if !ok {
		mem = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i := range times {
			DATA(4*i, U32(pattern))
		}
		vectorConstants[name] = mem
	}
	return mem
}

// bits is the 32-bit pattern in every lane.
func (l *lanes) bits(pattern uint32) VecVirtual {
	d := l.vector()
	VBROADCASTSS(constant(pattern, 1), d)
	return l.done(d)
}

// number is v in every lane.
func (l *lanes) number(v float64) VecVirtual { return l.bits(math.Float32bits(float32(v))) }

// do is an instruction of two operands; f(b, a, result) computes a op b.
func (l *lanes) do(f func(...Op), a, b Op) VecVirtual {
	d := l.vector()
	f(b, a, d)
	return l.done(d)
}

func (l *lanes) add(a, b VecVirtual) VecVirtual { return l.do(VADDPS, a, b) }
func (l *lanes) sub(a, b VecVirtual) VecVirtual { return l.do(VSUBPS, a, b) }
func (l *lanes) mul(a, b VecVirtual) VecVirtual { return l.do(VMULPS, a, b) }
func (l *lanes) div(a, b VecVirtual) VecVirtual { return l.do(VDIVPS, a, b) }

// max and min give b where a or b is NaN, and where both are zero.
func (l *lanes) max(a, b VecVirtual) VecVirtual { return l.do(VMAXPS, a, b) }
func (l *lanes) min(a, b VecVirtual) VecVirtual { return l.do(VMINPS, a, b) }

func (l *lanes) and(a, b VecVirtual) VecVirtual { return l.do(VANDPS, a, b) }
func (l *lanes) or(a, b VecVirtual) VecVirtual  { return l.do(VORPS, a, b) }
func (l *lanes) xor(a, b VecVirtual) VecVirtual { return l.do(VXORPS, a, b) }

func (l *lanes) addInt(a, b VecVirtual) VecVirtual { return l.do(VPADDD, a, b) }
func (l *lanes) subInt(a, b VecVirtual) VecVirtual { return l.do(VPSUBD, a, b) }

func (l *lanes) shiftLeft(a VecVirtual, n uint8) VecVirtual {
	d := l.vector()
	VPSLLD(U8(n), a, d)
	return l.done(d)
}

func (l *lanes) shiftRight(a VecVirtual, n uint8) VecVirtual { // keeps the sign
	d := l.vector()
	VPSRAD(U8(n), a, d)
	return l.done(d)
}

func (l *lanes) toFloat(a VecVirtual) VecVirtual {
	d := l.vector()
	VCVTDQ2PS(a, d)
	return l.done(d)
}

func (l *lanes) toInt(a VecVirtual) VecVirtual {
	d := l.vector()
	VCVTPS2DQ(a, d)
	return l.done(d)
}

func (l *lanes) sqrt(a VecVirtual) VecVirtual {
	d := l.vector()
	VSQRTPS(a, d)
	return l.done(d)
}

// round rounds to a whole number: 8 to the nearest, 9 down, 10 up, 11 toward zero.
func (l *lanes) round(a VecVirtual, how uint8) VecVirtual {
	d := l.vector()
	if l.wide() {
		VRNDSCALEPS(U8(how), a, d)
	} else {
		VROUNDPS(U8(how), a, d)
	}
	return l.done(d)
}

// fma is a*b + c and fnma c - a*b, rounded once; either takes c's register.
func (l *lanes) fma(a, b, c VecVirtual) VecVirtual {
	VFMADD231PS(a, b, c)
	return l.done(c)
}

func (l *lanes) fnma(a, b, c VecVirtual) VecVirtual {
	VFNMADD231PS(a, b, c)
	return l.done(c)
}

func (l *lanes) copy(a VecVirtual) VecVirtual {
	d := l.vector()
	VMOVAPS(a, d)
	return l.done(d)
}

func (l *lanes) compare(predicate uint8, a, b VecVirtual) mask {
	if l.wide() {
		k := K()
		VCMPPS(U8(predicate), b, a, k)
		l.done(nil)
		return k
	}
	d := l.vector()
	VCMPPS(U8(predicate), b, a, d)
	return l.done(d)
}

// choose is a where m holds, else b.
func (l *lanes) choose(m mask, a, b VecVirtual) VecVirtual {
	d := l.vector()
	if l.wide() {
		VBLENDMPS(a, b, m, d)
	} else {
		VBLENDVPS(m, a, b, d)
	}
	return l.done(d)
}

func (l *lanes) zero() VecVirtual {
	d := l.vector()
	VXORPS(d, d, d)
	return l.done(d)
}

func (l *lanes) magnitude(a VecVirtual) VecVirtual { return l.and(a, l.bits(0x7fffffff)) }
func (l *lanes) sign(a VecVirtual) VecVirtual      { return l.and(a, l.bits(0x80000000)) }
func (l *lanes) negate(a VecVirtual) VecVirtual    { return l.xor(a, l.bits(0x80000000)) }

// polynomial is c[0] + c[1]*x + c[2]*x*x + ..., by Horner's rule.
func (l *lanes) polynomial(x VecVirtual, c ...float64) VecVirtual {
	p := l.number(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		if pattern := math.Float32bits(float32(c[i])); l.wide() {
			VFMADD213PS_BCST(constant(pattern, 1), x, p)
		} else {
			VFMADD213PS(constant(pattern, 8), x, p)
		}
		l.done(p)
	}
	return p
}

// scale is a * 2^n for a whole n between -250 and 250; also where 2^n is no float32.
func (l *lanes) scale(a, n VecVirtual) VecVirtual {
	if l.wide() {
		return l.do(VSCALEFPS, a, n)
	}
	whole := l.toInt(n)
	half := l.shiftRight(whole, 1)
	rest := l.subInt(whole, half)
	bias := l.bits(127)
	a = l.mul(a, l.shiftLeft(l.addInt(half, bias), 23))
	return l.mul(a, l.shiftLeft(l.addInt(rest, bias), 23))
}

// constants gives the kernel's constant number i in every lane.
type constants func(i int) VecVirtual

// spread fills a register with each constant of the kernel; of many only when it is
// used.
func (l *lanes) spread(names []string) constants {
	load := func(i int) VecVirtual {
		parameter, err := Param(names[i]).Resolve()
		if err != nil {
			panic(err)
		}
		d := l.vector()
		VBROADCASTSS(parameter.Addr, d)
		return d
	}
	if len(names) > 6 {
		return load
	}
	var loaded []VecVirtual
	for i := range names {
		loaded = append(loaded, load(i))
	}
	return func(i int) VecVirtual { return loaded[i] }
}

// Kernels that memory holds up fetch what they write, so many bytes ahead, from so many elements
// on: processors look ahead at loads better than at stores. A sum of vectors takes 8 to 20 % less
// where they fill the second cache of a Zen 3, 2 to 5 % less beyond it, and would take 10 % more in
// the first one. A Zen 5 with AVX-512 takes 9 % less for ReLU of a million elements, but 4 to 10 % more
// for a sum, so there only kernels of one input fetch, twice as far ahead.
const (
	streamAhead   = 384
	streamFetches = 4096
)

// stream emits the loop of a kernel func(out0, ..., in0, ... *float32, n int,
// constants float32): formula on whole vectors, several a turn, and at the end on
// the elements left over, which masks select. Memory beside them is neither read nor
// written, and an element's bits do not depend on its place.
func (l *lanes) stream(name string, inputs, outputs int, names []string, unroll int, formula func(in []VecVirtual, c constants) []VecVirtual) {
	signature := "func("
	for i := range outputs {
		signature += fmt.Sprintf("out%d, ", i)
	}
	for i := range inputs {
		signature += fmt.Sprintf("in%d", i)
		if i < inputs-1 {
			signature += ", "
		}
	}
	signature += " *float32, n int"
	for _, c := range names {
		signature += ", " + c + " float32"
	}
	TEXT(name, NOSPLIT, signature+")")
	Pragma("noescape")
	var in, out []Register
	for i := range outputs {
		out = append(out, Load(Param(fmt.Sprintf("out%d", i)), GP64()))
	}
	for i := range inputs {
		in = append(in, Load(Param(fmt.Sprintf("in%d", i)), GP64()))
	}
	n, at := GP64(), GP64()
	Load(Param("n"), n)
	XORQ(at, at)
	c := l.spread(names)
	step := l.width / 4
	element := func(base Register, k int) Mem { return Mem{Base: base, Index: at, Scale: 1, Disp: k * l.width} }

	loop := func(name string, fetch bool) {
		Label(name)
		CMPQ(n, U32(uint32(unroll*step)))
		JL(LabelRef("rest"))
		for line := 0; fetch && line < unroll*l.width; line += 64 {
			PREFETCHT0(Mem{Base: out[0], Index: at, Scale: 1, Disp: l.width/32*streamAhead + line})
		}
		l.together(unroll, func(k int) {
			var x []VecVirtual
			for _, p := range in {
				d := l.vector()
				VMOVUPS(element(p, k), d)
				x = append(x, l.done(d))
			}
			for i, y := range formula(x, c) {
				VMOVUPS(y, element(out[i], k))
			}
		})
		ADDQ(U32(uint32(unroll*l.width)), at)
		SUBQ(U32(uint32(unroll*step)), n)
		JMP(LabelRef(name))
	}
	if unroll == 4 && (inputs == 1 || !l.wide()) { // most of these do little for an element, and wait for memory
		CMPQ(n, U32(streamFetches))
		JL(LabelRef("whole"))
		loop("fetching", true)
	}
	loop("whole", false)

	Label("rest")
	CMPQ(n, U32(0))
	JLE(LabelRef("done"))
	selected := l.first(n)
	var x []VecVirtual
	for _, p := range in {
		d := l.vector()
		if l.wide() {
			VMOVUPS_Z(element(p, 0), selected, d)
		} else {
			VMASKMOVPS(element(p, 0), selected, d)
		}
		x = append(x, d)
	}
	for i, y := range formula(x, c) {
		if l.wide() {
			VMOVUPS(y, selected, element(out[i], 0))
		} else {
			VMASKMOVPS(y, selected, element(out[i], 0))
		}
	}
	ADDQ(U32(uint32(l.width)), at)
	SUBQ(U32(uint32(step)), n)
	JMP(LabelRef("rest"))
	Label("done")
	VZEROUPPER()
	RET()
}

var firstLanes *Mem // eight words of ones, then eight of zeros

// first selects the first n lanes, all if there are fewer; n is from 1 to 255.
func (l *lanes) first(n GPVirtual) mask {
	if l.wide() {
		ones, k := GP32(), K()
		MOVL(U32(0xffff), ones)
		BZHIL(n.As32(), ones, ones)
		KMOVW(ones, k)
		return k
	}
	if firstLanes == nil {
		m := GLOBL("vector_first_lanes", attr.RODATA|attr.NOPTR)
		for i := range 16 {
			DATA(4*i, U32(0xffffffff*uint32(1-i/8)))
		}
		firstLanes = &m
	}
	count, eight, table, d := GP64(), GP64(), GP64(), YMM()
	MOVQ(U32(8), eight)
	MOVQ(n, count)
	CMPQ(count, eight)
	CMOVQGT(eight, count)
	SUBQ(count, eight)
	LEAQ(*firstLanes, table)
	VMOVUPS(Mem{Base: table, Index: eight, Scale: 4}, d)
	return d
}
