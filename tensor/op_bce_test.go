package tensor_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "BinaryCrossEntropyWithLogits", Func: tensor.BinaryCrossEntropyWithLogits, Cases: bceCases(
	tensor.BinaryCrossEntropyWithLogits, "F.binary_cross_entropy_with_logits", in{Shape: []int{3, 4}, Lo: -4, Hi: 4},
	opCase{Label: "positive weight", In: []in{{Shape: []int{3, 4}}, {Shape: []int{3, 4}, Lo: 0.05, Hi: 0.95}},
		Torch: "F.binary_cross_entropy_with_logits(x[0], x[1], pos_weight=torch.tensor([0.5, 2, 1, 3], dtype=x[0].dtype))",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.BinaryCrossEntropyWithLogits(x[0], x[1], tensor.BCEOptions{PosWeight: tensor.FromSlice([]float64{0.5, 2, 1, 3}).To(x[0].DType())})
		})},
	opCase{Label: "both weights", In: []in{{Shape: []int{3, 4}}, {Shape: []int{3, 4}, Lo: 0.05, Hi: 0.95}},
		Torch: "F.binary_cross_entropy_with_logits(x[0], x[1], weight=torch.tensor([[2.], [3], [0.5]], dtype=x[0].dtype), " +
			"pos_weight=torch.tensor([0.5, 2, 1, 3], dtype=x[0].dtype), reduction='none')",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.BinaryCrossEntropyWithLogits(x[0], x[1], tensor.BCEOptions{Reduction: tensor.ReductionNone,
				Weight:    tensor.FromSlice([]float64{2, 3, 0.5}, 3, 1).To(x[0].DType()),
				PosWeight: tensor.FromSlice([]float64{0.5, 2, 1, 3}).To(x[0].DType())})
		})},
	opCase{Label: "extremes", Kinks: true, Torch: "F.binary_cross_entropy_with_logits(x[0], x[1], reduction='none')",
		In: []in{
			{Shape: []int{10}, Values: []float64{1000, 1000, -1000, -1000, 0, 0, math.Inf(1), math.Inf(-1), math.NaN(), 1e4}},
			{Shape: []int{10}, Values: []float64{0, 1, 0, 1, 0, 1, 0.5, 0.5, 1, 0.25}}},
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.BinaryCrossEntropyWithLogits(x[0], x[1], tensor.BCEOptions{Reduction: tensor.ReductionNone})
		})},
)})

var _ = op(row{Name: "BinaryCrossEntropy", Func: tensor.BinaryCrossEntropy, Cases: bceCases(
	tensor.BinaryCrossEntropy, "F.binary_cross_entropy", in{Shape: []int{3, 4}, Lo: 0.05, Hi: 0.95},
	opCase{Label: "ends", Kinks: true,
		In: []in{{Shape: []int{8}, Values: []float64{0, 0, 1, 1, 0, 1, 1e-30, 0.5}}, {Shape: []int{8}, Values: []float64{0, 1, 0, 1, 0.5, 0.5, 1, 1}}},
		// PyTorch's gradient of the target, which is infinite here, is not compared.
		Torch: "F.binary_cross_entropy(x[0], x[1].detach(), reduction='none')",
		F: one(func(x []*tensor.Tensor) *tensor.Tensor {
			return tensor.BinaryCrossEntropy(x[0], x[1].Detach(), tensor.BCEOptions{Reduction: tensor.ReductionNone})
		})},
)})

// bceCases are what both forms have.
func bceCases(f func(x, target *tensor.Tensor, o tensor.BCEOptions) *tensor.Tensor, torch string, x in, more ...opCase) []opCase {
	target := in{Shape: []int{3, 4}, Lo: 0.05, Hi: 0.95}
	var cases []opCase
	for _, r := range reductions {
		cases = append(cases, opCase{Label: r.String(), In: []in{x, target}, Torch: torch + "(x[0], x[1], reduction='" + r.String() + "')",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1], tensor.BCEOptions{Reduction: r}) })})
	}
	cases = append(cases,
		opCase{Label: "weight", In: []in{x, target}, Torch: torch + "(x[0], x[1], weight=torch.tensor([0.5, 1.5, 2, 0], dtype=x[0].dtype))",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				return f(x[0], x[1], tensor.BCEOptions{Weight: tensor.FromSlice([]float64{0.5, 1.5, 2, 0}).To(x[0].DType())})
			})},
		opCase{Label: "scalar", In: []in{{Shape: []int{}, Lo: 0.2, Hi: 0.8}, {Shape: []int{}, Lo: 0.2, Hi: 0.8}}, Torch: torch + "(x[0], x[1])",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1], tensor.BCEOptions{}) })},
		opCase{Label: "empty", In: []in{{Shape: []int{0, 4}}, {Shape: []int{0, 4}}}, Kinks: true, Torch: torch + "(x[0], x[1])",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1], tensor.BCEOptions{}) })})
	return append(cases, more...)
}

func TestBCEMisuse(t *testing.T) {
	x := tensor.Zeros(3, 4)
	misuse[*tensor.ShapeError](t, "shape of the predictions", func() {
		tensor.BinaryCrossEntropyWithLogits(x, tensor.Zeros(3, 1), tensor.BCEOptions{})
	})
	misuse[*tensor.ShapeError](t, "broadcast to the shape", func() {
		tensor.BinaryCrossEntropyWithLogits(x, x, tensor.BCEOptions{PosWeight: tensor.Ones(3)})
	})
	misuse[*tensor.ShapeError](t, "broadcast to the shape", func() {
		tensor.BinaryCrossEntropy(x, x, tensor.BCEOptions{Weight: tensor.Ones(2, 3, 4)})
	})
	misuse[*tensor.ShapeError](t, "with logits only", func() {
		tensor.BinaryCrossEntropy(x, x, tensor.BCEOptions{PosWeight: tensor.Ones(4)})
	})
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.BinaryCrossEntropy(x, x.To(tensor.Int64), tensor.BCEOptions{}) })
	misuse[*tensor.DTypeError](t, "equal", func() { tensor.BinaryCrossEntropyWithLogits(x, x.To(tensor.Float64), tensor.BCEOptions{}) })
	misuse[*tensor.ShapeError](t, "Reduction(3)", func() { tensor.BinaryCrossEntropy(x, x, tensor.BCEOptions{Reduction: 3}) })
}

// Numbers that are no probabilities give NaN instead of a loss that looks right.
func TestBCEOutsideUnit(t *testing.T) {
	y := tensor.BinaryCrossEntropy(tensor.FromSlice([]float32{-0.1, 1.1, -0.1, 1.1}), tensor.FromSlice([]float32{0, 1, 1, 0}),
		tensor.BCEOptions{Reduction: tensor.ReductionNone})
	for i, v := range tensor.Data[float32](y) {
		if v == v {
			t.Errorf("element %d is %v, not NaN", i, v)
		}
	}
}
