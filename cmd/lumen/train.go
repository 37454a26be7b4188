package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/transforms"
)

type trainCommand struct {
	MNIST trainMNIST `cmd:"" name:"mnist" help:"Train LeNet on MNIST, which is in this program, to 99 % test accuracy."`
	IDX   trainIDX   `cmd:"" name:"idx" help:"Train LeNet on a folder of IDX files, such as Fashion-MNIST."`
}

func (trainCommand) Help() string {
	return `Examples:

  lumen train mnist
  lumen train idx --data data/fashion-mnist`
}

type trainMNIST struct{ trainFlags }

func (trainMNIST) Help() string {
	return `The recipe: LeNet (61,706 parameters), batches of 64, 10 epochs of SGD with momentum 0.9, a one-cycle learning
rate, images shifted by up to 2 pixels. 5,000 training images are held out for validation; the test images are looked
at once, at the end, with the last weights.

Examples:

  lumen train mnist
  lumen train mnist --seed 2 --out runs/second
  lumen train mnist --out runs/second --resume
  lumen train mnist --epochs 1 --cpuprofile cpu.pprof && go tool pprof -tags cpu.pprof`
}

func (c *trainMNIST) Run(t terminal) error {
	return c.train(t, "mnist", "", func(options) (*datasets.Set, *datasets.Set, error) {
		set, err := datasets.MNIST(datasets.Train)
		if err != nil {
			return nil, nil, err
		}
		test, err := datasets.MNIST(datasets.Test)
		return set, test, err
	})
}

type trainIDX struct {
	Data string `placeholder:"DIR" help:"The folder with the four files, unpacked or gzipped; when a run is resumed, the one it was begun with."`
	trainFlags
}

func (trainIDX) Help() string {
	return `The folder holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
t10k-labels-idx1-ubyte, each with or without .gz. The network and the recipe are those of "train mnist".

Example:

  lumen train idx --data data/fashion-mnist --epochs 5`
}

func (c *trainIDX) Run(t terminal) error {
	if c.Data == "" && !c.Resume {
		return usagef("train idx needs --data DIR, the folder with the IDX files")
	}
	dir := c.Data
	if dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		dir = abs
	}
	return c.train(t, "idx", dir, func(o options) (*datasets.Set, *datasets.Set, error) {
		if o.Data == "" {
			return nil, nil, errors.New("the run.json of this run is damaged: it does not name the folder of its images")
		}
		set, err := datasets.IDX(o.Data, datasets.Train)
		if err != nil {
			return nil, nil, err
		}
		test, err := datasets.IDX(o.Data, datasets.Test)
		return set, test, err
	})
}

func (c *trainFlags) train(t terminal, preset, dir string, load func(options) (set, test *datasets.Set, err error)) error {
	o, out, err := c.resolve(preset, dir)
	if err != nil {
		return err
	}
	if err := c.apply(); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	set, test, err := load(o)
	if err != nil {
		return err
	}
	o.Classes, o.Shape = set.Classes(), set.Shape()
	o.Mean, o.Std = set.Options().Mean, set.Options().Std
	if !slices.Equal(test.Shape(), set.Shape()) {
		return fmt.Errorf("the training images have shape %v, the test images %v: one network cannot take both", set.Shape(), test.Shape())
	}
	fitted, held, err := holdOut(set, o.Seed)
	if err != nil {
		return err
	}
	net, err := network(o)
	if err != nil {
		return err
	}
	nn.Init(net, o.Seed)
	steps := o.Epochs * ((fitted.Len() + o.Batch - 1) / o.Batch)
	opt := optimizer(o, nn.Parameters(net))
	listeners := []train.Listener{train.Progress(t.errors)}
	if c.JSON {
		listeners = append(listeners, train.JSONLines(t.out))
	}
	fmt.Fprintf(t.errors, "run folder %s\n", out)
	config := train.Config{
		Model: net, Train: transforms.Dataset(fitted, shifts(o)), Validation: held, Test: test,
		Epochs: o.Epochs, BatchSize: o.Batch, Seed: o.Seed, Workers: 1,
		Loss: nn.CrossEntropy, Optimizer: opt, Schedule: schedule(o, steps), Metrics: []metrics.Metric{metrics.Accuracy()},
		Listeners: listeners, Dir: out, Resume: c.Resume, Inexact: c.Inexact, CheckpointEvery: c.CheckpointEvery, Options: o,
		Labels: c.CPUProfile != "",
	}
	var record *train.Record
	err = c.around(func() (err error) {
		record, err = train.Run(t.ctx, config)
		return err
	})
	var interrupted *train.Interrupted
	if errors.As(err, &interrupted) {
		if strings.Contains(out, " ") {
			out = `"` + out + `"`
		}
		inexact := ""
		if c.Inexact {
			inexact = " --inexact"
		}
		return fmt.Errorf("interrupted after step %d; continue with: lumen train %s --out %s --resume%s%w", interrupted.Step, preset, out, inexact, silent{err})
	}
	if err != nil {
		return err
	}
	if !c.JSON {
		_, err = fmt.Fprintf(t.out, "test accuracy %.2f %%  test loss %.4f  weights in %s\n", 100*record.End.Test[0].Value, record.End.TestLoss,
			filepath.Join(out, train.ModelFile))
	}
	return err
}

// silent carries an error's identity behind a sentence of our own.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }
