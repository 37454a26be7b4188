package train_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// fitting is a network with 32 hidden units on digits.
func fitting(t *testing.T) train.Config {
	c := config(t, "")
	net := nn.NewSequential(nn.NewFlatten(), nn.NewLinear(784, 32), nn.NewReLU(), nn.NewLinear(32, 10))
	nn.Init(net, 7)
	c.Model, c.Optimizer = net, optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
	c.Schedule, c.Listeners = optim.Constant{LR: 0.01}, nil
	return c
}

func TestOverfitBatch(t *testing.T) {
	c := fitting(t)
	var kinds []string
	var last train.Event
	c.Listeners = []train.Listener{train.ListenerFunc(func(e train.Event) error {
		if e.Kind() != "epoch" && !slices.Contains(kinds, e.Kind()) {
			kinds = append(kinds, e.Kind())
		}
		last = e
		return nil
	})}
	fit, err := train.OverfitBatch(context.Background(), c, train.OverfitOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !fit.Fitted || fit.Steps < 5 || fit.Steps >= 200 || fit.Examples != 32 || !(fit.Last <= 0.02*fit.First) || !strings.HasPrefix(fit.Verdict, "the network can fit one batch") {
		t.Errorf("%+v", *fit)
	}
	if got := strings.Join(kinds, " "); got != "start batch end overfit" || last != train.Event(fit) {
		t.Errorf("events %s", got)
	}
	if fit.Record.Steps != fit.Steps || !strings.Contains(string(train.JSON(fit)), `"event":"overfit","fitted":true,"steps":`) {
		t.Errorf("%+v %s", fit.Record, train.JSON(fit))
	}
}

// TestOverfitBatchFails: what cannot fit is told apart.
func TestOverfitBatchFails(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *train.Config)
		says   string
	}{
		"no parameter is trained": {func(c *train.Config) {
			c.Schedule, c.Optimizer = nil, optim.NewAdam([]*nn.Param{nn.NewParam(nn.Zeros(), 1)}, optim.DefaultAdam())
		}, "nothing is learned"},
		"too slow": {func(c *train.Config) { c.Schedule = optim.Constant{LR: 3e-4} }, "has not fitted one batch yet"},
		"diverges": {func(c *train.Config) {
			o := optim.DefaultSGD()
			o.LR = 1e30
			c.Schedule, c.Optimizer = nil, optim.NewSGD(nn.Parameters(c.Model), o)
		}, "Config.Anomaly finds"},
	} {
		t.Run(name, func(t *testing.T) {
			config := fitting(t)
			c.change(&config)
			fit, err := train.OverfitBatch(context.Background(), config, train.OverfitOptions{Steps: 20})
			if err != nil || fit.Fitted || !strings.Contains(fit.Verdict, c.says) {
				t.Errorf("%v %+v", err, fit)
			}
		})
	}
}

func TestOverfitBatchMisuse(t *testing.T) {
	for want, change := range map[string]func(c *train.Config, o *train.OverfitOptions){
		"keeps nothing": func(c *train.Config, o *train.OverfitOptions) { c.Dir = t.TempDir() },
		"Steps is -1":   func(c *train.Config, o *train.OverfitOptions) { o.Steps = -1 },
		"Target is 2":   func(c *train.Config, o *train.OverfitOptions) { o.Target = 2 },
		"Train is nil":  func(c *train.Config, o *train.OverfitOptions) { c.Train = nil },
	} {
		c := fitting(t)
		var o train.OverfitOptions
		change(&c, &o)
		if _, err := train.OverfitBatch(context.Background(), c, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var interrupted *train.Interrupted
	if _, err := train.OverfitBatch(ctx, fitting(t), train.OverfitOptions{}); !errors.As(err, &interrupted) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestFastDevRun: everything is called, once, and nothing is kept.
func TestFastDevRun(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	c := config(t, "")
	seen := map[string]int{}
	c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
		seen[e.Kind()]++
		return nil
	}))
	record, err := train.FastDevRun(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	if record.Steps != 1 || len(record.Epochs) != 1 || !record.Epochs[0].Validated || !record.End.Tested {
		t.Errorf("%+v", record)
	}
	if seen["start"] != 1 || seen["batch"] != 1 || seen["epoch"] != 1 || seen["checkpoint"] != 3 || seen["end"] != 1 {
		t.Errorf("events %v", seen)
	}
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	// A folder that is named is kept.
	c = config(t, filepath.Join(t.TempDir(), "run"))
	if _, err := train.FastDevRun(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	model(t, c.Dir)
	c.Resume = true
	if _, err := train.FastDevRun(context.Background(), c); err == nil {
		t.Error("Resume was taken")
	}
}

// forgetful is a metric without a state, which no checkpoint can hold.
type forgetful struct{}

func (forgetful) Name() string               { return "forgetful" }
func (forgetful) Update(_, _ *tensor.Tensor) {}
func (forgetful) Value() float64             { return math.Pi }
func (forgetful) Reset()                     {}

// TestFastDevRunFindsMistakes: what would end a long run at its end ends this one.
func TestFastDevRunFindsMistakes(t *testing.T) {
	c := config(t, "")
	c.Metrics = []metrics.Metric{forgetful{}}
	if _, err := train.FastDevRun(context.Background(), c); err != nil {
		t.Errorf("without a folder such a metric is fine: %v", err)
	}
	c = config(t, "")
	wide := data.NewTensors(tensor.Zeros(8, 1, 30, 30), tensor.ZerosOf(tensor.Int64, 8))
	c.Test = wide
	if _, err := train.FastDevRun(context.Background(), c); err == nil || !strings.Contains(err.Error(), "900") {
		t.Errorf("test images of another size: %v", err)
	}
}
