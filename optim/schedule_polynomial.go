package optim

import "math"

// PolynomialLR lets the learning rate fall from LR to 0 over TotalIters steps, along a
// straight line for a Power of 1, as torch.optim.lr_scheduler.PolynomialLR. Power 0
// means 1.
type PolynomialLR struct {
	LR         float64 `json:"lr"`
	TotalIters int     `json:"total_iters"`
	Power      float64 `json:"power"`
}

// At is LR * (1 - min(step/TotalIters, 1))^Power.
func (s PolynomialLR) At(step int) float64 {
	checkStep("PolynomialLR.At", step)
	wantPositive("PolynomialLR.At", "LR", s.LR, "")
	wantSteps("PolynomialLR.At", "TotalIters", s.TotalIters)
	return s.LR * math.Pow(1-min(float64(step)/float64(s.TotalIters), 1), orDefault(s.Power, 1))
}
