package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "BatchNorm", Func: tensor.BatchNorm, Cases: batchNormCases()})

func batchNormCases() []opCase {
	w, b := in{Shape: []int{3}, Lo: 0.5, Hi: 2}, in{Shape: []int{3}}
	training := func(label string, o tensor.BatchNormOptions, torch string, x in, kinks bool) opCase {
		return opCase{Label: label, In: []in{x, w, b}, Kinks: kinks, Torch: "F.batch_norm(x[0], None, None, x[1], x[2], True" + torch + ")",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				o.Training = true
				return tensor.BatchNorm(x[0], x[1], x[2], nil, nil, o)
			})}
	}
	return []opCase{
		training("rows", tensor.BatchNormOptions{}, "", in{Shape: []int{5, 3}}, false),
		training("sequences", tensor.BatchNormOptions{Eps: 0.1}, ", eps=0.1", in{Shape: []int{2, 3, 4}}, false),
		training("images", tensor.BatchNormOptions{}, "", in{Shape: []int{2, 3, 2, 3}}, false),
		training("volumes", tensor.BatchNormOptions{}, "", in{Shape: []int{2, 3, 1, 2, 2}}, false),
		training("one image", tensor.BatchNormOptions{}, "", in{Shape: []int{1, 3, 2, 2}}, false),
		training("empty", tensor.BatchNormOptions{}, "", in{Shape: []int{0, 3, 2}}, true),
		training("relu", tensor.BatchNormOptions{Activation: tensor.ActReLU}, ").relu(", in{Shape: []int{4, 3, 2, 2}}, false),
		training("sigmoid", tensor.BatchNormOptions{Activation: tensor.ActSigmoid}, ").sigmoid(", in{Shape: []int{4, 3, 2}}, false),
		{Label: "plain", In: []in{{Shape: []int{2, 3, 4}}}, Torch: "F.batch_norm(x[0], None, None, training=True)",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				return tensor.BatchNorm(x[0], nil, nil, nil, nil, tensor.BatchNormOptions{Training: true})
			})},
		{Label: "weight only", In: []in{{Shape: []int{2, 3, 4}}, w}, Torch: "F.batch_norm(x[0], None, None, x[1], training=True)",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				return tensor.BatchNorm(x[0], x[1], nil, nil, nil, tensor.BatchNormOptions{Training: true})
			})},
		{Label: "inference", In: []in{{Shape: []int{2, 3, 4}}, w, b},
			Torch: "F.batch_norm(x[0], torch.tensor([0.5, -1, 2], dtype=x[0].dtype), torch.tensor([1, 0.25, 4], dtype=x[0].dtype), x[1], x[2])",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				m, v := tensor.FromSlice([]float64{0.5, -1, 2}).To(x[0].DType()), tensor.FromSlice([]float64{1, 0.25, 4}).To(x[0].DType())
				return tensor.BatchNorm(x[0], x[1], x[2], m, v, tensor.BatchNormOptions{})
			})},
		{Label: "inference plain", In: []in{{Shape: []int{1, 3}}},
			Torch: "F.batch_norm(x[0], torch.tensor([0.5, -1, 2], dtype=x[0].dtype), torch.tensor([1, 0.25, 0], dtype=x[0].dtype))",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				m, v := tensor.FromSlice([]float64{0.5, -1, 2}).To(x[0].DType()), tensor.FromSlice([]float64{1, 0.25, 0}).To(x[0].DType())
				return tensor.BatchNorm(x[0], nil, nil, m, v, tensor.BatchNormOptions{})
			})},
		{Label: "running", In: []in{{Shape: []int{4, 3}}, w, b},
			Torch: "m, v = torch.tensor([0.5, -1, 2], dtype=x[0].dtype), torch.tensor([1, 0.25, 4], dtype=x[0].dtype)\n" +
				"y = F.batch_norm(x[0], m, v, x[1], x[2], True, momentum=0.25)\ny = (y, m, v)",
			F: func(x []*tensor.Tensor) []*tensor.Tensor {
				m, v := tensor.FromSlice([]float64{0.5, -1, 2}).To(x[0].DType()), tensor.FromSlice([]float64{1, 0.25, 4}).To(x[0].DType())
				y := tensor.BatchNorm(x[0], x[1], x[2], m, v, tensor.BatchNormOptions{Training: true, Momentum: 0.25})
				return []*tensor.Tensor{y, m, v}
			}, Kinks: true}, // the statistics depend on x without a gradient
		training("constant", tensor.BatchNormOptions{}, "", in{Shape: []int{2, 3}, Values: []float64{1, 2, 3, 1, 2, 3}}, true),
		training("relu at 0", tensor.BatchNormOptions{Activation: tensor.ActReLU}, ").relu(", in{Shape: []int{2, 3}, Values: []float64{1, 2, 3, 1, 2, 5}}, true),
		{Label: "inference, relu", In: []in{{Shape: []int{2, 3, 4}}, w, b},
			Torch: "F.batch_norm(x[0], torch.tensor([0.5, -1, 2], dtype=x[0].dtype), torch.tensor([1, 0.25, 4], dtype=x[0].dtype), x[1], x[2]).relu()",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				m, v := tensor.FromSlice([]float64{0.5, -1, 2}).To(x[0].DType()), tensor.FromSlice([]float64{1, 0.25, 4}).To(x[0].DType())
				return tensor.BatchNorm(x[0], x[1], x[2], m, v, tensor.BatchNormOptions{Activation: tensor.ActReLU})
			})},
		training("not finite", tensor.BatchNormOptions{}, "",
			in{Shape: []int{2, 3}, Values: []float64{1, math.Inf(1), 3, 2, 2, math.NaN()}}, true),
	}
}

func TestBatchNormRunning(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 3, 5, 7}, 2, 1, 2)
	mean, variance := tensor.Zeros(1), tensor.Ones(1)
	y := tensor.BatchNorm(x, nil, nil, mean, variance, tensor.BatchNormOptions{Training: true, Momentum: 1})
	if m, v := mean.Item(), variance.Item(); m != 4 || math.Abs(v-20.0/3) > 1e-6 {
		t.Errorf("the running mean is %v and the variance %v; 4 and 20/3 (unbiased) are wanted", m, v)
	}
	if s := fmt.Sprint(y.Shape()); s != "[2 1 2]" {
		t.Errorf("shape %s", s)
	}
	// Changing the statistics in place is noticed by whoever saved them.
	leaf := tensor.Ones(1).RequireGrad()
	z := leaf.Mul(mean)
	tensor.BatchNorm(x, nil, nil, mean, variance, tensor.BatchNormOptions{Training: true, Momentum: 0.5})
	misuse[*tensor.GraphError](t, "changed in place", func() { z.Backward() })
	// Without training they stay; an empty batch leaves them.
	before := append(tensor.Data[float32](mean), tensor.Data[float32](variance)...)
	tensor.BatchNorm(x, nil, nil, mean, variance, tensor.BatchNormOptions{Momentum: 0.5})
	tensor.BatchNorm(tensor.Zeros(0, 1), nil, nil, mean, variance, tensor.BatchNormOptions{Training: true, Momentum: 0.5})
	if after := append(tensor.Data[float32](mean), tensor.Data[float32](variance)...); !slices.Equal(before, after) {
		t.Errorf("the statistics became %v from %v", after, before)
	}
}

func TestBatchNormMisuse(t *testing.T) {
	x, train := tensor.Zeros(2, 3, 4), tensor.BatchNormOptions{Training: true}
	misuse[*tensor.ShapeError](t, "expected more than 1 value per channel", func() { tensor.BatchNorm(tensor.Zeros(1, 3), nil, nil, nil, nil, train) })
	misuse[*tensor.ShapeError](t, "expected more than 1 value per channel", func() { tensor.BatchNorm(tensor.Zeros(1, 3, 1, 1), nil, nil, nil, nil, train) })
	misuse[*tensor.ShapeError](t, "[batch, channels, ...]", func() { tensor.BatchNorm(tensor.Zeros(3), nil, nil, nil, nil, train) })
	misuse[*tensor.ShapeError](t, "each of the 3 channels", func() { tensor.BatchNorm(x, tensor.Ones(4), nil, nil, nil, train) })
	misuse[*tensor.ShapeError](t, "without Training", func() { tensor.BatchNorm(x, nil, nil, tensor.Zeros(3), nil, tensor.BatchNormOptions{}) })
	misuse[*tensor.ShapeError](t, "contiguous", func() {
		tensor.BatchNorm(x, nil, nil, tensor.Zeros(6).Slice(0, 0, 6, 2), tensor.Ones(3), train)
	})
	misuse[*tensor.GraphError](t, "must not be tracked", func() {
		tensor.BatchNorm(x, nil, nil, tensor.Zeros(3).RequireGrad(), tensor.Ones(3), train)
	})
	misuse[*tensor.DTypeError](t, "equal", func() { tensor.BatchNorm(x, tensor.OnesOf(tensor.Float64, 3), nil, nil, nil, train) })
}

func BenchmarkBatchNorm(b *testing.B) {
	x := normal(1, 32, 64, 32, 32)
	w, bias := tensor.Ones(64), tensor.Zeros(64)
	mean, variance := tensor.Zeros(64), tensor.Ones(64)
	var s tensor.Scope
	lx, lw, lb := s.Leaf(x, nil), s.Leaf(w, nil), s.Leaf(bias, nil)
	o := tensor.BatchNormOptions{Training: true, Momentum: 0.1}
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			tensor.BatchNorm(x, w, bias, mean, variance, o)
		}
	})
	b.Run("both", func(b *testing.B) {
		for b.Loop() {
			s.TakeOver()
			y := tensor.BatchNorm(lx, lw, lb, mean, variance, o)
			tensor.GradOf(y, []*tensor.Tensor{lx, lw, lb}, tensor.BackwardOptions{Gradient: x})
		}
	})
}
