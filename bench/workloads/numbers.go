package workloads

import (
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// Numbers is a sequence of uniform random numbers that is the same in every language:
// number k of the stream called name is the upper 24 bits of splitmix64(FNV-1a(name) +
// (k+1) * 0x9e3779b97f4a7c15), over 2^24.
type Numbers struct{ state uint64 }

// NewNumbers returns the stream of a name.
func NewNumbers(name string) *Numbers {
	h := fnv.New64a()
	h.Write([]byte(name))
	return &Numbers{h.Sum64()}
}

// Next returns the next number, at least 0 and below 1.
func (n *Numbers) Next() float64 {
	n.state += 0x9e3779b97f4a7c15
	z := n.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>40) / (1 << 24)
}

// Uniform returns values from lo to hi.
func (n *Numbers) Uniform(lo, hi float64, shape ...int) *tensor.Tensor {
	return n.draw(func() float64 { return lo + (hi-lo)*n.Next() }, shape)
}

// Normal returns values of mean 0 and variance 1 that are nearly normal: a sum of four
// uniform ones.
func (n *Numbers) Normal(shape ...int) *tensor.Tensor {
	return n.draw(func() float64 {
		sum := n.Next() + n.Next()
		sum += n.Next()
		sum += n.Next()
		return (sum - 2) * math.Sqrt(3)
	}, shape)
}

// Labels returns count classes from 0 to classes-1, int64.
func (n *Numbers) Labels(count, classes int) *tensor.Tensor {
	labels := make([]int64, count)
	for i := range labels {
		labels[i] = int64(n.Next() * float64(classes))
	}
	return tensor.FromSlice(labels, count)
}

func (n *Numbers) draw(next func() float64, shape []int) *tensor.Tensor {
	count := 1
	for _, d := range shape {
		count *= d
	}
	values := make([]float32, count)
	for i := range values {
		values[i] = float32(next())
	}
	return tensor.FromSlice(values, shape...)
}

// fill gives the parameters of a model, counted from 0 in their order, the values of
// the stream NAME/weights/NUMBER: matrices and kernels within 1/sqrt(fan in), the scale
// of a normalisation within 0.9 and 1.1, biases within 0.05.
func fill(model any, name string) {
	state, number := map[string]*tensor.Tensor{}, 0
	for full, p := range nn.Named(model) {
		lo, hi := -0.05, 0.05
		switch shape := p.Shape(); {
		case len(shape) > 1:
			in, _ := nn.Fans(shape...)
			hi = 1 / math.Sqrt(float64(in))
			lo = -hi
		case strings.HasSuffix(full, "weight"):
			lo, hi = 0.9, 1.1
		}
		state[full] = NewNumbers(name+"/weights/"+strconv.Itoa(number)).Uniform(lo, hi, p.Shape()...)
		number++
	}
	if _, err := nn.LoadState(model, state, nn.LoadOptions{AllowMissing: true}); err != nil {
		panic(err) // the state was made from the model's own names and shapes
	}
}
