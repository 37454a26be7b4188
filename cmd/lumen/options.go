package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// trainFlags are the flags that all presets have.
type trainFlags struct {
	Epochs          *int     `placeholder:"N" help:"Times through the training set; default the preset's."`
	Batch           *int     `placeholder:"N" help:"Images in a step; default the preset's."`
	LR              *float64 `name:"lr" placeholder:"RATE" help:"Greatest learning rate; default depends on the preset and the optimizer."`
	Optimizer       *string  `placeholder:"NAME" help:"One of ${optimizers}; default the preset's."`
	Examples        *int     `placeholder:"N" help:"Use no more than N training and N test images, for a quick try; default all."`
	Seed            *uint64  `placeholder:"N" help:"Of weights, order and augmentation; default 1."`
	Out             string   `placeholder:"DIR" help:"The run's folder; default runs/PRESET-seedS-N."`
	Resume          bool     `help:"Continue the run in --out, or the newest one of this preset, from its last checkpoint, with its options, threads and kernels."`
	Inexact         bool     `help:"Resume under another kernel path or number of threads, with other last bits."`
	CheckpointEvery int      `default:"200" placeholder:"N" help:"Steps between checkpoints; default 200."`
	StatsEvery      int      `default:"50" placeholder:"N" help:"Steps between statistics of layers, gradients and weights in the run's folder; default 50, 0 for none."`
	Diagnose        bool     `help:"Look for what keeps it from learning, in statistics of every 10th step, and say it."`
	TensorBoard     string   `name:"tensorboard" placeholder:"DIR" help:"Write what happens into this folder as an event file, too, which TensorBoard shows while it goes on."`
	JSON            bool     `name:"json" help:"Print events as lines of JSON on standard output."`
	tries
	profiles
	machine
}

// options are what a run depends on; they stand in its run.json.
type options struct {
	Preset    string   `json:"preset"`
	Data      string   `json:"data,omitempty"`
	Net       string   `json:"net"`
	Size      int      `json:"size"` // that images are scaled to; 0 where they are of one size
	Epochs    int      `json:"epochs"`
	Batch     int      `json:"batch"`
	LR        float64  `json:"lr"`
	Optimizer string   `json:"optimizer"`
	Seed      uint64   `json:"seed"`
	Examples  int      `json:"examples"` // of each split at most; 0: all
	Classes   []string `json:"classes"`
	Shape     []int    `json:"shape"` // of an image: channels, height, width
	// Pixels go into the network as (pixel/255 - mean) / std.
	Mean []float64 `json:"mean"`
	Std  []float64 `json:"std"`

	Diagnose bool `json:"diagnose,omitempty"`
}

// resolve works out the run's options from the flags, and its folder. When a run is
// resumed its own options count; a flag that says otherwise is refused.
func (c *trainFlags) resolve(preset, dir string) (options, string, error) {
	o := recipe(preset, dir)
	out := c.Out
	if c.Resume {
		if out == "" {
			newest, err := newestRun(preset)
			if err != nil {
				return o, "", err
			}
			out = newest
		}
		info, err := train.ReadRun(out)
		if err != nil {
			return o, "", err
		}
		had, err := readOptions(out, info)
		if err != nil {
			return o, "", err
		}
		if had.Preset != preset {
			return o, "", usagef("%s is a run of \"train %s\", not of \"train %s\"", out, had.Preset, preset)
		}
		o = had
		if !c.Inexact {
			c.machine = c.machine.as(info)
		}
	}
	wrong := func(flag string, had, given any) error {
		return usagef("%s was begun with --%s %v: it cannot be resumed with %v", out, flag, had, given)
	}
	if c.Optimizer != nil {
		name := strings.ToLower(*c.Optimizer)
		if _, ok := findOptimizer(name); !ok {
			return o, "", usagef("--optimizer %s: there are %s", *c.Optimizer, listed(optimizerNames()))
		}
		if c.Resume && name != o.Optimizer {
			return o, "", wrong("optimizer", o.Optimizer, name)
		}
		o.Optimizer = name
	}
	if !c.Resume {
		m, _ := findOptimizer(o.Optimizer)
		o.LR = m.rate
		if p := presets[preset]; o.Optimizer == p.optimizer {
			o.LR = p.rate
		}
	}
	if c.LR != nil {
		if !(*c.LR > 0) || *c.LR > 1e6 {
			return o, "", usagef("--lr %g: a positive learning rate is wanted", *c.LR)
		}
		if c.Resume && *c.LR != o.LR {
			return o, "", wrong("lr", o.LR, *c.LR)
		}
		o.LR = *c.LR
	}
	for _, n := range []struct {
		flag  string
		given *int
		value *int
		most  int
	}{{"epochs", c.Epochs, &o.Epochs, 100_000}, {"batch", c.Batch, &o.Batch, 1 << 20}, {"examples", c.Examples, &o.Examples, 1 << 30}} {
		if n.given == nil {
			continue
		}
		if *n.given < 1 || *n.given > n.most {
			return o, "", usagef("--%s %d: a number from 1 to %d is wanted", n.flag, *n.given, n.most)
		}
		if c.Resume && *n.given != *n.value {
			return o, "", wrong(n.flag, *n.value, *n.given)
		}
		*n.value = *n.given
	}
	if c.Seed != nil {
		if c.Resume && *c.Seed != o.Seed {
			return o, "", wrong("seed", o.Seed, *c.Seed)
		}
		o.Seed = *c.Seed
	}
	if c.Resume && dir != "" && dir != o.Data {
		return o, "", wrong("data", o.Data, dir)
	}
	if c.Resume && c.Diagnose && !o.Diagnose {
		return o, "", usagef("%s was begun without --diagnose: it cannot be resumed with it", out)
	}
	o.Diagnose = o.Diagnose || c.Diagnose
	if c.CheckpointEvery < 1 {
		return o, "", usagef("--checkpoint-every %d: at least 1 is wanted", c.CheckpointEvery)
	}
	if c.StatsEvery < 0 {
		return o, "", usagef("--stats-every %d: a number of steps is wanted, 0 for no statistics", c.StatsEvery)
	}
	if out == "" {
		out = freeName(preset, o.Seed)
	}
	return o, out, nil
}

// statistics are those that the run's folder gets; nil if none are wanted.
func (c *trainFlags) statistics() *probe.Options {
	if c.StatsEvery == 0 {
		return nil
	}
	return &probe.Options{Every: c.StatsEvery}
}

// readOptions takes a run's options out of its run.json, which may be damaged.
func readOptions(dir string, info train.RunInfo) (options, error) {
	var o options
	err := json.Unmarshal(info.Options, &o)
	_, known := findOptimizer(o.Optimizer)
	p, preset := presets[o.Preset]
	if o.Net == "" {
		o.Net = p.net
	}
	switch {
	case err != nil:
	case !preset:
		err = fmt.Errorf("there is no preset %q", o.Preset)
	case o.Epochs < 1 || o.Batch < 1 || !known || !(o.LR > 0):
		err = fmt.Errorf("--epochs %d --batch %d --optimizer %q --lr %g", o.Epochs, o.Batch, o.Optimizer, o.LR)
	case len(o.Shape) != 3 || slices.Min(o.Shape) < 1 || len(o.Mean) != o.Shape[0] || len(o.Std) != o.Shape[0] || slices.Max(o.Shape) > 1<<16:
		err = fmt.Errorf("images of shape %v with mean %v and std %v", o.Shape, o.Mean, o.Std)
	default:
		return o, nil
	}
	return o, fmt.Errorf("%s: its options are not those of lumen train: %w", filepath.Join(dir, train.RunFile), err)
}
