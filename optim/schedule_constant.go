package optim

// Constant keeps one learning rate, which may be 0: then nothing is learned.
type Constant struct {
	LR float64 `json:"lr"`
}

// At is LR.
func (s Constant) At(step int) float64 {
	checkStep("Constant.At", step)
	wantNotNegative("Constant.At", "LR", s.LR)
	return s.LR
}

// checkStep panics for a step before the first.
func checkStep(op string, step int) {
	if step < 0 {
		misuse(op, "the step is %d; steps count from 0", step)
	}
}

// wantSteps checks a length of time.
func wantSteps(op, name string, n int) {
	if n <= 0 {
		misuse(op, "%s is %d; 1 or more is wanted", name, n)
	}
}
