package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
)

// OverfitOptions of OverfitBatch. The zero value is the default.
type OverfitOptions struct {
	Steps  int     // at most; default 200
	Target float64 // share of the first loss at which the batch counts as fitted; default 0.02
}

// Overfit is what came of OverfitBatch, and the last event of it.
type Overfit struct {
	Fitted   bool
	Steps    int
	Examples int     // in the batch
	First    float64 // the loss of the first step
	Last     float64 // and of the last
	Verdict  string  // what it means, and what to try
	Record   *Record // the run in short
}

// Kind is "overfit".
func (*Overfit) Kind() string { return "overfit" }

func (f *Overfit) fields() []field {
	return []field{{"fitted", f.Fitted}, {"steps", f.Steps}, {"examples", f.Examples}, {"first_loss", f.First}, {"loss", f.Last},
		{"verdict", f.Verdict}}
}

// OverfitBatch trains c.Model on one batch of c.Train, over and over, until its loss is next to nothing: what
// every network that is put together rightly can do. It is the first thing to try when a run does not
// learn: if this fails the fault is in the network, the loss, the labels or the optimizer, and not in the
// data's amount or in generalisation (Karpathy, "A Recipe for Training Neural Networks", 2019;
// overfit_batches in Lightning).
//
// The batch is c.BatchSize examples of c.Train, drawn with c.Seed; c.Train must not change them at random.
// c.Epochs, c.Validation and c.Test have no part in it, and c.Schedule is asked for the rates of up to o.Steps
// steps. Nothing is written; c.Dir and c.Resume are refused. Listeners hear of a run whose epochs are one step
// long and, last, of the *Overfit. The model's weights are trained by it. If a step fails the *Overfit
// has what was there until then.
func OverfitBatch(ctx context.Context, c Config, o OverfitOptions) (*Overfit, error) {
	if o.Steps == 0 {
		o.Steps = 200
	}
	if o.Target == 0 {
		o.Target = 0.02
	}
	switch {
	case o.Steps < 1:
		return nil, fmt.Errorf("train: OverfitOptions.Steps is %d, 0 (the default, 200) or more is wanted", o.Steps)
	case !(o.Target > 0 && o.Target < 1):
		return nil, fmt.Errorf("train: OverfitOptions.Target is %g, a share between 0 and 1 is wanted", o.Target)
	case c.Dir != "" || c.Resume:
		return nil, fmt.Errorf("train: OverfitBatch keeps nothing: leave Config.Dir and Config.Resume out")
	}
	c.Epochs = o.Steps
	if err := c.check(); err != nil {
		return nil, err
	}
	nn.InitUnset(c.Model, c.Seed)
	c.Train = oneBatch(c.Train, c.BatchSize, c.Seed)
	c.BatchSize = c.Train.Len()
	c.Validation, c.Test = nil, nil
	fit := &Overfit{Examples: c.BatchSize, First: math.NaN(), Last: math.NaN()}
	listeners := slices.Clip(c.Listeners)
	c.Listeners = append(listeners, ListenerFunc(func(e Event) error {
		if s, ok := e.(Stepped); ok {
			if fit.Steps == 0 {
				fit.First = s.Loss
			}
			fit.Steps, fit.Last = s.Step, s.Loss
		}
		if fit.Fitted = fit.Steps > 1 && fit.Last <= o.Target*fit.First; fit.Fitted {
			return fmt.Errorf("the batch is fitted: %w", Stop)
		}
		return nil
	}))
	record, err := Run(ctx, c)
	fit.Record = record
	if err != nil {
		return fit, err
	}
	fit.Verdict = fit.verdict(o)
	for _, l := range listeners {
		if err := l.On(fit); err != nil && !errors.Is(err, Stop) {
			return fit, err
		}
	}
	return fit, nil
}

// oneBatch is a part of a set, as large as a batch.
func oneBatch(set data.Dataset, size int, seed uint64) data.Dataset {
	n := min(size, set.Len())
	if n == set.Len() {
		return set
	}
	parts, err := data.Split(set, seed, n, -1)
	if err != nil { // n is within the set
		panic(err)
	}
	return parts[0]
}

// verdict says what the losses mean.
func (f *Overfit) verdict(o OverfitOptions) string {
	fell := fmt.Sprintf("the loss on %s went from %.4g to %.4g in %s", plural(f.Examples, "example"), f.First, f.Last, plural(f.Steps, "step"))
	switch {
	case f.Fitted:
		return "the network can fit one batch: " + fell
	case math.IsNaN(f.Last) || math.IsInf(f.Last, 0):
		return "the network does not fit one batch: " + fell + "; Config.Anomaly finds the operation that made it, a lower learning rate may keep it finite"
	case f.Last > 0.9*f.First:
		return "the network does not fit one batch: " + fell + ": nothing is learned. Look for parameters that are not given to the optimizer, " +
			"a detached or constant result, inputs and labels that do not belong together, or a learning rate that is far off"
	default:
		return fmt.Sprintf("the network has not fitted one batch yet: %s, and %.4g is wanted. More steps or another learning rate may do; "+
			"dropout, weight decay, too few units, or one image with two labels keep it from 0", fell, o.Target*f.First)
	}
}
