package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/train"
)

// tries are the flags that look for mistakes before, or in the place of, a long run.
type tries struct {
	DetectAnomaly bool           `help:"Stop at the first NaN or infinity, forward or backward, and say which operation made it, of what. A step takes two to three times as long."`
	OverfitBatch  optionalNumber `help:"Train on one batch without augmentation until its loss is next to nothing, --overfit-batch=N for at most N steps (default ${overfit_steps}), and say whether the network can. Nothing is written."`
	FastDevRun    bool           `help:"Run one batch of training, validation and test each and write and read a checkpoint, to see that all works. Nothing is kept."`
}

// overfitSteps is how many steps --overfit-batch makes at most.
const overfitSteps = 200

// optionalNumber is the value of a flag that may stand alone: 0 not given, -1 given without a number.
type optionalNumber int

// Decode reads the number behind "=", if there is one.
func (n *optionalNumber) Decode(ctx *kong.DecodeContext) error {
	*n = -1
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	text := ctx.Scan.Pop().String()
	v, err := strconv.Atoi(text)
	if err != nil || v < 1 || v > 1_000_000 {
		return fmt.Errorf("%q: a number from 1 to 1000000 is wanted", text)
	}
	*n = optionalNumber(v)
	return nil
}

// IsBool says that the flag needs no value.
func (optionalNumber) IsBool() bool { return true }

// or is the number, or n where the flag stands alone.
func (n optionalNumber) or(alone int) int {
	if n < 0 {
		return alone
	}
	return int(n)
}

// name is the flag of the try that is made in the place of a run, "" for a run.
func (c *tries) name() string {
	switch {
	case c.OverfitBatch != 0:
		return "--overfit-batch"
	case c.FastDevRun:
		return "--fast-dev-run"
	}
	return ""
}

// checkTries refuses what a try has no use for.
func (c *trainFlags) checkTries() error {
	name := c.name()
	switch {
	case name == "":
	case c.OverfitBatch != 0 && c.FastDevRun:
		return usagef("--overfit-batch and --fast-dev-run are two different tries: give one of them")
	case c.Out != "":
		return usagef("%s keeps nothing: leave out --out", name)
	case c.Resume:
		return usagef("%s begins with new weights: leave out --resume", name)
	case c.TensorBoard != "":
		return usagef("%s keeps nothing: leave out --tensorboard", name)
	case c.Epochs != nil && c.OverfitBatch != 0:
		return usagef("--overfit-batch sees one batch only: say how often with --overfit-batch=N, and leave out --epochs")
	case c.Epochs != nil:
		return usagef("--fast-dev-run makes one step: leave out --epochs")
	}
	return nil
}

// overfit trains on one batch of the images as they are.
func (c *trainFlags) overfit(t terminal, config train.Config, images data.Dataset) (*train.Record, error) {
	config.Train, config.Dir, config.Probe = images, "", nil
	if !c.JSON {
		config.Listeners = append(config.Listeners, losses(t.out))
	}
	fit, err := train.OverfitBatch(t.ctx, config, train.OverfitOptions{Steps: c.OverfitBatch.or(overfitSteps)})
	if fit == nil {
		return nil, err
	}
	switch {
	case err != nil:
	case !fit.Fitted:
		err = fmt.Errorf("%s", fit.Verdict)
	case !c.JSON:
		_, err = fmt.Fprintln(t.out, fit.Verdict)
	}
	return fit.Record, err
}

// losses prints some steps: 1, 2, 5, 10, 20, 50 and so on, and the last.
func losses(w io.Writer) train.Listener {
	next := []int{1, 2, 5}
	shown := 0
	var last train.Stepped
	line := func(e train.Stepped) error {
		shown = e.Step
		_, err := fmt.Fprintf(w, "step %5d  loss %s  %s\n", e.Step, train.Figure(e.Loss), accuracies(e.Metrics()))
		return err
	}
	return train.ListenerFunc(func(e train.Event) error {
		switch e := e.(type) {
		case train.Stepped:
			last = e
			if e.Step == next[0] {
				next = append(next[1:], 10*next[0])
				return line(e)
			}
			values := e.Metrics() // as they are now
			last.Metrics = func() []train.Value { return values }
		case train.Ended:
			if shown != last.Step {
				return line(last)
			}
		}
		return nil
	})
}

// accuracies is a metric or more, in per cent.
func accuracies(vs []train.Value) string {
	text := ""
	for _, v := range vs {
		text += fmt.Sprintf("%s %.2f %%", v.Name, 100*v.Value)
	}
	return text
}

// fastDevRun runs everything once, in a folder that goes again.
func (c *trainFlags) fastDevRun(t terminal, config train.Config, o options, judge *accuracy) (record *train.Record, err error) {
	dir, err := os.MkdirTemp("", "lumen-fast-dev-run-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := os.RemoveAll(dir); err == nil {
			err = e
		}
	}()
	began := time.Now()
	out := io.Discard
	if !c.JSON {
		out = t.out
		config.Listeners = append(config.Listeners, once(t.out))
	}
	config.Dir = filepath.Join(dir, "run")
	record, err = train.FastDevRun(t.ctx, config)
	if err != nil {
		return record, err
	}
	if err := savePictures(config.Dir, o, judge.last); err != nil {
		return record, err
	}
	_, err = fmt.Fprintf(out, "OK: training, validation, test, checkpoints, weights and pictures work; %.1f s\n", time.Since(began).Seconds())
	return record, err
}

// once prints what a run of one step did.
func once(w io.Writer) train.Listener {
	return train.ListenerFunc(func(e train.Event) error {
		var err error
		switch e := e.(type) {
		case train.Started:
			_, err = fmt.Fprintf(w, "one batch of %d, %d parameters\n", e.BatchSize, e.Parameters)
		case train.Stepped:
			_, err = fmt.Fprintf(w, "training    loss %s\n", train.Figure(e.Loss))
		case train.EpochEnded:
			_, err = fmt.Fprintf(w, "validation  loss %s  %s\n", train.Figure(e.ValidationLoss), accuracies(e.Validation))
		case train.Ended:
			_, err = fmt.Fprintf(w, "test        loss %s  %s\n", train.Figure(e.TestLoss), accuracies(e.Test))
		}
		return err
	})
}
