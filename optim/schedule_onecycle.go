package optim

// Anneal is how OneCycleLR goes from one rate to the next.
type Anneal string

// The ways to anneal; empty means AnnealCos.
const (
	AnnealCos    Anneal = "cos"
	AnnealLinear Anneal = "linear"
)

// OneCycleLR climbs from MaxLR/DivFactor to MaxLR and falls to
// MaxLR/DivFactor/FinalDivFactor, once over TotalSteps steps, as
// torch.optim.lr_scheduler.OneCycleLR with cycle_momentum=False: momentum is not
// cycled. Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks
// Using Large Learning Rates", 2017.
type OneCycleLR struct {
	MaxLR          float64 `json:"max_lr"`
	TotalSteps     int     `json:"total_steps"`
	PctStart       float64 `json:"pct_start"`        // the part of the steps that climb, up to 1; 0 means 0.3
	AnnealStrategy Anneal  `json:"anneal_strategy"`  // AnnealCos or AnnealLinear
	DivFactor      float64 `json:"div_factor"`       // 0 means 25
	FinalDivFactor float64 `json:"final_div_factor"` // 0 means 10000
	ThreePhase     bool    `json:"three_phase"`      // fall back to the first rate as fast as it climbed, then to the last
}

// At is the learning rate of a step; from step TotalSteps-1 on it is the last.
func (s OneCycleLR) At(step int) float64 {
	const op = "OneCycleLR.At"
	checkStep(op, step)
	wantSteps(op, "TotalSteps", s.TotalSteps)
	wantPositive(op, "MaxLR", s.MaxLR, "")
	wantNotNegative(op, "DivFactor", s.DivFactor)
	wantNotNegative(op, "FinalDivFactor", s.FinalDivFactor)
	climb := orDefault(s.PctStart, 0.3)
	if !(climb > 0 && climb <= 1) {
		misuse(op, "PctStart is %v; a number above 0 and up to 1 is wanted", s.PctStart)
	}
	first := s.MaxLR / orDefault(s.DivFactor, 25)
	last := first / orDefault(s.FinalDivFactor, 1e4)
	total := float64(s.TotalSteps)
	x := min(float64(step), total-1)
	// where each phase ends, and at which rate
	peak := climb*total - 1
	if x <= peak {
		return s.between(op, first, s.MaxLR, x, 0, peak)
	}
	if !s.ThreePhase {
		return s.between(op, s.MaxLR, last, x, peak, total-1)
	}
	back := 2*climb*total - 2
	if x <= back {
		return s.between(op, s.MaxLR, first, x, peak, back)
	}
	return s.between(op, first, last, x, back, total-1)
}

// between is the rate at step x of a phase from one step to another.
func (s OneCycleLR) between(op string, start, end, x, from, to float64) float64 {
	part := 1.0
	if to != from {
		part = (x - from) / (to - from)
	}
	switch s.AnnealStrategy {
	case AnnealCos, "":
		return cosine(start, end, part)
	case AnnealLinear:
		return start + (end-start)*part
	}
	misuse(op, "AnnealStrategy is %q; %q or %q is wanted", s.AnnealStrategy, AnnealCos, AnnealLinear)
	return 0
}

// orDefault is v, or the default where v was left out.
func orDefault(v, byDefault float64) float64 {
	if v == 0 {
		return byDefault
	}
	return v
}
