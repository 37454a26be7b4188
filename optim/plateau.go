package optim

import (
	"fmt"
	"math"
)

// PlateauMode says whether a metric is better when it is smaller or greater.
type PlateauMode string

// The modes; empty means PlateauMin.
const (
	PlateauMin PlateauMode = "min" // a loss
	PlateauMax PlateauMode = "max" // an accuracy
)

// ThresholdMode says what an improvement is measured against.
type ThresholdMode string

// The threshold modes; empty means ThresholdRel.
const (
	ThresholdRel ThresholdMode = "rel" // better than best*(1 -+ threshold)
	ThresholdAbs ThresholdMode = "abs" // better than best -+ threshold
)

// ReduceOnPlateauOptions are the settings of ReduceOnPlateau, named as in
// torch.optim.lr_scheduler.ReduceLROnPlateau. Start from DefaultReduceOnPlateau:
// Factor has no useful zero.
type ReduceOnPlateauOptions struct {
	Mode          PlateauMode   `json:"mode"`
	Factor        float64       `json:"factor"`         // of the learning rate at a reduction, between 0 and 1
	Patience      int           `json:"patience"`       // how many reports without improvement are put up with
	Threshold     float64       `json:"threshold"`      // how much better counts as better
	ThresholdMode ThresholdMode `json:"threshold_mode"` // what Threshold is measured against
	Cooldown      int           `json:"cooldown"`       // reports after a reduction in which none counts as bad
	MinLR         float64       `json:"min_lr"`         // the least learning rate
	Eps           float64       `json:"eps"`            // a smaller reduction is not made
}

// DefaultReduceOnPlateau returns PyTorch's defaults: a tenth after more than 10
// reports in which a loss did not improve by 0.01 %.
func DefaultReduceOnPlateau() ReduceOnPlateauOptions {
	return ReduceOnPlateauOptions{Mode: PlateauMin, Factor: 0.1, Patience: 10, Threshold: 1e-4, ThresholdMode: ThresholdRel, Eps: 1e-8}
}

func (o *ReduceOnPlateauOptions) check(op string) {
	switch o.Mode {
	case "":
		o.Mode = PlateauMin
	case PlateauMin, PlateauMax:
	default:
		misuse(op, "Mode is %q; %q or %q is wanted", o.Mode, PlateauMin, PlateauMax)
	}
	switch o.ThresholdMode {
	case "":
		o.ThresholdMode = ThresholdRel
	case ThresholdRel, ThresholdAbs:
	default:
		misuse(op, "ThresholdMode is %q; %q or %q is wanted", o.ThresholdMode, ThresholdRel, ThresholdAbs)
	}
	wantDecay(op, "Factor", o.Factor, "; optim.DefaultReduceOnPlateau() has PyTorch's values")
	wantNotNegative(op, "Patience", float64(o.Patience))
	wantNotNegative(op, "Threshold", o.Threshold)
	wantNotNegative(op, "Cooldown", float64(o.Cooldown))
	wantNotNegative(op, "MinLR", o.MinLR)
	wantNotNegative(op, "Eps", o.Eps)
}

// ReduceOnPlateau lowers the learning rate when a metric has stopped improving, as
// torch.optim.lr_scheduler.ReduceLROnPlateau. Whoever runs the loop calls Report,
// usually with the validation loss after each epoch; At is the present rate, whatever
// the step.
type ReduceOnPlateau struct {
	options ReduceOnPlateauOptions
	lr      float64
	best    float64 // Inf or -Inf before the first report
	bad     int     // reports without improvement, in a row
	cool    int     // reports left of the cooldown
}

// NewReduceOnPlateau returns a schedule that starts with the learning rate lr. It
// panics if an option makes no sense.
func NewReduceOnPlateau(lr float64, o ReduceOnPlateauOptions) *ReduceOnPlateau {
	wantPositive("NewReduceOnPlateau", "the learning rate", lr, "")
	o.check("NewReduceOnPlateau")
	r := &ReduceOnPlateau{options: o, lr: lr, best: math.Inf(1)}
	if o.Mode == PlateauMax {
		r.best = math.Inf(-1)
	}
	return r
}

// Options returns the settings.
func (r *ReduceOnPlateau) Options() ReduceOnPlateauOptions { return r.options }

// At is the present learning rate.
func (r *ReduceOnPlateau) At(step int) float64 {
	checkStep("ReduceOnPlateau.At", step)
	return r.lr
}

// Report takes the next value of the metric. NaN is no improvement.
func (r *ReduceOnPlateau) Report(metric float64) {
	if r.better(metric) {
		r.best, r.bad = metric, 0
	} else {
		r.bad++
	}
	if r.cool > 0 {
		r.cool--
		r.bad = 0
	}
	if r.bad > r.options.Patience {
		if lr := max(r.lr*r.options.Factor, r.options.MinLR); r.lr-lr > r.options.Eps {
			r.lr = lr
		}
		r.cool, r.bad = r.options.Cooldown, 0
	}
}

func (r *ReduceOnPlateau) better(metric float64) bool {
	o := &r.options
	switch {
	case o.Mode == PlateauMin && o.ThresholdMode == ThresholdRel:
		return metric < r.best*(1-o.Threshold)
	case o.Mode == PlateauMin:
		return metric < r.best-o.Threshold
	case o.ThresholdMode == ThresholdRel:
		return metric > r.best*(1+o.Threshold)
	}
	return metric > r.best+o.Threshold
}

// State returns the learning rate, the best metric so far (Inf or -Inf if there is
// none), the number of reports since without improvement, and the reports left of the
// cooldown.
func (r *ReduceOnPlateau) State() []float64 {
	return []float64{r.lr, r.best, float64(r.bad), float64(r.cool)}
}

// LoadState restores what State returned; it returns an error and changes nothing if
// that is not what it is.
func (r *ReduceOnPlateau) LoadState(state []float64) error {
	if len(state) != 4 {
		return fmt.Errorf("optim: the state of ReduceOnPlateau has 4 numbers, not %d", len(state))
	}
	lr, best := state[0], state[1]
	count := func(v float64) bool { return v >= 0 && v <= math.MaxInt32 && v == math.Floor(v) }
	if !(lr >= 0) || math.IsInf(lr, 1) || math.IsNaN(best) || !count(state[2]) || !count(state[3]) {
		return fmt.Errorf("optim: %v is not the state of a ReduceOnPlateau: learning rate, best metric, bad reports, cooldown", state)
	}
	r.lr, r.best, r.bad, r.cool = lr, best, int(state[2]), int(state[3])
	return nil
}
