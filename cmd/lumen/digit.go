package main

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

// grey is a picture of grey values from 0 (black) to 1 (white).
type grey struct {
	w, h int
	pix  []float64
}

func newGrey(w, h int) grey { return grey{w, h, make([]float64, w*h)} }

// readGrey reads a picture of any format. Transparent parts are taken as white paper.
func readGrey(path string) (grey, error) {
	x, err := vision.Open(path, vision.ReadOptions{Mode: vision.GrayAlpha, Depth: 16})
	if err != nil {
		return grey{}, err
	}
	g := newGrey(x.Size(2), x.Size(1))
	values := tensor.Data[int32](x)
	opacity := values[len(g.pix):]
	for i := range g.pix {
		a := float64(opacity[i]) / 0xffff
		g.pix[i] = float64(values[i])/0xffff*a + (1 - a)
	}
	return g, nil
}

// border is the mean of the outermost pixels.
func (g grey) border() float64 {
	sum, n := 0.0, 0
	for y := range g.h {
		for x := range g.w {
			if x == 0 || y == 0 || x == g.w-1 || y == g.h-1 {
				sum += g.pix[y*g.w+x]
				n++
			}
		}
	}
	return sum / float64(n)
}

// whiteOnBlack inverts a picture of dark ink on light paper, and says whether it did.
// The paper shows at the border; most of what is far from it is ink, which the cube of
// the difference tells from noise and shadows.
func (g grey) whiteOnBlack() (grey, bool) {
	paper, lean := g.border(), 0.0
	for _, v := range g.pix {
		lean += (v - paper) * (v - paper) * (v - paper)
	}
	if lean > 0 || lean == 0 && paper <= 0.5 {
		return g, false
	}
	out := newGrey(g.w, g.h)
	for i, v := range g.pix {
		out.pix[i] = 1 - v
	}
	return out, true
}

// fit makes a picture of white ink on black look like MNIST's: the ink is cut out,
// scaled so that its longer side is 20 pixels, and put into 28 x 28 with its centre of
// mass in the middle.
func (g grey) fit(size int) (grey, error) {
	// The paper of a photograph is not even: ink is what stands out from it.
	lo, hi := g.border(), 0.0
	for _, v := range g.pix {
		hi = math.Max(hi, v)
	}
	if hi-lo < 0.1 {
		return grey{}, fmt.Errorf("nothing stands out from the background")
	}
	clean := newGrey(g.w, g.h)
	x0, y0, x1, y1 := g.w, g.h, -1, -1
	for y := range g.h {
		for x := range g.w {
			v := (g.pix[y*g.w+x] - lo) / (hi - lo)
			if v < 0.2 {
				continue
			}
			clean.pix[y*g.w+x] = v
			if v >= 0.5 {
				x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
			}
		}
	}
	box := newGrey(x1-x0+1, y1-y0+1)
	for y := range box.h {
		copy(box.pix[y*box.w:][:box.w], clean.pix[(y0+y)*g.w+x0:])
	}
	inner := size * 20 / 28
	scale := float64(inner) / float64(max(box.w, box.h))
	small := box.resize(max(1, int(math.Round(float64(box.w)*scale))), max(1, int(math.Round(float64(box.h)*scale))))
	sum, mx, my := 0.0, 0.0, 0.0
	for y := range small.h {
		for x := range small.w {
			v := small.pix[y*small.w+x]
			sum += v
			mx += v * (float64(x) + 0.5)
			my += v * (float64(y) + 0.5)
		}
	}
	out := newGrey(size, size)
	ox := int(math.Round(float64(size)/2 - mx/sum))
	oy := int(math.Round(float64(size)/2 - my/sum))
	for y := range small.h {
		for x := range small.w {
			if px, py := ox+x, oy+y; px >= 0 && px < size && py >= 0 && py < size {
				out.pix[py*size+px] = small.pix[y*small.w+x]
			}
		}
	}
	return out, nil
}

// maxSide is how long the sides of a photograph are at most that is worked on.
const maxSide = 1024

// atMost shrinks a picture so that no side is longer than that, which also evens out its
// noise.
func (g grey) atMost(side int) grey {
	longest := max(g.w, g.h)
	if longest <= side {
		return g
	}
	return g.resize(max(1, g.w*side/longest), max(1, g.h*side/longest))
}

// resize averages over the area that each new pixel covers; where it enlarges it
// interpolates linearly.
func (g grey) resize(w, h int) grey {
	out := newGrey(w, h)
	xs, ys := weights(g.w, w), weights(g.h, h)
	for y := range h {
		for x := range w {
			v := 0.0
			for _, wy := range ys[y] {
				for _, wx := range xs[x] {
					v += g.pix[wy.at*g.w+wx.at] * wy.part * wx.part
				}
			}
			out.pix[y*w+x] = v
		}
	}
	return out
}

type weight struct {
	at   int
	part float64
}

// weights says which of n old pixels make up each of m new ones: a triangle as wide as
// the greater of the two pixels.
func weights(n, m int) [][]weight {
	out := make([][]weight, m)
	scale := float64(n) / float64(m)
	width := math.Max(1, scale)
	for i := range out {
		centre := (float64(i) + 0.5) * scale
		sum := 0.0
		for k := int(math.Floor(centre - width)); k <= int(math.Ceil(centre+width)); k++ {
			part := 1 - math.Abs(float64(k)+0.5-centre)/width
			if part <= 0 {
				continue
			}
			out[i] = append(out[i], weight{min(max(k, 0), n-1), part})
			sum += part
		}
		for j := range out[i] {
			out[i][j].part /= sum
		}
	}
	return out
}
