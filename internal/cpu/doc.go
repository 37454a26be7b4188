// Package cpu says which kernel path this process runs on.
//
// A path is a family of kernels written for one instruction set: "generic" is
// plain Go and exists everywhere, "avx2" and "avx512" need an amd64 processor
// that has them, "neon" needs arm64. Path returns the best one the processor
// can run; the environment variable LUMEN_CPU (read once, at start) and Force
// (the --cpu flag) choose a lower one. Results are reproducible bit by bit only
// on the same path, so a run records it.
//
// The package only names a path. Which loops stand behind the name is decided
// by internal/kernel, which listens with OnChange.
package cpu
