package main

import "fmt"

// pooling writes 2 x 2 max pooling with stride 2 and its transpose, four windows at
// once: V0 and V1 are the left and right elements of their upper rows, V2 and V3 of
// the lower. V16 holds the places of the left upper ones, V24 to V26 how far the others
// are from it.
func pooling(f *file) {
	const signature = "(x, y *float32, index *int64, rows, fours, xRow, yRow, first int)"
	begin := func(name, doc, result string, size int) {
		fmt.Fprintf(&f.declarations, "\n%s//\n//go:noescape\nfunc %s%s%s\n", doc, name, signature, result)
		f.line("\n// func %s%s%s", name, signature, result)
		f.line("TEXT ·%s(SB), NOSPLIT, $0-%d", name, size)
		for i, argument := range []string{"x", "y", "index", "rows", "fours", "xRow", "yRow", "first"} {
			f.line("\tMOVD %s+%d(FP), R%d", argument, 8*i, i)
		}
		f.line("\tMOVD $neonSteps<>(SB), R8\n\tFMOVQ (R8), F16")
		f.line("\tVDUP R7, V0.S4\n\tVADD V0.S4, V16.S4, V16.S4 // places of the first four")
		f.line("\tMOVD $8, R8\n\tVDUP R8, V23.S4\n\tMOVD $1, R8\n\tVDUP R8, V24.S4")
		f.line("\tVDUP R5, V25.S4\n\tVADD V24.S4, V25.S4, V26.S4\n\tVADD V25.S4, V25.S4, V27.S4")
		f.line("\tLSL $2, R5")
	}
	// A row: R8 and R9 are the upper and lower row of x, R10 of y and R11 of index.
	row := func() {
		f.line("\nrow:\n\tMOVD R0, R8\n\tADD R5, R0, R9\n\tMOVD R1, R10\n\tMOVD R2, R11\n\tMOVD R4, R12\n\tVMOV V16.B16, V22.B16\n\nfour:")
	}
	next := func() {
		f.line("\tVADD V23.S4, V22.S4, V22.S4\n\tSUBS $1, R12\n\tBNE four")
		f.line("\tADD R5<<1, R0, R0\n\tADD R6<<2, R1, R1\n\tCBZ R2, below\n\tADD R6<<3, R2, R2\n\nbelow:")
		f.line("\tVADD V27.S4, V16.S4, V16.S4\n\tSUBS $1, R3\n\tBNE row")
	}
	f.line("DATA neonSteps<>+0(SB)/8, $0x0000000200000000\nDATA neonSteps<>+8(SB)/8, $0x0000000600000004\nGLOBL neonSteps<>(SB), RODATA|NOPTR, $16")

	begin("poolMaxNEON", `// poolMaxNEON pools rows of 4*fours windows. The arguments are the fields of PoolRows,
// rows and fours at least 1; index may be nil.
`, "", 64)
	row()
	f.line("\tVLD2.P 32(R8), [V0.S4, V1.S4]\n\tVLD2.P 32(R9), [V2.S4, V3.S4]\n\tVMOV V22.B16, V4.B16")
	for i := 1; i < 4; i++ {
		f.line("%s", encoded(0x6ea0e400, fmt.Sprintf("fcmgt v5.4s, v%d.4s, v0.4s", i), 5, i, 0))
		f.line("%s", encoded(0x4e20e400, fmt.Sprintf("fcmeq v6.4s, v%d.4s, v%[1]d.4s", i), 6, i, i))
		f.line("%s", encoded(0x4ee01c00, "orn v5.16b, v5.16b, v6.16b", 5, 5, 6)) // NaN beats everything
		f.line("\tVADD V%d.S4, V22.S4, V7.S4\n\tVBIT V5.B16, V%d.B16, V0.B16\n\tVBIT V5.B16, V7.B16, V4.B16", 23+i, i)
	}
	f.line("\tFMOVQ.P F0, 16(R10)\n\tCBZ R2, placed\n\tVUXTL V4.S2, V5.D2\n\tVUXTL2 V4.S4, V6.D2\n\tVST1.P [V5.D2, V6.D2], 32(R11)\n\nplaced:")
	next()
	f.line("\tRET")

	begin("poolMaxBackNEON", `// poolMaxBackNEON is the transpose: it writes y to the places in x, and zeros beside
// them. The result is -1 if all places were in their windows.
`, " int", 72)
	f.line("%s\n%s", f.load(0, 30), encoded(0x4e20e400, "fcmeq v31.4s, v30.4s, v30.4s", 31, 30, 30))
	row()
	f.line("\tFMOVQ.P 16(R10), F4\n\tVLD1.P 32(R11), [V5.D2, V6.D2]\n\tVUZP1 V6.S4, V5.S4, V5.S4")
	f.line("%s", encoded(0x4e20d400, "fadd v4.4s, v4.4s, v30.4s", 4, 4, 30)) // added to zeros
	f.line("\tVMOV V22.B16, V7.B16\n\tVEOR V8.B16, V8.B16, V8.B16")
	for i := range 4 {
		if i > 0 {
			f.line("\tVADD V%d.S4, V22.S4, V7.S4", 23+i)
		}
		f.line("\tVCMEQ V7.S4, V5.S4, V9.S4\n\tVORR V9.B16, V8.B16, V8.B16\n\tVAND V9.B16, V4.B16, V%d.B16", i)
	}
	f.line("\tVAND V8.B16, V31.B16, V31.B16\n\tVST2.P [V0.S4, V1.S4], 32(R8)\n\tVST2.P [V2.S4, V3.S4], 32(R9)")
	next()
	f.line("\tVMOV V31.D[0], R8\n\tVMOV V31.D[1], R9\n\tAND R8, R9\n\tMOVD R9, ret+64(FP)\n\tRET")
}
