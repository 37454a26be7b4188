package transforms

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestRandomResizedCropDraws: parts lie in the image, have the shares and ratios asked for and lie everywhere; where none
// fits, the middle with the nearest ratio is taken.
func TestRandomResizedCropDraws(t *testing.T) {
	const n, side = 4000, 100
	o := RandomResizedCropOptions{Scale: [2]float64{0.2, 0.6}, Ratio: [2]float64{0.75, 1.5}}
	s := NewRandomResizedCrop(10, 10, o).(*randomResizedCrop)
	w := &work{rng: rand.New(rand.NewPCG(1, 1)), im: image{format: format{c: 1, h: side, w: side}}}
	area, logRatio, below, right := 0.0, 0.0, 0.0, 0.0
	for range n {
		top, left, height, width := s.draw(w)
		h, v := float64(height), float64(width)
		if top < 0 || left < 0 || height < 1 || width < 1 || top+height > side || left+width > side {
			t.Fatalf("%d x %d from %d, %d", height, width, top, left)
		}
		if (h+0.5)*(v+0.5) < 0.2*side*side || (h-0.5)*(v-0.5) > 0.6*side*side || (v+0.5)/(h-0.5) < 0.75 || (v-0.5)/(h+0.5) > 1.5 {
			t.Fatalf("%d x %d is out of range", height, width)
		}
		area += h * v / (side * side)
		logRatio += math.Log(v / h)
		below += float64(top) - float64(side-height)/2
		right += float64(left) - float64(side-width)/2
	}
	if mean := area / n; math.Abs(mean-0.4) > 0.01 {
		t.Errorf("parts have %.3f of the area on average, want 0.4", mean)
	}
	if mean, want := logRatio/n, (math.Log(0.75)+math.Log(1.5))/2; math.Abs(mean-want) > 0.02 {
		t.Errorf("the logarithm of the ratio is %.3f on average, want %.3f", mean, want)
	}
	if below, right = below/n, right/n; math.Abs(below) > 1 || math.Abs(right) > 1 {
		t.Errorf("parts lie %.2f pixels below and %.2f to the right of the middle on average", below, right)
	}

	for _, c := range []struct{ h, w, top, left, height, width int }{
		{100, 10, 43, 0, 13, 10}, // too high: the width and a ratio of 3/4
		{10, 100, 0, 42, 10, 15},
	} {
		o.Scale = [2]float64{1, 1}
		s := NewRandomResizedCrop(10, 10, o).(*randomResizedCrop)
		w.im.format = format{c: 1, h: c.h, w: c.w}
		if top, left, height, width := s.draw(w); top != c.top || left != c.left || height != c.height || width != c.width {
			t.Errorf("of %d x %d: %d x %d from %d, %d", c.h, c.w, height, width, top, left)
		}
	}
}

// TestPaddingModes holds at to the rows that the modes' comments show.
func TestPaddingModes(t *testing.T) {
	for mode, want := range map[PaddingMode]string{
		Constant: "......abcd......", Edge: "aaaaaaabcddddddd", Reflect: "abcdcbabcdcbabcd", Symmetric: "cddcbaabcddcbaab",
	} {
		got := ""
		for i := -6; i < 10; i++ {
			if at := mode.at(i, 4); at < 0 {
				got += "."
			} else {
				got += "abcd"[at : at+1]
			}
		}
		if got != want {
			t.Errorf("%v: %s, want %s", mode, got, want)
		}
	}
	for _, mode := range []PaddingMode{Edge, Reflect, Symmetric} {
		if mode.at(-5, 1) != 0 || mode.at(7, 1) != 0 {
			t.Errorf("%v of one pixel is not that pixel", mode)
		}
	}
}
