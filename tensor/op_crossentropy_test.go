package tensor_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// labels are fixed int64s; without a shape, a scalar.
func labels(v []float64, shape ...int) in {
	return in{Shape: append([]int{}, shape...), Values: v, Type: tensor.Int64}
}

// reductions are PyTorch's, by value.
var reductions = []tensor.Reduction{tensor.ReductionMean, tensor.ReductionSum, tensor.ReductionNone}

var _ = op(row{Name: "SoftmaxCrossEntropy", Func: tensor.SoftmaxCrossEntropy, Cases: crossEntropyCases()})

func crossEntropyCases() []opCase {
	inf := math.Inf(1)
	var cases []opCase
	add := func(label string, o tensor.CrossEntropyOptions, weight []float64, ignore string, kinks bool, args ...in) {
		for _, r := range reductions {
			o := o
			o.Reduction = r
			torch := fmt.Sprintf("F.cross_entropy(x[0], x[1], reduction='%v', label_smoothing=%v", r, o.LabelSmoothing)
			if weight != nil {
				b, _ := json.Marshal(weight)
				torch += fmt.Sprintf(", weight=torch.tensor(%s, dtype=x[0].dtype)", b)
			}
			cases = append(cases, opCase{Label: label + " " + r.String(), In: args, Kinks: kinks, Torch: torch + ignore + ")",
				F: one(func(x []*tensor.Tensor) *tensor.Tensor {
					o := o
					if weight != nil {
						o.Weight = tensor.FromSlice(weight).To(x[0].DType())
					}
					return tensor.SoftmaxCrossEntropy(x[0], x[1], o)
				})})
		}
	}
	plain := tensor.CrossEntropyOptions{}
	smooth := tensor.CrossEntropyOptions{LabelSmoothing: 0.125}
	skip := tensor.CrossEntropyOptions{Ignore: []int64{2}}
	weights := []float64{0.5, 2, 1.25}
	logits := in{Shape: []int{4, 3}}
	image, imageLabels := in{Shape: []int{2, 3, 2, 2}}, labels([]float64{0, 2, 1, -100, 2, 2, 0, 1}, 2, 2, 2)
	probs, imageProbs := in{Shape: []int{4, 3}, Lo: 0.1, Hi: 0.9}, in{Shape: []int{2, 3, 2, 2}, Lo: 0.1, Hi: 0.9}
	add("labels", plain, nil, "", false, logits, labels([]float64{2, 0, 1, 1}, 4))
	add("weights", plain, weights, "", false, logits, labels([]float64{2, 0, 1, 1}, 4))
	add("smooth", smooth, nil, "", false, logits, labels([]float64{2, 0, -100, 1}, 4))
	add("smooth weights", smooth, weights, "", false, logits, labels([]float64{2, 0, -100, 1}, 4))
	add("ignore", skip, weights, ", ignore_index=2", false, logits, labels([]float64{2, 0, 1, 2}, 4))
	add("ignored by default", plain, nil, "", false, logits, labels([]float64{-100, 0, 1, -100}, 4))
	add("image", plain, weights, "", false, image, imageLabels)
	add("image smooth", smooth, weights, "", false, image, imageLabels)
	add("one", smooth, weights, "", false, in{Shape: []int{3}}, labels([]float64{1}))
	add("probabilities", plain, nil, "", false, logits, probs)
	add("probabilities smooth weights", smooth, weights, "", false, logits, probs)
	add("probabilities image", smooth, weights, "", false, image, imageProbs)
	add("one distribution", plain, weights, "", false, in{Shape: []int{3}}, in{Shape: []int{3}, Lo: 0.1, Hi: 0.9})
	// Probabilities that are no argument, and so untracked, take the fused form.
	fixed := []float64{0.5, 0.25, 0.25, 0, 1, 0, 0.125, 0.5, 0.375, 0.25, 0.5, 0.5}
	for _, r := range reductions {
		b, _ := json.Marshal(fixed)
		cases = append(cases, opCase{Label: "constant probabilities " + r.String(), In: []in{{Shape: []int{2, 3, 2}}},
			Torch: fmt.Sprintf("F.cross_entropy(x[0], torch.tensor(%s, dtype=x[0].dtype).reshape(2, 3, 2), "+
				"weight=torch.tensor([0.5, 2, 1.25], dtype=x[0].dtype), label_smoothing=0.125, reduction='%v')", b, r),
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				return tensor.SoftmaxCrossEntropy(x[0], tensor.FromSlice(fixed, 2, 3, 2).To(x[0].DType()), tensor.CrossEntropyOptions{
					Weight: tensor.FromSlice(weights).To(x[0].DType()), LabelSmoothing: 0.125, Reduction: r})
			})})
	}
	extremes := in{Shape: []int{6, 3}, Values: []float64{
		1e4, -1e4, 0,
		-1e4, 1e4, 1e4,
		-inf, 1, 2,
		1, -inf, 2,
		-1e4, -1e4, -1e4,
		0, 0, 0}}
	add("extremes", plain, nil, "", true, extremes, labels([]float64{1, 2, 0, 0, 1, 2}, 6))
	add("infinite", plain, nil, "", true, in{Shape: []int{3, 2}, Values: []float64{inf, 1, -inf, -inf, 1, math.NaN()}}, labels([]float64{0, 1, 0}, 3))
	add("all ignored", plain, nil, "", true, logits, labels([]float64{-100, -100, -100, -100}, 4))
	add("all ignored smooth", smooth, weights, "", true, logits, labels([]float64{-100, -100, -100, -100}, 4))
	add("no weight", plain, []float64{1, 0, 1}, "", true, logits, labels([]float64{1, 0, 1, 2}, 4))
	add("empty", plain, nil, "", true, in{Shape: []int{0, 3}}, in{Shape: []int{0}, Type: tensor.Int64})
	add("empty probabilities", plain, nil, "", true, in{Shape: []int{0, 3}}, in{Shape: []int{0, 3}})
	return cases
}

func TestCrossEntropyMisuse(t *testing.T) {
	x, o := tensor.Zeros(4, 3), tensor.CrossEntropyOptions{}
	y := tensor.FromSlice([]int64{0, 1, 2, 7})
	misuse[*tensor.IndexError](t, "class 7 at [3] is not one of the 3 classes", func() { tensor.SoftmaxCrossEntropy(x, y, o) })
	misuse[*tensor.IndexError](t, "class -1 at [0 1] is not one of the 3", func() {
		tensor.SoftmaxCrossEntropy(tensor.Zeros(1, 3, 2), tensor.FromSlice([]int64{0, -1}, 1, 2), o)
	})
	misuse[*tensor.IndexError](t, "class 7 at [3]", func() { tensor.NLL(x, y, tensor.NLLOptions{}) })
	misuse[*tensor.DTypeError](t, "To(tensor.Int64)", func() { tensor.SoftmaxCrossEntropy(x, y.To(tensor.Int32), o) })
	for _, shape := range [][]int{{0}, {2, 0}} {
		misuse[*tensor.ShapeError](t, "at least one class", func() { tensor.SoftmaxCrossEntropy(tensor.Zeros(shape...), tensor.Zeros(shape...), o) })
	}
	misuse[*tensor.DTypeError](t, "int64", func() { tensor.NLL(x, x, tensor.NLLOptions{}) })
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.SoftmaxCrossEntropy(y, y, o) })
	misuse[*tensor.ShapeError](t, "without the classes", func() { tensor.SoftmaxCrossEntropy(x, y.Slice(0, 0, 3, 1), o) })
	misuse[*tensor.ShapeError](t, "without the classes", func() { tensor.SoftmaxCrossEntropy(x, y.Reshape(4, 1), o) })
	misuse[*tensor.ShapeError](t, "shape of the logits", func() { tensor.SoftmaxCrossEntropy(x, tensor.Zeros(4, 2), o) })
	misuse[*tensor.ShapeError](t, "each of the 3 classes", func() {
		tensor.SoftmaxCrossEntropy(x, y, tensor.CrossEntropyOptions{Weight: tensor.Ones(4)})
	})
	misuse[*tensor.ShapeError](t, "between 0 and 1, not 1.5", func() {
		tensor.SoftmaxCrossEntropy(x, y, tensor.CrossEntropyOptions{LabelSmoothing: 1.5})
	})
	misuse[*tensor.ShapeError](t, "Reduction(7)", func() {
		tensor.SoftmaxCrossEntropy(x, tensor.Zeros(4, 3), tensor.CrossEntropyOptions{Reduction: 7})
	})
}

// The bits do not depend on the number of threads.
func TestCrossEntropyLarge(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	x := normal(3, 90, 50, 9)
	p := normal(4, 90, 50, 9).Softmax(1)
	for _, o := range []tensor.CrossEntropyOptions{{}, {LabelSmoothing: 0.1}, {Reduction: tensor.ReductionNone}} {
		for _, target := range []*tensor.Tensor{p, p.ArgMax(1)} {
			var losses, grads [][]float32
			for _, threads := range []int{1, 3} {
				pool.SetThreads(threads)
				leaf := x.Clone().RequireGrad()
				loss := tensor.SoftmaxCrossEntropy(leaf, target, o)
				losses = append(losses, tensor.Data[float32](loss))
				loss.Sum().Backward()
				grads = append(grads, tensor.Data[float32](leaf.Grad()))
			}
			if !slices.Equal(losses[0], losses[1]) || !slices.Equal(grads[0], grads[1]) {
				t.Errorf("%+v, %v targets: one thread and three give different bits", o, target.DType())
			}
		}
	}
}

// The vector kernels of float32 give what the loops of float64 do, whatever the log-probabilities
// of an ignored row are.
func TestCrossEntropyGradientKernels(t *testing.T) {
	for _, shape := range [][]int{{1100, 10}, {3, 5000}, {90, 50, 9}, {2, 3, 40, 31}} {
		x := normal(5, shape...)
		p := normal(6, shape...).Softmax(1)
		y := p.ArgMax(1)
		w := normal(7, shape[1]).Abs()
		for _, o := range []tensor.CrossEntropyOptions{{}, {Weight: w}, {LabelSmoothing: 0.1}, {LabelSmoothing: 0.1, Weight: w},
			{Ignore: []int64{1}}, {Ignore: []int64{1}, LabelSmoothing: 0.1, Weight: w}} {
			for _, target := range []*tensor.Tensor{p, y} {
				for _, r := range reductions {
					o.Reduction = r
					gradient := func(dtype tensor.DType) []float64 {
						o, target := o, target
						if o.Weight != nil {
							o.Weight = o.Weight.To(dtype)
						}
						if target == p {
							target = p.To(dtype)
						}
						leaf := x.Clone().To(dtype).RequireGrad()
						tensor.SoftmaxCrossEntropy(leaf, target, o).Sum().Backward()
						return tensor.Data[float64](leaf.Grad().To(tensor.Float64))
					}
					got, want := gradient(tensor.Float32), gradient(tensor.Float64)
					for i, v := range got {
						if math.Abs(v-want[i]) > 1e-6*math.Abs(want[i])+3e-7 {
							t.Fatalf("%v, %+v, %v targets: element %d is %v, want %v", shape, o, target.DType(), i, v, want[i])
						}
					}
				}
			}
		}
	}
	x := tensor.Full(math.NaN(), 600, 20).RequireGrad()
	tensor.SoftmaxCrossEntropy(x, tensor.Zeros(600).To(tensor.Int64), tensor.CrossEntropyOptions{Ignore: []int64{0}, Reduction: tensor.ReductionSum}).Backward()
	if g := tensor.Data[float32](x.Grad()); slices.ContainsFunc(g, func(v float32) bool { return v != 0 }) {
		t.Errorf("the gradient of ignored rows is %v", g[:20])
	}
}

// In float32 the loss of a sure and right prediction keeps its digits.
func TestCrossEntropyTinyLoss(t *testing.T) {
	x := tensor.FromSlice([]float32{25, 0}, 1, 2)
	got := tensor.SoftmaxCrossEntropy(x, tensor.FromSlice([]int64{0}), tensor.CrossEntropyOptions{}).Item()
	if want := math.Log1p(math.Exp(-25)); math.Abs(got/want-1) > 1e-3 {
		t.Errorf("the loss is %v; %v is wanted", got, want)
	}
}

func ExampleSoftmaxCrossEntropy() {
	logits := tensor.FromSlice([]float32{2, 0, 0, 0, 3, 0}, 2, 3).RequireGrad()
	labels := tensor.FromSlice([]int64{0, 2})
	loss := tensor.SoftmaxCrossEntropy(logits, labels, tensor.CrossEntropyOptions{})
	loss.Backward()
	fmt.Printf("loss %.4f\n", loss.Item())
	fmt.Printf("gradient %.4f\n", tensor.Data[float32](logits.Grad()))
	// Output:
	// loss 1.6672
	// gradient [-0.1065 0.0533 0.0533 0.0226 0.4547 -0.4774]
}

func TestReductionText(t *testing.T) {
	for _, r := range reductions {
		b, err := json.Marshal(tensor.CrossEntropyOptions{Reduction: r, LabelSmoothing: 0.5, Ignore: []int64{255}})
		var o tensor.CrossEntropyOptions
		if err != nil || json.Unmarshal(b, &o) != nil || o.Reduction != r || o.Ignore[0] != 255 {
			t.Errorf("%v became %s and %+v", r, b, o)
		}
	}
	var r tensor.Reduction
	if err := r.UnmarshalText([]byte("median")); err == nil {
		t.Error("median was accepted")
	}
	if _, err := tensor.Reduction(9).MarshalText(); err == nil {
		t.Error("reduction 9 was written")
	}
}

func BenchmarkSoftmaxCrossEntropy(b *testing.B) {
	for _, shape := range [][]int{{64, 10}, {64, 1000}} {
		b.Run(fmt.Sprint(shape), func(b *testing.B) { benchmarkSoftmaxCrossEntropy(b, shape) })
	}
}

func benchmarkSoftmaxCrossEntropy(b *testing.B, shape []int) {
	x := normal(1, shape...).RequireGrad()
	y := normal(2, shape...).ArgMax(1)
	var s tensor.Scope
	leaf := s.Leaf(x, nil)
	b.ReportAllocs()
	for b.Loop() {
		s.TakeOver()
		leaf.ZeroGrad()
		tensor.SoftmaxCrossEntropy(leaf, y, tensor.CrossEntropyOptions{}).Backward()
	}
}
