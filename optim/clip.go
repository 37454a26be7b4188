package optim

import (
	"math"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// ClipOptions changes what ClipGradNorm measures.
type ClipOptions struct {
	// NormType is the p of the p-norm, above 0; 0 means 2, math.Inf(1) is the greatest
	// magnitude.
	NormType float64
}

// ClipGradNorm scales the gradients in place by min(1, max/(norm + 1e-6)), where norm
// is that of all of them as one vector, and returns norm, as it was before.
// Parameters without a gradient, and frozen ones, do not count. Call it between
// Backward and Step. torch.nn.utils.clip_grad_norm_.
//
// A norm that is not finite is returned like any other, and the gradients are scaled
// by it as in PyTorch: an infinite one makes finite gradients 0 and infinite ones NaN,
// NaN makes all NaN. Look at the result to skip such a step.
func ClipGradNorm(params []*nn.Param, max float64, o ...ClipOptions) float64 {
	wantNotNegative("ClipGradNorm", "the greatest norm", max)
	p := 2.0
	if len(o) > 0 && o[0].NormType != 0 {
		p = o[0].NormType
	}
	if !(p > 0) {
		misuse("ClipGradNorm", "NormType is %v; a number above 0, or math.Inf(1), is wanted", p)
	}
	total := 0.0
	for _, q := range params {
		if g := gradient("ClipGradNorm", q); g != nil {
			if g.Tracked() { // made with CreateGraph
				g = g.Detach()
			}
			total = join(total, g.Norm(p).Item(), p)
		}
	}
	if !math.IsInf(p, 1) {
		total = math.Pow(total, 1/p)
	}
	if scale := max / (total + 1e-6); !(scale >= 1) {
		for _, q := range params {
			if g := gradient("ClipGradNorm", q); g != nil {
				tensor.UpdateScale(g, scale)
			}
		}
	}
	return total
}

// join adds the norm of a part to the sum of p-th powers, or to the maximum.
func join(total, norm, p float64) float64 {
	switch {
	case !math.IsInf(p, 1):
		return total + math.Pow(norm, p)
	case math.IsNaN(total) || norm <= total:
		return total
	}
	return norm
}

// ClipGradValue brings every element of the gradients into -max to max, in place; NaN
// stays. Parameters without a gradient, and frozen ones, are left alone.
// torch.nn.utils.clip_grad_value_.
func ClipGradValue(params []*nn.Param, max float64) {
	wantNotNegative("ClipGradValue", "the greatest value", max)
	for _, q := range params {
		if g := gradient("ClipGradValue", q); g != nil {
			tensor.UpdateClamp(g, -max, max)
		}
	}
}

// gradient is what Step would use.
func gradient(op string, p *nn.Param) *tensor.Tensor {
	if p == nil {
		misuse(op, "a parameter is nil; nn.Parameters(model) lists a model's")
	}
	if p.Frozen() {
		return nil
	}
	return p.PeekGrad()
}
