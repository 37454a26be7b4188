package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// laneConvolution is the gradient of a convolution by its weight in float32 with 16
// output channels in the lanes: the sums of all taps of an input channel or more stay in
// registers while the pixels of several images go by. It costs nothing for rows that do
// not fill vectors, but the gradient has to be turned first.
//
// The batch is cut into as many parts as there are threads, whatever thread does which,
// and the parts' sums are added in order.
type laneConvolution struct {
	ConvGeometry
	n, c, o, oh, ow, pixels int // c and o: channels of a group
	area, taps, blocks      int // weights of a channel and of all; blocks of 16 channels
	kh, kw                  int
	x, y, weight            []float32
	planes                  convPlanes
	parts, images           int         // parts of the batch, images at a time
	sums                    [][]float32 // of a part: [Groups][blocks][taps][16]
	scratch                 [pool.MaxThreads]laneScratch
}

type laneScratch struct {
	planes, turned []float32
	rows           kernel.ConvRows
	turn           kernel.ConvTurn
	lanes          kernel.ConvLanes
	_              [64]byte
}

var freeLanes freeList[laneConvolution]

// laneGroup is how many elements of images and gradient are in the cache at a time, and
// laneCall how many products of vectors a call of a kernel does at most.
const laneGroup, laneCall = 256 << 10, 256 << 10

// lanes tells whether there are kernels for this gradient by the weight.
func lanes(x, y, weight *Array, g ConvGeometry) bool {
	return direct(x, weight, y) && g.DilationH == 1 && g.DilationW == 1 &&
		laneBlock(kernel.Active(), weight.Size(2), weight.Size(2), weight.Size(3), 1) >= 0
}

// laneBlock is which of the path's ConvLaneBlocks to take where so many rows of a kernel of
// kh x kw are left, of so many channels: the first, and largest, that fits. -1: there is
// none.
func laneBlock(kernels *kernel.Table, rows, kh, kw, channels int) int {
	for i, b := range kernels.ConvLaneBlocks {
		if b.Columns == kw && b.Channels <= channels && b.Rows <= rows && (b.Rows == kh || kernels.ConvVectors == 1) {
			return i
		}
	}
	return -1
}

func newLanes(x, weight, y *Array, g ConvGeometry) *laneConvolution {
	v := freeLanes.get()
	v.ConvGeometry = g
	v.kh, v.kw = weight.Size(2), weight.Size(3)
	v.n, v.c, v.o, v.oh, v.ow = x.Size(0), x.Size(1)/g.Groups, y.Size(1)/g.Groups, y.Size(2), y.Size(3)
	v.pixels, v.area = v.oh*v.ow, v.kh*v.kw
	v.taps, v.blocks = v.c*v.area, (v.o+15)/16
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	v.planes.layOutOnce(v.c, x.Size(2), x.Size(3), v.kh, v.kw, g)
	return v
}

func (v *laneConvolution) run() {
	v.images = max(1, min(v.n, laneGroup/(v.planes.size+v.blocks*16*v.pixels)))
	v.parts = 1
	if float64(v.n)*float64(v.pixels)*float64(v.o*v.Groups*v.taps) >= convSplit {
		v.parts = min(pool.Threads(), v.n)
	}
	for len(v.sums) < v.parts {
		v.sums = append(v.sums, nil)
	}
	size := v.Groups * v.blocks * v.taps * 16
	for i := range v.parts {
		v.sums[i] = room(v.sums[i], size+16)
	}
	pool.Run(v.parts, laneParts{v})
	sum := v.sums[0][:size]
	for i := 1; i < v.parts; i++ {
		kernel.Binary(kernel.Add, sum, sum, v.sums[i][:size])
	}
	for i := range v.Groups * v.blocks {
		v.store(i)
	}
	v.x, v.y, v.weight = nil, nil, nil
	for i := range v.scratch {
		s := &v.scratch[i]
		s.rows.X, s.rows.Y, s.turn, s.lanes = nil, nil, kernel.ConvTurn{}, kernel.ConvLanes{}
	}
	freeLanes.put(v)
}

// store turns the sums of a block of channels into weights.
func (v *laneConvolution) store(block int) {
	from := v.sums[0][block*v.taps*16:][:v.taps*16]
	first := block % v.blocks * 16
	rows := min(16, v.o-first)
	to := v.weight[(block/v.blocks*v.o+first)*v.taps:]
	// Whole vectors, of which the last one of a row ends with it.
	if rows == 16 && v.taps >= 16 {
		turn := &v.scratch[0].turn
		turn.X, turn.Columns, turn.Step = from, 16, v.taps
		for k := 0; k < v.taps; k += 16 {
			k := min(k, v.taps-16)
			for i := range turn.Row {
				turn.Row[i] = (k + i) * 16
			}
			turn.Y = to[k:]
			kernel.Active().ConvTurn32(turn)
		}
		return
	}
	for k := range v.taps {
		for i := range rows {
			to[i*v.taps+k] = from[k*16+i]
		}
	}
}

type laneParts struct{ *laneConvolution }

// Do sums over one part of the batch.
func (t laneParts) Do(part, worker int) {
	sum := t.sums[part]
	clear(sum)
	for first, last := part*t.n/t.parts, (part+1)*t.n/t.parts; first < last; first += t.images {
		images := min(t.images, last-first)
		for group := range t.Groups {
			t.add(sum[group*t.blocks*t.taps*16:], first, images, group, &t.scratch[worker])
		}
	}
}

// add adds the gradient of a group of channels over some images.
func (v *laneConvolution) add(sum []float32, first, images, group int, s *laneScratch) {
	a := &s.lanes
	plane := v.planes.c * v.planes.h * v.planes.w
	x := v.x[(first*v.Groups+group)*plane:]
	a.XImage = v.Groups * plane
	if !v.planes.same {
		s.planes = room(s.planes, images*v.planes.size)
		for i := range images {
			v.planes.fill(&s.rows, s.planes[i*v.planes.size:], x[i*a.XImage:], 0)
		}
		x, a.XImage = s.planes, v.planes.size
	}
	// The gradient as [blocks][images][pixels][16].
	s.turned = room(s.turned, v.blocks*images*v.pixels*16)
	turn := &s.turn
	turn.Columns, turn.Step = v.pixels, 16
	kernels := kernel.Active()
	for block := range v.blocks {
		for i := range turn.Row {
			turn.Row[i] = min(i, v.o-1-block*16) * v.pixels
		}
		for i := range images {
			turn.X = v.y[(((first+i)*v.Groups+group)*v.o+block*16)*v.pixels:]
			turn.Y = s.turned[(block*images+i)*v.pixels*16:]
			kernels.ConvTurn32(turn)
		}
	}
	a.Rows, a.Columns, a.GImage = v.oh, v.ow, 0
	a.Width, a.XStep, a.XRow, a.XChannel = v.planes.width, v.StrideW, v.StrideH*v.planes.width, v.planes.channel
	at := max(1, laneCall/(v.pixels*32)) // images in a call
	for block := range v.blocks {
		for c, row := 0, 0; c < v.c; {
			which := laneBlock(kernels, v.kh-row, v.kh, v.kw, v.c-c)
			a.Sums = sum[(block*v.taps+c*v.area+row*v.kw)*16:]
			for i := 0; i < images; i += at {
				a.Images = min(at, images-i)
				a.G = s.turned[(block*images+i)*v.pixels*16:]
				a.X = x[i*a.XImage+c*v.planes.channel+row*v.planes.width:]
				kernels.ConvLanes32[which](a)
			}
			b := kernels.ConvLaneBlocks[which]
			if row += b.Rows; row == v.kh {
				c, row = c+b.Channels, 0
			}
		}
	}
}
