package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// directConvolution is a convolution of float32 without a matrix of patches: tiles of
// packed weights and of pixels that lie beside each other in planes of scratch memory,
// laid out so that a tap of the kernel is a place in them. It serves the forward
// direction, and the gradient by the input at stride 1, which is a convolution with the
// weights turned round.
//
// The planes have one of two layouts. The dense one has a copy of the image for each
// column of the kernel, shifted by it and cut to the width of the result: the result's
// rows then follow each other without a gap, so vectors are full whatever the width.
// The padded one has the image once, with its padding; it is taken where the result's
// rows fill vectors. A kernel of one weight at stride 1 reads the image itself.
//
// A unit is a group of images of one group of channels. Which units there are and how a
// sum is added depend on sizes and the number of threads only.
type directConvolution struct {
	ConvGeometry
	n, c, h, w, o, oh, ow, kh, kw int // c and o: channels of a group
	flip                          bool
	act                           Activation

	x, y, weight, b []float32

	taps, pixels int
	blocks       int // that the output channels of a group are cut into
	step         int // how many input channels a tile goes through at a time
	weightStep   int // from block to block of the packed weights
	packed       []float32
	zeros        []float32
	picked       []int // with flip, where the taps lie in the kernel if they are a part of it
	area         int   // weights of the kernel
	offsets      []int
	reach        int
	planes       convPlanes
	images       int // in a unit
	at, atGroup  int // the image that all threads work at, and its group

	scratch [pool.MaxThreads]directScratch
}

// directScratch is what a worker needs of its own, whole cache lines of it.
type directScratch struct {
	planes []float32
	tiles  kernel.ConvTiles
	rows   kernel.ConvRows
	turn   kernel.ConvTurn
	_      [64]byte
}

var freeDirect freeList[directConvolution]

// newDirect prepares a convolution of x by w to y; with flip it is the transposed one,
// of dimensions as the convolution that x would be the result of has them.
func newDirect(x, weight, y, b *Array, act Activation, g ConvGeometry, flip bool) *directConvolution {
	v := freeDirect.get()
	v.n, v.c, v.h, v.w = x.Size(0), x.Size(1)/g.Groups, x.Size(2), x.Size(3)
	v.o, v.oh, v.ow = y.Size(1)/g.Groups, y.Size(2), y.Size(3)
	v.kh, v.kw = weight.Size(2), weight.Size(3)
	v.ConvGeometry, v.flip, v.act = g, flip, act
	if flip {
		v.PaddingH, v.PaddingW = g.DilationH*(v.kh-1)-g.PaddingH, g.DilationW*(v.kw-1)-g.PaddingW
	}
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	v.taps, v.pixels = v.c*v.kh*v.kw, v.oh*v.ow
	v.zeros = room(v.zeros, v.o*g.Groups) // never written, so they stay zero
	v.b = v.zeros
	if b != nil {
		v.b = Slice[float32](b)
	}
	v.cutRows()
	v.planes.layOut(v.c, v.h, v.w, v.oh, v.ow, v.kh, v.kw, v.ConvGeometry)
	v.offsets, v.reach = v.planes.offsets(v.offsets[:0], flip)
	return v
}

// cutRows cuts the output channels into blocks of as many rows as a tile may have, and the
// input channels into steps. Where a plane is one vector, each tile has another image: there
// a step gains nothing and costs another reading of y.
func (v *directConvolution) cutRows() {
	most := kernel.Active().ConvRowsMost
	v.blocks = (v.o + most - 1) / most
	v.weightStep = ((v.o+v.blocks-1)/v.blocks)*v.taps + 16
	v.step = max(v.c, 1)
	if taps := kernel.Active().ConvTaps; taps > 0 && v.taps > taps && v.pixels > 16 {
		parts := (v.taps + taps - 1) / taps
		v.step = (v.c + parts - 1) / parts
	}
}

func (v *directConvolution) release() {
	v.x, v.y, v.weight, v.b, v.picked = nil, nil, nil, nil, v.picked[:0]
	for i := range v.scratch {
		s := &v.scratch[i]
		s.tiles, s.turn = kernel.ConvTiles{}, kernel.ConvTurn{}
		s.rows.X, s.rows.Y = nil, nil
	}
	freeDirect.put(v)
}

// direct tells whether the path in use has the kernels, and there is something to do.
func direct(x, weight, y *Array) bool {
	return y.Type == Float32 && x.Numel() > 0 && y.Numel() > 0 && weight.Numel() > 0 && kernel.Active().ConvTile32[1] != nil
}

// run computes all of y.
func (v *directConvolution) run() {
	defer v.release()
	v.packed = room(v.packed, v.Groups*v.blocks*v.weightStep)
	threads := pool.Threads()
	split := float64(v.n)*float64(v.o*v.Groups)*float64(v.pixels)*float64(v.taps) >= convSplit && threads > 1
	v.images = v.grouping(threads)
	if !split {
		for i := range v.Groups * v.blocks {
			v.packWeights(i, 0)
		}
		for unit := range v.units() {
			v.unit(unit, 0)
		}
		return
	}
	if v.Groups*v.taps*v.o >= 64<<10 {
		pool.Run(v.Groups*v.blocks, directWeights{v})
	} else {
		for i := range v.Groups * v.blocks {
			v.packWeights(i, 0)
		}
	}
	if v.units() >= threads {
		pool.Run(v.units(), directUnits{v})
		return
	}
	// Few images: all threads work at one.
	for image := range v.n {
		for group := range v.Groups {
			v.at, v.atGroup = image, group
			if v.image(image, group) == nil {
				v.scratch[0].planes = room(v.scratch[0].planes, v.planes.size)
				pool.Run(v.planes.sets(), directPlanes{v})
			}
			pool.Run(v.blocks, directBlocks{v})
		}
	}
}

type directWeights struct{ *directConvolution }

func (t directWeights) Do(chunk, worker int) { t.packWeights(chunk, worker) }

type directUnits struct{ *directConvolution }

func (t directUnits) Do(chunk, worker int) { t.unit(chunk, worker) }

type directPlanes struct{ *directConvolution }

func (t directPlanes) Do(chunk, worker int) {
	t.planes.fill(&t.scratch[worker].rows, t.scratch[0].planes, t.source(t.at, t.atGroup), chunk)
}

type directBlocks struct{ *directConvolution }

func (t directBlocks) Do(chunk, worker int) {
	planes := t.image(t.at, t.atGroup)
	if planes == nil {
		planes = t.scratch[0].planes
	}
	for c := 0; c < t.c; c += t.step {
		t.block(planes, t.y[t.at*t.imageSize():], 1, t.atGroup, chunk, c, worker)
	}
}

// grouping is how many images a unit has: several where the weights do not stay in the
// cache beside an image, or where the result is a vector or less.
func (v *directConvolution) grouping(threads int) int {
	images := 1
	if v.taps*v.o > 32<<10 || v.pixels <= 16 {
		images = max(1, (256<<10)/max(v.planes.size, 1))
		if v.pixels <= 16 && images > 1 {
			images &^= 1
		}
	}
	return max(1, min(images, (v.n+threads-1)/threads))
}

func (v *directConvolution) units() int { return (v.n + v.images - 1) / v.images * v.Groups }

// split is the first output channel of block i, of a group.
func (v *directConvolution) split(i int) int { return i * v.o / v.blocks }

// packWeights lays out the weights of a block as [taps][rows of the block].
func (v *directConvolution) packWeights(chunk, worker int) {
	group, block := chunk/v.blocks, chunk%v.blocks
	first, rows := v.split(block), v.split(block+1)-v.split(block)
	to := v.packed[chunk*v.weightStep:]
	turn := &v.scratch[worker].turn
	turn.Step = rows
	area := v.kh * v.kw
	if !v.flip {
		turn.X, turn.Y = v.weight[(group*v.o+first)*v.taps:], to
		for i := range turn.Row {
			turn.Row[i] = min(i, rows-1) * v.taps
		}
		turn.Columns = v.taps
		kernel.Active().ConvTurn32(turn)
		return
	}
	// Here the weight is [c, o, kh, kw] of each group.
	if len(v.picked) > 0 {
		for c := range v.c {
			from := v.weight[((group*v.c+c)*v.o+first)*v.area:][:rows*v.area]
			for k, at := range v.picked {
				part := to[(c*area+k)*rows:][:rows]
				for i := range part {
					part[i] = from[i*v.area+at]
				}
			}
		}
		return
	}
	for i := range turn.Row {
		turn.Row[i] = min(i, rows-1) * area
	}
	turn.Columns = area
	for c := range v.c {
		from := v.weight[((group*v.c+c)*v.o+first)*area:]
		if area == 1 {
			copy(to[c*rows:][:rows], from)
			continue
		}
		turn.X, turn.Y = from, to[c*area*rows:]
		kernel.Active().ConvTurn32(turn)
	}
}

// source is an image's channels of a group, and what lies behind.
func (v *directConvolution) source(image, group int) []float32 {
	return v.x[(image*v.Groups+group)*v.c*v.h*v.w:]
}

// image is the image itself where it can serve as its planes, else nil.
func (v *directConvolution) image(image, group int) []float32 {
	x := v.source(image, group)
	if !v.planes.same || cap(x) < v.planes.least {
		return nil
	}
	return x[:v.planes.least]
}

// unit computes all channels of a group of channels of a group of images.
func (v *directConvolution) unit(unit, worker int) {
	group, first := unit%v.Groups, unit/v.Groups*v.images
	images := min(v.images, v.n-first)
	s := &v.scratch[worker]
	var planes []float32
	if images == 1 {
		planes = v.image(first, group)
	}
	if planes == nil {
		planes = room(s.planes, images*v.planes.size)
		s.planes = planes
		for i := range images {
			for set := range v.planes.sets() {
				v.planes.fill(&s.rows, planes[i*v.planes.size:], v.source(first+i, group), set)
			}
		}
	}
	for c := 0; c < v.c; c += v.step {
		for block := range v.blocks {
			v.block(planes, v.y[first*v.imageSize():], images, group, block, c, worker)
		}
	}
}

// imageSize is how many elements of y an image has.
func (v *directConvolution) imageSize() int { return v.o * v.Groups * v.pixels }

// block computes one block of channels of images whose planes lie one behind the other,
// as far as step input channels from c on go; y is where the first one's result goes.
func (v *directConvolution) block(planes, y []float32, images, group, block, c, worker int) {
	from := v.split(block)
	rows := v.split(block+1) - from
	channel := group*v.o + from
	t := &v.scratch[worker].tiles
	t.Channels, t.Taps, t.XChannel, t.YRow = min(v.step, v.c-c), v.kh*v.kw, v.planes.channel, v.pixels
	t.W, t.Bias, t.Offsets, t.Reach = v.packed[(group*v.blocks+block)*v.weightStep+c*t.Taps*rows:], v.b[channel:], v.offsets, v.reach
	last := c+t.Channels == v.c
	t.ReLU, t.Add = 0, c
	if last && v.act == kernel.ActReLU {
		t.ReLU = 1
	}
	planes = planes[c*v.planes.channel:]
	size := v.imageSize()
	y = y[channel*v.pixels:]
	kernels := kernel.Active()
	switch {
	case v.planes.padded:
		for i := range images {
			v.paddedTiles(kernels, t, rows, planes[i*v.planes.size:], y[i*size:])
		}
	case v.pixels <= 16 && kernels.ConvVectors == 1:
		t.X, t.Y, t.XTile, t.YTile, t.Mask, t.Tiles = planes, y, v.planes.size, size, 1<<v.pixels-1, images
		v.tiles(kernels, t, rows)
	case v.pixels <= 16:
		t.X, t.Y, t.XVector, t.YVector = planes, y, v.planes.size, size
		t.XTile, t.YTile = 2*v.planes.size, 2*size
		mask := 1<<v.pixels - 1
		if images > 1 {
			t.Mask, t.Tiles = mask|mask<<16, images/2
			v.tiles(kernels, t, rows)
		}
		if images%2 == 1 {
			t.X, t.Y, t.Mask, t.Tiles, t.XVector = planes[(images-1)*v.planes.size:], y[(images-1)*size:], mask, 1, 0
			v.tiles(kernels, t, rows)
		}
	default:
		for i := range images {
			v.denseTiles(kernels, t, rows, planes[i*v.planes.size:], y[i*size:])
		}
	}
	if last && v.act > kernel.ActReLU {
		for i := range images {
			part := y[i*size:][:rows*v.pixels]
			kernel.Unary(v.act.Unary(), part, part, 0, 0)
		}
	}
}

// denseTiles computes the plane of a result whose pixels follow each other in x.
func (v *directConvolution) denseTiles(kernels *kernel.Table, t *kernel.ConvTiles, rows int, x, y []float32) {
	at := 0
	if wide := 16 * kernels.ConvWide[rows]; wide > 0 && v.pixels >= wide {
		t.X, t.Y, t.XTile, t.YTile, t.Tiles = x, y, wide, wide, v.pixels/wide
		v.limited(kernels.ConvWide32[rows], t, wide/16*rows)
		at = v.pixels / wide * wide
	}
	span := 16 * kernels.ConvVectors
	t.XVector, t.YVector, t.XTile, t.YTile = 16, 16, span, span
	if n := (v.pixels - at) / span; n > 0 {
		t.X, t.Y, t.Tiles, t.Mask = x[at:], y[at:], n, 1<<span-1
		v.tiles(kernels, t, rows)
		at += span * n
	}
	if rest := v.pixels - at; rest > 0 {
		mask := 1<<rest - 1
		if span == 16 {
			at, mask = v.pixels-16, twice(t, rest)
		}
		t.X, t.Y, t.Tiles, t.Mask = x[at:], y[at:], 1, mask
		if rest <= 16 {
			t.XVector = 0
		}
		v.tiles(kernels, t, rows)
	}
}

// paddedTiles computes the plane of a result whose rows lie in rows of x that are
// longer. Tiles of two vectors go down the rows, what is left over goes two rows a tile;
// those of one vector go down the rows, the last of them ending with these: a few columns
// are computed twice, which costs less than masks where nothing is added up.
func (v *directConvolution) paddedTiles(kernels *kernel.Table, t *kernel.ConvTiles, rows int, x, y []float32) {
	at, width := 0, v.planes.width
	if kernels.ConvVectors == 1 {
		t.XTile, t.YTile, t.Tiles = width, v.ow, v.oh
		for ; at < v.ow; at += 16 {
			t.Mask = twice(t, min(16, v.ow-at))
			at := min(at, v.ow-16)
			t.X, t.Y = x[at:], y[at:]
			v.tiles(kernels, t, rows)
		}
		return
	}
	for ; v.ow-at > 16; at += 32 {
		rest := min(32, v.ow-at)
		t.X, t.Y, t.XVector, t.YVector, t.XTile, t.YTile = x[at:], y[at:], 16, 16, width, v.ow
		t.Tiles, t.Mask = v.oh, 1<<rest-1
		v.tiles(kernels, t, rows)
	}
	if at >= v.ow {
		return
	}
	mask := 1<<(v.ow-at) - 1
	t.X, t.Y, t.XVector, t.YVector, t.XTile, t.YTile = x[at:], y[at:], width, v.ow, 2*width, 2*v.ow
	if n := v.oh / 2; n > 0 {
		t.Tiles, t.Mask = n, mask|mask<<16
		v.tiles(kernels, t, rows)
	}
	if v.oh%2 == 1 {
		last := v.oh - 1
		t.X, t.Y, t.XVector, t.Tiles, t.Mask = x[last*width+at:], y[last*v.ow+at:], 0, 1, mask
		v.tiles(kernels, t, rows)
	}
}

// twice is the mask of a vector that ends with its row, of which the last lanes alone are
// new: all lanes, unless those before would be added a second time.
func twice(t *kernel.ConvTiles, last int) int {
	if t.Add != 0 {
		return 1<<16 - 1<<(16-last)
	}
	return 1<<16 - 1
}

func (v *directConvolution) tiles(kernels *kernel.Table, t *kernel.ConvTiles, rows int) {
	v.limited(kernels.ConvTile32[rows], t, kernels.ConvVectors*rows)
}

// limited does the tiles in calls that are not too long: nothing interrupts a kernel.
// each is how many vectors a tap of a tile multiplies.
func (v *directConvolution) limited(f func(*kernel.ConvTiles), t *kernel.ConvTiles, each int) {
	const most = 256 << 10
	n := max(1, most/(each*t.Channels*t.Taps))
	tiles, x, y := t.Tiles, t.X, t.Y
	for at := 0; at < tiles; at += n {
		t.X, t.Y, t.Tiles = x[at*t.XTile:], y[at*t.YTile:], min(n, tiles-at)
		f(t)
	}
}
