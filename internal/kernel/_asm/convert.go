package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// convert emits the comparisons of numbers, the choice between two, the conversions
// to and from float32 and the transposition of words: whole vectors of AVX2, which wider ones would not do faster from
// memory.
func convert() {
	transposition()
	l := &lanes{name: "256", width: 32}
	l.comparison("Equal", equal)
	l.comparison("NotEqual", 4)
	l.comparison("Less", less)
	l.comparison("AtMost", atMost)

	l.conversion("convertWhere256", "func(dst *uint32, cond *bool, x, y *uint32, n int)", []string{"cond", "x", "y"}, 4, func(at func(name string, size int) Mem) VecVirtual {
		m, x, d := YMM(), YMM(), YMM()
		VPMOVZXBD(at("cond", 1), m)
		VPSLLD(U8(31), m, m)
		VMOVUPS(at("x", 4), x)
		VMOVUPS(at("y", 4), d)
		VBLENDVPS(m, x, d, d)
		return d
	})
	l.conversion("convertUint8256", "func(dst *float32, x *uint8, n int)", []string{"x"}, 4, func(at func(name string, size int) Mem) VecVirtual {
		d := YMM()
		VPMOVZXBD(at("x", 1), d)
		VCVTDQ2PS(d, d)
		return d
	})
	l.pixels()
	l.conversion("convertInt32256", "func(dst *float32, x *int32, n int)", []string{"x"}, 4, func(at func(name string, size int) Mem) VecVirtual {
		d := YMM()
		VCVTDQ2PS(at("x", 4), d)
		return d
	})
	l.conversion("convertNarrow256", "func(dst *float32, x *float64, n int)", []string{"x"}, 4, func(at func(name string, size int) Mem) VecVirtual {
		low, high, d := XMM(), XMM(), YMM()
		first := at("x", 8)
		VCVTPD2PSY(first, low)
		VCVTPD2PSY(first.Offset(32), high)
		VINSERTF128(U8(1), high, low.AsY(), d)
		return d
	})
	l.conversion("convertToBool256", "func(dst *bool, x *float32, n int)", []string{"x"}, 1, func(at func(name string, size int) Mem) VecVirtual {
		d, high, zero := YMM(), XMM(), YMM()
		VXORPS(zero, zero, zero)
		VCMPPS(U8(4), at("x", 4), zero, d) // not equal, or unordered
		VPSRLD(U8(31), d, d)
		VEXTRACTI128(Imm(1), d, high)
		VPACKSSDW(high, d.AsX(), high)
		VPACKUSWB(high, high, high)
		VMOVQ(high, at("dst", 1))
		return nil
	})
	l.truncation("convertToInt64_256", "int64", func(v VecVirtual, dst Register, i GPVirtual) {
		low, high := YMM(), YMM()
		upper := XMM()
		VEXTRACTI128(Imm(1), v, upper)
		VPMOVSXDQ(v.AsX(), low)
		VPMOVSXDQ(upper, high)
		VMOVDQU(low, Mem{Base: dst, Index: i, Scale: 8})
		VMOVDQU(high, Mem{Base: dst, Index: i, Scale: 8, Disp: 32})
	})
	l.truncation("convertToInt32_256", "int32", func(v VecVirtual, dst Register, i GPVirtual) {
		VMOVDQU(v, Mem{Base: dst, Index: i, Scale: 4})
	})
	l.truncation("convertToUint8_256", "uint8", func(v VecVirtual, dst Register, i GPVirtual) {
		upper, d := XMM(), YMM()
		VPAND(v, l.bits(255), d) // so that packing keeps the low bits
		VEXTRACTI128(Imm(1), d, upper)
		VPACKUSDW(upper, d.AsX(), upper)
		VPACKUSWB(upper, upper, upper)
		VMOVQ(upper, Mem{Base: dst, Index: i, Scale: 1})
	})
	l.conversion("convertWiden256", "func(dst *float64, x *float32, n int)", []string{"x"}, 8, func(at func(name string, size int) Mem) VecVirtual {
		low, high := YMM(), YMM()
		first := at("x", 4)
		VCVTPS2PD(first, low)
		VCVTPS2PD(first.Offset(16), high)
		VMOVUPS(low, at("dst", 8))
		VMOVUPS(high, at("dst", 8).Offset(32))
		return nil
	})
}

// pixels emits bytes to (x/255 - mean)/std, 8 elements a turn, n being a multiple of that.
// It divides, since products with the reciprocals have other bits.
func (l *lanes) pixels() {
	TEXT("convertPixels256", NOSPLIT, "func(dst *float32, x *uint8, n int, mean, std float32)")
	Pragma("noescape")
	dst, x, n, i := Load(Param("dst"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64()), GP64()
	mean, std, most, word := YMM(), YMM(), YMM(), GP32()
	for i, v := range []VecVirtual{mean, std} {
		at, err := Param([]string{"mean", "std"}[i]).Resolve()
		if err != nil {
			panic(err)
		}
		VBROADCASTSS(at.Addr, v)
	}
	MOVL(U32(math.Float32bits(255)), word)
	MOVD(word, most.AsX())
	VBROADCASTSS(most.AsX(), most)
	XORQ(i, i)
	Label("turn")
	d := YMM()
	VPMOVZXBD(Mem{Base: x, Index: i, Scale: 1}, d)
	VCVTDQ2PS(d, d)
	VDIVPS(most, d, d)
	VSUBPS(mean, d, d)
	VDIVPS(std, d, d)
	VMOVUPS(d, Mem{Base: dst, Index: i, Scale: 4})
	ADDQ(Imm(8), i)
	CMPQ(i, n)
	JL(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

// comparison emits a kernel of 32 elements a turn, n being a multiple of that: four masks
// of words are packed to one of bytes.
func (l *lanes) comparison(name string, predicate uint8) {
	TEXT("convert"+name+"256", NOSPLIT, "func(dst *bool, x, y *float32, n int)")
	Pragma("noescape")
	dst, x, y := Load(Param("dst"), GP64()), Load(Param("x"), GP64()), Load(Param("y"), GP64())
	n := Load(Param("n"), GP64())
	order := GLOBL("convert_order"+name, attr.RODATA|attr.NOPTR)
	for i, at := range []uint32{0, 4, 1, 5, 2, 6, 3, 7} { // packing works within halves
		DATA(4*i, U32(at))
	}
	lanesOf, ones := YMM(), l.bits(0x01010101)
	VMOVUPS(order, lanesOf)
	Label("turn")
	var m [4]VecVirtual
	for k := range m {
		v := YMM()
		VMOVUPS(Mem{Base: x, Disp: 32 * k}, v)
		VCMPPS(U8(predicate), Mem{Base: y, Disp: 32 * k}, v, v)
		m[k] = v
	}
	VPACKSSDW(m[1], m[0], m[0])
	VPACKSSDW(m[3], m[2], m[2])
	VPACKSSWB(m[2], m[0], m[0])
	VPERMD(m[0], lanesOf, m[0])
	VPAND(ones, m[0], m[0])
	VMOVDQU(m[0], Mem{Base: dst})
	ADDQ(Imm(128), x)
	ADDQ(Imm(128), y)
	ADDQ(Imm(32), dst)
	SUBQ(Imm(32), n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

// truncation emits the cutting of floats toward zero, 8 elements a turn, n being a multiple of
// that and above 0, and returns how many it did: it stops where one gives the word that
// stands for what does not fit int32.
func (l *lanes) truncation(name, to string, store func(v VecVirtual, dst Register, i GPVirtual)) {
	TEXT(name, NOSPLIT, "func(dst *"+to+", x *float32, n int) int")
	Pragma("noescape")
	dst, x := Load(Param("dst"), GP64()), Load(Param("x"), GP64())
	n, i := Load(Param("n"), GP64()), GP64()
	beyond := l.bits(0x80000000)
	XORQ(i, i)
	Label("turn")
	v, strange := YMM(), YMM()
	VCVTTPS2DQ(Mem{Base: x, Index: i, Scale: 4}, v)
	VPCMPEQD(beyond, v, strange)
	VPTEST(strange, strange)
	JNZ(LabelRef("end"))
	store(v, dst, i)
	ADDQ(Imm(8), i)
	CMPQ(i, n)
	JL(LabelRef("turn"))
	Label("end")
	VZEROUPPER()
	Store(i, ReturnIndex(0))
	RET()
}

// conversion emits a kernel of 8 elements a turn, n being a multiple of that and above 0;
// the result, of elements of so many bytes, is written if formula has not done so.
func (l *lanes) conversion(name, signature string, inputs []string, size int, formula func(at func(name string, size int) Mem) VecVirtual) {
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	pointers := map[string]Register{}
	for _, p := range append([]string{"dst"}, inputs...) {
		pointers[p] = Load(Param(p), GP64())
	}
	n, i := Load(Param("n"), GP64()), GP64()
	XORQ(i, i)
	at := func(name string, size int) Mem { return Mem{Base: pointers[name], Index: i, Scale: uint8(size)} }
	Label("turn")
	if d := formula(at); d != nil {
		VMOVUPS(d, at("dst", size))
	}
	ADDQ(Imm(8), i)
	CMPQ(i, n)
	JL(LabelRef("turn"))
	VZEROUPPER()
	RET()
}
