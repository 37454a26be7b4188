package kernel

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	t := &ConvTable{
		ConvVectors: 2, ConvRowsMost: 14, ConvWide: [...]int{1: 8, 2: 8, 3: 4, 4: 4, 5: 4, 6: 4, ConvMaxRows: 0},
		ConvDotBlocks: []ConvDotBlock{{4, 6}, {3, 9}, {2, 12}, {1, 20}}, ConvDotLanes: 16,
		ConvLaneBlocks: []ConvLaneBlock{{3, 3, 3}, {3, 3, 2}, {3, 3, 1}, {5, 5, 1}},
		ConvPixelRows:  2, ConvPixelColumns: 14,
	}
	t.setTiles([]convFunction{convTile1x32AVX512, convTile2x32AVX512, convTile3x32AVX512, convTile4x32AVX512,
		convTile5x32AVX512, convTile6x32AVX512, convTile7x32AVX512, convTile8x32AVX512, convTile9x32AVX512,
		convTile10x32AVX512, convTile11x32AVX512, convTile12x32AVX512, convTile13x32AVX512, convTile14x32AVX512},
		[]convFunction{convTile1x128AVX512, convTile2x128AVX512, convTile3x64AVX512, convTile4x64AVX512,
			convTile5x64AVX512, convTile6x64AVX512})
	t.setPlanes(convRowsAVX512, convTurnAVX512)
	t.setDots([]convFunction{convDots4x6AVX512, convDots3x9AVX512, convDots2x12AVX512, convDots1x20AVX512}, convFoldAVX512)
	t.setLanes([]convFunction{convLanes3x3x3AVX512, convLanes3x3x2AVX512, convLanes3x3x1AVX512, convLanes5x5x1AVX512},
		[]convFunction{convPixels1AVX512, convPixels2AVX512, convPixels3AVX512, convPixels4AVX512,
			convPixels5AVX512, convPixels6AVX512, convPixels7AVX512, convPixels8AVX512, convPixels9AVX512,
			convPixels10AVX512, convPixels11AVX512, convPixels12AVX512, convPixels13AVX512, convPixels14AVX512},
		[]convFunction{convShift2AVX512, convShift3AVX512, convShift4AVX512, convShift5AVX512})
	t.setWinograd([]convFunction{winogradProduct512x1, winogradProduct512x2, winogradProduct512x3, winogradProduct512x4,
		winogradProduct512x5, winogradProduct512x6, winogradProduct512x7, winogradProduct512x8, winogradProduct512x9,
		winogradProduct512x10, winogradProduct512x11, winogradProduct512x12, winogradProduct512x13, winogradProduct512x14})
	Register(&Table{Path: cpu.AVX512, ConvTable: t})

	t = &ConvTable{
		ConvVectors: 1, ConvRowsMost: 6, ConvWide: [...]int{1: 4, 2: 3, 3: 2, ConvMaxRows: 0},
		ConvDotBlocks: []ConvDotBlock{{3, 4}, {2, 6}, {2, 5}, {1, 12}}, ConvDotLanes: 8,
		ConvLaneBlocks: []ConvLaneBlock{{1, 5, 1}, {2, 3, 1}, {1, 3, 1}},
		ConvPixelRows:  1, ConvPixelColumns: 6, ConvTaps: 288,
	}
	t.setTiles([]convFunction{convTile1x16AVX2, convTile2x16AVX2, convTile3x16AVX2, convTile4x16AVX2, convTile5x16AVX2, convTile6x16AVX2},
		[]convFunction{convTile1x64AVX2, convTile2x48AVX2, convTile3x32AVX2})
	t.setPlanes(convRowsAVX2, convTurnAVX2)
	t.setDots([]convFunction{convDots3x4AVX2, convDots2x6AVX2, convDots2x5AVX2, convDots1x12AVX2}, convFoldAVX2)
	t.setLanes([]convFunction{convLanes1x5AVX2, convLanes2x3AVX2, convLanes1x3AVX2},
		[]convFunction{convPixels1AVX2, convPixels2AVX2, convPixels3AVX2, convPixels4AVX2, convPixels5AVX2, convPixels6AVX2},
		[]convFunction{convShift2AVX2, convShift3AVX2, convShift4AVX2, convShift5AVX2})
	t.setWinograd([]convFunction{winogradProduct256x1, winogradProduct256x2, winogradProduct256x3,
		winogradProduct256x4, winogradProduct256x5, winogradProduct256x6})
	t.setTaps([]convFunction{convTaps1AVX2, convTaps2AVX2, convTaps3AVX2, convTaps4AVX2, convTaps5AVX2, convTaps6AVX2})
	t.ConvDepth32 = func(a *ConvDepth) {
		a.check()
		convDepthAVX2((*byte)(unsafe.Pointer(a)))
	}
	t.ConvDepthSums32 = func(a *ConvDepthSums) {
		a.check()
		convDepthSumsAVX2((*byte)(unsafe.Pointer(a)))
	}
	Register(&Table{Path: cpu.AVX2, ConvTable: t, Weave32: func(dst, a, b []float32) int {
		n := len(b) / 8
		weaveAVX2(n, &dst[0], &a[0], &b[0])
		return 8 * n
	}})
}

// convFunction is a kernel in assembly; a is one of the structs.
type convFunction = func(a *byte)

// setTiles takes the tiles and the wide ones, of 1 row, 2 rows and so on.
func (t *ConvTable) setTiles(narrow, wide []convFunction) {
	for i, f := range narrow {
		t.ConvTile32[i+1] = func(a *ConvTiles) {
			a.check(i+1, t.ConvVectors, true)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	for i, f := range wide {
		t.ConvWide32[i+1] = func(a *ConvTiles) {
			a.XVector, a.YVector = 16, 16
			a.check(i+1, t.ConvWide[i+1], false)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
}

// setPlanes takes the kernels that copy.
func (t *ConvTable) setPlanes(rows, turn convFunction) {
	t.ConvRows32 = func(a *ConvRows) {
		a.check()
		rows((*byte)(unsafe.Pointer(a)))
	}
	t.ConvTurn32 = func(a *ConvTurn) {
		a.check()
		turn((*byte)(unsafe.Pointer(a)))
	}
}

// setDots takes the sums by ConvDotBlocks, and the one that adds their lanes.
func (t *ConvTable) setDots(dots []convFunction, fold func(n int, x, y *float32)) {
	for i, f := range dots {
		b := t.ConvDotBlocks[i]
		t.ConvDots32 = append(t.ConvDots32, func(a *ConvDots) {
			a.check(b.Channels, b.Taps, t.ConvDotLanes)
			f((*byte)(unsafe.Pointer(a)))
		})
	}
	t.ConvFold32 = func(dst, x []float32) {
		if n := len(dst) / t.ConvDotLanes; n > 0 {
			_ = x[n*t.ConvDotLanes*t.ConvDotLanes-1]
			fold(n, &x[0], &dst[0])
		}
	}
}

// setLanes takes what has output channels in the lanes: by ConvLaneBlocks, by columns, and
// the sums of two places, three places and so on.
func (t *ConvTable) setLanes(lanes, pixels, shifts []convFunction) {
	for i, f := range lanes {
		b := t.ConvLaneBlocks[i]
		t.ConvLanes32 = append(t.ConvLanes32, func(a *ConvLanes) {
			a.check(b)
			f((*byte)(unsafe.Pointer(a)))
		})
	}
	for i, f := range pixels {
		t.ConvPixels32[i+1] = func(a *ConvPixels) {
			a.check(t.ConvPixelRows, i+1)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
	for i, f := range shifts {
		t.ConvShift32[i+2] = func(a *ConvShift) {
			a.check(i + 2)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
}

// setTaps takes the sums of products by tap, of 1 channel, 2 channels and so on.
func (t *ConvTable) setTaps(taps []convFunction) {
	for i, f := range taps {
		t.ConvTaps32[i+1] = func(a *ConvTaps) {
			a.check(i + 1)
			f((*byte)(unsafe.Pointer(a)))
		}
	}
}
