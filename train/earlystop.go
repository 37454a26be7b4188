package train

import (
	"fmt"
	"math"
)

// EarlyStoppingOptions say when to give up.
type EarlyStoppingOptions struct {
	Patience int     // epochs without improvement that are borne; at least 1
	MinDelta float64 // what counts as an improvement
	Metric   string  // of the validation set: a metric's name, the higher the better; "" is the loss
}

// EarlyStopping ends a run when the validation figure has not improved for Patience
// epochs. It needs a validation set.
func EarlyStopping(o EarlyStoppingOptions) Listener {
	if o.Patience < 1 {
		panic(fmt.Sprintf("train: EarlyStopping with Patience %d; at least 1 is wanted", o.Patience))
	}
	return &earlyStopping{EarlyStoppingOptions: o, best: math.Inf(1)}
}

type earlyStopping struct {
	EarlyStoppingOptions
	best float64 // lower is better: a metric counts negative
	bad  int
}

// Name tells it apart in a checkpoint.
func (s *earlyStopping) Name() string { return "early_stopping" }

// State is the best figure so far and the epochs since.
func (s *earlyStopping) State() []float64 { return []float64{s.best, float64(s.bad)} }

// LoadState restores State.
func (s *earlyStopping) LoadState(v []float64) error {
	if len(v) != 2 {
		return fmt.Errorf("early stopping has 2 numbers of state, not %d", len(v))
	}
	s.best, s.bad = v[0], int(v[1])
	return nil
}

// On looks at the end of each epoch.
func (s *earlyStopping) On(e Event) error {
	end, ok := e.(EpochEnded)
	if !ok {
		return nil
	}
	if !end.Validated {
		return fmt.Errorf("train: EarlyStopping needs Config.Validation")
	}
	figure, what := end.ValidationLoss, "loss"
	if s.Metric != "" {
		found := false
		for _, v := range end.Validation {
			if v.Name == s.Metric {
				figure, found = -v.Value, true
			}
		}
		if !found {
			return fmt.Errorf("train: EarlyStopping on %q, which is none of Config.Metrics", s.Metric)
		}
		what = s.Metric
	}
	if figure < s.best-s.MinDelta {
		s.best, s.bad = figure, 0
		return nil
	}
	s.bad++
	if s.bad >= s.Patience {
		return fmt.Errorf("validation %s has not improved for %d epochs: %w", what, s.bad, Stop)
	}
	return nil
}
