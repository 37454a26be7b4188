package main

import (
	"fmt"
	"math"
)

// reg is a virtual register: the result of one instruction, or a constant.
type reg *value

type value struct {
	kind    kind
	pattern uint32 // of a number
	index   int    // of a kernel's constant or accumulator
	place   int    // the register it has, while it has one
}

type kind uint8

const (
	temporary   kind = iota
	number           // 32 bits in every lane, from the table of constants
	parameter        // a kernel's constant, in every lane
	accumulator      // lives through the loop
)

// instruction computes d from its operands. Where d is also an input, tied is that
// input. text writes it with registers put in.
type instruction struct {
	d, tied reg
	in      []reg
	text    func(d int, in []int) string
}

// lanes writes formulas on vectors of four float32. Every method returns a new register.
type lanes struct {
	body   []instruction
	single bool // one element in every lane, not four
}

func (l *lanes) emit(tied reg, text func(d int, in []int) string, in ...reg) reg {
	d := &value{}
	l.body = append(l.body, instruction{d: d, tied: tied, in: in, text: text})
	return d
}

// encoded is an instruction as a number. The encoding has d in bits 0 to 4, the first
// operand from bit 5 and the second from bit 16.
func encoded(encoding uint32, mnemonic string, d, n, m int) string {
	return fmt.Sprintf("\tWORD $0x%08x // %s", encoding|uint32(d)|uint32(n)<<5|uint32(max(m, 0))<<16, mnemonic)
}

// do is an instruction of two operands that Go's assembler does not know.
func (l *lanes) do(name string, encoding uint32, a, b reg) reg {
	return l.emit(nil, func(d int, in []int) string {
		return encoded(encoding, fmt.Sprintf("%s v%d.4s, v%d.4s, v%d.4s", name, d, in[0], in[1]), d, in[0], in[1])
	}, a, b)
}

// do1 is one of one operand.
func (l *lanes) do1(name string, encoding uint32, a reg) reg {
	return l.emit(nil, func(d int, in []int) string {
		return encoded(encoding, fmt.Sprintf("%s v%d.4s, v%d.4s", name, d, in[0]), d, in[0], 0)
	}, a)
}

// known is an instruction of two operands that Go's assembler knows.
func (l *lanes) known(name, arrangement string, a, b reg) reg {
	return l.emit(nil, func(d int, in []int) string {
		return fmt.Sprintf("\t%s V%d.%s, V%d.%s, V%d.%s", name, in[1], arrangement, in[0], arrangement, d, arrangement)
	}, a, b)
}

func (l *lanes) bits(pattern uint32) reg { return &value{kind: number, pattern: pattern} }

// number is v in every lane.
func (l *lanes) number(v float64) reg { return l.bits(math.Float32bits(float32(v))) }
func (l *lanes) zero() reg            { return l.bits(0) }

func (l *lanes) add(a, b reg) reg { return l.do("fadd", 0x4e20d400, a, b) }
func (l *lanes) sub(a, b reg) reg { return l.do("fsub", 0x4ea0d400, a, b) }
func (l *lanes) mul(a, b reg) reg { return l.do("fmul", 0x6e20dc00, a, b) }
func (l *lanes) div(a, b reg) reg { return l.do("fdiv", 0x6e20fc00, a, b) }

// max and min are NaN where a or b is; -0 is below 0.
func (l *lanes) max(a, b reg) reg { return l.do("fmax", 0x4e20f400, a, b) }
func (l *lanes) min(a, b reg) reg { return l.do("fmin", 0x4ea0f400, a, b) }

// The comparisons give all ones where they hold; with a NaN they do not.
func (l *lanes) greater(a, b reg) reg { return l.do("fcmgt", 0x6ea0e400, a, b) }
func (l *lanes) less(a, b reg) reg    { return l.greater(b, a) }
func (l *lanes) atLeast(a, b reg) reg { return l.do("fcmge", 0x6e20e400, a, b) }
func (l *lanes) equal(a, b reg) reg   { return l.do("fcmeq", 0x4e20e400, a, b) }

func (l *lanes) negate(a reg) reg    { return l.do1("fneg", 0x6ea0f800, a) }
func (l *lanes) magnitude(a reg) reg { return l.do1("fabs", 0x4ea0f800, a) }
func (l *lanes) sqrt(a reg) reg      { return l.do1("fsqrt", 0x6ea1f800, a) }
func (l *lanes) toInt(a reg) reg     { return l.do1("fcvtzs", 0x4ea1b800, a) }
func (l *lanes) toFloat(a reg) reg   { return l.do1("scvtf", 0x4e21d800, a) }

// The roundings to a whole number: nearest, halves to even; down; up; toward zero.
func (l *lanes) nearest(a reg) reg { return l.do1("frintn", 0x4e218800, a) }
func (l *lanes) floor(a reg) reg   { return l.do1("frintm", 0x4e219800, a) }
func (l *lanes) ceil(a reg) reg    { return l.do1("frintp", 0x4ea18800, a) }
func (l *lanes) trunc(a reg) reg   { return l.do1("frintz", 0x4ea19800, a) }

func (l *lanes) and(a, b reg) reg    { return l.known("VAND", "B16", a, b) }
func (l *lanes) or(a, b reg) reg     { return l.known("VORR", "B16", a, b) }
func (l *lanes) addInt(a, b reg) reg { return l.known("VADD", "S4", a, b) }
func (l *lanes) subInt(a, b reg) reg { return l.known("VSUB", "S4", a, b) }
func (l *lanes) sign(a reg) reg      { return l.and(a, l.bits(0x80000000)) }

func (l *lanes) shiftLeft(a reg, n int) reg {
	return l.emit(nil, func(d int, in []int) string { return fmt.Sprintf("\tVSHL $%d, V%d.S4, V%d.S4", n, in[0], d) }, a)
}

func (l *lanes) shiftRight(a reg, n int) reg { // keeps the sign
	return l.emit(nil, func(d int, in []int) string {
		return encoded(0x4f000400|uint32(64-n)<<16, fmt.Sprintf("sshr v%d.4s, v%d.4s, #%d", d, in[0], n), d, in[0], 0)
	}, a)
}

// update is an instruction that Go's assembler knows and that changes the register d.
func (l *lanes) update(name, arrangement string, d, a, b reg) reg {
	return l.emit(d, func(d int, in []int) string {
		return fmt.Sprintf("\t%s V%d.%s, V%d.%s, V%d.%s", name, in[1], arrangement, in[0], arrangement, d, arrangement)
	}, a, b)
}

// fma is a*b + c and fnma c - a*b, rounded once.
func (l *lanes) fma(a, b, c reg) reg  { return l.update("VFMLA", "S4", c, a, b) }
func (l *lanes) fnma(a, b, c reg) reg { return l.update("VFMLS", "S4", c, a, b) }

// choose is a where m holds, else b.
func (l *lanes) choose(m, a, b reg) reg { return l.update("VBSL", "B16", m, a, b) }

// unless is a, and 0 where m holds.
func (l *lanes) unless(m, a reg) reg {
	return l.emit(nil, func(d int, in []int) string {
		return encoded(0x4e601c00, fmt.Sprintf("bic v%d.16b, v%d.16b, v%d.16b", d, in[0], in[1]), d, in[0], in[1])
	}, a, m)
}

// polynomial is c[0] + c[1]*x + c[2]*x*x + ..., by Horner's rule.
func (l *lanes) polynomial(x reg, c ...float64) reg {
	p := l.number(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		p = l.fma(p, x, l.number(c[i]))
	}
	return p
}

// scale is a * 2^n for a whole n between -250 and 250; also where 2^n is no float32.
func (l *lanes) scale(a, n reg) reg {
	whole := l.toInt(n)
	half := l.shiftRight(whole, 1)
	rest := l.subInt(whole, half)
	bias := l.bits(127)
	a = l.mul(a, l.shiftLeft(l.addInt(half, bias), 23))
	return l.mul(a, l.shiftLeft(l.addInt(rest, bias), 23))
}

// into makes the register of an accumulator the result of the last instruction.
func (l *lanes) into(index int) {
	l.body[len(l.body)-1].d.kind = accumulator
	l.body[len(l.body)-1].d.index = index
}

func (l *lanes) accumulator(index int) reg { return &value{kind: accumulator, index: index} }

// widened are the float64 of lanes 0 and 1, and of lanes 2 and 3; of a single
// element, itself with a 0.
func (l *lanes) widened(a reg) []reg {
	if l.single {
		return []reg{l.emit(nil, func(d int, in []int) string { return fmt.Sprintf("\tFCVTSD F%d, F%d", in[0], d) }, a)}
	}
	return []reg{
		l.emit(nil, func(d int, in []int) string {
			return encoded(0x0e617800, fmt.Sprintf("fcvtl v%d.2d, v%d.2s", d, in[0]), d, in[0], 0)
		}, a),
		l.emit(nil, func(d int, in []int) string {
			return encoded(0x4e617800, fmt.Sprintf("fcvtl2 v%d.2d, v%d.4s", d, in[0]), d, in[0], 0)
		}, a),
	}
}

// total adds the lanes of a to the accumulators 2k and 2k+1, in float64.
func (l *lanes) total(k int, a reg) {
	for i, v := range l.widened(a) {
		l.emit(nil, func(d int, in []int) string {
			return encoded(0x4e60d400, fmt.Sprintf("fadd v%d.2d, v%d.2d, v%d.2d", d, in[0], in[1]), d, in[0], in[1])
		}, l.accumulator(2*k+i), v)
		l.into(2*k + i)
	}
}

// totalProducts adds the products of the lanes of a and b, in float64.
func (l *lanes) totalProducts(k int, a, b reg) {
	x, y := l.widened(a), l.widened(b)
	for i := range x {
		l.update("VFMLA", "D2", l.accumulator(2*k+i), x[i], y[i])
		l.into(2*k + i)
	}
}
