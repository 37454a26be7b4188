package diag

// Rule knows one illness. It has no memory of its own: what it sees depends on the History
// alone, so that a run that is continued is judged as if it had not been interrupted.
type Rule interface {
	// Name tells the rule's findings apart from other rules': "vanishing gradient".
	Name() string
	// Look returns the illness as it is now, at most one Finding a layer, without Rule, Phase, Step and Opened, which the
	// Diagnosis knows. judged is false where the newest moment says nothing about it, which leaves open findings as they
	// are.
	Look(h *History) (found []Finding, judged bool)
}

// DefaultRules are all rules of this package with their default thresholds, in the order in which
// their findings are told.
func DefaultRules() []Rule {
	return []Rule{
		NonFinite{},
		ExplodingGradient{},
		UnscaledInput{},
		Initialisation{},
		VanishingGradient{},
		DeadUnits{},
		Saturation{},
		UpdateRatio{},
		Diverging{},
		NotDecreasing{},
		Plateau{},
		LearningRate{},
		Overfitting{},
		ClassImbalance{},
		ConstantInput{},
		UnusedParameter{},
	}
}
