package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// HuberLoss is torch.nn.functional.huber_loss of predictions x and a target of their
// shape and type: with d = x-target it is d²/2 where |d| <= delta and
// delta (|d| - delta/2) elsewhere, reduced. delta must be above 0.
func HuberLoss(x, target *Tensor, delta float64, r Reduction) *Tensor {
	above0("HuberLoss", "delta", x, target, delta)
	return distanceLoss("HuberLoss", "huber_loss", x, target, nd.Distance{Kind: nd.HuberDistance, Delta: delta, Scale: 1}, r)
}

// SmoothL1Loss is torch.nn.functional.smooth_l1_loss: the Huber loss with beta as its
// delta, divided by it, so that its slope far out is 1. beta must be above 0; for 0 use
// [L1Loss].
func SmoothL1Loss(x, target *Tensor, beta float64, r Reduction) *Tensor {
	above0("SmoothL1Loss", "beta", x, target, beta)
	return distanceLoss("SmoothL1Loss", "smooth_l1_loss", x, target, nd.Distance{Kind: nd.HuberDistance, Delta: beta, Scale: 1 / beta}, r)
}

func above0(op, name string, x, target *Tensor, v float64) {
	if !(v > 0) {
		badShape(op, []*Tensor{x, target}, "%s must be above 0, not %v", name, v)
	}
}
