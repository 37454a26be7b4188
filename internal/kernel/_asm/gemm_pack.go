package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemmPack emits what brings operands into the order in which tiles read them.
func gemmPack() {
	packTurn512()
	packTurn256()
	packCopy512()
	packCopy256()
	packCopyPanels(avx2())
	packCopyPanels(avx512())
}

// packTurn512 transposes 16 rows, 16 columns at a time.
func packTurn512() {
	z := avx512().registers
	TEXT("gemmTurn512", NOSPLIT, "func(k int, x *float32, offsets *[16]int, dst *float32, stride int, mask uint32, ahead int)")
	Pragma("noescape")
	Doc("writes column l of the 16 rows at the byte offsets from x to dst[l*stride:], the elements of the mask,",
		"for l in [0, k) rounded up to a multiple of 16; behind k they are 0. Fetches what lies ahead bytes behind the rows'",
		"whole sixteens, the rows that come next.")
	Load(Param("k"), RCX)
	Load(Param("ahead"), R13)
	Load(Param("x"), RSI)
	Load(Param("offsets"), RDI)
	Load(Param("dst"), RDX)
	Load(Param("stride"), RBX)
	Load(Param("mask"), EAX)
	KMOVW(EAX, K1)
	SHLQ(Imm(2), RBX)
	ADDQ(RSI, R13)
	LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, R12)
	columns := func(j int, r []VecPhysical) { // the 16 rows' columns j, 4+j, 8+j, 12+j
		switch j {
		case 0:
			MOVQ(RDX, R8)
		case 1:
			LEAQ(Mem{Base: RDX, Index: RBX, Scale: 1}, R8)
		case 2:
			LEAQ(Mem{Base: RDX, Index: RBX, Scale: 2}, R8)
		case 3:
			LEAQ(Mem{Base: RDX, Index: R12, Scale: 1}, R8)
		}
		VMOVUPS(r[0], K1, Mem{Base: R8})
		VMOVUPS(r[1], K1, Mem{Base: R8, Index: RBX, Scale: 4})
		VMOVUPS(r[2], K1, Mem{Base: R8, Index: RBX, Scale: 8})
		LEAQ(Mem{Base: R8, Index: RBX, Scale: 8}, R9)
		VMOVUPS(r[3], K1, Mem{Base: R9, Index: RBX, Scale: 4})
	}

	// Sixteen columns: quarters of the rows are put in place by the loads, which
	// leaves half the shuffles. z[4q+i] is quarter q of rows i, 4+i, 8+i, 12+i.
	SUBQ(Imm(16), RCX)
	JL(LabelRef("rest"))
	Label("columns")
	for row := range 16 {
		r := []GPPhysical{R8, R9, R10, R11}[row%4]
		MOVQ(Mem{Base: RDI, Disp: 8 * row}, r)
		PREFETCHT0(Mem{Base: R13, Index: r, Scale: 1})
		for q := range 4 {
			quarter := Mem{Base: RSI, Index: r, Scale: 1, Disp: 16 * q}
			to := z[4*q+row%4]
			if row < 4 {
				VMOVUPS(quarter, to.AsX())
			} else {
				VINSERTF32X4(U8(uint8(row/4)), quarter, to, to)
			}
		}
	}
	for q := range 4 {
		x, t := z[4*q:], z[16+4*(q%2):]
		VUNPCKLPS(x[1], x[0], t[0])
		VUNPCKHPS(x[1], x[0], t[1])
		VUNPCKLPS(x[3], x[2], t[2])
		VUNPCKHPS(x[3], x[2], t[3])
		VUNPCKLPD(t[2], t[0], x[0])
		VUNPCKHPD(t[2], t[0], x[1])
		VUNPCKLPD(t[3], t[1], x[2])
		VUNPCKHPD(t[3], t[1], x[3])
	}
	for j := range 4 {
		columns(j, []VecPhysical{z[j], z[4+j], z[8+j], z[12+j]})
	}
	MOVQ(RBX, R8)
	SHLQ(Imm(4), R8)
	ADDQ(R8, RDX)
	ADDQ(Imm(64), RSI)
	ADDQ(Imm(64), R13)
	SUBQ(Imm(16), RCX)
	JGE(LabelRef("columns"))

	Label("rest")
	ADDQ(Imm(16), RCX)
	JZ(LabelRef("end"))
	MOVL(U32(1), EAX)
	SHLL(CL, EAX)
	DECL(EAX)
	KMOVW(EAX, K2)
	for i := range 16 {
		r := []GPPhysical{R8, R9, R10, R11}[i%4]
		MOVQ(Mem{Base: RDI, Disp: 8 * i}, r)
		VMOVUPS_Z(Mem{Base: RSI, Index: r, Scale: 1}, K2, z[i])
	}
	for i := 0; i < 16; i += 2 {
		VUNPCKLPS(z[i+1], z[i], z[16+i])
		VUNPCKHPS(z[i+1], z[i], z[16+i+1])
	}
	for g := range 4 {
		t, r := z[16+4*g:], z[4*g:]
		VUNPCKLPD(t[2], t[0], r[0])
		VUNPCKHPD(t[2], t[0], r[1])
		VUNPCKLPD(t[3], t[1], r[2])
		VUNPCKHPD(t[3], t[1], r[3])
	}
	for j := range 4 {
		VSHUFF32X4(U8(0x88), z[4+j], z[j], z[16])
		VSHUFF32X4(U8(0xdd), z[4+j], z[j], z[17])
		VSHUFF32X4(U8(0x88), z[12+j], z[8+j], z[18])
		VSHUFF32X4(U8(0xdd), z[12+j], z[8+j], z[19])
		VSHUFF32X4(U8(0x88), z[18], z[16], z[20])
		VSHUFF32X4(U8(0x88), z[19], z[17], z[21])
		VSHUFF32X4(U8(0xdd), z[18], z[16], z[22])
		VSHUFF32X4(U8(0xdd), z[19], z[17], z[23])
		columns(j, z[20:24])
	}
	Label("end")
	VZEROUPPER()
	RET()
}

// packTurn256 transposes 8 rows, 8 columns at a time.
func packTurn256() {
	y := avx2().registers
	TEXT("gemmTurn256", NOSPLIT, "func(blocks int, x *float32, offsets *[16]int, dst *float32, stride, ahead int)")
	Pragma("noescape")
	Doc("writes column l of the 8 rows at the byte offsets from x to dst[l*stride:][:8], in ascending order,",
		"for l in [0, 8*blocks), and fetches what lies ahead bytes behind it, the rows that come next.")
	Load(Param("blocks"), RCX)
	Load(Param("ahead"), R9)
	Load(Param("x"), RSI)
	Load(Param("offsets"), RDI)
	Load(Param("dst"), RDX)
	Load(Param("stride"), RBX)
	SHLQ(Imm(2), RBX)
	ADDQ(RSI, R9)
	Label("columns")
	for i := range 8 {
		MOVQ(Mem{Base: RDI, Disp: 8 * i}, R8)
		VMOVUPS(Mem{Base: RSI, Index: R8, Scale: 1}, y[i])
		PREFETCHT0(Mem{Base: R9, Index: R8, Scale: 1})
	}
	for i := 0; i < 8; i += 2 {
		VUNPCKLPS(y[i+1], y[i], y[8+i])
		VUNPCKHPS(y[i+1], y[i], y[8+i+1])
	}
	for g := range 2 {
		t, r := y[8+4*g:], y[4*g:]
		VUNPCKLPD(t[2], t[0], r[0])
		VUNPCKHPD(t[2], t[0], r[1])
		VUNPCKLPD(t[3], t[1], r[2])
		VUNPCKHPD(t[3], t[1], r[3])
	}
	for j := range 4 {
		VPERM2F128(U8(0x20), y[4+j], y[j], y[8+j])
		VPERM2F128(U8(0x31), y[4+j], y[j], y[12+j])
	}
	for j := range 8 {
		VMOVUPS(y[8+j], Mem{Base: RDX})
		ADDQ(RBX, RDX)
	}
	ADDQ(Imm(32), RSI)
	ADDQ(Imm(32), R9)
	DECQ(RCX)
	JNZ(LabelRef("columns"))
	VZEROUPPER()
	RET()
}

// packCopy512 copies rows of up to 32 elements.
func packCopy512() {
	TEXT("gemmCopy512", NOSPLIT, "func(k int, x *float32, from int, dst *float32, to int, mask uint32)")
	Pragma("noescape")
	Doc("copies the elements of the mask of k rows; the rows are from and to bytes apart, and the lanes outside the mask",
		"become 0 up to the distance to, 32 elements at most, or are written over by the next row.")
	Load(Param("k"), RCX)
	Load(Param("x"), RSI)
	Load(Param("from"), RBX)
	Load(Param("dst"), RDX)
	Load(Param("to"), R9)
	Load(Param("mask"), EAX)
	KMOVW(EAX, K1)
	SHRL(Imm(16), EAX)
	KMOVW(EAX, K2)
	CMPQ(R9, U32(128))
	JNE(LabelRef("narrow"))
	LEAQ(Mem{Base: RBX, Index: RBX, Scale: 2}, R8)
	SUBQ(Imm(4), RCX)
	JL(LabelRef("rest"))
	Label("four")
	rows := []Mem{{Base: RSI}, {Base: RSI, Index: RBX, Scale: 1}, {Base: RSI, Index: RBX, Scale: 2}, {Base: RSI, Index: R8, Scale: 1}}
	z := avx512().registers
	for i, m := range rows {
		VMOVUPS_Z(m, K1, z[2*i])
		VMOVUPS_Z(m.Offset(64), K2, z[2*i+1])
	}
	for i := range rows {
		VMOVUPS(z[2*i], Mem{Base: RDX, Disp: 128 * i})
		VMOVUPS(z[2*i+1], Mem{Base: RDX, Disp: 128*i + 64})
	}
	LEAQ(Mem{Base: RSI, Index: RBX, Scale: 4}, RSI)
	ADDQ(U32(512), RDX)
	SUBQ(Imm(4), RCX)
	JGE(LabelRef("four"))
	Label("rest")
	ADDQ(Imm(4), RCX)
	JZ(LabelRef("end"))
	Label("one")
	VMOVUPS_Z(Mem{Base: RSI}, K1, Z0)
	VMOVUPS_Z(Mem{Base: RSI, Disp: 64}, K2, Z1)
	VMOVUPS(Z0, Mem{Base: RDX})
	VMOVUPS(Z1, Mem{Base: RDX, Disp: 64})
	ADDQ(RBX, RSI)
	ADDQ(R9, RDX)
	DECQ(RCX)
	JNZ(LabelRef("one"))
	JMP(LabelRef("end"))
	Label("narrow")
	VMOVUPS_Z(Mem{Base: RSI}, K1, Z0)
	VMOVUPS(Z0, K1, Mem{Base: RDX})
	ADDQ(RBX, RSI)
	ADDQ(R9, RDX)
	DECQ(RCX)
	JNZ(LabelRef("narrow"))
	Label("end")
	VZEROUPPER()
	RET()
}

// packCopy256 copies rows of 64 bytes.
func packCopy256() {
	TEXT("gemmCopy256", NOSPLIT, "func(k int, x *byte, from int, dst *byte, to int, mask *byte)")
	Pragma("noescape")
	Doc("copies the lanes of the mask, 64 bytes, of k rows that are from and to bytes apart, in ascending order.",
		"64 bytes of each row of dst are written, 0 outside the mask.")
	Load(Param("k"), RCX)
	Load(Param("x"), RSI)
	Load(Param("from"), RBX)
	Load(Param("dst"), RDX)
	Load(Param("to"), R9)
	Load(Param("mask"), RAX)
	VMOVUPS(Mem{Base: RAX}, Y2)
	VMOVUPS(Mem{Base: RAX, Disp: 32}, Y3)
	Label("row")
	VMASKMOVPS(Mem{Base: RSI}, Y2, Y0)
	VMASKMOVPS(Mem{Base: RSI, Disp: 32}, Y3, Y1)
	VMOVUPS(Y0, Mem{Base: RDX})
	VMOVUPS(Y1, Mem{Base: RDX, Disp: 32})
	ADDQ(RBX, RSI)
	ADDQ(R9, RDX)
	DECQ(RCX)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// packCopyPanels copies rows to four panels of the set's width: rows that are far apart lie on a
// page of their own each, which is looked up once for all four. 32 bytes at a time also for
// AVX-512: what it waits for is memory.
func packCopyPanels(v vectorSet) {
	y := avx2().registers
	width := 2 * v.width // of a panel
	TEXT("gemmCopyPanels"+v.name, NOSPLIT, "func(k int, x *byte, from int, dst *byte, panel int)")
	Pragma("noescape")
	Doc(fmt.Sprintf("copies %d bytes of each of k rows that are from bytes apart, %d to each of four panels that are panel bytes apart", 4*width, width),
		"and hold row behind row.")
	Load(Param("k"), RCX)
	Load(Param("x"), RSI)
	Load(Param("from"), RBX)
	Load(Param("dst"), RDX)
	Load(Param("panel"), R9)
	LEAQ(Mem{Base: R9, Index: R9, Scale: 2}, R8)
	Label("row")
	each := width / 32
	for i := range 4 * each {
		VMOVUPS(Mem{Base: RSI, Disp: 32 * i}, y[i])
	}
	for i, m := range []Mem{{Base: RDX}, {Base: RDX, Index: R9, Scale: 1}, {Base: RDX, Index: R9, Scale: 2}, {Base: RDX, Index: R8, Scale: 1}} {
		for j := range each {
			VMOVUPS(y[each*i+j], m.Offset(32*j))
		}
	}
	ADDQ(RBX, RSI)
	ADDQ(Imm(uint64(width)), RDX)
	DECQ(RCX)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}
