package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// filter emits the kernels of internal/kernel/filter.go: whole vectors of AVX2, which wider
// ones would not do faster from memory.
func filter() {
	weightedSum256()
	saturate256()
}

// weightedSum256 does the elements from one to another of sums of sources, 64 at a time,
// the last 64 of them together with some before them if need be. With fewer than 64
// elements in dst it is 8 at a time, and to must be 8 or more. Where elements are done
// twice they come out the same.
func weightedSum256() {
	TEXT("filterWeightedSum256", NOSPLIT, "func(dst *float32, from, to int, sources *[]float32, weights *float32, count int, bias float32)")
	Pragma("noescape")
	dst, at, to := Load(Param("dst"), GP64()), Load(Param("from"), GP64()), Load(Param("to"), GP64())
	sources, weights, count := Load(Param("sources"), GP64()), Load(Param("weights"), GP64()), Load(Param("count"), GP64())
	bias := YMM()
	parameter, err := Param("bias").Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(parameter.Addr, bias)

	// block sums vectors of 8 elements each from element at on.
	block := func(vectors int) {
		name := fmt.Sprintf("tap%d", vectors)
		source, weight, left, x := GP64(), GP64(), GP64(), GP64()
		sums := make([]VecVirtual, vectors)
		for i := range sums {
			sums[i] = YMM()
			VMOVAPS(bias, sums[i])
		}
		MOVQ(sources, source)
		MOVQ(weights, weight)
		MOVQ(count, left)
		Label(name)
		w := YMM()
		VBROADCASTSS(Mem{Base: weight}, w)
		MOVQ(Mem{Base: source}, x)
		LEAQ(Mem{Base: x, Index: at, Scale: 4}, x)
		for i, sum := range sums {
			VFMADD231PS(Mem{Base: x, Disp: 32 * i}, w, sum)
		}
		const slice = 24 // bytes of a []float32
		ADDQ(Imm(slice), source)
		ADDQ(Imm(4), weight)
		DECQ(left)
		JNZ(LabelRef(name))
		for i, sum := range sums {
			VMOVUPS(sum, Mem{Base: dst, Index: at, Scale: 4, Disp: 32 * i})
		}
		ADDQ(Imm(uint64(8*vectors)), at)
	}
	// loop does blocks up to element to; the last is moved back to end there.
	loop := func(name string, vectors int) {
		Label(name)
		last := GP64()
		LEAQ(Mem{Base: to, Disp: -8 * vectors}, last)
		Label(name + "block")
		CMPQ(at, last)
		JLE(LabelRef(name + "whole"))
		MOVQ(last, at)
		Label(name + "whole")
		block(vectors)
		CMPQ(at, to)
		JL(LabelRef(name + "block"))
		VZEROUPPER()
		RET()
	}
	CMPQ(to, Imm(64))
	JL(LabelRef("narrow"))
	loop("wide", 8)
	loop("narrow", 1)
}

// saturate256 rounds 32 elements a turn, n being a multiple of that. A maximum gives
// its other operand for NaN, here 0.
func saturate256() {
	TEXT("filterSaturate256", NOSPLIT, "func(dst *uint8, x *float32, n int)")
	Pragma("noescape")
	dst, x, n := Load(Param("dst"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	order := GLOBL("filter_order", RODATA|NOPTR)
	for i, at := range []uint32{0, 4, 1, 5, 2, 6, 3, 7} { // packing works within halves
		DATA(4*i, U32(at))
	}
	l := &lanes{name: "256", width: 32}
	lanesOf, zero, most := YMM(), l.zero(), l.bits(math.Float32bits(255))
	VMOVUPS(order, lanesOf)
	Label("turn")
	var v [4]VecVirtual
	for k := range v {
		v[k] = YMM()
		VMOVUPS(Mem{Base: x, Disp: 32 * k}, v[k])
		VMAXPS(zero, v[k], v[k])
		VMINPS(most, v[k], v[k])
		VCVTPS2DQ(v[k], v[k])
	}
	VPACKSSDW(v[1], v[0], v[0])
	VPACKSSDW(v[3], v[2], v[2])
	VPACKUSWB(v[2], v[0], v[0])
	VPERMD(v[0], lanesOf, v[0])
	VMOVDQU(v[0], Mem{Base: dst})
	ADDQ(Imm(128), x)
	ADDQ(Imm(32), dst)
	SUBQ(Imm(32), n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}
