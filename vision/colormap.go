package vision

import (
	"encoding/hex"
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// ColorMap says which colours numbers get.
type ColorMap uint8

// The colour maps.
const (
	MapGray         ColorMap = iota // black to white
	MapViridis                      // dark blue over green to yellow, as bright as the number is great: matplotlib's viridis
	MapBlueWhiteRed                 // blue below the zero, white at it, red above
)

// String is the map's name, such as "viridis".
func (m ColorMap) String() string {
	names := [...]string{"gray", "viridis", "blue-white-red"}
	if int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("ColorMap(%d)", uint8(m))
}

// ColorOptions say how numbers become colours.
type ColorOptions struct {
	Map ColorMap
	// Low and High are the numbers that the map's ends stand for; numbers beyond them have
	// the colours of the ends. Both 0: the least and the greatest finite number there is.
	Low, High float64
	// Zero is the number that MapBlueWhiteRed shows white. Its ends are as far from Zero as
	// the farther of Low and High, so that the same distance is equally strong on either side.
	Zero float64
}

// Colorize paints numbers: of float32 or float64 [height, width] it makes a picture uint8
// [3, height, width], as of [1, height, width]; of [n, 1, height, width] a batch [n, 3, height,
// width], all on one scale. NaN is magenta, which no map has.
func Colorize(x *tensor.Tensor, o ColorOptions) *tensor.Tensor {
	if x == nil || x.Dim() < 2 || x.Dim() > 4 || x.Dim() > 2 && x.Size(-3) != 1 || x.Numel() == 0 {
		misuse("Colorize", x, "numbers [height, width], [1, height, width] or [n, 1, height, width] are wanted")
	}
	if o.Map > MapBlueWhiteRed || !(o.Low <= o.High) || math.IsInf(o.High-o.Low, 0) || math.IsNaN(o.Zero) || math.IsInf(o.Zero, 0) {
		misuse("Colorize", x, "a known map and finite numbers, Low at most High, are wanted, not %+v", o)
	}
	shape := []int{3, x.Size(-2), x.Size(-1)}
	if x.Dim() == 4 {
		shape = append([]int{x.Size(0)}, shape...)
	}
	plane := x.Size(-1) * x.Size(-2)
	switch x.DType() {
	case tensor.Float32:
		return tensor.Compute(x, func(out []uint8, x []float32) { paint(out, x, plane, o) }, shape...)
	case tensor.Float64:
		return tensor.Compute(x, func(out []uint8, x []float64) { paint(out, x, plane, o) }, shape...)
	}
	wrongType("Colorize", x, "floats are wanted; convert with To(tensor.Float32)")
	return nil
}

func paint[T float32 | float64](out []uint8, x []T, plane int, o ColorOptions) {
	low, high := o.Low, o.High
	if low == 0 && high == 0 {
		low, high = math.Inf(1), math.Inf(-1)
		for _, v := range x {
			if v := float64(v); !math.IsInf(v, 0) && v == v {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if o.Map == MapBlueWhiteRed {
		reach := max(o.Zero-low, high-o.Zero)
		low, high = o.Zero-reach, o.Zero+reach
	}
	colour := colourOf(o.Map)
	for i, v := range x {
		at := min(max((float64(v)-low)/(high-low), 0), 1)
		switch {
		case math.IsInf(float64(v), -1):
			at = 0
		case math.IsInf(float64(v), 1):
			at = 1
		case v == v && !(low < high): // nothing differs: the middle, which is white where there is a zero
			at = 0.5
		}
		c := [3]uint8{255, 0, 255}
		if v == v {
			c = colour(at)
		}
		picture, pixel := i/plane, i%plane
		for k, v := range c {
			out[(3*picture+k)*plane+pixel] = v
		}
	}
}

// colourOf returns what paints a number from 0 to 1.
func colourOf(m ColorMap) func(at float64) [3]uint8 {
	byteOf := func(v float64) uint8 { return uint8(math.Round(255 * v)) }
	switch m {
	case MapViridis:
		table, err := hex.DecodeString(viridis)
		if err != nil {
			panic(err) // the constant below is wrong
		}
		return func(at float64) [3]uint8 { // as matplotlib looks colours up
			i := 3 * min(int(at*256), 255)
			return [3]uint8(table[i : i+3])
		}
	case MapBlueWhiteRed:
		return func(at float64) [3]uint8 {
			if at < 0.5 {
				v := byteOf(2 * at)
				return [3]uint8{v, v, 255}
			}
			v := byteOf(2 - 2*at)
			return [3]uint8{255, v, v}
		}
	}
	return func(at float64) [3]uint8 {
		v := byteOf(at)
		return [3]uint8{v, v, v}
	}
}
