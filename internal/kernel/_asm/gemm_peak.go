package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// gemmPeak emits loops of multiply-adds that wait for nothing.
func gemmPeak() {
	for _, v := range []vectorSet{avx512(), avx2()} {
		TEXT(fmt.Sprintf("peak%s", v.name), NOSPLIT, "func(n int)")
		Doc("does n times 12 multiply-adds of vectors, in 12 chains.")
		Load(Param("n"), RCX)
		for i := range 14 {
			v.zero(v.registers[i])
		}
		Label("again")
		for i := range 12 {
			v.fma(v.registers[12], v.registers[13], v.registers[i])
		}
		DECQ(RCX)
		JNZ(LabelRef("again"))
		VZEROUPPER()
		RET()
	}
}
