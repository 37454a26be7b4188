package tensor

import (
	"math/rand/v2"

	"github.com/lumen-ml/lumen/internal/nd"
)

// The random tensors take their numbers from the caller's generator, in row-major
// order: the same seed gives the same tensor, and nothing else uses the generator.

// stream panics if there is no generator to draw from.
func stream(op string, rng *rand.Rand, shape ...int) {
	if rng == nil {
		panic(&ShapeError{Op: op, Shapes: [][]int{shape}, Where: caller(),
			Want: "a generator is wanted, such as rand.New(rand.NewPCG(42, 0)), not nil"})
	}
}

// Randn returns a float32 tensor of normally distributed numbers, mean 0 and standard
// deviation 1.
func Randn(rng *rand.Rand, shape ...int) *Tensor {
	stream("Randn", rng, shape...)
	return draw("Randn", shape, func() float32 { return float32(rng.NormFloat64()) })
}

// Rand returns a float32 tensor of numbers uniform in [0, 1).
func Rand(rng *rand.Rand, shape ...int) *Tensor {
	stream("Rand", rng, shape...)
	return draw("Rand", shape, rng.Float32)
}

// RandInt returns an int64 tensor of numbers uniform in [lo, hi).
func RandInt(rng *rand.Rand, lo, hi int, shape ...int) *Tensor {
	stream("RandInt", rng, shape...)
	n := uint64(hi) - uint64(lo) // right even where hi-lo overflows
	if lo >= hi {
		panic(&IndexError{Op: "RandInt", Index: hi, Shape: shape, Where: caller(),
			Want: "the upper limit, which is not drawn, must be greater than the lower, " + itoa(lo)})
	}
	return draw("RandInt", shape, func() int64 { return int64(uint64(lo) + rng.Uint64N(n)) })
}

// RandPerm returns the numbers 0 to n-1 in random order, as int64.
func RandPerm(rng *rand.Rand, n int) *Tensor {
	stream("RandPerm", rng, n)
	checkShape("RandPerm", []int{n})
	t := result(nil, nd.CPU, Int64, n)
	for i, v := range rng.Perm(n) {
		nd.Slice[int64](&t.a)[i] = int64(v)
	}
	return t
}

// Bernoulli returns a float32 tensor of ones, each with probability p, and zeros.
func Bernoulli(rng *rand.Rand, p float64, shape ...int) *Tensor {
	stream("Bernoulli", rng, shape...)
	if !(p >= 0 && p <= 1) {
		panic(&ShapeError{Op: "Bernoulli", Shapes: [][]int{shape}, Where: caller(),
			Want: "the probability must be between 0 and 1"})
	}
	return draw("Bernoulli", shape, func() float32 {
		if rng.Float64() < p {
			return 1
		}
		return 0
	})
}

// draw returns a tensor of the numbers that next gives.
func draw[T Element](op string, shape []int, next func() T) *Tensor {
	checkShape(op, shape)
	t := result(nil, nd.CPU, nd.TypeOf[T](), shape...)
	data := nd.Slice[T](&t.a)
	for i := range t.Numel() {
		data[i] = next()
	}
	return t
}
