package main

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

// signedWays are what is said about results below zero.
var signedWays = map[string]string{
	"diverging": "blue is below 0, white 0, red above (--signed diverging; abs, clip and offset make other pictures)",
	"abs":       "shown without their sign (--signed abs)",
	"clip":      "what is below 0 is black (--signed clip)",
	"offset":    "128 is added, so that 0 is mid-grey (--signed offset)",
}

// howSigned is what the flag asks for, or what suits a kernel: where results are around 0,
// what is below is half of the answer; where they are a picture it is what sharpening does
// beside an edge.
func howSigned(flag string, around bool) string {
	switch {
	case flag != "":
		return flag
	case around:
		return "diverging"
	}
	return "clip"
}

// shown turns results, where a picture has 0 to 255, into a picture, uint8.
func shown(y *tensor.Tensor, signed string) *tensor.Tensor {
	switch signed {
	case "diverging":
		if y.Size(0) == 3 { // one number a pixel: BT.601's luma of the results is the result of the luma
			y = y.Select(0, 0).MulScalar(0.299).Add(y.Select(0, 1).MulScalar(0.587)).Add(y.Select(0, 2).MulScalar(0.114))
		}
		most := math.Max(y.Abs().MaxAll().Item(), 1)
		return vision.Colorize(y, vision.ColorOptions{Map: vision.MapBlueWhiteRed, Low: -most, High: most})
	case "abs":
		y = y.Abs()
	case "offset":
		y = y.AddScalar(128)
	}
	return y.Round().Clamp(0, 255).To(tensor.Uint8)
}
