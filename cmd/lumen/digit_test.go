package main

import "testing"

// paper is a picture of one grey with a bar of another, and some noise.
func paper(ground, ink float64) grey {
	g := newGrey(80, 60)
	for i := range g.pix {
		g.pix[i] = ground + 0.02*float64(i%3-1)
	}
	for y := 20; y < 45; y++ {
		for x := 30; x < 36; x++ {
			g.pix[y*g.w+x] = ink
		}
	}
	return g
}

// TestWhiteOnBlack: what is paper shows at the border, however bright the light was.
func TestWhiteOnBlack(t *testing.T) {
	for _, c := range []struct {
		ground, ink float64
		dark        bool
	}{{1, 0, true}, {0, 1, false}, {0.42, 0.1, true}, {0.42, 0.8, false}, {0.7, 0.3, true}, {0.6, 0.95, false}, {0.2, 0.05, true}} {
		g, inverted := paper(c.ground, c.ink).whiteOnBlack()
		if inverted != c.dark {
			t.Errorf("ink of %.2f on paper of %.2f: inverted is %t", c.ink, c.ground, inverted)
		}
		if g.pix[30*g.w+33] <= g.border() {
			t.Errorf("ink of %.2f on paper of %.2f is not the lighter one afterwards", c.ink, c.ground)
		}
	}
	if _, inverted := newGrey(28, 28).whiteOnBlack(); inverted {
		t.Error("an empty black picture was inverted")
	}
}

func TestAtMost(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH int }{{28, 28, 28, 28}, {2048, 1000, 1024, 500}, {10000, 1, 1024, 1}, {3, 5000, 1, 1024}} {
		g := newGrey(c.w, c.h)
		for i := range g.pix {
			g.pix[i] = 0.25
		}
		small := g.atMost(maxSide)
		if small.w != c.wantW || small.h != c.wantH {
			t.Errorf("%d x %d became %d x %d", c.w, c.h, small.w, small.h)
		}
		for _, v := range small.pix {
			if v < 0.2499 || v > 0.2501 {
				t.Fatalf("%d x %d: an even grey of 0.25 became %v", c.w, c.h, v)
			}
		}
	}
}
