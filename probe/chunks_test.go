package probe

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
)

// TestThreadsChangeNothing: the number of threads decides no bit of a summary or a histogram.
func TestThreadsChangeNothing(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float32, 5*chunk+77)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	x[3*chunk+5] = float32(math.Inf(1))
	var want *Summary
	for _, threads := range []int{1, 2, 3, 8} {
		pool.SetThreads(threads)
		var d distribution
		seen := lookWhole(new(memory), x)
		take(&d, seen, true)
		got := d.summary()
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("with %d threads %+v, with one %+v", threads, got, want)
		}
		if at, _, finite := seen.place(); at != 3*chunk+5 || finite {
			t.Errorf("the infinite element is found at %d", at)
		}
	}
	x[3*chunk+5] = 100
	seen := lookWhole(new(memory), x)
	if at, size, finite := seen.place(); at != 3*chunk+5 || size != 100 || !finite {
		t.Errorf("the greatest element, %g, is found at %d", size, at)
	}
}

// TestLooked: of many elements about enough are looked at, in every part of rows, channels and examples alike, and search
// finds what is not finite among the others.
func TestLooked(t *testing.T) {
	for _, n := range []int{1, 2 * enough, 2*enough + 1, 64 * 6 * 28 * 28, 32 * 64 * 32 * 32, 11_000_000} {
		blocks := (n + block - 1) / block
		for _, period := range []int{1, 2, 3, 7, 32, 64, 128} { // blocks of a row, a channel, an example
			if blocks < 64*period && period > 1 {
				continue
			}
			var halves [2]int
			for i := range blocks {
				if lookedOf(n).at(i) {
					halves[2*(i%period)/period]++
				}
			}
			if all := halves[0] + halves[1]; n <= 2*enough && all != blocks || n > 2*enough && (all < enough/block*3/4 || all > enough/block*5/4) {
				t.Errorf("of %d elements %d blocks are looked at", n, all)
			} else if period > 1 && period%2 == 0 && n > 2*enough && min(halves[0], halves[1]) < all/4 {
				t.Errorf("of %d elements %v blocks are looked at in the halves of %d", n, halves, period)
			}
		}
	}
	x := make([]float32, 10*chunk+77)
	for i := range x {
		x[i] = float32(i%10) - 2
	}
	nan, first := 0, -1
	for i := 3; i < len(x); i += 7001 {
		if !lookedOf(len(x)).at(i / block) {
			x[i] = float32(math.NaN())
			nan++
			if first < 0 {
				first = i
			}
		}
	}
	var d distribution
	seen := look(new(memory), x)
	take(&d, seen, false)
	for i := 0; i < len(seen.x); i += 100 {
		if at := seen.at(i); x[at] != seen.x[i] || !lookedOf(len(x)).at(at/block) {
			t.Errorf("element %d of those looked at is found at %d", i, at)
		}
	}
	if s := d.summary(); s.Count != len(x) || s.NonFinite != 0 || math.Abs(s.Zeros-0.1) > 0.01 || math.Abs(s.Mean-2.5) > 0.05 || nan < 5 {
		t.Errorf("%+v, %d not finite", s, nan)
	}
	if at := search(&d, x); at != first {
		t.Errorf("the first is found at %d, want %d", at, first)
	}
	if s := d.summary(); s.Count != len(x) || s.NonFinite != float64(nan)/float64(len(x)) || !math.IsNaN(s.Norm) {
		t.Errorf("%+v, want %d not finite", s, nan)
	}
}

func TestStride(t *testing.T) {
	for _, n := range []int{0, 1, 100, mostCounted, mostCounted + 1, 64 * 6 * 28 * 28, 1 << 20, 3 * 5 * 7 * 11 * 13 * 17} {
		s := stride(n)
		if s < 1 || n/s > mostCounted || n <= mostCounted && s != 1 {
			t.Errorf("every %d of %d elements", s, n)
		}
		for _, columns := range []int{2, 3, 7, 28, 64} {
			seen := map[int]bool{}
			for i := 0; i < n; i += s {
				seen[i%columns] = true
			}
			if n%columns == 0 && n > 10_000 && len(seen) != columns {
				t.Errorf("every %d of %d elements, in %d columns of %d", s, n, len(seen), columns)
			}
		}
	}
}

func TestHistogram(t *testing.T) {
	count := func(h *Histogram) (n int) {
		for _, c := range h.Counts {
			n += c
		}
		return n
	}
	for _, c := range []struct {
		x         []float64
		low, high float64
	}{
		{[]float64{0, 1, 2, 40}, 0, 40},
		{[]float64{5, 5, 5}, 2.5, 7.5},
		{[]float64{0}, -0.5, 0.5},
		{[]float64{-math.MaxFloat64, math.NaN(), math.MaxFloat64}, -math.MaxFloat64, math.MaxFloat64},
		{[]float64{0, math.SmallestNonzeroFloat64}, 0, math.SmallestNonzeroFloat64},
	} {
		var d distribution
		take(&d, look(new(memory), c.x), true)
		if h := d.histogram; h.Low != c.low || h.High != c.high || count(h) != d.Finite {
			t.Errorf("%v: %+v", c.x, h)
		}
	}
	h := histogramOf([]float64{0, 0.5, 39.5, 40}, 0, 40)
	if h.Counts[0] != 2 || h.Counts[39] != 2 {
		t.Errorf("%+v", h)
	}
	j := h.join(histogramOf([]float64{80, 80.5}, 79, 80.5))
	if j.Low != 0 || j.High != 80.5 || count(j) != 6 || j.Counts[39] != 2 || j.Counts[0] != 2 {
		t.Errorf("%+v", j)
	}
}
