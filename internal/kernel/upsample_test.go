package kernel

import (
	"math"
	"testing"
)

func TestNearestLerps(t *testing.T) {
	for _, c := range []struct {
		size  int
		ratio float64
		want  []int
	}{
		{3, 3.0 / 7, []int{0, 0, 0, 1, 1, 2, 2}},
		{5, 5.0 / 3, []int{0, 1, 3}},
		{4, 1 / 1.1, []int{0, 1, 2, 3}},                // as it is
		{3, 1 / 2.3, []int{0, 0, 1, 1, 2, 2}},          // doubled
		{2, 0.9, []int{0, 0, 1, 1, 1}},                 // never beyond the end
		{3, 1.0 / 3, []int{0, 0, 0, 1, 1, 1, 2, 2, 2}}, // whole products stay whole
	} {
		got := make([]Lerp[float64], len(c.want))
		NearestLerps(got, c.size, c.ratio)
		for i, l := range got {
			if l.At != c.want[i] || l.Next != l.At || l.Weight != 0 {
				t.Errorf("size %d, ratio %v: place %d reads %+v, want %d", c.size, c.ratio, i, l, c.want[i])
			}
		}
	}
}

func TestLinearLerps(t *testing.T) {
	for _, align := range []bool{false, true} {
		for _, c := range [][2]int{{3, 7}, {7, 3}, {1, 4}, {4, 4}, {4, 1}, {2, 5}} {
			size, n := c[0], c[1]
			ratio := float64(size) / float64(n)
			if align {
				ratio = float64(size-1) / float64(max(n-1, 1))
			}
			got := make([]Lerp[float64], n)
			LinearLerps(got, size, ratio, align)
			for i, l := range got {
				at := (float64(i)+0.5)*ratio - 0.5
				if align {
					at = float64(i) * ratio
				}
				at = math.Min(math.Max(at, 0), float64(size-1))
				if l.At < 0 || l.Next >= size || l.Next-l.At > 1 {
					t.Fatalf("%v: place %d reads %+v", c, i, l)
				}
				if x := float64(l.At)*(1-l.Weight) + float64(l.Next)*l.Weight; math.Abs(x-at) > 1e-12 {
					t.Errorf("%v align %v: place %d reads at %v, want %v", c, align, i, x, at)
				}
			}
		}
	}
}

// The planes are the matrix product of the rows' and the columns' weights with the
// image, and back its transpose.
func TestUpsamplePlanes(t *testing.T) {
	const h, w, oh, ow = 3, 4, 5, 7
	weights := func(l []Lerp[float64], size int) []float64 {
		m := make([]float64, len(l)*size)
		for i, l := range l {
			m[i*size+l.At] += 1 - l.Weight
			m[i*size+l.Next] += l.Weight
		}
		return m
	}
	x, g := random[float64](h*w, 1), random[float64](oh*ow, 2)
	for _, bilinear := range []bool{false, true} {
		rows, columns := make([]Lerp[float64], oh), make([]Lerp[float64], ow)
		up, back := UpsampleNearest[float64], UpsampleNearestBack[float64]
		if bilinear {
			up, back = UpsampleBilinear[float64], UpsampleBilinearBack[float64]
			LinearLerps(rows, h, float64(h)/oh, false)
			LinearLerps(columns, w, float64(w)/ow, false)
		} else {
			NearestLerps(rows, h, float64(h)/oh)
			NearestLerps(columns, w, float64(w)/ow)
		}
		r, c := weights(rows, h), weights(columns, w)
		want, wantDx := make([]float64, oh*ow), random[float64](h*w, 3)
		got, dx := make([]float64, oh*ow), random[float64](h*w, 3)
		for o := range want {
			for i := range x {
				share := r[o/ow*h+i/w] * c[o%ow*w+i%w]
				want[o] += share * x[i]
				wantDx[i] += share * g[o]
			}
		}
		up(got, x, w, rows, columns)
		compare(t, "forward", got, want, 1e-12, 1e-12)
		back(dx, g, w, rows, columns)
		compare(t, "back", dx, wantDx, 1e-12, 1e-12)
	}
}
