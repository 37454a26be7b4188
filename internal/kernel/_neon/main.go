// Command _neon writes and checks the arm64 assembly of internal/kernel.
//
//	cd internal/kernel/_neon && go run .
//
// writes ../gemm_asm_arm64.s, ../pool_asm_arm64.s and ../vector_asm_arm64.s, and the declarations,
// files of the same names in Go. Instructions that Go's assembler has no name for stand in the
// assembly as numbers, each with its name beside it:
//
//	WORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s
//
// With files on the command line it decodes every such number in them with
// golang.org/x/arch and compares the result, in GNU syntax, with the name:
//
//	cd internal/kernel/_neon && go run . ../*_arm64.s
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) > 1 {
		if !check(os.Args[1:]) {
			os.Exit(1)
		}
		return
	}
	for name, emit := range map[string]func(f *file){"gemm": gemm, "pool": pooling, "vector": vector} {
		var f file
		emit(&f)
		assembly, declarations := f.text()
		write("../"+name+"_asm_arm64.s", assembly)
		write("../"+name+"_asm_arm64.go", declarations)
	}
}

func write(path, text string) {
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
