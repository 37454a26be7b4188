package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemm emits the matrix product: micro-kernels ("tiles") for every number of rows
// and vectors, packing, products with a vector, and the loops that measure the peak.
func gemm() {
	for vectors := 1; vectors <= 2; vectors++ {
		for rows := 1; rows <= 14; rows++ {
			tile(avx512(4), rows, vectors)
		}
		for rows := 1; rows <= 6; rows++ {
			tile(avx2(4), rows, vectors)
		}
		for rows := 1; rows <= 6; rows++ {
			tile(avx2(8), rows, vectors)
		}
	}
	gemmPack()
	gemv()
	gemmPeak()
}

// vectorSet is what differs between the instruction sets and element types.
type vectorSet struct {
	name         string
	size         int // of an element in bytes
	width        int // of a vector in bytes
	registers    []VecPhysical
	lanes        int
	mostRows     int
	masks        []OpmaskPhysical // of the two vectors of a tile; nil: vectors in memory
	fma, add     func(...Op)
	move         func(...Op)
	broadcast    func(...Op)
	zero         func(r VecPhysical)
	max          func(...Op)
	maskedMemory func(...Op) // AVX2: load and store under a mask
}

func avx512(size int) vectorSet {
	return vectorSet{name: "512", size: size, width: 64, lanes: 64 / size, mostRows: 14,
		registers: []VecPhysical{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15, Z16, Z17, Z18, Z19, Z20,
			Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31},
		masks: []OpmaskPhysical{K1, K2}, fma: VFMADD231PS, add: VADDPS, move: VMOVUPS, broadcast: VBROADCASTSS, max: VMAXPS,
		zero: func(r VecPhysical) { VPXORD(r, r, r) }}
}

func avx2(size int) vectorSet {
	s := vectorSet{name: "256", size: size, width: 32, lanes: 32 / size, mostRows: 6,
		registers: []VecPhysical{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15},
		fma:       VFMADD231PS, add: VADDPS, move: VMOVUPS, broadcast: VBROADCASTSS, max: VMAXPS,
		maskedMemory: func(o ...Op) { VMASKMOVPS(o[0], o[1], o[2]) },
		zero:         func(r VecPhysical) { VXORPS(r, r, r) }}
	if size == 8 {
		s.fma, s.add, s.move, s.broadcast, s.max = two(VFMADD231PD), two(VADDPD), two(VMOVUPD), two(VBROADCASTSD), two(VMAXPD)
	}
	return s
}
