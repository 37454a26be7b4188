// Command _asm writes the assembly of internal/kernel with avo: one family of
// kernels a run, named on the command line, or every family without a name.
//
//	cd internal/kernel/_asm && go run . gemm
//
// writes ../gemm_asm_amd64.s and the declarations, ../gemm_asm_amd64.go.
package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"

	"github.com/mmcloughlin/avo/build"
)

// families are the functions that emit each family's kernels. avo collects what
// one process emits in one file, so each family is a run of its own.
var families = map[string]func(){
	"conv":     convolution,
	"convgrad": convolutionGradients,
	"convert":  convert,
	"filter":   filter,
	"gemm":     gemm,
	"loss":     loss,
	"moments":  moments,
	"pool":     pooling,
	"reduce":   reduce,
	"vector":   vector,
	"winograd": winograd,
}

func main() {
	if len(os.Args) == 1 {
		for _, name := range slices.Sorted(maps.Keys(families)) {
			c := exec.Command("go", "run", ".", name)
			c.Stdout, c.Stderr = os.Stdout, os.Stderr
			if err := c.Run(); err != nil {
				fail("%s: %v", name, err)
			}
		}
		return
	}
	name := os.Args[1]
	emit, ok := families[name]
	if !ok {
		fail("there is no family %q; there are %q", name, slices.Sorted(maps.Keys(families)))
	}
	// avo takes its options from the command line, and writes that into the header.
	out := "../" + name + "_asm_amd64"
	os.Args = []string{"_asm", "-out", out + ".s", "-stubs", out + ".go", "-pkg", "kernel"}
	build.ConstraintExpr("amd64")
	emit()
	build.Generate()
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "_asm: "+format+"\n", args...)
	os.Exit(1)
}
