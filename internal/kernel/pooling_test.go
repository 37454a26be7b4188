package kernel

import (
	"fmt"
	"testing"
)

func TestMaxPool2d(t *testing.T) {
	for _, g := range append(patches, [10]int{4, 4, 2, 2, 2, 2, 0, 0, 1, 1}) {
		h, w, kh, kw, sh, sw, ph, pw, dh, dw := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9]
		ph, pw = min(ph, kh/2), min(pw, kw/2)
		oh, ow := outSize(h, kh, sh, ph, dh), outSize(w, kw, sw, pw, dw)
		if oh <= 0 || ow <= 0 {
			continue
		}
		x := random[float32](h*w, 9)
		if len(x) > 4 {
			x[3], x[1] = float32(nan), x[2]
		}
		got, idx := make([]float32, oh*ow), make([]int64, oh*ow)
		MaxPool2d(got, idx, x, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow)
		for oy := range oh {
			for ox := range ow {
				best, at := float32(-inf), -1
				for ky := range kh {
					for kx := range kw {
						y, i := oy*sh-ph+ky*dh, ox*sw-pw+kx*dw
						if y < 0 || y >= h || i < 0 || i >= w {
							continue
						}
						if v := x[y*w+i]; at < 0 || v > best || v != v {
							best, at = v, y*w+i
						}
					}
				}
				if o := oy*ow + ox; !same(float64(got[o]), float64(best), 0, 0) || (at >= 0 && idx[o] != int64(at)) {
					t.Errorf("%v at %d,%d: %v from %d, want %v from %d", g, oy, ox, got[o], idx[o], best, at)
				}
			}
		}
		MaxPool2d(got, nil, x, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow)
	}
	ties := make([]int64, 1)
	MaxPool2d(make([]float64, 1), ties, []float64{-inf, -inf, -inf, -inf}, 2, 2, 2, 2, 2, 2, 0, 0, 1, 1, 1, 1)
	if ties[0] != 0 {
		t.Errorf("all -Inf: place %d", ties[0])
	}
	dx := []float32{1, 1, 1}
	MaxPool2dBack(dx, []float32{2, 3, 4}, []int64{2, 0, 2})
	compare(t, "MaxPool2dBack", dx, []float32{4, 1, 7}, 0, 0)
}

func TestAvgPool2d(t *testing.T) {
	for _, include := range []bool{false, true} {
		for _, override := range []int{0, 3} {
			for _, g := range patches {
				h, w, kh, kw, sh, sw := g[0], g[1], g[2], g[3], g[4], g[5]
				ph, pw := min(g[6], kh/2), min(g[7], kw/2)
				oh, ow := outSize(h, kh, sh, ph, 1), outSize(w, kw, sw, pw, 1)
				if oh <= 0 || ow <= 0 {
					continue
				}
				x, gradient := random[float64](h*w, 1), random[float64](oh*ow, 2)
				got, want := make([]float64, oh*ow), make([]float64, oh*ow)
				dx := random[float64](h*w, 3)
				wantDx := append([]float64(nil), dx...)
				for o := range want {
					var at []int
					for k := range kh * kw {
						y, i := o/ow*sh-ph+k/kw, o%ow*sw-pw+k%kw
						if y >= 0 && y < h && i >= 0 && i < w {
							at = append(at, y*w+i)
						}
					}
					size := len(at)
					if include {
						size = kh * kw
					}
					if override != 0 {
						size = override
					}
					for _, i := range at {
						want[o] += x[i] / float64(size)
						wantDx[i] += gradient[o] / float64(size)
					}
				}
				what := fmt.Sprint(g, include, override)
				AvgPool2d(got, x, h, w, kh, kw, sh, sw, ph, pw, oh, ow, include, override)
				compare(t, what, got, want, 1e-12, 1e-12)
				AvgPool2dBack(dx, gradient, h, w, kh, kw, sh, sw, ph, pw, oh, ow, include, override)
				compare(t, what+" back", dx, wantDx, 1e-12, 1e-12)
			}
		}
	}
}

// In ceil mode the last window may hang over the padding; PyTorch then counts
// only the part inside it.
func TestAvgPool2dCeilMode(t *testing.T) {
	got := make([]float32, 2)
	AvgPool2d(got, []float32{1, 2, 3}, 1, 3, 1, 2, 1, 2, 0, 0, 1, 2, true, 0)
	compare(t, "ceil mode", got, []float32{1.5, 3}, 0, 0)
}

// The fast way for 2 x 2 windows against the definition, NaN, ties and -Inf
// included.
func TestMaxPool2x2(t *testing.T) {
	for _, g := range [][2]int{{2, 2}, {4, 6}, {5, 7}, {2, 9}} {
		h, w := g[0], g[1]
		x := random[float32](h*w, 5)
		x[1], x[w] = x[0], float32(nan)
		if h > 2 {
			x[2*w], x[2*w+1], x[3*w], x[3*w+1] = -float32(inf), -float32(inf), -float32(inf), -float32(inf)
		}
		oh, ow := h/2, w/2
		got, want := make([]float32, oh*ow), make([]float32, oh*ow)
		idx, wantIdx := make([]int64, oh*ow), make([]int64, oh*ow)
		for o := range want {
			wantIdx[o] = -1
			for k := range 4 {
				at := (2*(o/ow)+k/2)*w + 2*(o%ow) + k%2
				if v := x[at]; wantIdx[o] < 0 || v > want[o] || v != v {
					want[o], wantIdx[o] = v, int64(at)
				}
			}
		}
		MaxPool2d(got, idx, x, h, w, 2, 2, 2, 2, 0, 0, 1, 1, oh, ow)
		compare(t, fmt.Sprint("value ", g), got, want, 0, 0)
		compare(t, fmt.Sprint("place ", g), idx, wantIdx, 0, 0)
		MaxPool2d(got, nil, x, h, w, 2, 2, 2, 2, 0, 0, 1, 1, oh, ow)
		compare(t, fmt.Sprint("value alone ", g), got, want, 0, 0)
	}
}

func BenchmarkMaxPool2x2(b *testing.B) {
	const h, w = 28, 28
	x, dst, idx := random[float32](h*w, 1), make([]float32, h*w/4), make([]int64, h*w/4)
	for b.Loop() {
		MaxPool2d(dst, idx, x, h, w, 2, 2, 2, 2, 0, 0, 1, 1, h/2, w/2)
	}
}
