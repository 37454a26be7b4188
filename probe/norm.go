package probe

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// chunk is how many elements a thread does at a time. Results of chunks are joined in order,
// so that their number and not that of the threads decides the bits.
const chunk = 8 << 10

// squares adds up squares, at every step, without allocating: what its loops need lies in it.
type squares struct {
	x32    []float32
	x64    []float64
	parts  []float64
	read32 func([]float32)
	read64 func([]float64)
	part   func(lo, hi int)
}

func (s *squares) prepare() {
	s.read32 = func(x []float32) { s.x32 = x; s.run(len(x)); s.x32 = nil }
	s.read64 = func(x []float64) { s.x64 = x; s.run(len(x)); s.x64 = nil }
	s.part = func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if s.x32 != nil {
				s.parts[i] = kernel.SquaredNorm(s.x32[i*chunk : min((i+1)*chunk, len(s.x32))])
			} else {
				s.parts[i] = kernel.SquaredNorm(s.x64[i*chunk : min((i+1)*chunk, len(s.x64))])
			}
		}
	}
}

// of is the sum of t's squares, in float64.
func (s *squares) of(t *tensor.Tensor) float64 {
	s.parts = s.parts[:0]
	if t.DType() == tensor.Float64 {
		tensor.Read(t, s.read64)
	} else {
		tensor.Read(t, s.read32)
	}
	total := 0.0
	for _, p := range s.parts {
		total += p
	}
	return total
}

func (s *squares) run(elements int) {
	chunks := (elements + chunk - 1) / chunk
	for len(s.parts) < chunks {
		s.parts = append(s.parts, 0)
	}
	pool.For(chunks, 1, s.part)
}

// read calls the function of t's type with its elements.
func read(t *tensor.Tensor, f32 func([]float32), f64 func([]float64)) {
	if t.DType() == tensor.Float64 {
		tensor.Read(t, f64)
	} else {
		tensor.Read(t, f32)
	}
}

func total[T kernel.Float](x []T) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}
