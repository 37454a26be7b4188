// Package kernels times single kernels: products and convolutions of float32, in
// floating-point operations a second beside what the processor's fused multiply-adds
// can do at most (kernel.Peak, measured in the same run). It looks below the public
// packages, which package workloads does not.
//
// A product of m x k by k x n counts 2mkn operations, a convolution twice its
// multiplications.
package kernels
