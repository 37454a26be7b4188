package kernel

import (
	"fmt"
	"testing"
)

// patches are kernel geometries: h w kh kw sh sw ph pw dh dw.
var patches = [][10]int{
	{5, 5, 3, 3, 1, 1, 0, 0, 1, 1}, {5, 7, 3, 2, 1, 1, 1, 1, 1, 1}, {6, 5, 3, 3, 2, 2, 1, 1, 1, 1}, {7, 9, 3, 3, 1, 2, 2, 3, 2, 2},
	{1, 1, 1, 1, 1, 1, 0, 0, 1, 1}, {2, 2, 3, 3, 1, 1, 2, 2, 1, 1}, {9, 4, 2, 3, 3, 1, 1, 1, 4, 1}, {3, 3, 5, 5, 2, 3, 4, 4, 1, 1},
}

func outSize(size, k, s, p, d int) int { return (size+2*p-d*(k-1)-1)/s + 1 }

func TestIm2colAndCol2im(t *testing.T) {
	for _, g := range patches {
		h, w, kh, kw, sh, sw, ph, pw, dh, dw := g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], g[8], g[9]
		const c = 3
		oh, ow := outSize(h, kh, sh, ph, dh), outSize(w, kw, sw, pw, dw)
		x := random[float32](c*h*w, 1)
		cols := random[float32](c*kh*kw*oh*ow, 2)
		got, want := make([]float32, len(cols)), make([]float32, len(cols))
		fillWith(got, 99)
		back := random[float32](len(x), 3)
		wantBack := append([]float32(nil), back...)
		at := 0
		for ic := range c {
			for ky := range kh {
				for kx := range kw {
					for oy := range oh {
						for ox := range ow {
							y, i := oy*sh-ph+ky*dh, ox*sw-pw+kx*dw
							if y >= 0 && y < h && i >= 0 && i < w {
								want[at] = x[(ic*h+y)*w+i]
								wantBack[(ic*h+y)*w+i] += cols[at]
							}
							at++
						}
					}
				}
			}
		}
		Im2col(got, x, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow)
		compare(t, fmt.Sprint("Im2col ", g), got, want, 0, 0)
		Col2im(back, cols, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow)
		compare(t, fmt.Sprint("Col2im ", g), back, wantBack, 0, 0)
	}
}

func ExampleIm2col() {
	x := []float32{
		1, 2, 3,
		4, 5, 6,
		7, 8, 9,
	}
	cols := make([]float32, 4*4)
	Im2col(cols, x, 1, 3, 3, 2, 2, 1, 1, 0, 0, 1, 1, 2, 2)
	for i := range 4 {
		fmt.Println(cols[4*i : 4*i+4])
	}
	// Output:
	// [1 2 4 5]
	// [2 3 5 6]
	// [4 5 7 8]
	// [5 6 8 9]
}
