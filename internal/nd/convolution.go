package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Convolutions is the part of a device's table for two-dimensional convolutions.
//
// All three entries are sides of one form that is linear in each of x
// [n, c, h, w], weight [o, c/groups, kh, kw] and y [n, o, oh, ow]:
//
//	T(x, weight, y) = sum of y[n, oc, i, j] * weight[oc, ic, a, b] *
//	                  x[n, ic', i*StrideH-PaddingH+a*DilationH, j*StrideW-PaddingW+b*DilationW]
//
// where ic' is channel ic of oc's group and x is 0 outside its borders. Each entry
// is the derivative of T by one of the three, so the derivatives of any entry are
// the other two. Sizes are taken from the arrays; the caller has checked them.
// Arrays are floats of one type and all contiguous.
type Convolutions struct {
	// Conv2d is dst = act(dT/dy), of the convolution of x plus b [o] unless that is nil.
	// The bits are those of the convolution and then the activation.
	Conv2d func(dst, x, weight, b *Array, act Activation, g ConvGeometry)
	// Conv2dInput is dst = dT/dx: the gradient of a convolution by its input, and the
	// transposed convolution of y; plus b [c] unless that is nil.
	Conv2dInput func(dst, y, weight, b *Array, g ConvGeometry)
	// Conv2dWeight is dst = dT/dweight.
	Conv2dWeight func(dst, x, y *Array, g ConvGeometry)
	// Conv2dBias is dst[o] = sum of y[n, o, oh, ow] over all but o: the gradient of a
	// convolution by its bias.
	Conv2dBias func(dst, y *Array)
	// Conv2dBiasReLU is Conv2dBias of a y that it makes first: g where r, the result of
	// the convolution and a ReLU, is not 0 or less, else 0. y may be g.
	Conv2dBiasReLU func(dst, y, g, r *Array)
}

// ConvGeometry is how a convolution walks over its input.
type ConvGeometry struct {
	StrideH, StrideW     int
	PaddingH, PaddingW   int
	DilationH, DilationW int
	Groups               int
}

var cpuConvolutions = Convolutions{
	Conv2d: cpuConv2d, Conv2dInput: cpuConv2dInput, Conv2dWeight: cpuConv2dWeight, Conv2dBias: cpuConv2dBias,
	Conv2dBiasReLU: cpuConv2dBiasReLU}

func cpuConv2d(dst, x, weight, b *Array, act Activation, g ConvGeometry) {
	if prefersWinograd(x, weight, dst, g) && newWinograd(x, weight, dst, b, act, g, false).run() {
		return
	}
	switch {
	case depth(x, weight, dst, g):
		newDepth(depthForward, x, weight, dst, b, act, g).run()
	case prefersPixels(x, weight, dst, g):
		newPixels(x, weight, dst, b, act, g).run()
	case direct(x, weight, dst) && !prefersProduct(x, weight, dst, g):
		newDirect(x, weight, dst, b, act, g, false).run()
	case dst.Type == Float32:
		convForward(newConvolution[float32](x, weight, dst, b, g), act)
	default:
		convForward(newConvolution[float64](x, weight, dst, b, g), act)
	}
}

func cpuConv2dInput(dst, y, weight, b *Array, g ConvGeometry) {
	if prefersWinograd(y, weight, dst, g) && newWinograd(y, weight, dst, b, kernel.ActNone, g, true).run() {
		return
	}
	if depth(dst, weight, y, g) {
		newDepth(depthInput, dst, weight, y, b, kernel.ActNone, g).run()
	} else if prefersPhases(dst, y, weight, g) {
		newPhases(dst, y, weight, b, g).run()
	} else if prefersFold(dst, y, weight, g) {
		newFold(dst, y, weight, b, g).run()
	} else if g.StrideH == 1 && g.StrideW == 1 && direct(y, weight, dst) {
		newDirect(y, weight, dst, b, kernel.ActNone, g, true).run()
	} else if dst.Type == Float32 {
		convInput(newConvolution[float32](dst, weight, y, b, g))
	} else {
		convInput(newConvolution[float64](dst, weight, y, b, g))
	}
}

func cpuConv2dWeight(dst, x, y *Array, g ConvGeometry) {
	if depth(x, dst, y, g) {
		newDepth(depthWeight, x, dst, y, nil, kernel.ActNone, g).run()
	} else if prefersTaps(x, y, dst, g) {
		newTaps(x, dst, y, g).run()
	} else if prefersLanes(x, y, dst, g) {
		newLanes(x, dst, y, g).run()
	} else if dots(x, y, dst, g) {
		newDots(x, dst, y, g).run()
	} else if dst.Type == Float32 {
		convWeight(newConvolution[float32](x, dst, y, nil, g))
	} else {
		convWeight(newConvolution[float64](x, dst, y, nil, g))
	}
}

// convolution is one of the three operations on the CPU: the sizes, the operands
// and scratch memory. The general way is a matrix product with the patches of the
// image as columns; the columns are made for a strip of output rows at a time, so
// that they stay in the cache and do not grow with the image.
//
// A unit of work is a strip of one group of one image. Which units there are, and
// in which order sums are added, depends on sizes and the number of threads only.
type convolution[T kernel.Float] struct {
	ConvGeometry
	n, c, h, w, o, oh, ow, kh, kw int

	cg, og  int // channels in a group, of input and output
	taps    int // weights an output element is made of, in one group: cg*kh*kw
	pixels  int // oh*ow
	act     Activation
	direct  bool // the image is its own matrix of patches: 1x1, stride 1, no padding
	rows    int  // output rows in a strip
	strips  int  // in an image
	perTask int  // units that one chunk of the pool's work does
	parts   int  // that the weight gradient cuts the batch into

	x, weight, y, b []T
	columns         [pool.MaxThreads][]T // scratch of each worker
	partial         [pool.MaxThreads][]T // weight gradients of parts of the batch
}

const (
	// stripElements is how many elements the columns of a strip aim at: a quarter of
	// a MiB of float32, an eighth of the second cache.
	stripElements = 64 << 10
	// stripPixels is the least width of a product that is worth packing the weights.
	stripPixels = 64
	// convGrain is how many multiply-adds a chunk should have at least, and
	// convSplit how many make the pool worth waking.
	convGrain, convSplit = 32 << 10, 300_000
)

// freeConvolutions are those whose scratch memory is used again.
var freeConvolutions kernel.FreeLists

func newConvolution[T kernel.Float](x, weight, y, b *Array, g ConvGeometry) *convolution[T] {
	v, _ := kernel.FreeList[T](&freeConvolutions).Get().(*convolution[T])
	if v == nil {
		v = new(convolution[T])
	}
	v.ConvGeometry = g
	v.n, v.c, v.h, v.w = x.Size(0), x.Size(1), x.Size(2), x.Size(3)
	v.o, v.oh, v.ow = y.Size(1), y.Size(2), y.Size(3)
	v.kh, v.kw = weight.Size(2), weight.Size(3)
	v.cg, v.og = v.c/g.Groups, v.o/g.Groups
	v.taps, v.pixels = v.cg*v.kh*v.kw, v.oh*v.ow
	v.direct = v.kh == 1 && v.kw == 1 && g.StrideH == 1 && g.StrideW == 1 &&
		g.PaddingH == 0 && g.PaddingW == 0 && v.oh == v.h && v.ow == v.w
	v.rows = v.oh
	if !v.direct && v.ow > 0 {
		wide := max(stripPixels, stripElements/max(v.taps, 1))
		v.rows = min(v.oh, (wide+v.ow-1)/v.ow)
	}
	v.strips = 1
	if v.rows > 0 {
		v.strips = (v.oh + v.rows - 1) / v.rows
	}
	v.x, v.weight, v.y, v.b = Slice[T](x), Slice[T](weight), Slice[T](y), nil
	if b != nil {
		v.b = Slice[T](b)
	}
	return v
}

// release gives v and its scratch to the next convolution.
func (v *convolution[T]) release() {
	v.x, v.weight, v.y, v.b = nil, nil, nil, nil
	kernel.FreeList[T](&freeConvolutions).Put(v)
}

// work is the number of multiply-adds.
func (v *convolution[T]) work() float64 {
	return float64(v.n) * float64(v.o) * float64(v.pixels) * float64(v.taps)
}

// run does all units of task, on the pool if that pays.
func (v *convolution[T]) run(units int, task pool.Task) {
	each := v.work() / float64(units)
	v.perTask = max(1, int(convGrain/max(each, 1)))
	chunks := (units + v.perTask - 1) / v.perTask
	if v.work() < convSplit {
		for i := range chunks {
			task.Do(i, 0)
		}
		return
	}
	pool.Run(chunks, task)
}

// few reports whether there is less to share out than there are threads, although
// there is much to do: then every single product is shared instead.
func (v *convolution[T]) few(units int) bool {
	return units < pool.Threads() && v.work() >= convSplit
}

// room is scratch with n elements of any value, made anew if it is too small.
func room[T kernel.Float](scratch []T, n int) []T {
	if cap(scratch) < n {
		return make([]T, n)
	}
	return scratch[:n]
}

// patches is the matrix [taps, rows*ow] of the patches of one group of an image
// under output rows from to to, with the distance between its rows. parallel shares the
// work over the pool.
func (v *convolution[T]) patches(image, group, from, to, worker int, parallel bool) (m []T, step int) {
	x := v.x[(image*v.c+group*v.cg)*v.h*v.w:]
	if v.direct {
		return x[from*v.ow:], v.pixels
	}
	step = (to - from) * v.ow
	m = room(v.columns[worker], v.taps*step)
	v.columns[worker] = m
	if parallel {
		v.im2colParallel(m, x, from, to)
	} else {
		v.im2col(m, x, 0, v.cg, from, to)
	}
	return m, step
}

// im2colParallel is im2col of all channels on the pool. It stands alone because its
// closure would move what it captures to the heap.
func (v *convolution[T]) im2colParallel(m, x []T, from, to int) {
	pool.For(v.cg, 1, func(lo, hi int) { v.im2col(m, x, lo, hi, from, to) })
}

// im2col fills the rows of m that belong to channels lo to hi.
func (v *convolution[T]) im2col(m, x []T, lo, hi, from, to int) {
	kernel.Im2col(m[lo*v.kh*v.kw*(to-from)*v.ow:], x[lo*v.h*v.w:], hi-lo, v.h, v.w, v.kh, v.kw, v.StrideH, v.StrideW,
		v.PaddingH-from*v.StrideH, v.PaddingW, v.DilationH, v.DilationW, to-from, v.ow)
}

// col2imParallel is col2im of all channels on the pool.
func (v *convolution[T]) col2imParallel(x, m []T, from, to int) {
	pool.For(v.cg, 1, func(lo, hi int) { v.col2im(x, m, lo, hi, from, to) })
}

// col2im adds the rows of m that belong to channels lo to hi to the image.
func (v *convolution[T]) col2im(x, m []T, lo, hi, from, to int) {
	kernel.Col2im(x[lo*v.h*v.w:], m[lo*v.kh*v.kw*(to-from)*v.ow:], hi-lo, v.h, v.w, v.kh, v.kw, v.StrideH, v.StrideW,
		v.PaddingH-from*v.StrideH, v.PaddingW, v.DilationH, v.DilationW, to-from, v.ow)
}

// product is kernel.Gemm, on one thread unless parallel.
func product[T kernel.Float](parallel bool, m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool) {
	if parallel {
		kernel.Gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate)
	} else {
		kernel.GemmSerial(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate)
	}
}
