package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// pixelConvolution is a convolution of float32 at stride 1 with 16 output channels in the
// lanes: tiles of two rows of pixels, whose elements are read one by one where they lie
// in the image. Rows that do not fill vectors cost nothing, but the result has to be
// turned.
//
// A unit is a group of channels of an image.
type pixelConvolution struct {
	ConvGeometry
	n, c, o, oh, ow, pixels, taps, blocks int // c and o: channels of a group
	act                                   Activation
	x, y, weight, b                       []float32
	planes                                convPlanes
	offsets                               []int
	reach                                 int
	packed, zeros                         []float32 // weights: [Groups][blocks][taps][16]
	scratch                               [pool.MaxThreads]pixelScratch
}

type pixelScratch struct {
	planes, turned []float32
	rows           kernel.ConvRows
	turn           kernel.ConvTurn
	tiles          kernel.ConvPixels
	_              [64]byte
}

var freePixels freeList[pixelConvolution]

// pixels tells whether a convolution can be computed this way.
func pixels(x, weight, y *Array, g ConvGeometry) bool {
	return direct(x, weight, y) && g.StrideH == 1 && g.StrideW == 1 && g.DilationW == 1 && g.DilationH == 1 &&
		y.Size(1)/g.Groups%16 == 0 && y.Size(2) >= 2 && y.Size(2)*y.Size(3) >= 16 && kernel.Active().ConvPixels32[1] != nil
}

func newPixels(x, weight, y, b *Array, act Activation, g ConvGeometry) *pixelConvolution {
	v := freePixels.get()
	kh, kw := weight.Size(2), weight.Size(3)
	v.ConvGeometry, v.act = g, act
	v.n, v.c, v.o, v.oh, v.ow = x.Size(0), x.Size(1)/g.Groups, y.Size(1)/g.Groups, y.Size(2), y.Size(3)
	v.pixels, v.taps, v.blocks = v.oh*v.ow, v.c*kh*kw, v.o/16
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	v.zeros = room(v.zeros, v.o*g.Groups) // never written, so they stay zero
	v.b = v.zeros
	if b != nil {
		v.b = Slice[float32](b)
	}
	v.planes.layOutOnce(v.c, x.Size(2), x.Size(3), kh, kw, g)
	v.offsets, v.reach = v.planes.offsets(v.offsets[:0], false)
	v.packed = room(v.packed, v.o*g.Groups*v.taps)
	turn := &v.scratch[0].turn
	turn.Columns, turn.Step = v.taps, 16
	for i := range turn.Row {
		turn.Row[i] = i * v.taps
	}
	for first := 0; first < v.o*g.Groups; first += 16 {
		turn.X, turn.Y = v.weight[first*v.taps:], v.packed[first*v.taps:]
		kernel.Active().ConvTurn32(turn)
	}
	return v
}

func (v *pixelConvolution) run() {
	if units := v.n * v.Groups; float64(units)*float64(v.o)*float64(v.pixels)*float64(v.taps) >= convSplit {
		pool.Run(units, pixelUnits{v})
	} else {
		for unit := range units {
			pixelUnits{v}.Do(unit, 0)
		}
	}
	v.x, v.y, v.weight, v.b = nil, nil, nil, nil
	for i := range v.scratch {
		s := &v.scratch[i]
		s.rows.X, s.rows.Y, s.turn, s.tiles = nil, nil, kernel.ConvTurn{}, kernel.ConvPixels{}
	}
	freePixels.put(v)
}

type pixelUnits struct{ *pixelConvolution }

// Do computes the channels of a group of an image.
func (v pixelUnits) Do(unit, worker int) {
	group, s := unit%v.Groups, &v.scratch[worker]
	x := v.x[unit*v.c*v.planes.h*v.planes.w:]
	if !v.planes.same {
		s.planes = room(s.planes, v.planes.size)
		v.planes.fill(&s.rows, s.planes, x, 0)
		x = s.planes
	}
	s.turned = room(s.turned, v.pixels*16)
	for block := range v.blocks {
		v.block(s, x, group*v.o+16*block)
		v.turn(&s.turn, s.turned, v.y[(unit*v.o+16*block)*v.pixels:][:16*v.pixels])
	}
	if v.act > kernel.ActReLU {
		y := v.y[unit*v.o*v.pixels:][:v.o*v.pixels]
		kernel.Unary(v.act.Unary(), y, y, 0, 0)
	}
}

// block computes 16 channels, as [pixels][16]. Pieces of a row are as equal as they can be.
func (v *pixelConvolution) block(s *pixelScratch, x []float32, channel int) {
	t := &s.tiles
	t.W, t.Bias, t.Offsets, t.Reach = v.packed[channel*v.taps:], v.b[channel:], v.offsets, v.reach
	t.Channels, t.Taps, t.XChannel = v.c, len(v.offsets), v.planes.channel
	kernels := kernel.Active()
	rows := kernels.ConvPixelRows
	t.XRow, t.YRow, t.XTile, t.YTile = v.planes.width, v.ow*16, rows*v.planes.width, rows*v.ow*16
	t.ReLU = 0
	if v.act == kernel.ActReLU {
		t.ReLU = 1
	}
	pieces := (v.ow + kernels.ConvPixelColumns - 1) / kernels.ConvPixelColumns
	for i := range pieces {
		at := i * v.ow / pieces
		columns := (i+1)*v.ow/pieces - at
		f := kernels.ConvPixels32[columns]
		most := max(1, laneCall/(rows*columns*v.taps)) // tiles in a call
		for row := 0; row+rows <= v.oh; row += rows * most {
			t.Tiles = min(most, (v.oh-row)/rows)
			t.X, t.Y = x[row*v.planes.width+at:], s.turned[(row*v.ow+at)*16:]
			f(t)
		}
		if v.oh%rows == 1 { // the last row with its neighbour, once more
			t.Tiles = 1
			t.X, t.Y = x[(v.oh-2)*v.planes.width+at:], s.turned[((v.oh-2)*v.ow+at)*16:]
			f(t)
		}
	}
}

// turn brings [pixels][16] into the order of the result. The last vector of a channel
// ends with it.
func (v *pixelConvolution) turn(t *kernel.ConvTurn, from, y []float32) {
	t.X, t.Columns, t.Step = from, 16, v.pixels
	for p := 0; p < v.pixels; p += 16 {
		p := min(p, v.pixels-16)
		for i := range t.Row {
			t.Row[i] = (p + i) * 16
		}
		t.Y = y[p:]
		kernel.Active().ConvTurn32(t)
	}
}
