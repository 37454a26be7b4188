package nd

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// phaseConvolution is the gradient of a convolution with strides by its input in float32.
// The rows of the input that lie StrideH apart meet the same rows of the kernel, those
// StrideH apart, and so do columns: each such phase of the input is a convolution without
// strides, by a smaller kernel, of the gradient y. Nothing is multiplied with the zeros
// between its pixels. The phases are then woven into the input, those of the same rows
// at a time.
type phaseConvolution struct {
	ConvGeometry
	y, weight, b *Array
	planes, c    int // of all images; channels of all groups
	h, w         int
	x            []float32
	rows         phaseSide
	columns      [maxPhases]phaseSide
	phases       [maxPhases]Array // [n, c, rows, columns], by the first column
	part         Array
	memory       *Buffer
}

// phaseSide is a phase of the rows or of the columns: how many places of the input it has,
// from the first on, and which taps of the kernel it meets. The first of them meets there
// what lies at shift in y.
type phaseSide struct{ first, n, tap, taps, shift int }

const (
	maxPhases = 4
	phaseGap  = 16 // elements between the phases' memory
)

var freePhases freeList[phaseConvolution]

// phases tells whether the gradient by the input can be computed phase by phase.
func phases(dst, y, weight *Array, g ConvGeometry) bool {
	return direct(y, weight, dst) && max(g.StrideH, g.StrideW) > 1 && max(g.StrideH, g.StrideW) <= maxPhases &&
		g.DilationH == 1 && g.DilationW == 1
}

// side is the phase of the places that are first modulo the stride.
func side(first, size, k, stride, padding int) phaseSide {
	s := phaseSide{first: first, n: max(0, (size-first+stride-1)/stride)}
	s.tap = (first + padding) % stride
	s.taps = max(0, (k-s.tap+stride-1)/stride)
	s.shift = (first + padding - s.tap) / stride
	return s
}

// array makes a an array in the phases' memory.
func (v *phaseConvolution) array(a *Array, off, n, c, h, w int) {
	*a = Array{Buf: v.memory, Off: off, Type: Float32, Rank: 4, Dims: [MaxDims]int32{int32(n), int32(c), int32(h), int32(w)}}
	a.SetContiguous()
}

func newPhases(dst, y, weight, b *Array, g ConvGeometry) *phaseConvolution {
	v := freePhases.get()
	v.ConvGeometry, v.y, v.weight, v.b = g, y, weight, b
	v.c, v.h, v.w = dst.Size(1), dst.Size(2), dst.Size(3)
	v.planes = dst.Size(0) * v.c
	v.x = Slice[float32](dst)
	// The most that the phases of some rows need.
	rows := (v.h + g.StrideH - 1) / g.StrideH
	if need := 4 * (v.planes*rows*v.w + maxPhases*phaseGap); v.memory == nil || v.memory.Bytes() < need {
		v.memory = NewBuffer(need)
	}
	return v
}

func (v *phaseConvolution) run() {
	for i := range v.StrideH {
		v.rows = side(i, v.h, v.weight.Size(2), v.StrideH, v.PaddingH)
		if v.rows.n == 0 {
			continue
		}
		off := 0
		for j := range v.StrideW {
			s := side(j, v.w, v.weight.Size(3), v.StrideW, v.PaddingW)
			v.columns[j] = s
			if s.n == 0 {
				continue
			}
			x := &v.phases[j]
			v.array(x, off, v.planes/v.c, v.c, v.rows.n, s.n)
			off += (x.Numel() + phaseGap) &^ (phaseGap - 1)
			v.phase(x, s)
		}
		pool.Run((v.planes+v.grain()-1)/v.grain(), phaseWeave{v})
	}
	v.y, v.weight, v.b, v.x, v.part = nil, nil, nil, nil, Array{}
	freePhases.put(v)
}

// phase computes one.
func (v *phaseConvolution) phase(x *Array, s phaseSide) {
	if v.rows.taps == 0 || s.taps == 0 {
		to, size := Slice[float32](x), v.rows.n*s.n
		if v.b == nil {
			clear(to[:v.planes*size])
			return
		}
		for image := range v.planes / v.c {
			fillRows(to[image*v.c*size:], Slice[float32](v.b)[:v.c], size, size)
		}
		return
	}
	kw := v.weight.Size(3)
	part := &v.part // of the weights, in the places that picked says
	*part = *v.weight
	part.Dims[2], part.Dims[3] = int32(v.rows.taps), int32(s.taps)
	g := ConvGeometry{StrideH: 1, StrideW: 1, PaddingH: v.rows.shift, PaddingW: s.shift, DilationH: 1, DilationW: 1, Groups: v.Groups}
	d := newDirect(v.y, part, x, v.b, kernel.ActNone, g, true)
	d.area = v.weight.Size(2) * kw
	for ky := range v.rows.taps {
		for kx := range s.taps {
			d.picked = append(d.picked, (v.rows.tap+ky*v.StrideH)*kw+s.tap+kx*v.StrideW)
		}
	}
	d.run()
}

// grain is how many planes a chunk of weaving has.
func (v *phaseConvolution) grain() int { return max(1, grain/(v.rows.n*v.w)) }

type phaseWeave struct{ *phaseConvolution }

// Do weaves the columns' phases of some planes.
func (v phaseWeave) Do(chunk, _ int) {
	for plane := chunk * v.grain(); plane < min((chunk+1)*v.grain(), v.planes); plane++ {
		for i := range v.rows.n {
			to := v.x[(plane*v.h+v.rows.first+i*v.StrideH)*v.w:][:v.w]
			if v.StrideW == 2 && v.w > 1 {
				a, b := v.columns[0].n, v.columns[1].n
				kernel.Weave(to, Slice[float32](&v.phases[0])[(plane*v.rows.n+i)*a:][:a], Slice[float32](&v.phases[1])[(plane*v.rows.n+i)*b:][:b])
				continue
			}
			for j, s := range v.columns[:v.StrideW] {
				if s.n == 0 {
					continue
				}
				for k, f := range Slice[float32](&v.phases[j])[(plane*v.rows.n+i)*s.n:][:s.n] {
					to[j+k*v.StrideW] = f
				}
			}
		}
	}
}
