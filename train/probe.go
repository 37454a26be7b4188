package train

import (
	"fmt"

	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
)

// Prober is a Listener that wants [Probed] events, at least as often as Probe says.
type Prober interface {
	Listener
	Probe() probe.Options
}

// probeOptions is the densest of what is wanted; ok is false if nobody wants records.
func (c *Config) probeOptions() (o probe.Options, ok bool) {
	want := func(w probe.Options) {
		if ok {
			w = o.Densest(w)
		}
		o, ok = w, true
	}
	if c.Probe != nil {
		want(*c.Probe)
	}
	for _, l := range c.Listeners {
		if p, is := l.(Prober); is {
			want(p.Probe())
		}
	}
	return o, ok
}

// checkProbe is check for what records need.
func (c *Config) checkProbe() error {
	if c.Probe != nil {
		if err := c.Probe.Check(); err != nil {
			return fmt.Errorf("train: Config.Probe: %w", err)
		}
	}
	for _, l := range c.Listeners {
		if p, is := l.(Prober); is {
			if err := p.Probe().Check(); err != nil {
				return fmt.Errorf("train: the statistics that listener %T asks for: %w", l, err)
			}
		}
	}
	if _, wanted := c.probeOptions(); wanted {
		if _, ok := c.Optimizer.(optim.Heard); !ok {
			return fmt.Errorf("train: statistics are wanted after each step, but %T does not tell of its steps: give it the method OnStep of optim.Heard, or leave Config.Probe nil", c.Optimizer)
		}
	}
	return nil
}

// passing reports whether e is for listeners only: a record without statistics.
func passing(e Event) bool {
	p, ok := e.(Probed)
	return ok && !p.Sampled()
}
