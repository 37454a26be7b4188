package optim

// LambdaLR multiplies LR by what a function says of the step, as
// torch.optim.lr_scheduler.LambdaLR.
type LambdaLR struct {
	LR     float64                `json:"lr"`
	Lambda func(step int) float64 `json:"-"`
}

// At is LR * Lambda(step).
func (s LambdaLR) At(step int) float64 {
	checkStep("LambdaLR.At", step)
	wantPositive("LambdaLR.At", "LR", s.LR, "")
	if s.Lambda == nil {
		misuse("LambdaLR.At", "Lambda is nil; give the function from the step to the factor of LR")
	}
	return s.LR * s.Lambda(step)
}
