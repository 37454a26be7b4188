package cpu

import sys "golang.org/x/sys/cpu"

// available lists the paths: every arm64 processor that Go runs on has NEON.
func available() []string { return []string{Generic, NEON} }

// Features names the processor's instruction sets that matter to the kernels.
func Features() []string {
	a := &sys.ARM64
	return present([]feature{
		{"neon", true}, {"fphp", a.HasFPHP}, {"asimdhp", a.HasASIMDHP}, {"asimddp", a.HasASIMDDP}, {"sve", a.HasSVE},
	})
}
