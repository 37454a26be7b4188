package kernel

import (
	"fmt"
	"testing"
)

func TestAdaptivePools(t *testing.T) {
	for _, g := range [][4]int{{4, 6, 2, 3}, {5, 7, 3, 4}, {2, 3, 4, 5}, {3, 3, 1, 1}, {1, 1, 1, 1}, {3, 4, 0, 2},
		{14, 14, 7, 7}, {6, 6, 6, 6}, {9, 40, 3, 20}, {13, 45, 6, 9}, {13, 50, 6, 50}, {3, 1500, 2, 7}} {
		h, w, oh, ow := g[0], g[1], g[2], g[3]
		x, gradient := random[float64](h*w, 1), random[float64](oh*ow, 2)
		avg, wantAvg := make([]float64, oh*ow), make([]float64, oh*ow)
		top, wantTop := make([]float64, oh*ow), make([]float64, oh*ow)
		idx, wantIdx := make([]int64, oh*ow), make([]int64, oh*ow)
		dx := random[float64](h*w, 3)
		wantDx := make([]float64, h*w)
		for o := range wantAvg {
			oy, ox := o/ow, o%ow
			var at []int
			for i := range h * w { // window o reaches from o*size/n to (o+1)*size/n, whole pixels
				y, c := i/w, i%w
				if (y+1)*oh > oy*h && y*oh < (oy+1)*h && (c+1)*ow > ox*w && c*ow < (ox+1)*w {
					at = append(at, i)
				}
			}
			wantTop[o] = -inf
			for _, i := range at {
				wantAvg[o] += x[i] / float64(len(at))
				wantDx[i] += gradient[o] / float64(len(at))
				if x[i] > wantTop[o] {
					wantTop[o], wantIdx[o] = x[i], int64(i)
				}
			}
		}
		AdaptiveAvgPool2d(avg, x, h, w, oh, ow)
		compare(t, fmt.Sprint("mean ", g), avg, wantAvg, 1e-12, 1e-12)
		AdaptiveAvgPool2dBack(dx, gradient, h, w, oh, ow)
		compare(t, fmt.Sprint("mean back ", g), dx, wantDx, 1e-12, 1e-12)
		AdaptiveMaxPool2d(top, idx, x, h, w, oh, ow)
		compare(t, fmt.Sprint("max ", g), top, wantTop, 0, 0)
		compare(t, fmt.Sprint("place ", g), idx, wantIdx, 0, 0)
		AdaptiveMaxPool2d(top, nil, x, h, w, oh, ow)
		compare(t, fmt.Sprint("max alone ", g), top, wantTop, 0, 0)
	}
	// NaN beats everything, the first of equals wins, nothing but -Inf gives the first.
	top, idx := make([]float32, 3), make([]int64, 3)
	AdaptiveMaxPool2d(top, idx, []float32{1, float32(nan), 2, 2, -float32(inf), -float32(inf)}, 1, 6, 1, 3)
	compare(t, "special", top, []float32{float32(nan), 2, -float32(inf)}, 0, 0)
	compare(t, "special places", idx, []int64{1, 2, 4}, 0, 0)
}

func TestMaxPool2dGather(t *testing.T) {
	got := []float32{9, 9, 9, 9}
	MaxPool2dGather(got, []float32{1, 2, 3}, []int64{2, -1, 0, 2})
	compare(t, "MaxPool2dGather", got, []float32{3, 0, 1, 3}, 0, 0)
	dx := []float32{1, 1, 1}
	MaxPool2dBack(dx, []float32{2, 3, 4}, []int64{2, -1, 2})
	compare(t, "MaxPool2dBack", dx, []float32{1, 1, 7}, 0, 0)
}

// A window whose dilated elements all lie in the padding has no place.
func TestMaxPool2dWithoutElements(t *testing.T) {
	got, idx := make([]float32, 1), make([]int64, 1)
	MaxPool2d(got, idx, []float32{1, 2, 3}, 1, 3, 1, 2, 1, 1, 0, 1, 1, 4, 1, 1)
	compare(t, "value", got, []float32{-float32(inf)}, 0, 0)
	compare(t, "place", idx, []int64{-1}, 0, 0)
}
