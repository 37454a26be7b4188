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
	lanes := [...]func(*byte){convLanes3x3x3AVX512, convLanes3x3x2AVX512, convLanes3x3x1AVX512, convLanes5x5x1AVX512}
	for i, f := range lanes {
		b := ConvLaneBlocks[i]
		t.ConvLanes32[i] = func(a *ConvLanes) {
			a.check(b.KernelH, b.KernelW, b.Channels)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	pixels := [...]func(*byte){convPixels1AVX512, convPixels2AVX512, convPixels3AVX512, convPixels4AVX512,
		convPixels5AVX512, convPixels6AVX512, convPixels7AVX512, convPixels8AVX512, convPixels9AVX512,
		convPixels10AVX512, convPixels11AVX512, convPixels12AVX512, convPixels13AVX512, convPixels14AVX512}
	for i, f := range pixels {
		t.ConvPixels32[i+1] = func(a *ConvPixels) {
			a.check(i + 1)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	shifts := [...]func(*byte){convShift2AVX512, convShift3AVX512, convShift4AVX512, convShift5AVX512}
	for i, f := range shifts {
		t.ConvShift32[i+2] = func(a *ConvShift) {
			a.check(i + 2)
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
