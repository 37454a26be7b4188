package kernel

import (
	"testing"
	"unsafe"
)

// TestConvLayout holds the fields of the structs that assembly reads to the places that
// _asm/conv.go, _asm/pool.go and _asm/pool_rows.go name.
func TestConvLayout(t *testing.T) {
	var tiles ConvTiles
	var rows ConvRows
	var turn ConvTurn
	var dots ConvDots
	var pool PoolRows
	var windows PoolWindows
	var lanes ConvLanes
	var pixels ConvPixels
	var shift ConvShift
	var taps ConvTaps
	var part ConvTapPart
	var depth ConvDepth
	var sums ConvDepthSums
	for name, at := range map[string][2]uintptr{
		"ConvTiles.Channels": {unsafe.Offsetof(tiles.Channels), 120}, "ConvTiles.XChannel": {unsafe.Offsetof(tiles.XChannel), 136},
		"ConvTiles.YRow": {unsafe.Offsetof(tiles.YRow), 160}, "ConvTiles.Tiles": {unsafe.Offsetof(tiles.Tiles), 184},
		"ConvTiles.ReLU": {unsafe.Offsetof(tiles.ReLU), 200}, "ConvTiles.Add": {unsafe.Offsetof(tiles.Add), 208}, "ConvTiles.Y": {unsafe.Offsetof(tiles.Y), 96},
		"ConvRows.Planes": {unsafe.Offsetof(rows.Planes), 72}, "ConvRows.XStart": {unsafe.Offsetof(rows.XStart), 96},
		"ConvRows.XStep": {unsafe.Offsetof(rows.XStep), 120}, "ConvRows.Bottom": {unsafe.Offsetof(rows.Bottom), 144},
		"ConvTurn.Row": {unsafe.Offsetof(turn.Row), 48}, "ConvTurn.Columns": {unsafe.Offsetof(turn.Columns), 176},
		"ConvTurn.Step": {unsafe.Offsetof(turn.Step), 184},
		"ConvDots.Sums": {unsafe.Offsetof(dots.Sums), 72}, "ConvDots.Images": {unsafe.Offsetof(dots.Images), 96},
		"ConvDots.Mask": {unsafe.Offsetof(dots.Mask), 120}, "ConvDots.XRow": {unsafe.Offsetof(dots.XRow), 136},
		"ConvDots.GImage":  {unsafe.Offsetof(dots.GImage), 160},
		"ConvLanes.Images": {unsafe.Offsetof(lanes.Images), 72}, "ConvLanes.Width": {unsafe.Offsetof(lanes.Width), 96},
		"ConvLanes.XImage": {unsafe.Offsetof(lanes.XImage), 120}, "ConvLanes.GImage": {unsafe.Offsetof(lanes.GImage), 136},
		"ConvPixels.Y": {unsafe.Offsetof(pixels.Y), 96}, "ConvPixels.XChannel": {unsafe.Offsetof(pixels.XChannel), 136},
		"ConvPixels.XTile": {unsafe.Offsetof(pixels.XTile), 160}, "ConvPixels.ReLU": {unsafe.Offsetof(pixels.ReLU), 184},
		"ConvShift.Masks": {unsafe.Offsetof(shift.Masks), 96}, "ConvShift.XPlane": {unsafe.Offsetof(shift.XPlane), 136},
		"ConvShift.XRow": {unsafe.Offsetof(shift.XRow), 152}, "ConvShift.Mask": {unsafe.Offsetof(shift.Mask), 168},
		"ConvTaps.Parts": {unsafe.Offsetof(taps.Parts), 72}, "ConvTaps.XStep": {unsafe.Offsetof(taps.XStep), 96},
		"ConvTaps.GStep": {unsafe.Offsetof(taps.GStep), 120}, "ConvTaps.Fresh": {unsafe.Offsetof(taps.Fresh), 144},
		"ConvTapPart.Counts": {unsafe.Offsetof(part.Counts), 24}, "size of ConvTapPart": {unsafe.Sizeof(part), 48},
		"ConvDepth.Bias": {unsafe.Offsetof(depth.Bias), 72}, "ConvDepth.Planes": {unsafe.Offsetof(depth.Planes), 96},
		"ConvDepth.Width": {unsafe.Offsetof(depth.Width), 136}, "ConvDepth.ReLU": {unsafe.Offsetof(depth.ReLU), 160},
		"ConvDepthSums.Planes": {unsafe.Offsetof(sums.Planes), 96}, "ConvDepthSums.Step": {unsafe.Offsetof(sums.Step), 144},
		"ConvDepthSums.Sums": {unsafe.Offsetof(sums.Sums), 48}, "ConvDepthSums.GPlane": {unsafe.Offsetof(sums.GPlane), 160},
		"PoolRows.Rows": {unsafe.Offsetof(pool.Rows), 72}, "PoolRows.First": {unsafe.Offsetof(pool.First), 96},
		"PoolWindows.Y": {unsafe.Offsetof(windows.Y), 24}, "PoolWindows.Index": {unsafe.Offsetof(windows.Index), 48},
		"PoolWindows.Rows": {unsafe.Offsetof(windows.Rows), 72}, "PoolWindows.Wide": {unsafe.Offsetof(windows.Wide), 80},
		"PoolWindows.XRow": {unsafe.Offsetof(windows.XRow), 88}, "PoolWindows.Step": {unsafe.Offsetof(windows.Step), 96},
		"PoolWindows.Columns": {unsafe.Offsetof(windows.Columns), 104}, "PoolWindows.First": {unsafe.Offsetof(windows.First), 112},
		"PoolWindows.Divisor": {unsafe.Offsetof(windows.Divisor), 120}, "PoolWindows.Stride": {unsafe.Offsetof(windows.Stride), 128},
		"PoolWindows.Lines": {unsafe.Offsetof(windows.Lines), 136}, "PoolWindows.XLine": {unsafe.Offsetof(windows.XLine), 144},
		"PoolWindows.YLine": {unsafe.Offsetof(windows.YLine), 152},
		"PoolRows.pixels":   {unsafe.Offsetof(pool.pixels), 112}, "PoolRows.Strange": {unsafe.Offsetof(pool.Strange), 120},
	} {
		if at[0] != at[1] && unsafe.Sizeof(uintptr(0)) == 8 {
			t.Errorf("%s lies at %d, assembly reads it at %d", name, at[0], at[1])
		}
	}
}
