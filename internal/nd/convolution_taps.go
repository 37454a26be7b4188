package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// tapConvolution is the gradient of a convolution by its weight in float32 as one product
// for each tap of the kernel: of the output channels, a few at a time, with 16 input
// channels in the lanes, over the pixels that the tap meets. No padding is multiplied, and
// neither strides nor short rows cost anything; the image and the gradient have to be
// turned first.
//
// A unit is 16 input channels by a part of the output channels, over the whole batch where
// the turned gradient is not too large, in chunks otherwise. Every sum is added in the
// order of the images, whatever the number of threads.
type tapConvolution struct {
	ConvGeometry
	n, c, h, w, o, oh, ow, kh, kw int // c and o: channels of a group
	area, pixels                  int // of the kernel, of the result
	lanes, blocks, parts          int // blocks of input channels, of output channels; parts of these
	pitch                         int // channels in the largest block
	x, y, weight                  []float32
	chunk                         int       // images at a time
	first, images                 int       // the chunk at work
	turned                        []float32 // its gradient: [Groups][blocks][images][pixels][pitch]
	sums                          []float32 // of all units, if there are several chunks
	scratch                       [pool.MaxThreads]tapScratch
}

type tapScratch struct {
	image   []float32
	sums    []float32 // of a unit: [blocks][area][rows of the block][16]
	weights []float32
	turn    kernel.ConvTurn
	taps    kernel.ConvTaps
	_       [64]byte
}

const (
	// tapSum is how many sums of a tap a block of output channels has room for, tapGap what
	// turning a block spills behind it.
	tapSum, tapGap = kernel.ConvTapRows * kernel.ConvTapLanes, 16
	// tapPixels is about how many of the image's pixels a kernel goes through at a time, so
	// that they stay in the first cache, tapSums how many sums a unit may have, so that they
	// stay in the second one, and tapTurn how many columns a call turns.
	tapPixels, tapSums, tapTurn = 1024, 32 << 10, 4 << 10
	// tapChunk is how many elements of turned gradient there are at a time.
	tapChunk = 1 << 20
)

var freeTaps freeList[tapConvolution]

// taps tells whether the path has the kernels for a gradient by the weight by taps.
func taps(x, y, weight *Array) bool {
	return direct(x, weight, y) && kernel.Active().ConvTaps32[1] != nil
}

func newTaps(x, weight, y *Array, g ConvGeometry) *tapConvolution {
	v := freeTaps.get()
	v.ConvGeometry = g
	v.n, v.c, v.h, v.w = x.Size(0), x.Size(1)/g.Groups, x.Size(2), x.Size(3)
	v.o, v.oh, v.ow = y.Size(1)/g.Groups, y.Size(2), y.Size(3)
	v.kh, v.kw = weight.Size(2), weight.Size(3)
	v.area, v.pixels = v.kh*v.kw, v.oh*v.ow
	v.lanes = (v.c + kernel.ConvTapLanes - 1) / kernel.ConvTapLanes
	v.blocks = (v.o + kernel.ConvTapRows - 1) / kernel.ConvTapRows
	v.pitch = (v.o + v.blocks - 1) / v.blocks
	v.chunk = max(1, min(v.n, tapChunk/(v.Groups*v.o*v.pixels)))
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	return v
}

func (v *tapConvolution) run() {
	threads := pool.Threads()
	units := v.Groups * v.lanes
	v.parts = max((4*threads+units-1)/units, (v.blocks*v.area*tapSum+tapSums-1)/tapSums)
	v.parts = min(v.parts, v.blocks)
	split := float64(v.n)*float64(v.pixels)*float64(v.o*v.Groups)*float64(v.c*v.area) >= convSplit && threads > 1
	v.turned = room(v.turned, v.Groups*v.blocks*v.blockSize(v.chunk)+kernel.ConvSlack)
	if v.chunk < v.n {
		v.sums = room(v.sums, units*v.blocks*v.area*tapSum)
	}
	for v.first = 0; v.first < v.n; v.first += v.images {
		v.images = min(v.chunk, v.n-v.first)
		if split {
			pool.Run(v.Groups*v.blocks, tapTurns{v})
			pool.Run(units*v.parts, tapUnits{v})
			continue
		}
		for i := range v.Groups * v.blocks {
			tapTurns{v}.Do(i, 0)
		}
		for i := range units * v.parts {
			tapUnits{v}.Do(i, 0)
		}
	}
	v.x, v.y, v.weight = nil, nil, nil
	for i := range v.scratch {
		s := &v.scratch[i]
		s.turn, s.taps.X, s.taps.G, s.taps.Sums = kernel.ConvTurn{}, nil, nil, nil
	}
	freeTaps.put(v)
}

// blockSize is how much room the turned gradient of a block has, of so many images.
func (v *tapConvolution) blockSize(images int) int {
	return images*v.pixels*v.pitch + tapGap
}

// split is the first output channel of block i, of a group: blocks are as equal as can be.
func (v *tapConvolution) split(i int) int { return i * v.o / v.blocks }

// turnRows brings up to 16 rows of a matrix into columns: element j of row i goes to
// to[j*step+i].
func (s *tapScratch) turnRows(to, from []float32, rows, columns, step int) {
	t := &s.turn
	t.Step = step
	for i := range t.Row {
		t.Row[i] = min(i, rows-1) * columns
	}
	for at := 0; at < columns; at += tapTurn {
		t.X, t.Y, t.Columns = from[at:], to[at*step:], min(tapTurn, columns-at)
		kernel.Active().ConvTurn32(t)
	}
}

// imageSize is how much room 16 channels of an image have, turned. A pixel lies between
// two images, without which those of a power of two would share a few sets of the cache.
func (v *tapConvolution) imageSize() int { return (v.h*v.w + 1) * kernel.ConvTapLanes }

type tapTurns struct{ *tapConvolution }

// Do turns the gradient of a block of output channels of all images of the chunk.
func (v tapTurns) Do(unit, worker int) {
	group, block := unit/v.blocks, unit%v.blocks
	from, to := v.split(block), v.split(block+1)
	for i := range v.images {
		y := v.y[(((v.first+i)*v.Groups+group)*v.o+from)*v.pixels:]
		v.scratch[worker].turnRows(v.turned[unit*v.blockSize(v.images)+i*v.pixels*v.pitch:], y, to-from, v.pixels, v.pitch)
	}
}

// unit is what a unit of work is about: a group, a block of 16 input channels and the
// blocks of output channels from first up to last.
func (v *tapConvolution) unit(unit int) (group, lane, first, last int) {
	part := unit % v.parts
	lane = unit / v.parts % v.lanes
	return unit / v.parts / v.lanes, lane, part * v.blocks / v.parts, (part + 1) * v.blocks / v.parts
}

type tapUnits struct{ *tapConvolution }

// Do adds the products of a unit over the chunk.
func (v tapUnits) Do(unit, worker int) {
	group, lane, first, last := v.unit(unit)
	s := &v.scratch[worker]
	plane := v.h * v.w
	size := v.imageSize()
	some := max(1, min(v.images, tapPixels/v.pixels)) // images at a time
	strips := 1
	if some == 1 {
		strips = max(1, min(v.oh, v.pixels/tapPixels))
	}
	s.image = room(s.image, some*size+kernel.ConvSlack)
	channels := min(kernel.ConvTapLanes, v.c-lane*kernel.ConvTapLanes)
	sums := s.sums
	if v.chunk < v.n {
		sums = v.sums[((group*v.lanes+lane)*v.blocks+first)*v.area*tapSum:]
	} else {
		sums = room(sums, (last-first)*v.area*tapSum)
		s.sums = sums
	}
	a := &s.taps
	a.X = s.image
	for i := 0; i < v.images; i += some {
		images := min(some, v.images-i)
		for j := range images {
			x := v.x[(((v.first+i+j)*v.Groups+group)*v.c+lane*kernel.ConvTapLanes)*plane:]
			s.turnRows(s.image[j*size:], x, channels, plane, kernel.ConvTapLanes)
		}
		for strip := range strips {
			v.meet(a, images, strip*v.oh/strips, (strip+1)*v.oh/strips)
			a.Fresh = 0
			if v.first == 0 && i == 0 && strip == 0 {
				a.Fresh = 1
			}
			for block := first; block < last; block++ {
				a.G = v.turned[(group*v.blocks+block)*v.blockSize(v.images)+i*v.pixels*v.pitch:]
				a.Sums = sums[(block-first)*v.area*tapSum:]
				kernel.Active().ConvTaps32[v.split(block+1)-v.split(block)](a)
			}
		}
	}
	if v.first+v.images == v.n {
		v.store(s, sums, group, lane, first, last)
	}
}

// meet fills in where each tap meets rows from to to of the gradient of some images. The
// inner loop goes along the row, unless that is short: then over images, which are longer.
func (v *tapConvolution) meet(a *kernel.ConvTaps, images, from, to int) {
	const lanes = kernel.ConvTapLanes
	byImage := images > v.ow && v.ow < 8
	a.XStep = [3]int{v.imageSize(), v.StrideH * v.w * lanes, v.StrideW * lanes}
	a.GStep = [3]int{v.pixels * v.pitch, v.ow * v.pitch, v.pitch}
	if byImage {
		a.XStep = [3]int{a.XStep[1], a.XStep[2], a.XStep[0]}
		a.GStep = [3]int{a.GStep[1], a.GStep[2], a.GStep[0]}
	}
	a.Parts = a.Parts[:0]
	for ky := range v.kh {
		top := ky*v.DilationH - v.PaddingH
		i0, i1 := inside(top, v.StrideH, v.h, from, to)
		for kx := range v.kw {
			left := kx*v.DilationW - v.PaddingW
			j0, j1 := inside(left, v.StrideW, v.w, 0, v.ow)
			p := kernel.ConvTapPart{Sums: len(a.Parts) * tapSum}
			if i0 < i1 && j0 < j1 {
				p.X, p.G = ((i0*v.StrideH+top)*v.w+j0*v.StrideW+left)*lanes, (i0*v.ow+j0)*v.pitch
				p.Counts = [3]int{images, i1 - i0, j1 - j0}
				if byImage {
					p.Counts = [3]int{i1 - i0, j1 - j0, images}
				}
			}
			a.Parts = append(a.Parts, p)
		}
	}
}

// inside is the range of i from lo to hi for which start+i*stride is in 0 to size.
func inside(start, stride, size, lo, hi int) (int, int) {
	if start < 0 {
		lo = max(lo, (-start+stride-1)/stride)
	}
	if start >= size {
		return lo, lo
	}
	return lo, min(hi, (size-1-start)/stride+1)
}

// store turns the sums of a unit into weights.
func (v *tapConvolution) store(s *tapScratch, sums []float32, group, lane, first, last int) {
	const lanes = kernel.ConvTapLanes
	channels := min(lanes, v.c-lane*lanes)
	s.weights = room(s.weights, lanes*v.area+lanes)
	t := &s.turn
	t.Columns, t.Step = lanes, v.area
	for block := first; block < last; block++ {
		for o := v.split(block); o < v.split(block+1); o++ {
			t.X = sums[(block-first)*v.area*tapSum+(o-v.split(block))*lanes:]
			for k := 0; k < v.area; k += 16 {
				k := max(0, min(k, v.area-16))
				for i := range t.Row {
					t.Row[i] = min(k+i, v.area-1) * tapSum
				}
				t.Y = s.weights[k:]
				kernel.Active().ConvTurn32(t)
			}
			// Turned beside its place, for a turn spills into the weights that follow.
			copy(v.weight[((group*v.o+o)*v.c+lane*lanes)*v.area:][:channels*v.area], s.weights)
		}
	}
}
