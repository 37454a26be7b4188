package kernel

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	t := &Table{Path: cpu.AVX512}
	narrow := [...]func(*byte){convTile1x32AVX512, convTile2x32AVX512, convTile3x32AVX512, convTile4x32AVX512,
		convTile5x32AVX512, convTile6x32AVX512, convTile7x32AVX512, convTile8x32AVX512, convTile9x32AVX512,
		convTile10x32AVX512, convTile11x32AVX512, convTile12x32AVX512, convTile13x32AVX512, convTile14x32AVX512}
	for i, f := range narrow {
		t.ConvTile32[i+1] = func(a *ConvTiles) {
			a.check(i+1, 2)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	wide := [...]func(*byte){convTile1x128AVX512, convTile2x128AVX512, convTile3x64AVX512, convTile4x64AVX512,
		convTile5x64AVX512, convTile6x64AVX512}
	for i, f := range wide {
		t.ConvWide32[i+1] = func(a *ConvTiles) {
			a.XVector, a.YVector = 16, 16
			a.check(i+1, ConvWide(i+1))
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	dots := [...]func(*byte){convDots4x6AVX512, convDots3x9AVX512, convDots2x12AVX512, convDots1x20AVX512}
	for i, f := range dots {
		b := ConvDotBlocks[i]
		t.ConvDots32[i] = func(a *ConvDots) {
			a.check(b.Channels, b.Taps)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	t.ConvRows32 = func(a *ConvRows) {
		a.check()
		convRowsAVX512((*byte)(unsafe.Pointer(a)))
	}
	t.ConvTurn32 = func(a *ConvTurn) {
		a.check()
		convTurnAVX512((*byte)(unsafe.Pointer(a)))
	}
	t.ConvFold32 = func(dst, x []float32) {
		n := len(dst) / 16
		if n > 0 {
			_ = x[n*256-1]
			convFoldAVX512(n, &x[0], &dst[0])
		}
	}
	Register(t)
}
