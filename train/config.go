package train

import (
	"fmt"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
)

// Config says what to train, on what, and how. Model, Train, Loss, Optimizer, Epochs
// and BatchSize are needed, the rest may be zero.
type Config struct {
	Model      nn.Module
	Train      data.Dataset // what the weights are fitted to
	Validation data.Dataset // evaluated after every epoch; decides what is best
	Test       data.Dataset // evaluated once, at the end, with the last weights; nothing else reads it

	Epochs    int
	BatchSize int
	Seed      uint64 // of weights not yet filled, of the order of items, of dropout
	Workers   int    // goroutines that make batches; 0 makes them between steps

	Loss      nn.Loss
	Optimizer optim.Optimizer
	Schedule  optim.Schedule // learning rate by step; nil keeps the optimizer's
	ClipNorm  float64        // limit of the gradients' total norm; 0: none
	Metrics   []metrics.Metric

	Listeners []Listener
	// Probe asks for statistics of layers, gradients and weights, as events [Probed]; nil asks for none,
	// but a [Prober] among the listeners may. After is set by Run. They change no number of the run, and are no part
	// of what a resumed run must have in common with what it continues.
	Probe  *probe.Options
	Labels bool // put labels on the steps' operations, for a CPU profile; see [Label]

	// Anomaly ends the run with a *probe.AnomalyError at the first NaN or infinity, before the
	// weights have it, unless the optimizer made it; see [probe.DetectAnomaly].
	Anomaly bool
	Profile *probe.ProfileOptions // if not nil, Record.Profile says where the time of the steps went

	// Dir is the run's folder; "" writes nothing. A folder that holds something is
	// refused unless Resume is set, which continues it from its last checkpoint.
	Dir             string
	Resume          bool
	Inexact         bool // resume under another kernel path or number of threads, with other last bits
	CheckpointEvery int  // steps between checkpoints; default 200

	// Options goes into run.json, for whoever reads the folder: the command's flags,
	// say. It must be what encoding/json takes.
	Options any
}

// check returns what is missing or impossible.
func (c *Config) check() error {
	switch {
	case c.Model == nil:
		return fmt.Errorf("train: Config.Model is nil")
	case c.Train == nil:
		return fmt.Errorf("train: Config.Train is nil; give it a data.Dataset")
	case c.Train.Len() == 0:
		return fmt.Errorf("train: the training set is empty")
	case c.Loss == nil:
		return fmt.Errorf("train: Config.Loss is nil; nn.CrossEntropy is the usual one for classes")
	case c.Optimizer == nil:
		return fmt.Errorf("train: Config.Optimizer is nil; optim.NewAdam(nn.Parameters(model), optim.DefaultAdam()) is a start")
	case c.Epochs < 1:
		return fmt.Errorf("train: Config.Epochs is %d, at least 1 is wanted", c.Epochs)
	case c.BatchSize < 1:
		return fmt.Errorf("train: Config.BatchSize is %d, at least 1 is wanted", c.BatchSize)
	case c.CheckpointEvery < 0:
		return fmt.Errorf("train: Config.CheckpointEvery is %d, 0 (the default, 200) or more is wanted", c.CheckpointEvery)
	case c.ClipNorm < 0:
		return fmt.Errorf("train: Config.ClipNorm is %g, 0 (none) or more is wanted", c.ClipNorm)
	case c.Profile != nil && c.Profile.Steps < 0:
		return fmt.Errorf("train: Config.Profile.Steps is %d, 0 (the default, 10) or more is wanted", c.Profile.Steps)
	case c.Resume && c.Dir == "":
		return fmt.Errorf("train: Config.Resume needs the folder to continue in Config.Dir")
	}
	if err := c.checkProbe(); err != nil {
		return err
	}
	if c.Dir != "" {
		for _, m := range c.Metrics {
			if _, ok := m.(metrics.Stateful); !ok {
				return fmt.Errorf("train: metric %s cannot be put into a checkpoint, which Config.Dir asks for: give it State and LoadState (metrics.Stateful)", m.Name())
			}
		}
	}
	if c.CheckpointEvery == 0 {
		c.CheckpointEvery = 200
	}
	return nil
}
