package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// foldConvolution is the gradient of a convolution by its input in float32, at stride 1,
// in two steps. The first is a convolution along the columns alone, of the gradient y by
// every channel and column of the kernel:
//
//	z[(c, b), i, j] = sum over o, a of weight[o, c, a, b] * y[o, i+PaddingH-a, j]
//
// and the second one adds the kernel's columns where they belong:
//
//	dst[c, i, j] = b[c] + sum over b of z[(c, b), i, j+PaddingW-b]
//
// No column of padding is multiplied, and the gradient's rows follow each other without
// a gap however short they are: it suits planes of few columns.
type foldConvolution struct {
	columns  directConvolution // the first step
	c, h, w  int
	kh, kw   int
	paddingW int
	zRow     int // from row to row of z; what lies between loses its values
	weight   []float32
	x, b     []float32
	scratch  [pool.MaxThreads]foldScratch
}

type foldScratch struct {
	z     []float32
	shift kernel.ConvShift
	_     [64]byte
}

var freeFolds freeList[foldConvolution]

// folds tells whether the gradient by the input can be computed this way.
func folds(dst, y, weight *Array, g ConvGeometry) bool {
	kh, kw := weight.Size(2), weight.Size(3)
	return direct(y, weight, dst) && g.StrideH == 1 && g.StrideW == 1 && g.DilationH == 1 && g.DilationW == 1 &&
		g.Groups == 1 && g.PaddingH < kh && g.PaddingW < kw && kw <= kernel.ConvMaxShifts && kernel.Active().ConvShift32[kw] != nil
}

func newFold(dst, y, weight, b *Array, g ConvGeometry) *foldConvolution {
	f := freeFolds.get()
	f.c, f.h, f.w, f.kh, f.kw = dst.Size(1), dst.Size(2), dst.Size(3), weight.Size(2), weight.Size(3)
	f.weight, f.x, f.paddingW = Slice[float32](weight), Slice[float32](dst), g.PaddingW
	v := &f.columns
	v.n, v.c, v.h, v.w = y.Size(0), y.Size(1), y.Size(2), y.Size(3)
	v.o, v.oh, v.ow, v.kh, v.kw = f.c*f.kw, f.h, v.w, f.kh, 1
	v.ConvGeometry, v.flip, v.act = g, true, kernel.ActNone
	v.PaddingH, v.PaddingW = f.kh-1-g.PaddingH, 0
	v.x = Slice[float32](y)
	v.taps, v.pixels = v.c*v.kh, v.oh*v.ow
	v.zeros = room(v.zeros, v.o) // never written, so they stay zero
	v.b, f.b = v.zeros, v.zeros
	if b != nil {
		f.b = Slice[float32](b)
	}
	v.cutRows()
	f.zRow = v.pixels + kernel.ConvSlack
	v.planes.layOut(v.c, v.h, v.w, v.oh, v.ow, v.kh, v.kw, v.ConvGeometry)
	v.offsets = v.offsets[:0]
	for o := range v.c {
		v.offsets = append(v.offsets, o*v.planes.channel)
	}
	v.packed = room(v.packed, v.blocks*v.weightStep)
	for o := range v.c {
		for a := range f.kh {
			f.pack(o, a)
		}
	}
	return f
}

// pack lays out the weights of output channel o and row a of the kernel for the tiles:
// [blocks][rows of the kernel, turned round][output channels][rows of the block].
func (f *foldConvolution) pack(o, a int) {
	v := &f.columns
	for block := range v.blocks {
		first, last := v.split(block), v.split(block+1)
		to := v.packed[block*v.weightStep+((f.kh-1-a)*v.c+o)*(last-first):][:last-first]
		for i := range to {
			c, b := (first+i)/f.kw, (first+i)%f.kw
			to[i] = f.weight[((o*f.c+c)*f.kh+a)*f.kw+b]
		}
	}
}

func (f *foldConvolution) run() {
	v := &f.columns
	if float64(v.n)*float64(v.o)*float64(v.pixels)*float64(v.taps) >= convSplit {
		pool.Run(v.n, foldImages{f})
	} else {
		for image := range v.n {
			foldImages{f}.Do(image, 0)
		}
	}
	f.weight, f.x, f.b, v.x, v.b = nil, nil, nil, nil, nil
	for i := range f.scratch {
		s := &v.scratch[i]
		s.tiles, s.rows.X, s.rows.Y = kernel.ConvTiles{}, nil, nil
		a := &f.scratch[i].shift
		a.X, a.Y, a.Bias = nil, nil, nil
	}
	freeFolds.put(f)
}

type foldImages struct{ *foldConvolution }

// Do computes one image.
func (f foldImages) Do(image, worker int) {
	v := &f.columns
	planes := v.image(image, 0)
	if planes == nil {
		s := &v.scratch[worker]
		planes = room(s.planes, v.planes.size)
		s.planes = planes
		for set := range v.planes.sets() {
			v.planes.fill(&s.rows, planes, v.source(image, 0), set)
		}
	}
	s := &f.scratch[worker]
	s.z = room(s.z, v.o*f.zRow)
	for block := range v.blocks {
		f.block(&v.scratch[worker].tiles, planes, s.z, block)
	}
	f.shift(&s.shift, s.z, f.x[image*f.c*f.h*f.w:][:f.c*f.h*f.w])
}

// block is the first step for one block of rows of z. The rows of the kernel that meet
// nothing but padding in a tile are left out; tiles hold whole rows where these almost
// fill them, so that there are more of those.
func (f *foldConvolution) block(t *kernel.ConvTiles, planes, z []float32, block int) {
	v := &f.columns
	first, rows := v.split(block), v.split(block+1)-v.split(block)
	packed := v.packed[block*v.weightStep:]
	t.Bias, t.Offsets, t.Reach = v.zeros, v.offsets, v.offsets[v.c-1]
	t.Taps, t.XChannel, t.YRow, t.ReLU = v.c, v.ow, f.zRow, 0
	t.YVector = 16
	kernels := kernel.Active()
	span := 16 * kernels.ConvVectors
	step := span
	if whole := span / v.ow * v.ow; whole >= span*15/16 {
		step = whole
	}
	t.XTile, t.YTile = step, step
	for at := 0; at < v.pixels; {
		lo, hi := f.meets(at, min(at+step, v.pixels))
		end, tiles := min(at+step, v.pixels), 1
		for end+step <= v.pixels {
			if l, h := f.meets(end, end+step); l != lo || h != hi {
				break
			}
			end, tiles = end+step, tiles+1
		}
		t.Tiles, t.Channels, t.Mask = tiles, hi-lo, 1<<min(step, v.pixels-at)-1
		if span == 16 {
			t.Mask = 1<<16 - 1
		}
		t.XVector = 16
		if t.Mask < 1<<16 {
			t.XVector = 0 // the second vector may lie behind the planes
		}
		t.W, t.X, t.Y = packed[lo*v.c*rows:], planes[at+lo*v.ow:], z[first*f.zRow+at:]
		v.tiles(kernels, t, rows)
		at = end
	}
}

// meets is the range of the kernel's rows, turned round, that meet rows of y in the
// pixels from up to to.
func (f *foldConvolution) meets(from, to int) (lo, hi int) {
	v := &f.columns
	lo = max(0, v.PaddingH-(to-1)/v.ow)
	hi = min(f.kh, v.PaddingH+v.h-from/v.ow)
	return lo, hi
}

// shift is the second step, of one image.
func (f *foldConvolution) shift(a *kernel.ConvShift, z, x []float32) {
	v := &f.columns
	a.Bias, a.Planes, a.Rows = f.b, f.c, f.h
	a.XPlane, a.YPlane, a.XRow, a.YRow = f.kw*f.zRow, f.h*f.w, v.ow, f.w
	add := kernel.Active().ConvShift32[f.kw]
	for at := 0; at < f.w; at += 16 {
		at, columns := max(0, min(at, f.w-16)), min(16, f.w) // whole vectors, the last one ending with the row
		a.Starts, a.Masks, a.Mask = a.Starts[:0], a.Masks[:0], 1<<columns-1
		for b := range f.kw {
			from := at + f.paddingW - b // column of z in lane 0
			mask := 0
			for lane := range columns {
				if from+lane >= 0 && from+lane < v.ow {
					mask |= 1 << lane
				}
			}
			a.Starts, a.Masks = append(a.Starts, b*f.zRow+from), append(a.Masks, mask)
		}
		a.X, a.Y = z, x[at:]
		add(a)
	}
}
