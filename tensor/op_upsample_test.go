package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func upsampleCase(label string, shape []int, o tensor.UpsampleOptions, torch string) opCase {
	// float32 loses digits where neighbours cancel, and the weights are rounded.
	return opCase{Label: label, In: []in{{Shape: shape}}, Tol: 1e-4, Torch: "F.interpolate(x[0], " + torch + ")",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Upsample(o) })}
}

// upsampleNotFinite resizes NaN and infinities among numbers.
func upsampleNotFinite(label string, o tensor.UpsampleOptions, torch string) opCase {
	c := upsampleCase(label, []int{1, 1, 4, 5}, o, torch).atKinks()
	c.In[0].Values = []float64{1, 2, 3, 4, inf, 5, nan, 6, 7, 8, 9, 1, 2, -inf, 3, inf, 4, 5, 6, 7}
	return c
}

var _ = op(row{Name: "Upsample", Cases: []opCase{
	upsampleCase("", []int{2, 2, 2, 3}, tensor.UpsampleOptions{Scale: 2}, "scale_factor=2"),
	upsampleCase("nearest size", []int{1, 2, 3, 4}, tensor.UpsampleOptions{Size: [2]int{5, 7}}, "size=(5, 7)"),
	upsampleCase("nearest smaller", []int{1, 2, 5, 4}, tensor.UpsampleOptions{Size: [2]int{3, 1}}, "size=(3, 1)"),
	upsampleCase("nearest odd scale", []int{1, 1, 4, 5}, tensor.UpsampleOptions{Scale: 1.7}, "scale_factor=1.7"),
	upsampleCase("nearest scale below 1", []int{1, 1, 5, 5}, tensor.UpsampleOptions{ScaleHW: [2]float64{0.7, 1.3}}, "scale_factor=(0.7, 1.3)"),
	upsampleCase("nearest same size", []int{1, 1, 4, 4}, tensor.UpsampleOptions{Scale: 1.1}, "scale_factor=1.1"),
	upsampleCase("nearest doubled", []int{1, 1, 4, 5}, tensor.UpsampleOptions{ScaleHW: [2]float64{2.2, 1.1}}, "scale_factor=(2.2, 1.1)"),
	upsampleCase("bilinear", []int{1, 2, 2, 3}, tensor.UpsampleOptions{Scale: 2, Mode: tensor.Bilinear}, "scale_factor=2, mode='bilinear'"),
	upsampleCase("bilinear size", []int{1, 2, 3, 4}, tensor.UpsampleOptions{Size: [2]int{5, 7}, Mode: tensor.Bilinear}, "size=(5, 7), mode='bilinear'"),
	upsampleCase("bilinear smaller", []int{1, 1, 5, 6}, tensor.UpsampleOptions{Size: [2]int{2, 4}, Mode: tensor.Bilinear}, "size=(2, 4), mode='bilinear'"),
	upsampleCase("bilinear odd scale", []int{1, 1, 4, 5}, tensor.UpsampleOptions{Scale: 1.7, Mode: tensor.Bilinear},
		"scale_factor=1.7, mode='bilinear'"),
	upsampleCase("bilinear scale below 1", []int{1, 1, 5, 5}, tensor.UpsampleOptions{ScaleHW: [2]float64{0.7, 1.3}, Mode: tensor.Bilinear},
		"scale_factor=(0.7, 1.3), mode='bilinear'"),
	upsampleCase("bilinear same size", []int{1, 1, 4, 4}, tensor.UpsampleOptions{Scale: 1.1, Mode: tensor.Bilinear},
		"scale_factor=1.1, mode='bilinear'"),
	upsampleCase("bilinear corners", []int{1, 2, 3, 4}, tensor.UpsampleOptions{Size: [2]int{5, 7}, Mode: tensor.Bilinear, AlignCorners: true},
		"size=(5, 7), mode='bilinear', align_corners=True"),
	upsampleCase("bilinear corners scale", []int{1, 1, 3, 4}, tensor.UpsampleOptions{Scale: 1.5, Mode: tensor.Bilinear, AlignCorners: true},
		"scale_factor=1.5, mode='bilinear', align_corners=True"),
	upsampleCase("bilinear corners to one", []int{1, 1, 3, 4}, tensor.UpsampleOptions{Size: [2]int{1, 2}, Mode: tensor.Bilinear, AlignCorners: true},
		"size=(1, 2), mode='bilinear', align_corners=True"),
	upsampleCase("from one pixel", []int{1, 2, 1, 1}, tensor.UpsampleOptions{Scale: 3, Mode: tensor.Bilinear}, "scale_factor=3, mode='bilinear'"),
	{Label: "single image", In: []in{{Shape: []int{2, 2, 3}}}, Torch: "F.interpolate(x[0][None], size=(3, 4), mode='bilinear')[0]",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return x[0].Upsample(tensor.UpsampleOptions{Size: [2]int{3, 4}, Mode: tensor.Bilinear})
		})},
	upsampleNotFinite("nearest not finite", tensor.UpsampleOptions{Scale: 2}, "scale_factor=2"),
	upsampleNotFinite("bilinear not finite", tensor.UpsampleOptions{Scale: 2, Mode: tensor.Bilinear}, "scale_factor=2, mode='bilinear'"),
	upsampleNotFinite("bilinear corners not finite", tensor.UpsampleOptions{Size: [2]int{7, 3}, Mode: tensor.Bilinear, AlignCorners: true},
		"size=(7, 3), mode='bilinear', align_corners=True"),
	upsampleCase("empty batch", []int{0, 2, 2, 2}, tensor.UpsampleOptions{Scale: 2}, "scale_factor=2").atKinks(),
}})

func TestUpsampleMisuse(t *testing.T) {
	x := tensor.Zeros(1, 2, 4, 5)
	up := func(o tensor.UpsampleOptions) func() { return func() { x.Upsample(o) } }
	type shape = *tensor.ShapeError
	misuse[shape](t, "Upsample of [1 2 4 5]: exactly one of Size, Scale and ScaleHW must be set, not 0", up(tensor.UpsampleOptions{}))
	misuse[shape](t, "not 2 of them", up(tensor.UpsampleOptions{Scale: 2, Size: [2]int{3, 3}}))
	misuse[shape](t, "the scales must be above 0", up(tensor.UpsampleOptions{Scale: -1}))
	misuse[shape](t, "the scales must be above 0", up(tensor.UpsampleOptions{ScaleHW: [2]float64{2, 0}}))
	misuse[shape](t, "the scales must be above 0", up(tensor.UpsampleOptions{Scale: nan}))
	misuse[shape](t, "the scales must be above 0", up(tensor.UpsampleOptions{Scale: 1e300}))
	misuse[shape](t, "the result would be 0 x 1", up(tensor.UpsampleOptions{Scale: 0.2}))
	misuse[shape](t, "the result would be 3 x -1", up(tensor.UpsampleOptions{Size: [2]int{3, -1}}))
	misuse[shape](t, "AlignCorners needs Mode Bilinear", up(tensor.UpsampleOptions{Scale: 2, AlignCorners: true}))
	misuse[shape](t, "[N, C, H, W] or [C, H, W]", func() { tensor.Zeros(2, 2).Upsample(tensor.UpsampleOptions{Scale: 2}) })
	misuse[*tensor.IndexError](t, "there is no such UpsampleMode", up(tensor.UpsampleOptions{Scale: 2, Mode: 7}))
	misuse[*tensor.DTypeError](t, "uint8", func() { x.To(tensor.Uint8).Upsample(tensor.UpsampleOptions{Scale: 2}) })
}
