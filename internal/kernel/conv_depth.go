package kernel

// ConvDepth is the convolution of planes, each by 3 x 3 weights of its own:
//
//	Y[(p*Rows+i)*Columns+j] = Bias[p] + sum over a, b below 3 of
//	    W[p*9+a*3+b] * X[p*XPlane+i*XRow+a*Width+s(b)+j]
//
// where s(0) is 0 and s(1) and s(2) are Step. ReLU, not 0, applies that. X needs
// ConvSlack elements behind the last that counts, which are read.
type ConvDepth struct {
	X, Y, W, Bias         []float32
	Planes, Rows, Columns int
	XPlane, XRow, Width   int
	Step                  [2]int
	ReLU                  int
}

// ConvDepthSums adds to Sums[k*8+lane] the products for the gradient by tap k = a*3+b:
// those of G[p*GPlane+i*Columns+j] with X[p*XPlane+i*XRow+a*Width+s(b)+j], j%8 being the
// lane.
type ConvDepthSums struct {
	X, G, Sums            []float32
	_                     []float32
	Planes, Rows, Columns int
	XPlane, XRow, Width   int
	Step                  [2]int
	GPlane                int
}

// depthEnd is the place behind the last one that counts in X.
func depthEnd(planes, rows, columns, xPlane, xRow, width int, step [2]int) int {
	if planes < 1 || rows < 1 || columns < 1 || xPlane < 0 || xRow < 0 || width < 0 || min(step[0], step[1]) < 0 {
		panic("kernel: a convolution of nothing")
	}
	return (planes-1)*xPlane + (rows-1)*xRow + 2*width + max(step[0], step[1]) + columns
}

func (a *ConvDepth) check() {
	_ = a.X[:depthEnd(a.Planes, a.Rows, a.Columns, a.XPlane, a.XRow, a.Width, a.Step)+ConvSlack]
	_ = a.Y[:a.Planes*a.Rows*a.Columns]
	_, _ = a.W[:a.Planes*9], a.Bias[:a.Planes]
}

func (a *ConvDepthSums) check() {
	_ = a.X[:depthEnd(a.Planes, a.Rows, a.Columns, a.XPlane, a.XRow, a.Width, a.Step)]
	_ = a.G[:(a.Planes-1)*a.GPlane+a.Rows*a.Columns]
	_ = a.Sums[:9*8]
}
