package nn_test

import (
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// lossOf maps the names of testdata/losses.py; the float type is for class weights.
func lossOf(name string, dtype tensor.DType) nn.Loss {
	w := tensor.FromSlice([]float64{0.5, 2, 1}).To(dtype)
	sum, none := nn.ReductionSum, nn.ReductionNone
	return map[string]nn.Loss{
		"CrossEntropy": nn.CrossEntropy, "CrossEntropy huge logits": nn.CrossEntropy,
		"CrossEntropy probabilities": nn.CrossEntropy, "CrossEntropy images": nn.CrossEntropy,
		"CrossEntropyWith weights smoothing ignore": nn.CrossEntropyWith(nn.CrossEntropyOptions{Weight: w, LabelSmoothing: 0.1, Ignore: []int64{0}}),
		"CrossEntropyWith sum":                      nn.CrossEntropyWith(nn.CrossEntropyOptions{Reduction: sum}),
		"CrossEntropyWith none":                     nn.CrossEntropyWith(nn.CrossEntropyOptions{Reduction: none}),
		"NLL":                                       nn.NLL, "NLLWith weights": nn.NLLWith(nn.NLLOptions{Weight: w}),
		"BCEWithLogits": nn.BCEWithLogits, "BCEWithLogits extremes": nn.BCEWithLogits,
		"BCEWithLogitsWith positive weight": nn.BCEWithLogitsWith(nn.BCEOptions{PosWeight: w}),
		"BCE":                               nn.BCE, "BCE extremes": nn.BCE,
		"MSE": nn.MSE, "MSE kinks": nn.MSE, "MSEWith sum": nn.MSEWith(nn.MSEOptions{Reduction: sum}),
		"MSEWith none": nn.MSEWith(nn.MSEOptions{Reduction: none}),
		"L1":           nn.L1, "L1 kinks": nn.L1, "L1With sum": nn.L1With(nn.L1Options{Reduction: sum}),
		"L1With none": nn.L1With(nn.L1Options{Reduction: none}),
		"Huber":       nn.Huber, "Huber kinks": nn.Huber, "HuberWith sum": nn.HuberWith(nn.HuberOptions{Reduction: sum}),
		"HuberWith none": nn.HuberWith(nn.HuberOptions{Reduction: none}), "HuberWith 0.25": nn.HuberWith(nn.HuberOptions{Delta: 0.25}),
		"SmoothL1": nn.SmoothL1, "SmoothL1 kinks": nn.SmoothL1, "SmoothL1With sum": nn.SmoothL1With(nn.SmoothL1Options{Reduction: sum}),
		"SmoothL1With none": nn.SmoothL1With(nn.SmoothL1Options{Reduction: none}),
		"SmoothL1With 0.25": nn.SmoothL1With(nn.SmoothL1Options{Beta: 0.25}),
		"KLDiv":             nn.KLDiv, "KLDiv zero target": nn.KLDiv,
		"KLDivWith batch mean": nn.KLDivWith(nn.KLDivOptions{BatchMean: true}),
		"KLDivWith log target": nn.KLDivWith(nn.KLDivOptions{LogTarget: true}),
		"KLDivWith sum":        nn.KLDivWith(nn.KLDivOptions{Reduction: sum}),
	}[name]
}

// TestLosses compares values and gradients with PyTorch's, at kinks too.
func TestLosses(t *testing.T) {
	var want struct {
		Cases []struct {
			Name        string
			Shape       []int
			Pred        []float64
			TargetShape []int `json:"target_shape"`
			Labels      bool
			Target      []float64
			Value       []float64
			Grad        []float64
			TargetGrad  []float64 `json:"target_grad"`
		}
	}
	golden(t, "losses", &want)
	for _, c := range want.Cases {
		t.Run(c.Name, func(t *testing.T) {
			for _, dtype := range []tensor.DType{tensor.Float64, tensor.Float32} {
				loss := lossOf(c.Name, dtype)
				if loss == nil {
					t.Fatal("there is no such loss")
				}
				tol := 1e-12
				if dtype == tensor.Float32 {
					tol = 2e-6
				}
				pred := tensor.FromSlice(c.Pred, c.Shape...).To(dtype).RequireGrad()
				target := tensor.FromSlice(c.Target, c.TargetShape...)
				if c.Labels {
					target = target.To(tensor.Int64)
				} else {
					target = target.To(dtype)
				}
				if c.TargetGrad != nil {
					target.RequireGrad()
				}
				y := loss(pred, target)
				compare(t, "the loss", y, nil, c.Value, tol)
				k := tensor.Arange(1, float64(y.Numel()+1), 1).To(dtype).Reshape(y.Shape()...)
				y.Mul(k).Sum().Backward()
				compare(t, "the prediction's gradient", pred.Grad(), c.Shape, c.Grad, tol)
				if c.TargetGrad != nil {
					compare(t, "the target's gradient", target.Grad(), c.TargetShape, c.TargetGrad, tol)
				}
			}
		})
	}
}
