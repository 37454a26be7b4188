package nd

import (
	"sync/atomic"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// winogradConvolution is a convolution of float32 with 3x3 weights at stride 1 by
// Winograd's algorithm, see kernel.WinogradInput: image and weights are transformed, then
// multiplied place by place, and the products transformed back. It serves the gradient by
// the input too, which is a convolution with the weights turned round.
//
// The result is cut into tiles of 4x4 pixels, the last of a row and of a column ending with
// it: some pixels are then computed twice, by the same worker in a fixed order. A group is
// some images, or a band of rows of tiles of one image. A unit is a group, which goes
// through all weights, or, where there are so few tiles that the weights are what takes the
// time, some output channels of all images, with the weights that they need.
//
// Against sums in float64 of normal numbers, the greatest difference is 1.1e-6, 0.95e-6 and
// 1.3e-6 of the greatest element with 64, 256 and 512 channels; of sums over all taps, one
// by one, it is 0.7e-6, 1.8e-6 and 2.5e-6 (TestWinogradError).
//
// An infinity or NaN spreads over a tile's places, so that neighbours in the tile would be
// NaN for no reason; and places of finite numbers may overflow. All tiles are watched for
// this: run says so, and the convolution has to be computed in another way.
type winogradConvolution struct {
	n, c, h, w, o, oh, ow int
	paddingH, paddingW    int
	flip                  bool
	act                   Activation
	x, y, weight          []float32

	down, across     int // tiles in a column and in a row of an image
	sixteens, blocks int // 16 channels each: of the input, of the output
	few              bool
	images, bands    int // images in a group, or bands in an image
	groups           int
	input            []float32 // the transformed images, where there are few tiles
	weights          []float32 // the transformed weights, where there are many
	bias             []float32 // [blocks*16]
	strange          atomic.Bool

	scratch [pool.MaxThreads]winogradScratch
}

// winogradScratch is what a worker needs of its own, whole cache lines of it.
type winogradScratch struct {
	spill, turned, input, weights, products []float32
	inStarts, outStarts                     []int
	turn                                    kernel.ConvTurn
	in                                      kernel.WinogradInput
	weight                                  kernel.WinogradWeights
	product                                 kernel.WinogradProduct
	out                                     kernel.WinogradOutput
	_                                       [64]byte
}

// winogradGroup is images from first on, of each the rows of tiles from top to bottom.
type winogradGroup struct{ first, images, top, bottom int }

const (
	// winogradFew is the most tiles for which weights are transformed where they are used.
	winogradFew = 64
	// winogradTiles is about how many tiles a group has.
	winogradTiles = 48
	// winogradChunk is how many sixteens of input channels a sum goes through at a time: the
	// weights of a block then stay in the second cache, and the error is that of short sums.
	winogradChunk = 4
)

var freeWinograd freeList[winogradConvolution]

// winograd tells whether a convolution can be computed this way.
func winograd(x, weight, y *Array, g ConvGeometry) bool {
	return direct(x, weight, y) && g.StrideH == 1 && g.StrideW == 1 && g.DilationH == 1 && g.DilationW == 1 && g.Groups == 1 &&
		weight.Size(2) == 3 && weight.Size(3) == 3 && g.PaddingH <= 2 && g.PaddingW <= 2 &&
		y.Size(2) >= kernel.WinogradSide && y.Size(3) >= kernel.WinogradSide && kernel.Active().WinogradInput32 != nil
}

// newWinograd prepares a convolution of x by weight to y, with flip the transposed one; see
// newDirect.
func newWinograd(x, weight, y, b *Array, act Activation, g ConvGeometry, flip bool) *winogradConvolution {
	v := freeWinograd.get()
	v.n, v.c, v.h, v.w = x.Size(0), x.Size(1), x.Size(2), x.Size(3)
	v.o, v.oh, v.ow = y.Size(1), y.Size(2), y.Size(3)
	v.paddingH, v.paddingW, v.flip, v.act = g.PaddingH, g.PaddingW, flip, act
	if flip {
		v.paddingH, v.paddingW = 2-g.PaddingH, 2-g.PaddingW
	}
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	const side = kernel.WinogradSide
	v.down, v.across = (v.oh+side-1)/side, (v.ow+side-1)/side
	v.sixteens, v.blocks = (v.c+15)/16, (v.o+15)/16
	v.bias = room(v.bias, v.blocks*16)
	clear(v.bias)
	if b != nil {
		copy(v.bias, Slice[float32](b)[:v.o])
	}
	v.strange.Store(false)
	v.cut()
	return v
}

// cut decides on groups and units, about as many for each thread where there are few.
func (v *winogradConvolution) cut() {
	threads := pool.Threads()
	even := func(n int) int { return (n + threads - 1) / threads * threads }
	tiles := v.down * v.across
	v.few = v.n*tiles <= winogradFew
	v.images, v.bands = v.n, 1
	switch {
	case v.few:
	case tiles > winogradTiles:
		bands := (tiles + winogradTiles - 1) / winogradTiles
		if v.n%threads != 0 {
			bands = even(bands)
		}
		v.images, v.bands = 1, min(bands, v.cuts())
	default:
		images := winogradTiles / tiles
		groups := even((v.n + images - 1) / images)
		v.images = (v.n + groups - 1) / groups
	}
	v.groups = (v.n + v.images - 1) / v.images * v.bands
}

// cuts is how many bands an image can have. Two last rows of tiles that overlap belong to
// one band.
func (v *winogradConvolution) cuts() int {
	if v.oh%kernel.WinogradSide != 0 && v.down > 1 {
		return v.down - 1
	}
	return v.down
}

func (v *winogradConvolution) group(i int) winogradGroup {
	band := i % v.bands
	g := winogradGroup{first: i / v.bands * v.images, top: band * v.cuts() / v.bands, bottom: v.down}
	if band+1 < v.bands {
		g.bottom = (band + 1) * v.cuts() / v.bands
	}
	g.images = min(v.images, v.n-g.first)
	return g
}

func (v *winogradConvolution) tiles(g winogradGroup) int {
	return g.images * (g.bottom - g.top) * v.across
}

// tileAt is the first row of pixels of a row of tiles, or column, of so many pixels.
func tileAt(i, size int) int { return min(i*kernel.WinogradSide, size-kernel.WinogradSide) }

// window is the rows of the image that a group's tiles need, with padding; the first one
// may lie above the image.
func (v *winogradConvolution) window(g winogradGroup) (first, rows int) {
	top := tileAt(g.top, v.oh)
	return top - v.paddingH, tileAt(g.bottom-1, v.oh) - top + kernel.WinogradWindow
}

// run computes y and tells whether it may be used.
func (v *winogradConvolution) run() bool {
	if v.few {
		g := v.group(0)
		v.input = room(v.input, kernel.WinogradPlaces*v.inputPlace(v.tiles(g)))
		v.each(v.sixteens, winogradInputs{v})
		v.each(v.blocks, winogradBlocks{v})
	} else {
		v.weights = room(v.weights, v.blocks*weightsAt(v.sixteens))
		v.each(v.blocks, winogradBlockWeights{v})
		v.each(v.groups, winogradGroups{v})
	}
	fine := !v.strange.Load()
	v.x, v.y, v.weight = nil, nil, nil
	for i := range v.scratch {
		s := &v.scratch[i]
		s.turn.X, s.out.Y = nil, nil // the rest is scratch memory
	}
	freeWinograd.put(v)
	return fine
}

// each does n chunks of a task, on the pool if that pays.
func (v *winogradConvolution) each(n int, task pool.Task) {
	if float64(v.n)*float64(v.o)*float64(v.oh*v.ow)*float64(v.c*9) >= convSplit {
		pool.Run(n, task)
		return
	}
	for i := range n {
		task.Do(i, 0)
	}
}

type winogradInputs struct{ *winogradConvolution }

// Do transforms 16 channels of all images.
func (v winogradInputs) Do(sixteen, worker int) {
	g := v.group(0)
	v.starts(g, worker)
	v.transform(v.input, g, sixteen, worker)
}

type winogradBlocks struct{ *winogradConvolution }

// Do computes a block of all images.
func (v winogradBlocks) Do(block, worker int) {
	s, g := &v.scratch[worker], v.group(0)
	v.starts(g, worker)
	s.weights = room(s.weights, weightsAt(winogradChunk))
	for from := 0; from < v.sixteens; from += winogradChunk {
		chunk := min(winogradChunk, v.sixteens-from)
		v.transformWeights(s.weights, block, from, chunk, worker)
		v.multiply(s.weights, v.input, v.tiles(g), from, chunk, worker)
	}
	v.output(g, block, worker)
}

type winogradBlockWeights struct{ *winogradConvolution }

// Do transforms the weights of a block.
func (v winogradBlockWeights) Do(block, worker int) {
	for from := 0; from < v.sixteens; from += winogradChunk {
		v.transformWeights(v.blockWeights(block, from), block, from, min(winogradChunk, v.sixteens-from), worker)
	}
}

type winogradGroups struct{ *winogradConvolution }

// Do computes a group of tiles.
func (v winogradGroups) Do(group, worker int) {
	s, g := &v.scratch[worker], v.group(group)
	v.starts(g, worker)
	tiles := v.tiles(g)
	s.input = room(s.input, kernel.WinogradPlaces*v.inputPlace(tiles))
	for sixteen := range v.sixteens {
		v.transform(s.input, g, sixteen, worker)
	}
	for block := range v.blocks {
		for from := 0; from < v.sixteens; from += winogradChunk {
			v.multiply(v.blockWeights(block, from), s.input, tiles, from, min(winogradChunk, v.sixteens-from), worker)
		}
		v.output(g, block, worker)
	}
}

// starts sets where a group's tiles begin in the turned images and in y.
func (v *winogradConvolution) starts(g winogradGroup, worker int) {
	s := &v.scratch[worker]
	s.inStarts, s.outStarts = s.inStarts[:0], s.outStarts[:0]
	first, rows := v.window(g)
	width := v.w + 2*v.paddingW
	for image := range g.images {
		for row := g.top; row < g.bottom; row++ {
			for column := range v.across {
				i, j := tileAt(row, v.oh), tileAt(column, v.ow)
				s.inStarts = append(s.inStarts, ((image*rows+i-v.paddingH-first)*width+j)*16)
				s.outStarts = append(s.outStarts, ((g.first+image)*v.o*v.oh+i)*v.ow+j)
			}
		}
	}
}

// transform does 16 channels of a group's tiles: to is [places][sixteens][tiles][16].
func (v *winogradConvolution) transform(to []float32, g winogradGroup, sixteen, worker int) {
	s := &v.scratch[worker]
	first, rows := v.window(g)
	width := v.w + 2*v.paddingW
	s.turned = room(s.turned, g.images*rows*width*16)
	turn := &s.turn
	turn.Columns, turn.Step = v.w, 16
	for i := range turn.Row {
		turn.Row[i] = min(sixteen*16+i, v.c-1) * v.h * v.w
	}
	for image := range g.images {
		x, y := v.x[(g.first+image)*v.c*v.h*v.w:], s.turned[image*rows*width*16:]
		for i := range rows {
			row := y[i*width*16:][:width*16]
			if first+i < 0 || first+i >= v.h {
				clear(row)
				continue
			}
			clear(row[:v.paddingW*16])
			clear(row[(width-v.paddingW)*16:])
			turn.X, turn.Y = x[(first+i)*v.w:], row[v.paddingW*16:]
			kernel.Active().ConvTurn32(turn)
		}
	}
	tiles, in := v.tiles(g), &s.in
	in.X, in.Y, in.Spill, in.Starts = s.turned, to[sixteen*tiles*16:], s.room(), s.inStarts
	in.Tiles, in.XRow, in.YPlace = tiles, width*16, v.inputPlace(tiles)
	kernel.Active().WinogradInput32(in)
}

func (s *winogradScratch) room() []float32 {
	s.spill = room(s.spill, kernel.WinogradSpill)
	return s.spill
}

// winogradPad lies behind each place's elements: without it places would lie powers of two
// apart, all in a few sets of the cache.
const winogradPad = 16

// inputPlace is from place to place of so many transformed tiles.
func (v *winogradConvolution) inputPlace(tiles int) int { return v.sixteens*tiles*16 + winogradPad }

// weightsPlace is from place to place of the weights of so many sixteens of input channels.
func weightsPlace(sixteens int) int { return sixteens*16*16 + winogradPad }

// weightsAt is where those of a block begin that belong to input channels from sixteen at
// on. A chunk of channels has all of its places together.
func weightsAt(at int) int {
	n := at / winogradChunk * kernel.WinogradPlaces * weightsPlace(winogradChunk)
	if rest := at % winogradChunk; rest > 0 {
		n += kernel.WinogradPlaces * weightsPlace(rest)
	}
	return n
}

// blockWeights is those weights, of a block of all.
func (v *winogradConvolution) blockWeights(block, at int) []float32 {
	return v.weights[block*weightsAt(v.sixteens)+weightsAt(at):]
}

// transformWeights does the weights of a block, of so many sixteens of input channels: to is
// [places][channels][16]. The weights of channels that are none are 0.
func (v *winogradConvolution) transformWeights(to []float32, block, from, sixteens, worker int) {
	s := &v.scratch[worker]
	turn, weight := &s.turn, &s.weight
	s.turned = room(s.turned, 9*16*16)
	weight.Y, weight.Spill, weight.YPlace = to, s.room(), weightsPlace(sixteens)
	weight.XStart, weight.XTap = 0, 16
	if v.flip {
		weight.XStart, weight.XTap = 8*16, -16
	}
	turn.Step = 16
	for sixteen := range sixteens {
		first := (from + sixteen) * 16
		channels := min(16, v.c-first)
		weight.X, weight.Y, weight.Channels = s.turned, to[sixteen*16*16:], channels
		lanes := min(16, v.o-block*16)
		if v.flip { // the weight is [c, o, 3, 3]
			turn.Columns = 9
			for i := range turn.Row {
				turn.Row[i] = min(i, lanes-1) * 9
			}
			for c := range channels {
				turn.X, turn.Y = v.weight[((first+c)*v.o+block*16)*9:], s.turned[c*9*16:]
				kernel.Active().ConvTurn32(turn)
			}
		} else {
			turn.Columns = 9 * channels
			for i := range turn.Row {
				turn.Row[i] = min(i, lanes-1) * v.c * 9
			}
			turn.X, turn.Y = v.weight[(block*16*v.c+first)*9:], s.turned
			kernel.Active().ConvTurn32(turn)
		}
		kernel.Active().WinogradWeights32(weight)
		for k := 0; channels < 16 && k < kernel.WinogradPlaces; k++ {
			clear(weight.Y[k*weight.YPlace:][channels*16 : 16*16])
		}
	}
}

// multiply adds the products of so many sixteens of input channels with the weights of a
// block; the first ones begin the sums: products is [tiles][places][16].
func (v *winogradConvolution) multiply(weights, input []float32, tiles, from, sixteens, worker int) {
	const call = 256 << 10 // multiply-adds of 16 channels in a call: nothing interrupts a kernel
	s := &v.scratch[worker]
	s.products = room(s.products, tiles*kernel.WinogradPlaces*16)
	p := &s.product
	p.Sixteens, p.Add = sixteens, from
	p.XSixteen, p.XPlace, p.WPlace = tiles*16, v.inputPlace(tiles), weightsPlace(sixteens)
	most := kernel.Active().WinogradRows
	panels := (tiles + most - 1) / most
	rows, more := tiles/panels, tiles%panels // the first panels have a tile more
	places := max(1, call/(tiles*sixteens*16))
	for k := 0; k < kernel.WinogradPlaces; k += places {
		p.Places = min(places, kernel.WinogradPlaces-k)
		p.W, p.X, p.Y = weights[k*p.WPlace:], input[k*p.XPlace+from*p.XSixteen:], s.products[k*16:]
		if more > 0 {
			p.Panels = more
			kernel.Active().WinogradProduct32[rows+1](p)
			p.X, p.Y = p.X[more*(rows+1)*16:], p.Y[more*(rows+1)*kernel.WinogradPlaces*16:]
		}
		p.Panels = panels - more
		kernel.Active().WinogradProduct32[rows](p)
	}
}

// output writes the channels of a block of a group, from their products, into y.
func (v *winogradConvolution) output(g winogradGroup, block, worker int) {
	s := &v.scratch[worker]
	out, plane, tiles := &s.out, v.oh*v.ow, v.tiles(g)
	lanes := min(16, v.o-block*16)
	out.X, out.Y, out.Bias = s.products, v.y[block*16*plane:], v.bias[block*16:]
	out.Spill, out.Starts, out.Tiles, out.YRow, out.Halves, out.ReLU = s.room(), s.outStarts, tiles, v.ow, (lanes+7)/8, 0
	if v.act == kernel.ActReLU {
		out.ReLU = 1
	}
	for lane := range out.Lanes {
		out.Lanes[lane] = min(lane, lanes-1) * plane
	}
	kernel.Active().WinogradOutput32(out)
	if out.Strange != 0 {
		v.strange.Store(true)
	}
	if v.act <= kernel.ActReLU {
		return
	}
	top, end := tileAt(g.top, v.oh), tileAt(g.bottom-1, v.oh)+kernel.WinogradSide
	for image := range g.images {
		for lane := range lanes {
			part := v.y[(((g.first+image)*v.o+block*16+lane)*v.oh+top)*v.ow:][:(end-top)*v.ow]
			kernel.Unary(v.act.Unary(), part, part, 0, 0)
		}
	}
}
