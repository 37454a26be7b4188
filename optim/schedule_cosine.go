package optim

import "math"

// CosineAnnealingLR lets the learning rate fall from LR to EtaMin along half a cosine
// over TMax steps, as torch.optim.lr_scheduler.CosineAnnealingLR. After TMax it climbs
// back along the other half, and so on, as PyTorch's does. Loshchilov and Hutter,
// "SGDR: Stochastic Gradient Descent with Warm Restarts", 2016.
type CosineAnnealingLR struct {
	LR     float64 `json:"lr"`
	TMax   int     `json:"t_max"`
	EtaMin float64 `json:"eta_min"`
}

// At is EtaMin + (LR-EtaMin) * (1 + cos(pi*step/TMax)) / 2.
func (s CosineAnnealingLR) At(step int) float64 {
	checkStep("CosineAnnealingLR.At", step)
	wantPositive("CosineAnnealingLR.At", "LR", s.LR, "")
	wantNotNegative("CosineAnnealingLR.At", "EtaMin", s.EtaMin)
	wantSteps("CosineAnnealingLR.At", "TMax", s.TMax)
	// within one period, so that the cosine's argument stays exact
	return cosine(s.LR, s.EtaMin, float64(step%(2*s.TMax))/float64(s.TMax))
}

// CosineAnnealingWarmRestarts lets the learning rate fall from LR to EtaMin along half
// a cosine over T0 steps and starts again, each cycle TMult times as long as the one
// before, as torch.optim.lr_scheduler.CosineAnnealingWarmRestarts. TMult 0 means 1.
type CosineAnnealingWarmRestarts struct {
	LR     float64 `json:"lr"`
	T0     int     `json:"t_0"`
	TMult  int     `json:"t_mult"`
	EtaMin float64 `json:"eta_min"`
}

// At is EtaMin + (LR-EtaMin) * (1 + cos(pi*t/T)) / 2 at step t of a cycle of T steps.
func (s CosineAnnealingWarmRestarts) At(step int) float64 {
	checkStep("CosineAnnealingWarmRestarts.At", step)
	wantPositive("CosineAnnealingWarmRestarts.At", "LR", s.LR, "")
	wantNotNegative("CosineAnnealingWarmRestarts.At", "EtaMin", s.EtaMin)
	wantSteps("CosineAnnealingWarmRestarts.At", "T0", s.T0)
	if s.TMult < 0 {
		misuse("CosineAnnealingWarmRestarts.At", "TMult is %d; 1 or more is wanted", s.TMult)
	}
	cycle := s.T0
	if s.TMult <= 1 {
		step %= cycle
	} else {
		for step >= cycle {
			step -= cycle
			cycle *= s.TMult
		}
	}
	return cosine(s.LR, s.EtaMin, float64(step)/float64(cycle))
}

// cosine goes from start to end along half a cosine while part goes from 0 to 1.
func cosine(start, end, part float64) float64 {
	return end + (start-end)/2*(1+math.Cos(math.Pi*part))
}
