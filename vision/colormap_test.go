package vision_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

func colours(x *tensor.Tensor) [][3]uint8 {
	plane := x.Size(-1) * x.Size(-2)
	all := tensor.Data[uint8](x)
	var out [][3]uint8
	for i := range plane {
		out = append(out, [3]uint8{all[i], all[plane+i], all[2*plane+i]})
	}
	return out
}

func TestColorize(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		x    []float64
		o    vision.ColorOptions
		want [][3]uint8
	}{
		"grey":          {[]float64{0, 0.5, 1}, vision.ColorOptions{}, [][3]uint8{{0, 0, 0}, {128, 128, 128}, {255, 255, 255}}},
		"grey range":    {[]float64{-1, 5, 99}, vision.ColorOptions{Low: 0, High: 10}, [][3]uint8{{0, 0, 0}, {128, 128, 128}, {255, 255, 255}}},
		"viridis":       {[]float64{0, 1, 0.5}, vision.ColorOptions{Map: vision.MapViridis}, [][3]uint8{{68, 1, 84}, {253, 231, 37}, {33, 145, 140}}},
		"zero":          {[]float64{-2, -1, 0, 2, 4}, vision.ColorOptions{Map: vision.MapBlueWhiteRed}, [][3]uint8{{128, 128, 255}, {191, 191, 255}, {255, 255, 255}, {255, 128, 128}, {255, 0, 0}}},
		"other zero":    {[]float64{10, 11, 14}, vision.ColorOptions{Map: vision.MapBlueWhiteRed, Zero: 10}, [][3]uint8{{255, 255, 255}, {255, 191, 191}, {255, 0, 0}}},
		"not finite":    {[]float64{nan, inf, -inf, 3, 4}, vision.ColorOptions{}, [][3]uint8{{255, 0, 255}, {255, 255, 255}, {0, 0, 0}, {0, 0, 0}, {255, 255, 255}}},
		"one number":    {[]float64{0, 0}, vision.ColorOptions{Map: vision.MapBlueWhiteRed}, [][3]uint8{{255, 255, 255}, {255, 255, 255}}},
		"only NaN":      {[]float64{nan}, vision.ColorOptions{Map: vision.MapViridis}, [][3]uint8{{255, 0, 255}}},
		"only infinite": {[]float64{inf}, vision.ColorOptions{Map: vision.MapBlueWhiteRed}, [][3]uint8{{255, 0, 0}}},
	} {
		for _, dtype := range []tensor.DType{tensor.Float32, tensor.Float64} {
			x := tensor.FromSlice(c.x, 1, len(c.x)).To(dtype)
			if got := colours(vision.Colorize(x, c.o)); !slices.Equal(got, c.want) {
				t.Errorf("%s, %v: %v, want %v", name, dtype, got, c.want)
			}
		}
	}
	batch := tensor.FromSlice([]float32{0, 1, 2, 3}, 2, 1, 1, 2)
	y := vision.Colorize(batch, vision.ColorOptions{})
	if want := []uint8{0, 85, 0, 85, 0, 85, 170, 255, 170, 255, 170, 255}; !slices.Equal(y.Shape(), []int{2, 3, 1, 2}) || !slices.Equal(tensor.Data[uint8](y), want) {
		t.Errorf("a batch: %v", y)
	}
}
