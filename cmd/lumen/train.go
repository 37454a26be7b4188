package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/models"
)

type trainCommand struct {
	MNIST trainMNIST `cmd:"" name:"mnist" help:"Train LeNet on MNIST, which is in this program, to 99 % test accuracy."`
	IDX   trainIDX   `cmd:"" name:"idx" help:"Train LeNet on a folder of IDX files, such as Fashion-MNIST."`
}

type trainMNIST struct{ trainFlags }

func (trainMNIST) Help() string {
	return `The recipe: LeNet (61,706 parameters), batches of 64, 10 epochs of SGD with momentum 0.9, a one-cycle learning
rate, images shifted by up to 2 pixels. 5,000 training images are held out for validation; the test images are looked
at once, at the end, with the last weights.

Examples:

  lumen train mnist
  lumen train mnist --seed 2 --out runs/second
  lumen train mnist --out runs/second --resume`
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

// trainFlags are the flags that all presets have.
type trainFlags struct {
	Epochs          *int     `placeholder:"N" help:"Times through the training set; default 10."`
	Batch           *int     `placeholder:"N" help:"Images in a step; default 64."`
	LR              *float64 `name:"lr" placeholder:"RATE" help:"Greatest learning rate; default depends on the optimizer, 0.05 for sgd."`
	Optimizer       *string  `placeholder:"NAME" help:"One of sgd, adam, adamw, rmsprop, adagrad, adadelta; default sgd."`
	Seed            *uint64  `placeholder:"N" help:"Of weights, order and augmentation; default 1."`
	Out             string   `placeholder:"DIR" help:"The run's folder; default runs/PRESET-seedS-N."`
	Resume          bool     `help:"Continue the run in --out, or the newest one of this preset, from its last checkpoint, with its options, threads and kernels."`
	Inexact         bool     `help:"Resume under another kernel path or number of threads, with other last bits."`
	CheckpointEvery int      `default:"200" placeholder:"N" help:"Steps between checkpoints; default 200."`
	JSON            bool     `name:"json" help:"Print events as lines of JSON on standard output."`
	machine
}

// options are what a run depends on; they stand in its run.json.
type options struct {
	Preset    string   `json:"preset"`
	Data      string   `json:"data,omitempty"`
	Epochs    int      `json:"epochs"`
	Batch     int      `json:"batch"`
	LR        float64  `json:"lr"`
	Optimizer string   `json:"optimizer"`
	Seed      uint64   `json:"seed"`
	Classes   []string `json:"classes"`
	Shape     []int    `json:"shape"` // of an image: channels, height, width
	// Pixels go into the network as (pixel/255 - mean) / std.
	Mean []float64 `json:"mean"`
	Std  []float64 `json:"std"`
}

// learningRates are the optimizers' defaults: the greatest rate of the cycle.
var learningRates = map[string]float64{"sgd": 0.05, "adam": 0.003, "adamw": 0.003, "rmsprop": 0.001, "adagrad": 0.02, "adadelta": 1}

// recipe is the options without any flag.
func recipe(preset, dir string) options {
	return options{Preset: preset, Data: dir, Epochs: 10, Batch: 64, Optimizer: "sgd", Seed: 1}
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
		if _, ok := learningRates[name]; !ok {
			return o, "", usagef("--optimizer %s: there are sgd, adam, adamw, rmsprop, adagrad and adadelta", *c.Optimizer)
		}
		if c.Resume && name != o.Optimizer {
			return o, "", wrong("optimizer", o.Optimizer, name)
		}
		o.Optimizer = name
	}
	if !c.Resume {
		o.LR = learningRates[o.Optimizer]
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
	}{{"epochs", c.Epochs, &o.Epochs, 100_000}, {"batch", c.Batch, &o.Batch, 1 << 20}} {
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
	if c.CheckpointEvery < 1 {
		return o, "", usagef("--checkpoint-every %d: at least 1 is wanted", c.CheckpointEvery)
	}
	if out == "" {
		out = freeName(preset, o.Seed)
	}
	return o, out, nil
}

// readOptions takes a run's options out of its run.json, which may be damaged.
func readOptions(dir string, info train.RunInfo) (options, error) {
	var o options
	err := json.Unmarshal(info.Options, &o)
	_, known := learningRates[o.Optimizer]
	switch {
	case err != nil:
	case o.Epochs < 1 || o.Batch < 1 || !known || !(o.LR > 0):
		err = fmt.Errorf("--epochs %d --batch %d --optimizer %q --lr %g", o.Epochs, o.Batch, o.Optimizer, o.LR)
	case len(o.Shape) != 3 || slices.Min(o.Shape) < 1 || len(o.Mean) != o.Shape[0] || len(o.Std) != o.Shape[0] || slices.Max(o.Shape) > 1<<16:
		err = fmt.Errorf("images of shape %v with mean %v and std %v", o.Shape, o.Mean, o.Std)
	default:
		return o, nil
	}
	return o, fmt.Errorf("%s: its options are not those of lumen train: %w", filepath.Join(dir, train.RunFile), err)
}

const runsFolder = "runs"

// freeName is the first of runs/PRESET-seedS-1, -2 ... that does not exist.
func freeName(preset string, seed uint64) string {
	for n := 1; ; n++ {
		dir := filepath.Join(runsFolder, fmt.Sprintf("%s-seed%d-%d", preset, seed, n))
		if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
			return dir
		}
	}
}

// newestRun is the run of a preset that was written to last.
func newestRun(preset string) (string, error) {
	found, err := filepath.Glob(filepath.Join(runsFolder, preset+"-seed*-*", train.LastCheckpoint))
	if err != nil {
		return "", err
	}
	best := ""
	var newest int64
	for _, f := range found {
		if info, err := os.Stat(f); err == nil && (best == "" || info.ModTime().UnixNano() > newest) {
			best, newest = filepath.Dir(f), info.ModTime().UnixNano()
		}
	}
	if best == "" {
		return "", fmt.Errorf("there is no run of %s under %s to resume; name its folder with --out", preset, runsFolder)
	}
	return best, nil
}

// heldOut is how many training images decide what is best.
const heldOut = 5000

func (c *trainFlags) train(t terminal, preset, dir string, load func(options) (set, test *datasets.Set, err error)) error {
	o, out, err := c.resolve(preset, dir)
	if err != nil {
		return err
	}
	if err := c.apply(); err != nil {
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
	record, err := train.Run(t.ctx, train.Config{
		Model: net, Train: shift(fitted, background(o)), Validation: held, Test: test,
		Epochs: o.Epochs, BatchSize: o.Batch, Seed: o.Seed, Workers: 1,
		Loss: nn.CrossEntropy, Optimizer: opt, Schedule: schedule(o, steps), Metrics: []metrics.Metric{metrics.Accuracy()},
		Listeners: listeners, Dir: out, Resume: c.Resume, Inexact: c.Inexact, CheckpointEvery: c.CheckpointEvery, Options: o,
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

// holdOut splits off the validation images: 5,000, or a tenth of a small set.
func holdOut(set data.Dataset, seed uint64) (fitted data.Collector, held data.Dataset, err error) {
	n := min(heldOut, set.Len()/10)
	if n == 0 {
		return nil, nil, fmt.Errorf("the training set has %d images, at least 10 are wanted", set.Len())
	}
	parts, err := data.Split(set, seed, -1, n)
	if err != nil {
		return nil, nil, err
	}
	return parts[0].(data.Collector), parts[1], nil // parts of a Collector are Collectors
}

// background is the normalised value of a black pixel.
func background(o options) float32 { return float32(-o.Mean[0] / o.Std[0]) }

// network is LeNet for the run's images.
func network(o options) (*models.LeNet5, error) {
	if len(o.Shape) != 3 || o.Shape[1] < 12 || o.Shape[2] < 12 || len(o.Classes) < 2 {
		return nil, fmt.Errorf("images of shape %v in %d classes: LeNet wants at least 12 x 12 pixels and 2 classes", o.Shape, len(o.Classes))
	}
	return models.NewLeNet5(o.Shape[0], o.Shape[1], o.Shape[2], len(o.Classes)), nil
}

func optimizer(o options, params []*nn.Param) optim.Optimizer {
	switch o.Optimizer {
	case "adam":
		a := optim.DefaultAdam()
		a.LR = o.LR
		return optim.NewAdam(params, a)
	case "adamw":
		a := optim.DefaultAdamW()
		a.LR = o.LR
		return optim.NewAdamW(params, a)
	case "rmsprop":
		a := optim.DefaultRMSprop()
		a.LR = o.LR
		return optim.NewRMSprop(params, a)
	case "adagrad":
		a := optim.DefaultAdagrad()
		a.LR = o.LR
		return optim.NewAdagrad(params, a)
	case "adadelta":
		a := optim.DefaultAdadelta()
		a.LR = o.LR
		return optim.NewAdadelta(params, a)
	}
	a := optim.DefaultSGD()
	a.LR, a.Momentum = o.LR, 0.9
	return optim.NewSGD(params, a)
}

// schedule is one cycle: up to the learning rate over the first 30 % of the steps,
// then down along a cosine to nearly nothing.
func schedule(o options, steps int) optim.Schedule {
	return optim.OneCycleLR{MaxLR: o.LR, TotalSteps: max(steps, 2)}
}
