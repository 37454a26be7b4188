package probe

import "fmt"

// Options of a watch. The zero value is the default.
type Options struct {
	Every      int // steps between samples; default 10
	Histograms int // samples between histograms; default 10; -1 makes none
	After      int // the step that a continued run goes on after
}

// The defaults of Options.
const (
	DefaultEvery      = 10
	DefaultHistograms = 10
)

// Check says what is wrong with the options, nil if nothing is.
func (o Options) Check() error {
	switch {
	case o.Every < 0:
		return fmt.Errorf("option Every is %d; 1 or more steps between samples are wanted, or 0 for %d", o.Every, DefaultEvery)
	case o.Histograms < -1:
		return fmt.Errorf("option Histograms is %d; 1 or more samples between histograms are wanted, 0 for %d, or -1 for none", o.Histograms, DefaultHistograms)
	case o.After < 0:
		return fmt.Errorf("option After is %d; the number of steps made before is wanted, 0 for a new run", o.After)
	}
	return nil
}

// Densest is what satisfies both: samples and histograms come at least as often as either
// wants. After is o's.
func (o Options) Densest(other Options) Options {
	o, other = o.filled(), other.filled()
	d := Options{Every: min(o.Every, other.Every), Histograms: -1, After: o.After}
	steps := 0 // between histograms
	for _, one := range []Options{o, other} {
		if n := one.Every * one.Histograms; n > 0 && (steps == 0 || n < steps) {
			steps = n
		}
	}
	if steps > 0 {
		d.Histograms = max(1, steps/d.Every)
	}
	return d
}

// filled has the defaults in the place of zeros.
func (o Options) filled() Options {
	if o.Every == 0 {
		o.Every = DefaultEvery
	}
	if o.Histograms == 0 {
		o.Histograms = DefaultHistograms
	}
	return o
}

// sampled reports whether a step, counted from 1, is one with statistics: the first of a run and
// every Every'th, wherever the run was continued.
func (o Options) sampled(step int) bool { return step == 1 || step%o.Every == 0 }

// histograms reports whether a sampled step is one with histograms.
func (o Options) histograms(step int) bool {
	return o.Histograms > 0 && (step == 1 || step/o.Every%o.Histograms == 0)
}
