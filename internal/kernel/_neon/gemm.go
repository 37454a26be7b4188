package main

import "fmt"

// The tile of the product: rows x 4*vectors, in registers from V8 on; row i has
// V(8+3i) to V(10+3i).
const (
	tileRows    = 8
	tileVectors = 3
	tileFirst   = 8
)

// gemm writes the product's tile and what packs for it.
func gemm(f *file) {
	gemmTile(f)
	gemmTurn(f)
}

// gemmTile writes the product's tile; the declaration says what it does.
func gemmTile(f *file) {
	const signature = "(k int, a, b, c *float32, stride int, accumulate bool, bias *float32, perRow, relu bool)"
	fmt.Fprintf(&f.declarations, `
// gemmTileNEON computes a tile of %d rows, stride elements apart, of %d columns: c = or
// += the sum over k (at least 1) steps of %[1]d elements of a times %[2]d of b. To that it
// adds bias, unless that is nil: an element for each row or for each column; and relu
// makes 0 of what is below.
//
//go:noescape
func gemmTileNEON%s
`, tileRows, 4*tileVectors, signature)
	f.line("// func gemmTileNEON%s", signature)
	f.line("//\n// One step takes eight elements of a (V0, V1) and twelve of b (V2 to V4).")
	f.line("TEXT ·gemmTileNEON(SB), NOSPLIT, $0-58")
	for i, name := range []string{"k", "a", "b", "c", "stride"} {
		f.line("\tMOVD %s+%d(FP), R%d", name, 8*i, i)
	}
	f.line("\tMOVBU accumulate+40(FP), R5\n\tMOVD bias+48(FP), R7\n\tMOVBU perRow+56(FP), R8\n\tMOVBU relu+57(FP), R9\n\tLSL $2, R4")
	at := func(i, j int) int { return tileFirst + tileVectors*i + j }
	each := func(do func(i, j int)) {
		for i := range tileRows {
			for j := range tileVectors {
				do(i, j)
			}
		}
	}
	add := func(d, m int) {
		f.line("%s", encoded(0x4e20d400, fmt.Sprintf("fadd v%d.4s, v%d.4s, v%d.4s", d, d, m), d, d, m))
	}
	each(func(i, j int) { f.line("%s", f.load(0, at(i, j))) })
	f.line("\nstep:\n\tVLD1.P 32(R1), [V0.S4, V1.S4]\n\tVLD1.P 48(R2), [V2.S4, V3.S4, V4.S4]")
	each(func(i, j int) {
		d, n, lane := at(i, j), 2+j, i%4
		f.line("%s", encoded(0x4f801000|uint32(lane&1)<<21|uint32(lane>>1)<<11,
			fmt.Sprintf("fmla v%d.4s, v%d.4s, v%d.s[%d]", d, n, i/4, lane), d, n, i/4))
	})
	f.line("\tSUBS $1, R0\n\tBNE step\n\tCBZ R5, bias\n\tMOVD R3, R6")
	for i := range tileRows {
		f.line("\tVLD1 (R6), [V0.S4, V1.S4, V2.S4]\n\tADD R4, R6")
		for j := range tileVectors {
			add(at(i, j), j)
		}
	}
	f.line("\nbias:\n\tCBZ R7, relu\n\tCBNZ R8, rows\n\tVLD1 (R7), [V0.S4, V1.S4, V2.S4]")
	each(func(i, j int) { add(at(i, j), j) })
	f.line("\tB relu\n\nrows:")
	for i := range tileRows {
		f.line("\tVLD1R.P 4(R7), [V0.S4]")
		for j := range tileVectors {
			add(at(i, j), 0)
		}
	}
	f.line("\nrelu:\n\tCBZ R9, store\n%s", f.load(0, 0))
	each(func(i, j int) {
		d := at(i, j)
		f.line("%s", encoded(0x4e20f400, fmt.Sprintf("fmax v%d.4s, v%d.4s, v0.4s", d, d), d, d, 0))
	})
	f.line("\nstore:")
	for i := range tileRows {
		f.line("\tVST1 [V%d.S4, V%d.S4, V%d.S4], (R3)\n\tADD R4, R3", at(i, 0), at(i, 1), at(i, 2))
	}
	f.line("\tRET")
}

// gemmTurn writes what lays four contiguous vectors side by side.
func gemmTurn(f *file) {
	const signature = "(dst, src *float32, fours, stride, width int)"
	fmt.Fprintf(&f.declarations, `
// gemmTurnNEON packs four vectors of 4*fours elements (fours is at least 1), stride
// elements apart: dst[l*width+i] is element l of vector i.
//
//go:noescape
func gemmTurnNEON%s
`, signature)
	f.line("\n// func gemmTurnNEON%s", signature)
	f.line("TEXT ·gemmTurnNEON(SB), NOSPLIT, $0-40")
	for i, name := range []string{"dst", "src", "fours", "stride", "width"} {
		f.line("\tMOVD %s+%d(FP), R%d", name, 8*i, i)
	}
	f.line("\tLSL $2, R3\n\tLSL $2, R4\n\tADD R3, R1, R5\n\tADD R3, R5, R6\n\tADD R3, R6, R7\n\nturn:")
	for i, from := range []int{1, 5, 6, 7} {
		f.line("\tFMOVQ.P 16(R%d), F%d", from, i)
	}
	f.line("\tVTRN1 V1.S4, V0.S4, V4.S4\n\tVTRN2 V1.S4, V0.S4, V5.S4")
	f.line("\tVTRN1 V3.S4, V2.S4, V6.S4\n\tVTRN2 V3.S4, V2.S4, V7.S4")
	f.line("\tVZIP1 V6.D2, V4.D2, V0.D2\n\tVZIP1 V7.D2, V5.D2, V1.D2")
	f.line("\tVZIP2 V6.D2, V4.D2, V2.D2\n\tVZIP2 V7.D2, V5.D2, V3.D2")
	for i := range 4 {
		f.line("\tFMOVQ F%d, (R0)\n\tADD R4, R0", i)
	}
	f.line("\tSUBS $1, R2\n\tBNE turn\n\tRET")
}
