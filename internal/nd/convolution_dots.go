package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// dotConvolution is the gradient of a convolution by its weight in float32, without a
// matrix of patches: blocks of channels and taps stay in registers while the pixels of
// several images go by, in the planes that directConvolution reads too.
//
// The batch is cut into as many parts as there are threads, whatever thread does which,
// and the parts' sums are added in order.
type dotConvolution struct {
	ConvGeometry
	n, c, o, pixels, ow, oh, taps int // c and o: channels of a group
	x, y, weight                  []float32
	planes                        convPlanes
	offsets                       []int // of every tap of every channel, and more of the last
	parts, images                 int   // parts of the batch, images at a time
	partial                       [pool.MaxThreads][]float32
	scratch                       [pool.MaxThreads]dotScratch
}

type dotScratch struct {
	planes []float32
	rows   kernel.ConvRows
	dots   kernel.ConvDots
	sums   [32 * 16]float32
	folded [32]float32
	_      [64]byte
}

var freeDots freeList[dotConvolution]

// dots tells whether the gradient by the weight is to be computed this way.
func dots(x, y, weight *Array, g ConvGeometry) bool {
	if !direct(x, weight, y) {
		return false
	}
	group := dotImages(x.Size(0), x.Size(1)/g.Groups*x.Size(2)*x.Size(3)*weight.Size(3))
	return min(group, x.Size(0))*y.Size(2)*y.Size(3) >= dotPixels
}

// dotImages is how many images of so many elements of planes are in the cache at a time.
func dotImages(n, size int) int { return max(1, min(n, (128<<10)/max(size, 1))) }

func newDots(x, weight, y *Array, g ConvGeometry) *dotConvolution {
	v := freeDots.get()
	v.ConvGeometry = g
	kh, kw := weight.Size(2), weight.Size(3)
	v.n, v.c, v.o, v.oh, v.ow = x.Size(0), x.Size(1)/g.Groups, y.Size(1)/g.Groups, y.Size(2), y.Size(3)
	v.pixels, v.taps = v.oh*v.ow, v.c*kh*kw
	v.x, v.y, v.weight = Slice[float32](x), Slice[float32](y), Slice[float32](weight)
	v.planes.layOutFor(kernel.Active().ConvDotLanes, v.c, x.Size(2), x.Size(3), v.oh, v.ow, kh, kw, g)
	v.offsets, _ = v.planes.offsets(v.offsets[:0], false)
	area := kh * kw
	for k := area; k < v.taps+32; k++ {
		v.offsets = append(v.offsets, v.offsets[k%area]+min(k/area, v.c-1)*v.planes.channel)
	}
	return v
}

func (v *dotConvolution) run() {
	v.images = dotImages(v.n, v.planes.size)
	size := v.o * v.Groups * v.taps
	work := float64(v.n) * float64(v.pixels) * float64(size)
	v.parts = 1
	if work >= convSplit {
		v.parts = min(pool.Threads(), v.n)
	}
	v.partial[0] = v.weight
	for i := 1; i < v.parts; i++ {
		v.partial[i] = room(v.partial[i], size)
	}
	pool.Run(v.parts, dotParts{v})
	for i := 1; i < v.parts; i++ {
		kernel.Binary(kernel.Add, v.weight[:size], v.weight[:size], v.partial[i][:size])
	}
	v.x, v.y, v.weight, v.partial[0] = nil, nil, nil, nil
	for i := range v.scratch {
		s := &v.scratch[i]
		s.dots = kernel.ConvDots{}
		s.rows.X, s.rows.Y = nil, nil
	}
	freeDots.put(v)
}

type dotParts struct{ *dotConvolution }

// Do sums over one part of the batch.
func (t dotParts) Do(part, worker int) {
	sum := t.partial[part][:t.o*t.Groups*t.taps]
	clear(sum)
	for first, last := part*t.n/t.parts, (part+1)*t.n/t.parts; first < last; first += t.images {
		images := min(t.images, last-first)
		for group := range t.Groups {
			t.add(sum[group*t.o*t.taps:], first, images, group, &t.scratch[worker])
		}
	}
}

// add adds the gradient of a group of channels over some images.
func (v *dotConvolution) add(sum []float32, first, images, group int, s *dotScratch) {
	d := &s.dots
	kernels := kernel.Active()
	width := kernels.ConvDotLanes
	plane := v.planes.c * v.planes.h * v.planes.w
	if v.planes.same {
		d.X, d.XImage = v.x[(first*v.Groups+group)*plane:], v.Groups*plane
	} else {
		s.planes = room(s.planes, images*v.planes.size)
		d.X, d.XImage = s.planes, v.planes.size
		for i := range images {
			for set := range v.planes.sets() {
				v.planes.fill(&s.rows, s.planes[i*v.planes.size:], v.x[((first+i)*v.Groups+group)*plane:], set)
			}
		}
	}
	channels := v.o * v.Groups
	d.GImage, d.GChannel, d.Sums, d.Images = channels*v.pixels, v.pixels, s.sums[:], images
	d.Rows, d.XRow, d.GRow = 1, 0, 0
	columns := v.pixels
	if v.planes.padded {
		columns = v.ow
		d.Rows, d.XRow, d.GRow = v.oh, v.planes.width-columns/width*width, v.ow-columns/width*width
	}
	d.Segments, d.Mask = columns/width, 1<<(columns%width)-1
	d.XImage -= d.Rows * (d.Segments*width + d.XRow)
	d.GImage -= d.Rows * (d.Segments*width + d.GRow)
	for o := 0; o < v.o; {
		which := dotBlock(kernels, v.o, v.o-o, v.taps)
		block := kernels.ConvDotBlocks[which]
		d.G = v.y[(first*channels+group*v.o+o)*v.pixels:]
		for k := 0; k < v.taps; k += block.Taps {
			taps := min(block.Taps, v.taps-k)
			d.Offsets = v.offsets[k:]
			d.Reach = 0
			for _, at := range d.Offsets[:block.Taps] {
				d.Reach = max(d.Reach, at)
			}
			kernels.ConvDots32[which](d)
			kernels.ConvFold32(s.folded[:], s.sums[:])
			for i := range block.Channels {
				to := sum[(o+i)*v.taps+k:][:taps]
				for j, f := range s.folded[i*block.Taps:][:taps] {
					to[j] += f
				}
			}
		}
		o += block.Channels
	}
}
