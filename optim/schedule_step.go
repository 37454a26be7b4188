package optim

import "math"

// StepLR multiplies the learning rate by Gamma every StepSize steps, as
// torch.optim.lr_scheduler.StepLR.
type StepLR struct {
	LR       float64 `json:"lr"`
	StepSize int     `json:"step_size"`
	Gamma    float64 `json:"gamma"`
}

// At is LR * Gamma^(step / StepSize), rounded down.
func (s StepLR) At(step int) float64 {
	checkStep("StepLR.At", step)
	wantPositive("StepLR.At", "LR", s.LR, "")
	wantPositive("StepLR.At", "Gamma", s.Gamma, "")
	wantSteps("StepLR.At", "StepSize", s.StepSize)
	return s.LR * math.Pow(s.Gamma, float64(step/s.StepSize))
}

// MultiStepLR multiplies the learning rate by Gamma at each of the Milestones, steps
// in any order, as torch.optim.lr_scheduler.MultiStepLR. A milestone that is listed
// twice counts twice.
type MultiStepLR struct {
	LR         float64 `json:"lr"`
	Milestones []int   `json:"milestones"`
	Gamma      float64 `json:"gamma"`
}

// At is LR * Gamma^n, where n of the milestones are at or before step.
func (s MultiStepLR) At(step int) float64 {
	checkStep("MultiStepLR.At", step)
	wantPositive("MultiStepLR.At", "LR", s.LR, "")
	wantPositive("MultiStepLR.At", "Gamma", s.Gamma, "")
	passed := 0
	for _, m := range s.Milestones {
		if m <= step {
			passed++
		}
	}
	return s.LR * math.Pow(s.Gamma, float64(passed))
}
