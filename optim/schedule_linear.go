package optim

// LinearLR goes from LR*StartFactor to LR*EndFactor in equal parts over TotalIters
// steps and stays there, as torch.optim.lr_scheduler.LinearLR.
type LinearLR struct {
	LR          float64 `json:"lr"`
	StartFactor float64 `json:"start_factor"`
	EndFactor   float64 `json:"end_factor"`
	TotalIters  int     `json:"total_iters"`
}

// At is LR * (StartFactor + (EndFactor-StartFactor) * min(step/TotalIters, 1)).
func (s LinearLR) At(step int) float64 {
	checkStep("LinearLR.At", step)
	wantPositive("LinearLR.At", "LR", s.LR, "")
	wantNotNegative("LinearLR.At", "StartFactor", s.StartFactor)
	wantNotNegative("LinearLR.At", "EndFactor", s.EndFactor)
	wantSteps("LinearLR.At", "TotalIters", s.TotalIters)
	return s.LR * (s.StartFactor + (s.EndFactor-s.StartFactor)*min(float64(step)/float64(s.TotalIters), 1))
}

// LinearWarmup lets another schedule begin gently: for Steps steps the learning rate
// goes in equal parts from StartFactor times the first rate of Then to that rate; then
// comes Then, from its step 0 on. With StartFactor 0 the very first step changes
// nothing. It is PyTorch's SequentialLR of a LinearLR and Then.
type LinearWarmup struct {
	Steps       int      `json:"steps"`
	StartFactor float64  `json:"start_factor"`
	Then        Schedule `json:"then"`
}

// At is the learning rate of a step.
func (s LinearWarmup) At(step int) float64 {
	checkStep("LinearWarmup.At", step)
	if s.Then == nil {
		misuse("LinearWarmup.At", "Then is nil; give the schedule that follows, such as optim.Constant{LR: 0.1}")
	}
	wantNotNegative("LinearWarmup.At", "StartFactor", s.StartFactor)
	if step >= s.Steps {
		return s.Then.At(step - max(s.Steps, 0))
	}
	return s.Then.At(0) * (s.StartFactor + (1-s.StartFactor)*float64(step)/float64(s.Steps))
}
