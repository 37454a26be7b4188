package kernel

// The structs of this file are the steps of Winograd's convolution with 3x3 weights. A tile
// of 4x4 pixels of the result is made of the 6x6 pixels d under it and of the weights g by
//
//	A^T ((G g G^T) * (B^T d B)) A
//
// where * multiplies the 36 places one by one: summed over the channels, this is a product
// of matrices for each place, with a quarter of the multiplications of the sum over taps.
// The matrices evaluate polynomials at 0, ±11/16, ±23/16 and infinity.
//
// Everywhere 16 channels lie beside each other. As in conv.go, steps and sizes count
// elements and the functions check that a kernel stays inside the slices.

// What a tile has: rows and columns of pixels, of the image and of the result, and places.
const (
	WinogradSide   = 4
	WinogradWindow = 6
	WinogradPlaces = WinogradWindow * WinogradWindow
	// WinogradSpill is how many elements the scratch memory of a kernel has.
	WinogradSpill = WinogradPlaces * 8
	// WinogradMaxRows is how many tiles a panel may have on any path.
	WinogradMaxRows = 14
)

// WinogradInput transforms tiles of an image in [pixels][16]:
//
//	y[k*YPlace+t*16+lane] = (B^T d B)[k], d[i, j] = x[Starts[t]+i*XRow+j*16+lane]
type WinogradInput struct {
	X, Y, Spill         []float32
	Starts              []int
	Tiles, XRow, YPlace int
}

func (a *WinogradInput) check() {
	if a.Tiles < 1 || a.XRow < 0 || a.YPlace < 0 {
		panic("kernel: tiles of nothing")
	}
	for _, s := range a.Starts[:a.Tiles] {
		_ = a.X[s]
		_ = a.X[s+(WinogradWindow-1)*(a.XRow+16)+15]
	}
	_, _ = a.Y[(WinogradPlaces-1)*a.YPlace+a.Tiles*16-1], a.Spill[WinogradSpill-1]
}

// WinogradWeights transforms the weights of 16 output channels in [channels][3*3][16],
// with XTap -16 those turned round:
//
//	y[k*YPlace+c*16+lane] = (G g G^T)[k], g[i, j] = x[XStart+c*9*16+(3*i+j)*XTap+lane]
type WinogradWeights struct {
	X, Y, Spill                    []float32
	Channels, XStart, XTap, YPlace int
}

func (a *WinogradWeights) check() {
	if a.Channels < 1 || a.YPlace < 0 {
		panic("kernel: weights of nothing")
	}
	last := a.XStart + 8*a.XTap
	_ = a.X[min(a.XStart, last)]
	_ = a.X[max(a.XStart, last)+(a.Channels-1)*9*16+15]
	_, _ = a.Y[(WinogradPlaces-1)*a.YPlace+a.Channels*16-1], a.Spill[WinogradSpill-1]
}

// WinogradProduct multiplies Panels of rows tiles with 16 output channels, at each of
// Places places:
//
//	y[(t*WinogradPlaces+k)*16+lane] = sum over s, c of w[k*WPlace+(s*16+c)*16+lane] * x[k*XPlace+s*XSixteen+t*16+c]
//
// for tiles t, places k and 16 channels c of each of Sixteens; added to what y holds if Add
// is not 0.
type WinogradProduct struct {
	W, X, Y                       []float32
	Sixteens, Panels, Places      int
	XSixteen, XPlace, WPlace, Add int
}

func (a *WinogradProduct) check(rows int) {
	if min(a.Sixteens, a.Panels, a.Places) < 1 || min(a.XSixteen, a.XPlace, a.WPlace) < 0 {
		panic("kernel: a product of nothing")
	}
	tiles := rows * a.Panels
	_ = a.W[(a.Places-1)*a.WPlace+a.Sixteens*16*16-1]
	_ = a.X[(a.Places-1)*a.XPlace+(a.Sixteens-1)*a.XSixteen+tiles*16-1]
	_ = a.Y[((tiles-1)*WinogradPlaces+a.Places)*16-1]
}

// WinogradOutput brings tiles [WinogradPlaces][16] to pixels, 4x4 of each channel:
//
//	y[Starts[t]+Lanes[lane]+i*YRow+j] = act((A^T m A)[i, j] + Bias[lane]), m[k] = x[(t*WinogradPlaces+k)*16+lane]
//
// ReLU, not 0, applies that. Of the lanes the first 8*Halves are written, the last one
// first: lanes without a channel have the place of the last one that has one. Strange is
// not 0 afterwards if any of the tiles' places, in any lane, is infinite or NaN, or almost.
type WinogradOutput struct {
	X, Y, Bias, Spill         []float32
	Starts                    []int
	Lanes                     [16]int
	Tiles, YRow, Halves, ReLU int
	Strange                   int
}

func (a *WinogradOutput) check() {
	if a.Tiles < 1 || a.YRow < 0 || a.Halves < 1 || a.Halves > 2 {
		panic("kernel: tiles of nothing")
	}
	a.Strange = 0
	_, _, _ = a.X[a.Tiles*WinogradPlaces*16-1], a.Bias[8*a.Halves-1], a.Spill[WinogradSpill-1]
	first, last := a.Lanes[0], a.Lanes[0]
	for _, l := range a.Lanes[:8*a.Halves] {
		first, last = min(first, l), max(last, l)
	}
	for _, s := range a.Starts[:a.Tiles] {
		_ = a.Y[s+first]
		_ = a.Y[s+last+(WinogradSide-1)*(a.YRow+1)]
	}
}
