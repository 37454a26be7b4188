package tensorboard

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// defaultEdges are the buckets that TensorFlow and PyTorch sort values into: from -1e20 to 1e20, each a tenth wider than its
// neighbour nearer to 0.
var defaultEdges = func() []float64 {
	var right []float64
	for v := 1e-12; v < 1e20; v *= 1.1 {
		right = append(right, v)
	}
	edges := make([]float64, 0, 2*len(right)+1)
	for _, v := range slices.Backward(right) {
		edges = append(edges, -v)
	}
	return append(append(edges, 0), right...)
}()

// histogramOfTensor is histogramOf for a tensor's elements.
func histogramOfTensor(x *tensor.Tensor) *Histogram {
	switch x.DType() {
	case tensor.Float32:
		return histogramOf(tensor.Data[float32](x), func(v float32) float64 { return float64(v) })
	case tensor.Float64:
		return histogramOf(tensor.Data[float64](x), func(v float64) float64 { return v })
	}
	return histogramOf(tensor.Data[int64](x.Detach().To(tensor.Int64)), func(v int64) float64 { return float64(v) })
}

// histogramOf sorts the finite ones of values into the default buckets. What lies beyond them is counted in the outermost.
func histogramOf[T tensor.Element](values []T, number func(T) float64) *Histogram {
	edges := defaultEdges
	last := len(edges) - 2
	counts := make([]float64, last+1)
	h := Histogram{Min: math.MaxFloat64, Max: -math.MaxFloat64}
	for _, value := range values {
		v := number(value)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		h.Min, h.Max = min(h.Min, v), max(h.Max, v)
		h.Num++
		h.Sum += v
		h.SumSquares += v * v
		i, found := slices.BinarySearch(edges, v)
		if !found {
			i--
		}
		counts[min(max(i, 0), last)]++
	}
	h.buckets(edges, counts)
	return &h
}

// buckets takes the buckets from the first to the last that holds anything. Since a bucket's upper end alone is written, an
// empty one in front says where the first begins, as torch.utils.tensorboard's make_histogram has it.
func (h *Histogram) buckets(edges, counts []float64) {
	occupied := func(c float64) bool { return c > 0 }
	first := slices.IndexFunc(counts, occupied)
	if first < 0 { // TensorFlow's histogram of nothing
		h.Min, h.Max = math.MaxFloat64, -math.MaxFloat64
		h.BucketLimits, h.Buckets = []float64{math.MaxFloat64}, []float64{0}
		return
	}
	last := len(counts) - 1
	for !occupied(counts[last]) {
		last--
	}
	h.BucketLimits = slices.Clone(edges[first : last+2])
	h.Buckets = append([]float64{0}, counts[first:last+1]...)
}

// FromBins makes a histogram of numbers that have been counted: counts[i] of them lie between edges[i] and edges[i+1]. Min and
// Max become the ends of the bins that hold anything, Sum and SumSquares those of the bins' middles; who knows them better may set
// them. It panics with a *tensor.ShapeError unless there is one edge more than counts, increasing or equal and finite, and no count is
// negative.
func FromBins(edges []float64, counts []int) *Histogram {
	wrong := len(edges) != len(counts)+1 || !slices.IsSorted(edges)
	for _, e := range edges {
		wrong = wrong || math.IsNaN(e) || math.IsInf(e, 0)
	}
	number := make([]float64, len(counts))
	for i, c := range counts {
		wrong = wrong || c < 0
		number[i] = float64(c)
	}
	if wrong {
		misuse("FromBins", nil, "increasing, finite edges, one more than the counts, are wanted: there are %d edges and %d counts", len(edges), len(counts))
	}
	h := Histogram{Min: math.MaxFloat64, Max: -math.MaxFloat64}
	for i, n := range number {
		if n == 0 {
			continue
		}
		h.Min, h.Max = min(h.Min, edges[i]), max(h.Max, edges[i+1])
		middle := edges[i]/2 + edges[i+1]/2
		h.Num += n
		h.Sum += n * middle
		h.SumSquares += n * middle * middle
	}
	h.buckets(edges, number)
	return &h
}

// misuse panics with a *tensor.ShapeError about x, which may be nil.
func misuse(op string, x *tensor.Tensor, format string, args ...any) {
	var shapes [][]int
	if x != nil {
		shapes = [][]int{x.Shape()}
	}
	panic(&tensor.ShapeError{Op: op, Shapes: shapes, Want: fmt.Sprintf(format, args...), Where: tensor.Caller()})
}
