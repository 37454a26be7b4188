package filters_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// TestExplainCorner: at a corner five of nine values come from beyond, and the table says
// from where.
func TestExplainCorner(t *testing.T) {
	x := tensor.FromSlice([]uint8{10, 20, 30, 40, 50, 60, 70, 80, 90}, 3, 3)
	for padding, from := range map[filters.Padding][][2]int{
		filters.Reflect:   {{1, 1}, {0, 1}, {1, 1}, {1, 0}, {1, 1}},
		filters.Replicate: {{0, 0}, {0, 0}, {1, 0}, {0, 0}, {0, 1}},
		filters.Circular:  {{2, 2}, {0, 2}, {1, 2}, {2, 0}, {2, 1}},
		filters.Zero:      {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}},
	} {
		e := filters.Explain(x, filters.Sharpen(), filters.Options{Padding: padding}, 0, 0)
		var got [][2]int
		for _, term := range e.Terms {
			if term.Beyond {
				got = append(got, [2]int{term.FromX, term.FromY})
			}
		}
		for i := range from {
			if len(got) != len(from) || got[i] != from[i] {
				t.Fatalf("%v: from %v, want %v", padding, got, from)
			}
		}
		if text := e.String(); !strings.Contains(text, "5 of 9 values come from beyond the edge") || !strings.Contains(text, padding.String()) {
			t.Errorf("%v:\n%s", padding, text)
		}
		if want := float64(filters.Filter2D(x, filters.Sharpen(), filters.Options{Padding: padding}).Select(0, 0).Select(0, 0).Item()); e.Result != want {
			t.Errorf("%v: %g, Filter2D has %g", padding, e.Result, want)
		}
	}
}

// TestExplainWide: a table fits a terminal of 100 columns.
func TestExplainWide(t *testing.T) {
	x := tensor.Randn(rand.New(rand.NewPCG(5, 6)), 40, 40)
	for _, size := range []int{1, 3, 9, 13, 31} {
		text := filters.Explain(x, filters.Gaussian(size, 3), filters.Options{Padding: filters.Reflect}, 2, 39).String()
		for line := range strings.Lines(text) {
			if len(strings.TrimRight(line, "\n")) > 100 {
				t.Fatalf("size %d: %d columns: %s", size, len(line), line)
			}
		}
	}
}
