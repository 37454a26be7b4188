#include "textflag.h"

// func gemmTileNEON(k int, a, b, c *float32, stride int, accumulate bool)
//
// The 24 accumulators are V8 to V31: row i of the tile is V(8+3i) to V(10+3i). One
// step takes eight elements of a (V0, V1) and twelve of b (V2 to V4).
TEXT ·gemmTileNEON(SB), NOSPLIT, $0-41
	MOVD k+0(FP), R0
	MOVD a+8(FP), R1
	MOVD b+16(FP), R2
	MOVD c+24(FP), R3
	MOVD stride+32(FP), R4
	MOVBU accumulate+40(FP), R5
	LSL $2, R4
	VEOR V8.B16, V8.B16, V8.B16
	VEOR V9.B16, V9.B16, V9.B16
	VEOR V10.B16, V10.B16, V10.B16
	VEOR V11.B16, V11.B16, V11.B16
	VEOR V12.B16, V12.B16, V12.B16
	VEOR V13.B16, V13.B16, V13.B16
	VEOR V14.B16, V14.B16, V14.B16
	VEOR V15.B16, V15.B16, V15.B16
	VEOR V16.B16, V16.B16, V16.B16
	VEOR V17.B16, V17.B16, V17.B16
	VEOR V18.B16, V18.B16, V18.B16
	VEOR V19.B16, V19.B16, V19.B16
	VEOR V20.B16, V20.B16, V20.B16
	VEOR V21.B16, V21.B16, V21.B16
	VEOR V22.B16, V22.B16, V22.B16
	VEOR V23.B16, V23.B16, V23.B16
	VEOR V24.B16, V24.B16, V24.B16
	VEOR V25.B16, V25.B16, V25.B16
	VEOR V26.B16, V26.B16, V26.B16
	VEOR V27.B16, V27.B16, V27.B16
	VEOR V28.B16, V28.B16, V28.B16
	VEOR V29.B16, V29.B16, V29.B16
	VEOR V30.B16, V30.B16, V30.B16
	VEOR V31.B16, V31.B16, V31.B16

step:
	VLD1.P 32(R1), [V0.S4, V1.S4]
	VLD1.P 48(R2), [V2.S4, V3.S4, V4.S4]
	WORD $0x4f801048 // fmla v8.4s, v2.4s, v0.s[0]
	WORD $0x4f801069 // fmla v9.4s, v3.4s, v0.s[0]
	WORD $0x4f80108a // fmla v10.4s, v4.4s, v0.s[0]
	WORD $0x4fa0104b // fmla v11.4s, v2.4s, v0.s[1]
	WORD $0x4fa0106c // fmla v12.4s, v3.4s, v0.s[1]
	WORD $0x4fa0108d // fmla v13.4s, v4.4s, v0.s[1]
	WORD $0x4f80184e // fmla v14.4s, v2.4s, v0.s[2]
	WORD $0x4f80186f // fmla v15.4s, v3.4s, v0.s[2]
	WORD $0x4f801890 // fmla v16.4s, v4.4s, v0.s[2]
	WORD $0x4fa01851 // fmla v17.4s, v2.4s, v0.s[3]
	WORD $0x4fa01872 // fmla v18.4s, v3.4s, v0.s[3]
	WORD $0x4fa01893 // fmla v19.4s, v4.4s, v0.s[3]
	WORD $0x4f811054 // fmla v20.4s, v2.4s, v1.s[0]
	WORD $0x4f811075 // fmla v21.4s, v3.4s, v1.s[0]
	WORD $0x4f811096 // fmla v22.4s, v4.4s, v1.s[0]
	WORD $0x4fa11057 // fmla v23.4s, v2.4s, v1.s[1]
	WORD $0x4fa11078 // fmla v24.4s, v3.4s, v1.s[1]
	WORD $0x4fa11099 // fmla v25.4s, v4.4s, v1.s[1]
	WORD $0x4f81185a // fmla v26.4s, v2.4s, v1.s[2]
	WORD $0x4f81187b // fmla v27.4s, v3.4s, v1.s[2]
	WORD $0x4f81189c // fmla v28.4s, v4.4s, v1.s[2]
	WORD $0x4fa1185d // fmla v29.4s, v2.4s, v1.s[3]
	WORD $0x4fa1187e // fmla v30.4s, v3.4s, v1.s[3]
	WORD $0x4fa1189f // fmla v31.4s, v4.4s, v1.s[3]
	SUBS $1, R0
	BNE step
	CBZ R5, store
	MOVD R3, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d508 // fadd v8.4s, v8.4s, v0.4s
	WORD $0x4e21d529 // fadd v9.4s, v9.4s, v1.4s
	WORD $0x4e22d54a // fadd v10.4s, v10.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d56b // fadd v11.4s, v11.4s, v0.4s
	WORD $0x4e21d58c // fadd v12.4s, v12.4s, v1.4s
	WORD $0x4e22d5ad // fadd v13.4s, v13.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d5ce // fadd v14.4s, v14.4s, v0.4s
	WORD $0x4e21d5ef // fadd v15.4s, v15.4s, v1.4s
	WORD $0x4e22d610 // fadd v16.4s, v16.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d631 // fadd v17.4s, v17.4s, v0.4s
	WORD $0x4e21d652 // fadd v18.4s, v18.4s, v1.4s
	WORD $0x4e22d673 // fadd v19.4s, v19.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d694 // fadd v20.4s, v20.4s, v0.4s
	WORD $0x4e21d6b5 // fadd v21.4s, v21.4s, v1.4s
	WORD $0x4e22d6d6 // fadd v22.4s, v22.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d6f7 // fadd v23.4s, v23.4s, v0.4s
	WORD $0x4e21d718 // fadd v24.4s, v24.4s, v1.4s
	WORD $0x4e22d739 // fadd v25.4s, v25.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d75a // fadd v26.4s, v26.4s, v0.4s
	WORD $0x4e21d77b // fadd v27.4s, v27.4s, v1.4s
	WORD $0x4e22d79c // fadd v28.4s, v28.4s, v2.4s
	ADD R4, R6
	VLD1 (R6), [V0.S4, V1.S4, V2.S4]
	WORD $0x4e20d7bd // fadd v29.4s, v29.4s, v0.4s
	WORD $0x4e21d7de // fadd v30.4s, v30.4s, v1.4s
	WORD $0x4e22d7ff // fadd v31.4s, v31.4s, v2.4s

store:
	VST1 [V8.S4, V9.S4, V10.S4], (R3)
	ADD R4, R3
	VST1 [V11.S4, V12.S4, V13.S4], (R3)
	ADD R4, R3
	VST1 [V14.S4, V15.S4, V16.S4], (R3)
	ADD R4, R3
	VST1 [V17.S4, V18.S4, V19.S4], (R3)
	ADD R4, R3
	VST1 [V20.S4, V21.S4, V22.S4], (R3)
	ADD R4, R3
	VST1 [V23.S4, V24.S4, V25.S4], (R3)
	ADD R4, R3
	VST1 [V26.S4, V27.S4, V28.S4], (R3)
	ADD R4, R3
	VST1 [V29.S4, V30.S4, V31.S4], (R3)
	RET
