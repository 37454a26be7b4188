package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.PoolRows.
const (
	poolX, poolY, poolIndex            = 0, 24, 48
	poolRows, poolXRow, poolYRow       = 72, 80, 88
	poolFirst, poolMask, poolPixelMask = 96, 104, 112
	poolStrange                        = 120
	poolPlanes, poolXPlane, poolYPlane = 128, 136, 144
)

// pooling emits the AVX-512 kernels of 2 x 2 max pooling with stride 2, 16 columns of
// results wide: the pooling and its transpose.
func pooling() {
	splits := GLOBL("poolSplits", RODATA|NOPTR) // even and odd elements of two vectors
	for i := range 16 {
		DATA(4*i, U32(uint32(2*i)))
	}
	for i := range 16 {
		DATA(64+4*i, U32(uint32(2*i+1)))
	}
	merges := GLOBL("poolMerges", RODATA|NOPTR) // elements of two vectors in turn
	for i := range 16 {
		DATA(4*i, U32(uint32(i/2+i%2*16)))
	}
	for i := range 16 {
		DATA(64+4*i, U32(uint32(8+i/2+i%2*16)))
	}
	poolForward(splits)
	poolBack(splits, merges)
	poolingAVX2()
	poolWindows()
}

// poolPointers loads the pointers to the first plane into R12, R14 and R15, and how many
// planes there are into BX.
func poolPointers() {
	Load(Param("a"), RAX)
	MOVQ(convField(poolX), R12)
	MOVQ(convField(poolY), R14)
	MOVQ(convField(poolIndex), R15)
	MOVQ(convField(poolPlanes), RBX)
}

// poolRow loads the row pointers of a plane into RSI, RDX and RDI, and how many rows it
// has into CX.
func poolRow() {
	MOVQ(R12, RSI)
	MOVQ(R14, RDX)
	MOVQ(R15, RDI)
	MOVQ(convField(poolRows), RCX)
}

// poolNextPlane moves on to the next plane and jumps to the label, if there is one.
func poolNextPlane(label string) {
	MOVQ(convField(poolXPlane), R13)
	LEAQ(Mem{Base: R12, Index: R13, Scale: 4}, R12)
	MOVQ(convField(poolYPlane), R13)
	LEAQ(Mem{Base: R14, Index: R13, Scale: 4}, R14)
	TESTQ(R15, R15)
	JZ(LabelRef("planes"))
	LEAQ(Mem{Base: R15, Index: R13, Scale: 8}, R15)
	Label("planes")
	DECQ(RBX)
	JNZ(LabelRef(label))
}

// poolSetup loads what both kernels use and what all planes share: steps in bytes, masks,
// the places of the first element of each window in Z22, and how far they move from row to
// row in Z20.
func poolSetup(splits Mem) {
	poolPointers()
	MOVQ(convField(poolMask), R8)
	KMOVW(R8.As32(), K3)
	MOVQ(R8, R9)
	SHRQ(Imm(8), R9)
	KMOVW(R9.As32(), K2) // the upper eight
	MOVQ(convField(poolPixelMask), R8)
	KMOVW(R8.As32(), K4)
	SHRQ(Imm(16), R8)
	KMOVW(R8.As32(), K5)
	MOVQ(convField(poolXRow), R8)
	MOVQ(convField(poolFirst), R9)
	VPBROADCASTD(R9.As32(), Z22)
	VPADDD(splits, Z22, Z22)
	MOVL(U32(1), R9.As32())
	VPBROADCASTD(R9.As32(), Z21)
	VPBROADCASTD(R8.As32(), Z23)
	VPADDD(Z23, Z23, Z20)
	SHLQ(Imm(2), R8)
	convBytes(poolYRow, R10)
}

// poolPlane begins a plane: the places of the four elements of each window in Z16 to Z19.
func poolPlane() {
	poolRow()
	VMOVDQA32(Z22, Z16)
	VPADDD(Z21, Z16, Z17)
	VPADDD(Z23, Z16, Z18)
	VPADDD(Z23, Z17, Z19)
}

// poolNext moves on to the next row of results.
func poolNext() {
	for _, z := range convZ[16:20] {
		VPADDD(Z20, z, z)
	}
	LEAQ(Mem{Base: RSI, Index: R8, Scale: 2}, RSI)
	ADDQ(R10, RDX)
}

func poolForward(splits Mem) {
	TEXT("poolMax2x2AVX512", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	poolSetup(splits)
	VMOVDQU32(splits, Z30)
	VMOVDQU32(splits.Offset(64), Z31)
	Label("plane")
	poolPlane()
	Label("row")
	VMOVUPS_Z(Mem{Base: RSI}, K4, Z0)
	VMOVUPS_Z(Mem{Base: RSI, Disp: 64}, K5, Z1)
	VMOVUPS_Z(Mem{Base: RSI, Index: R8, Scale: 1}, K4, Z2)
	VMOVUPS_Z(Mem{Base: RSI, Index: R8, Scale: 1, Disp: 64}, K5, Z3)
	VMOVDQA32(Z30, Z4)
	VPERMI2PS(Z1, Z0, Z4)
	VMOVDQA32(Z31, Z5)
	VPERMI2PS(Z1, Z0, Z5)
	VMOVDQA32(Z30, Z6)
	VPERMI2PS(Z3, Z2, Z6)
	VMOVDQA32(Z31, Z7)
	VPERMI2PS(Z3, Z2, Z7)
	VMOVDQA32(Z16, Z8)
	for i, v := range []VecPhysical{Z5, Z6, Z7} {
		VCMPPS(U8(0x11), v, Z4, K6) // best < v
		VCMPPS(U8(3), v, v, K7)     // NaN beats everything
		KORW(K6, K7, K6)
		VMOVAPS(v, K6, Z4)
		VMOVDQA32(convZ[17+i], K6, Z8)
	}
	VMOVUPS(Z4, K3, Mem{Base: RDX})
	TESTQ(RDI, RDI)
	JZ(LabelRef("next"))
	VPMOVZXDQ(Y8, Z9)
	VEXTRACTI64X4(Imm(1), Z8, Y10)
	VPMOVZXDQ(Y10, Z10)
	VMOVDQU64(Z9, K3, Mem{Base: RDI})
	VMOVDQU64(Z10, K2, Mem{Base: RDI, Disp: 64})
	LEAQ(Mem{Base: RDI, Index: R10, Scale: 2}, RDI)
	Label("next")
	poolNext()
	DECQ(RCX)
	JNZ(LabelRef("row"))
	poolNextPlane("plane")
	VZEROUPPER()
	RET()
}

func poolBack(splits, merges Mem) {
	TEXT("poolMax2x2BackAVX512", NOSPLIT, "func(a *byte)")
	Pragma("noescape")
	poolSetup(splits)
	VMOVDQU32(merges, Z30)
	VMOVDQU32(merges.Offset(64), Z31)
	VPXORD(Z29, Z29, Z29)
	MOVQ(convField(poolStrange), R11)
	Label("plane")
	poolPlane()
	Label("row")
	VMOVUPS_Z(Mem{Base: RDX}, K3, Z0)
	VADDPS(Z29, Z0, Z0) // added to zeros
	VMOVDQU64_Z(Mem{Base: RDI}, K3, Z1)
	VMOVDQU64_Z(Mem{Base: RDI, Disp: 64}, K2, Z2)
	VPMOVQD(Z1, Y1)
	VPMOVQD(Z2, Y2)
	VINSERTI64X4(Imm(1), Y2, Z1, Z1)
	for i := range 4 {
		VPCMPEQD(convZ[16+i], Z1, K6)
		if i == 0 {
			KMOVW(K6, R9.As32())
		} else {
			KMOVW(K6, R13.As32())
			ORQ(R13, R9)
		}
		VMOVAPS_Z(Z0, K6, convZ[4+i])
	}
	KMOVW(K3, R13.As32())
	NOTQ(R9)
	ANDQ(R13, R9)
	ORQ(R9, R11)
	for i, p := range [][2]VecPhysical{{Z4, Z5}, {Z6, Z7}} {
		at := Mem{Base: RSI}
		if i == 1 {
			at = Mem{Base: RSI, Index: R8, Scale: 1}
		}
		VMOVDQA32(Z30, Z8)
		VPERMI2PS(p[1], p[0], Z8)
		VMOVDQA32(Z31, Z9)
		VPERMI2PS(p[1], p[0], Z9)
		VMOVUPS(Z8, K4, at)
		VMOVUPS(Z9, K5, at.Offset(64))
	}
	poolNext()
	LEAQ(Mem{Base: RDI, Index: R10, Scale: 2}, RDI)
	DECQ(RCX)
	JNZ(LabelRef("row"))
	poolNextPlane("plane")
	MOVQ(R11, convField(poolStrange))
	VZEROUPPER()
	RET()
}
