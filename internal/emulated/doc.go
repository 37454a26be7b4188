//go:build linux

// Command emulated is the first process of the small machine that .ci/avx512
// boots in an emulator: it runs the test programs that /tests names, one a
// line with its arguments, says on the console how each went, and turns the
// machine off. It ends nothing else and is of no use outside of one.
package main
