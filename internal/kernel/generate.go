package kernel

// The assembly of each family is written by _asm, a module of its own.
//go:generate go -C _asm run . conv
//go:generate go -C _asm run . convgrad
//go:generate go -C _asm run . convert
//go:generate go -C _asm run . filter
//go:generate go -C _asm run . gemm
//go:generate go -C _asm run . loss
//go:generate go -C _asm run . moments
//go:generate go -C _asm run . pool
//go:generate go -C _asm run . reduce
//go:generate go -C _asm run . vector
//go:generate go -C _asm run . winograd

// That of arm64 by _neon.
//go:generate go -C _neon run .
