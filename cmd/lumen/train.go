package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/report"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/transforms"
)

type trainCommand struct {
	MNIST          trainMNIST          `cmd:"" name:"mnist" help:"Train LeNet on MNIST, which is in this program, to 99 % test accuracy."`
	IDX            trainIDX            `cmd:"" name:"idx" help:"Train LeNet on a folder of IDX files, such as Fashion-MNIST."`
	CIFAR10        trainCIFAR10        `cmd:"" name:"cifar10" help:"Train a small residual network on CIFAR-10."`
	Images         trainImages         `cmd:"" name:"images" help:"Train a network on your own images, in a folder for each class."`
	ConvNetJSMNIST trainConvNetJSMNIST `cmd:"" name:"convnetjs-mnist" help:"Train the network of ConvNetJS's MNIST demonstration, as it does."`
	ConvNetJSCIFAR trainConvNetJSCIFAR `cmd:"" name:"convnetjs-cifar" help:"Train the network of ConvNetJS's CIFAR-10 demonstration, as it does."`
}

func (trainCommand) Help() string {
	return `Examples:

  lumen train mnist
  lumen train idx --data data/fashion-mnist
  lumen train cifar10
  lumen train images --data flowers`
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
  lumen train mnist --lr 100 --diagnose
  lumen train mnist --overfit-batch
  lumen train mnist --fast-dev-run
  lumen train mnist --detect-anomaly --lr 100
  lumen train mnist --epochs 1 --profile --trace trace.json
  lumen train mnist --epochs 1 --cpuprofile cpu.pprof && go tool pprof -tags cpu.pprof`
}

func (c *trainMNIST) Run(t terminal) error { return c.train(t, "mnist", "", nil) }

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
	return c.train(t, "idx", c.Data, nil)
}

type trainConvNetJSMNIST struct{ trainFlags }

func (trainConvNetJSMNIST) Help() string {
	return `The recipe is the demonstration's: random crops of 24 x 24, pixels divided by 255, two 5x5 convolutions of 8 and 16
channels with ReLU and pooling by 2 and 3 (5,994 parameters), Adadelta with a one-cycle rate,
batches of 20, an L2 penalty of 0.001; the test
images are predicted by the mean over 4 crops. 5,000 training images are held out for validation.

Example:

  lumen train convnetjs-mnist --epochs 5`
}

func (c *trainConvNetJSMNIST) Run(t terminal) error { return c.train(t, "convnetjs-mnist", "", nil) }

// cifarFlags are those of the presets that learn from CIFAR-10.
type cifarFlags struct {
	Data string `placeholder:"DIR" help:"The folder or archive with CIFAR-10's binary version, or a folder with one of them; default LUMEN_DATA, else lumen in the user's cache folder."`
	trainFlags
}

type trainConvNetJSCIFAR struct{ cifarFlags }

func (trainConvNetJSCIFAR) Help() string {
	return `The recipe is the demonstration's: pixels / 255 - 0.5, images shifted by up to 2 pixels and mirrored, three 5x5
convolutions of 16, 20 and 20 channels with ReLU and pooling by 2 (22,466 parameters), Adadelta with a one-cycle rate,
batches of 4, an L2 penalty of 0.0001; the test images are predicted by the mean over 6 augmented copies. 5,000 training images are held
out for validation.

Examples:

  lumen data get cifar10 && lumen train convnetjs-cifar
  lumen train convnetjs-cifar --data cifar-10-binary.tar.gz --epochs 2`
}

func (c *trainConvNetJSCIFAR) Run(t terminal) error {
	return c.train(t, "convnetjs-cifar", c.Data, nil)
}

type trainCIFAR10 struct{ cifarFlags }

func (trainCIFAR10) Help() string {
	return `The recipe: a residual network of 8 layers (1,210,410 parameters), batches of 128, 12 epochs of SGD with momentum
0.9 and a one-cycle learning rate, an L2 penalty of 0.0005, images padded by 4 and cropped at random, mirrored at
random; predictions are the mean over an image and its mirror image. 5,000 training images are held out for validation;
the test images are looked at once, at the end, with the last weights.

Examples:

  lumen data get cifar10 && lumen train cifar10
  lumen train cifar10 --data cifar-10-batches-bin --epochs 3`
}

func (c *trainCIFAR10) Run(t terminal) error { return c.train(t, "cifar10", c.Data, nil) }

// train runs a preset. dir is where its data are, "" for its default. own, if not nil, puts the preset's own flags into
// the options, or refuses them where they are not those of the run that is resumed, whose folder it is told.
func (c *trainFlags) train(t terminal, preset, dir string, own func(o *options, resumed string) error) error {
	if err := c.checkTries(); err != nil {
		return err
	}
	if dir != "" {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		dir = abs
	}
	o, out, err := c.resolve(preset, dir)
	if err != nil {
		return err
	}
	if own != nil {
		resumed := ""
		if c.Resume {
			resumed = out
		}
		if err := own(&o, resumed); err != nil {
			return err
		}
	}
	if err := c.apply(); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	if c.TensorBoard != "" { // before anything is made of a run that could not go on
		if err := report.CheckTensorBoard(c.TensorBoard, c.Resume); err != nil {
			return err
		}
	}
	sets, err := presets[preset].read(t, o, datasets.Train, datasets.Test)
	if err != nil {
		return err
	}
	set, test := sets[0], sets[1]
	o.Classes, o.Shape = set.Classes(), set.Shape()
	o.Mean, o.Std = set.Options().Mean, set.Options().Std
	if !slices.Equal(test.Shape(), set.Shape()) {
		return fmt.Errorf("the training images have shape %v, the test images %v: one network cannot take both", set.Shape(), test.Shape())
	}
	some, err := atMost(set, o.Examples, o.Seed)
	if err != nil {
		return err
	}
	fitted, held, err := holdOut(some, o.Seed)
	if err != nil {
		return err
	}
	tested, err := atMost(test, o.Examples, o.Seed)
	if err != nil {
		return err
	}
	net, err := network(o)
	if err != nil {
		return err
	}
	presets[o.Preset].initialise(net, o.Seed)
	steps := o.Epochs * ((fitted.Len() + o.Batch - 1) / o.Batch)
	if c.OverfitBatch != 0 {
		steps = c.OverfitBatch.or(overfitSteps)
		if p := presets[o.Preset]; c.LR == nil && o.Optimizer == p.optimizer && p.fit > 0 {
			o.LR = p.fit
		}
	}
	opt := optimizer(o, nn.Parameters(net))
	judge := newAccuracy(len(o.Classes))
	var listeners []train.Listener
	if c.name() == "" {
		listeners = append(listeners, train.Progress(t.errors))
		fmt.Fprintf(t.errors, "run folder %s\n", out)
	}
	if c.JSON {
		listeners = append(listeners, train.JSONLines(t.out))
	}
	if c.TensorBoard != "" {
		listeners = append(listeners, c.board(net, o))
	}
	var diagnosis *diag.RunListener
	if o.Diagnose {
		diagnosis = diag.ListenerWith(diag.Options{})
		listeners = append(listeners, diagnosis)
	}
	config := train.Config{
		Model: net, Train: transforms.Dataset(fitted, augmentation(o)), Validation: held, Test: tested,
		Epochs: o.Epochs, BatchSize: o.Batch, Seed: o.Seed, Workers: 1,
		Loss: nn.CrossEntropy, Optimizer: opt, Schedule: schedule(o, steps), Metrics: []metrics.Metric{judge},
		Listeners: listeners, Dir: out, Resume: c.Resume, Inexact: c.Inexact, CheckpointEvery: c.CheckpointEvery, Options: o,
		Labels: c.CPUProfile != "", Probe: c.statistics(), Anomaly: c.DetectAnomaly, Profile: c.steps(),
	}
	var record *train.Record
	err = c.around(t, c.JSON, func() (*train.Record, error) {
		var err error
		switch {
		case c.OverfitBatch != 0:
			record, err = c.overfit(t, config, fitted)
		case c.FastDevRun:
			record, err = c.fastDevRun(t, config, o, judge)
		default:
			record, err = train.Run(t.ctx, config)
		}
		return record, err
	})
	if diagnosis != nil {
		fmt.Fprint(t.errors, diag.Summary(diagnosis.Findings()))
	}
	var anomaly *probe.AnomalyError
	if errors.As(err, &anomaly) {
		fmt.Fprint(t.errors, anomaly.Report())
	}
	if c.name() != "" {
		return err
	}
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
	if err := savePictures(out, o, judge.last); err != nil {
		return err
	}
	openReport(t, out)
	if !c.JSON {
		_, err = fmt.Fprintf(t.out, "test accuracy %.2f %%  test loss %s  weights in %s\n", 100*record.End.Test[0].Value, train.Figure(record.End.TestLoss),
			filepath.Join(out, train.ModelFile))
	}
	return err
}

// board is the listener of --tensorboard, which wants no more statistics than --stats-every says.
func (c *trainFlags) board(net nn.Module, o options) train.Listener {
	shown := report.TensorBoardOptions{Model: net, Input: append([]int{1}, o.Shape...)}
	if s := c.statistics(); s != nil {
		shown.Probe = *s
		return report.TensorBoard(c.TensorBoard, shown)
	}
	return train.ListenerFunc(report.TensorBoard(c.TensorBoard, shown).On) // no train.Prober
}

// silent carries an error's identity behind a sentence of our own.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }
