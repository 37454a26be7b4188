package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemm emits the matrix product: micro-kernels ("tiles") for every number of rows
// and vectors, packing, products with a vector, and the loops that measure the peak.
func gemm() {
	for vectors := 1; vectors <= 2; vectors++ {
		for rows := 1; rows <= 14; rows++ {
			tile(avx512(), rows, vectors)
		}
		for rows := 1; rows <= 6; rows++ {
			tile(avx2(), rows, vectors)
			tile(avx2Double(), rows, vectors)
		}
	}
	gemmPack()
	gemv()
	gemmPeak()
}

// vectorSet is what differs between the instruction sets and element types.
type vectorSet struct {
	name      string // in the kernels' names
	width     int    // of a vector in bytes
	size      int    // of an element in bytes
	registers []VecPhysical
	masks     []OpmaskPhysical // the columns of each vector of a tile; nil: vectors of words in memory
	zero      func(r VecPhysical)
	ahead     GPPhysical // free in a tile's loops

	fma, add, max, move, broadcast func(ops ...Op)

	maskedMove func(mem, mask, register Op) // with masks in memory: the operands in the order of a load
}

func avx512() vectorSet {
	return vectorSet{
		name: "512", width: 64, size: 4, registers: numbered(Z0, 32), masks: []OpmaskPhysical{K1, K2},
		zero: func(r VecPhysical) { VPXORD(r, r, r) }, ahead: R15,
		fma: VFMADD231PS, add: VADDPS, max: VMAXPS, move: VMOVUPS, broadcast: VBROADCASTSS,
	}
}

func avx2() vectorSet {
	return vectorSet{
		name: "256", width: 32, size: 4, registers: numbered(Y0, 16),
		zero: func(r VecPhysical) { VXORPS(r, r, r) }, ahead: R8,
		fma: VFMADD231PS, add: VADDPS, max: VMAXPS, move: VMOVUPS, broadcast: VBROADCASTSS, maskedMove: VMASKMOVPS,
	}
}

func avx2Double() vectorSet {
	s := avx2()
	s.name, s.size, s.maskedMove = "256d", 8, VMASKMOVPD
	s.fma = func(o ...Op) { VFMADD231PD(o[0], o[1], o[2]) }
	s.broadcast = func(o ...Op) { VBROADCASTSD(o[0], o[1]) }
	s.add, s.max, s.move = VADDPD, VMAXPD, VMOVUPD
	return s
}

// numbered is the first n registers of a kind.
func numbered(first VecPhysical, n int) []VecPhysical {
	all := map[VecPhysical][]VecPhysical{
		Z0: {Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
			Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31},
		Y0: {Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15},
	}
	return all[first][:n]
}
