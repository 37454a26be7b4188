package kernel

// ConvTaps adds to sums of products of the channels of a gradient g with 16 channels of an
// image x, which are the lanes, one part a tap of the convolution's kernel:
//
//	Sums[p.Sums+i*16+lane] += sum over a, b, c below p.Counts of
//	    G[p.G+a*GStep[0]+b*GStep[1]+c*GStep[2]+i] * X[p.X+a*XStep[0]+b*XStep[1]+c*XStep[2]+lane]
//
// for parts p and as many channels i as the kernel has. With Fresh, not 0, what the sums
// hold is forgotten. A part whose first count is 0 sums nothing.
type ConvTaps struct {
	X, G, Sums   []float32
	Parts        []ConvTapPart
	XStep, GStep [3]int
	Fresh        int
}

// ConvTapPart says where a tap and the gradient meet.
type ConvTapPart struct {
	X, G, Sums int
	Counts     [3]int
}

// ConvTapRows is how many channels of the gradient a kernel of ConvTaps32 has at most, and
// ConvTapLanes how many of the image are the lanes.
const ConvTapRows, ConvTapLanes = 6, 16

func (a *ConvTaps) check(rows int) {
	if len(a.Parts) == 0 {
		panic("kernel: sums of nothing")
	}
	for i := range a.Parts {
		p := &a.Parts[i]
		_ = a.Sums[p.Sums : p.Sums+rows*ConvTapLanes]
		if p.Counts[0] == 0 {
			continue
		}
		x, g := p.X, p.G
		for k, n := range p.Counts {
			if n < 1 || a.XStep[k] < 0 || a.GStep[k] < 0 {
				panic("kernel: sums of nothing")
			}
			x, g = x+(n-1)*a.XStep[k], g+(n-1)*a.GStep[k]
		}
		_ = a.X[p.X : x+ConvTapLanes]
		_ = a.G[p.G : g+rows]
	}
}
