// Package kernel holds the inner loops: arithmetic on contiguous slices of
// numbers, without shapes, without allocation and, unless said, on one thread.
//
// Every kernel exists in generic Go, for the element types of Number or Float.
// Those that matter for float32 go through a Table of functions, one table a
// kernel path (see internal/cpu); Active is the table in use. An entry that a
// path does not have is taken from the path below it, at the latest from the
// generic one, so assembly can be added one function at a time.
//
// # Conventions
//
// The length of dst counts; operands must be at least as long, or the kernel
// panics with an index error before or while writing. dst may be the same slice
// as an operand unless said otherwise, but must not overlap one by half. An
// empty dst is no work. NaN and infinities go through as IEEE 754 and PyTorch
// have it: nothing is skipped because it is zero. The order of additions
// depends on lengths and strides only, never on timing.
//
// Callers check shapes and dtypes; a kernel asked for what its dtype cannot do
// (the sine of an integer) panics.
package kernel
