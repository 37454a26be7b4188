package optim

import "math"

// ExponentialLR multiplies the learning rate by Gamma at every step, as
// torch.optim.lr_scheduler.ExponentialLR.
type ExponentialLR struct {
	LR    float64 `json:"lr"`
	Gamma float64 `json:"gamma"`
}

// At is LR * Gamma^step.
func (s ExponentialLR) At(step int) float64 {
	checkStep("ExponentialLR.At", step)
	wantPositive("ExponentialLR.At", "LR", s.LR, "")
	wantPositive("ExponentialLR.At", "Gamma", s.Gamma, "")
	return s.LR * math.Pow(s.Gamma, float64(step))
}
