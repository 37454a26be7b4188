package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// convPlanes says how the channels of an image lie in scratch memory so that tap
// (ky, kx) of pixel (i, j) of channel c is at offset(ky, kx) + c*channel + i*width + j.
//
// The planes come in sets: one for each column of the kernel in the dense layout, a
// single one in the padded layout, times one for each remainder of a row by the stride.
// A set holds height rows of every channel, and a gap behind them that stores may spill
// into.
type convPlanes struct {
	ConvGeometry
	c, h, w, kh, kw int
	same            bool // the image serves as it is
	padded          bool
	width, height   int
	channel, set    int // from channel to channel, from set to set
	plane           int // from channel to channel of the image
	phases, copies  int
	size            int // of all, with slack
	least           int // elements an image that serves as it is has, with what is read behind it
}

// layOut decides on a layout for tiles, whose vectors have 16 lanes.
func (p *convPlanes) layOut(c, h, w, oh, ow, kh, kw int, g ConvGeometry) {
	p.layOutFor(16, c, h, w, oh, ow, kh, kw, g)
}

// layOutFor decides on a layout for vectors of so many lanes.
func (p *convPlanes) layOutFor(lanes, c, h, w, oh, ow, kh, kw int, g ConvGeometry) {
	p.ConvGeometry, p.c, p.h, p.w, p.kh, p.kw, p.plane = g, c, h, w, kh, kw, h*w
	unpadded := g.StrideH == 1 && g.StrideW == 1 && g.PaddingH == 0 && g.PaddingW == 0 &&
		oh+(kh-1)*g.DilationH == h && ow+(kw-1)*g.DilationW == w
	p.same = unpadded && (kw == 1 && ow == w && kh == 1 || padsWell(ow, lanes))
	p.padded = g.StrideW == 1 && padsWell(ow, lanes) && !(kh == 1 && kw == 1)
	p.phases = min(g.StrideH, (kh-1)*g.DilationH+1)
	p.copies, p.width = kw, ow
	if p.padded {
		p.copies, p.width = 1, ow+(kw-1)*g.DilationW
	}
	p.height = oh + (kh-1)*g.DilationH/g.StrideH
	p.channel = p.height * p.width
	p.set = c*p.channel + kernel.ConvSlack
	p.size = p.copies*p.phases*p.set + kernel.ConvSlack
	if p.same {
		p.size, p.least = c*h*w+kernel.ConvSlack, c*h*w+15
		p.channel = h * w
	}
}

// layOutOnce is the padded layout whatever the row's length, of the whole image without
// regard to strides.
func (p *convPlanes) layOutOnce(c, h, w, kh, kw int, g ConvGeometry) {
	p.ConvGeometry, p.c, p.h, p.w, p.kh, p.kw, p.plane = g, c, h, w, kh, kw, h*w
	p.StrideH, p.StrideW = 1, 1
	p.same, p.padded, p.copies, p.phases = g.PaddingH == 0 && g.PaddingW == 0, true, 1, 1
	p.width, p.height = w+2*g.PaddingW, h+2*g.PaddingH
	p.channel = p.height * p.width
	p.set = c*p.channel + kernel.ConvSlack
	p.size, p.least = p.set+kernel.ConvSlack, c*h*w
}

// offsets appends the place of every tap, of a kernel turned round with flip, and
// returns the largest too.
func (p *convPlanes) offsets(to []int, flip bool) ([]int, int) {
	reach := 0
	for ky := range p.kh {
		for kx := range p.kw {
			y, x := ky*p.DilationH, kx
			if flip {
				y, x = (p.kh-1-ky)*p.DilationH, p.kw-1-kx
			}
			at := (y%p.phases*p.copies)*p.set + y/p.StrideH*p.width
			if p.padded {
				at += x * p.DilationW
			} else {
				at += x * p.set
			}
			to = append(to, at)
			reach = max(reach, at)
		}
	}
	return to, reach
}

// sets is how many sets of planes fill has to make.
func (p *convPlanes) sets() int { return p.copies * p.phases }

// fill makes one set of planes of an image.
func (p *convPlanes) fill(r *kernel.ConvRows, planes, x []float32, set int) {
	phase, copied := set/p.copies, set%p.copies
	start := copied*p.DilationW - p.PaddingW
	r.X, r.Y, r.Planes, r.XPlane = x[:(p.c-1)*p.plane+p.h*p.w], planes[set*p.set:], p.c, p.plane
	r.Width, r.Segments, r.XStep, r.XRow = p.width, (p.width+15)/16, p.StrideW, p.StrideH*p.w
	// Row i of the plane is row i*StrideH+phase-PaddingH of the image.
	lo, hi := 0, 0
	if first := phase - p.PaddingH; first < 0 {
		lo = (-first + p.StrideH - 1) / p.StrideH
	}
	if last := p.h - 1 - phase + p.PaddingH; last >= 0 {
		hi = last/p.StrideH + 1
	}
	lo = min(lo, p.height)
	hi = max(lo, min(hi, p.height))
	r.Top, r.Rows, r.Bottom = lo*p.width, hi-lo, (p.height-hi)*p.width
	r.XStart = (lo*p.StrideH+phase-p.PaddingH)*p.w + start
	end := p.w
	if p.width == p.w && start == 0 && p.StrideH == 1 && p.StrideW == 1 && hi > lo {
		// The rows are whole and follow each other: they are one.
		end, r.Rows, r.Width = (hi-lo)*p.w, 1, (hi-lo)*p.w
		r.Segments = (r.Width + 15) / 16
	}
	r.Masks = r.Masks[:0]
	for s := range r.Segments {
		mask := 0
		for lane := range min(16, r.Width-16*s) {
			if at := start + (16*s+lane)*p.StrideW; at >= 0 && at < end {
				mask |= 1 << lane
			}
		}
		r.Masks = append(r.Masks, mask)
	}
	kernel.Active().ConvRows32(r)
}
