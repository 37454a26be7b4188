package train_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
)

// digits are the first n training images from from on.
func digits(t testing.TB, from, n int) data.Dataset {
	t.Helper()
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		t.Fatal(err)
	}
	idx := make([]int, n)
	for i := range idx {
		idx[i] = from + i
	}
	return data.Subset(set, idx)
}

// config is a small run with everything in it that has a state: dropout, momentum,
// metrics, a schedule, a listener.
func config(t testing.TB, dir string) train.Config {
	t.Helper()
	net := nn.NewSequential(nn.NewFlatten(), nn.NewLinear(784, 32), nn.NewReLU(), nn.NewDropout(0.3), nn.NewLinear(32, 10))
	nn.Init(net, 7)
	return train.Config{
		Model: net, Train: digits(t, 0, 600), Validation: digits(t, 600, 200), Test: digits(t, 800, 200),
		Epochs: 4, BatchSize: 32, Seed: 7, Loss: nn.CrossEntropy, Optimizer: optim.NewAdam(nn.Parameters(net), optim.DefaultAdam()),
		Schedule: optim.CosineAnnealingLR{LR: 0.01, TMax: 80}, Metrics: []metrics.Metric{metrics.Accuracy()},
		Dir: dir, CheckpointEvery: 7,
		Listeners: []train.Listener{train.EarlyStopping(train.EarlyStoppingOptions{Patience: 50})},
	}
}

func mustRun(t *testing.T, ctx context.Context, c train.Config) *train.Record {
	t.Helper()
	r, err := train.Run(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func model(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, train.ModelFile))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRunLearns(t *testing.T) {
	r := mustRun(t, context.Background(), config(t, ""))
	if len(r.Epochs) != 4 || r.Steps != 4*19 || r.End.Steps != r.Steps || r.End.Parameters != 784*32+32+32*10+10 {
		t.Errorf("record %+v", r)
	}
	first, last := r.Epochs[0], r.Epochs[3]
	if !(last.Loss < first.Loss) || last.Validation[0].Value < 0.7 || r.End.Test[0].Value < 0.7 {
		t.Errorf("it did not learn: %+v then %+v, test %+v", first, last, r.End)
	}
}

// TestResumeAnywhere cancels a run after every kind of step (in an epoch, at its
// end, at a checkpoint, in the evaluation) and resumes it; the weights are those of
// a run left alone, and so is every event's step.
func TestResumeAnywhere(t *testing.T) {
	whole := t.TempDir() + "/run"
	mustRun(t, context.Background(), config(t, whole))
	want := model(t, whole)
	stops := []int{1, 6, 7, 18, 19, 20, 38, 57, 75, 76}
	if testing.Short() {
		stops = []int{6, 7, 19, 76}
	}
	for _, stop := range stops {
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			dir := t.TempDir() + "/run"
			ctx, cancel := context.WithCancel(context.Background())
			c := config(t, dir)
			c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
				if s, ok := e.(train.Stepped); ok && s.Step == stop {
					cancel()
				}
				return nil
			}))
			_, err := train.Run(ctx, c)
			var interrupted *train.Interrupted
			if !errors.As(err, &interrupted) || interrupted.Step != stop || !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), dir) {
				t.Fatalf("%v", err)
			}
			again := config(t, dir)
			again.Resume = true
			mustRun(t, context.Background(), again)
			if !bytes.Equal(model(t, dir), want) {
				t.Error("other weights than the run that was left alone")
			}
			sameEvents(t, dir, whole)
		})
	}
}

// sameEvents compares two runs' events, without times and continuations.
func sameEvents(t *testing.T, a, b string) {
	t.Helper()
	strip := func(dir string) []string {
		f, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range strings.Split(strings.TrimSpace(string(f)), "\n") {
			var m map[string]any
			if err := json.Unmarshal([]byte(l), &m); err != nil {
				t.Fatalf("%q: %v", l, err)
			}
			if m["event"] != "batch" && m["event"] != "epoch" {
				continue
			}
			delete(m, "seconds")
			delete(m, "data_seconds")
			b, _ := json.Marshal(m)
			out = append(out, string(b))
		}
		return out
	}
	x, y := strip(a), strip(b)
	if strings.Join(x, "\n") != strings.Join(y, "\n") {
		t.Errorf("the events differ: %d and %d of them", len(x), len(y))
	}
}

// TestFinishedRunResumes: nothing is left to do but the end.
func TestFinishedRunResumes(t *testing.T) {
	dir := t.TempDir() + "/run"
	mustRun(t, context.Background(), config(t, dir))
	want := model(t, dir)
	c := config(t, dir)
	c.Resume = true
	if r := mustRun(t, context.Background(), c); r.End.Steps != 76 || len(r.Epochs) != 0 {
		t.Errorf("record %+v", r)
	}
	if !bytes.Equal(model(t, dir), want) {
		t.Error("other weights")
	}
}

func TestStop(t *testing.T) {
	dir := t.TempDir() + "/run"
	c := config(t, dir)
	c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
		if s, ok := e.(train.Stepped); ok && s.Step == 20 {
			return fmt.Errorf("enough: %w", train.Stop)
		}
		return nil
	}))
	r := mustRun(t, context.Background(), c)
	if r.End.Epochs != 2 || r.End.Steps != 38 || !strings.Contains(r.End.Stopped, "enough") {
		t.Errorf("end %+v", r.End)
	}
	again := config(t, dir)
	again.Resume = true
	if r := mustRun(t, context.Background(), again); r.End.Steps != 38 {
		t.Errorf("a stopped run went on when resumed: %+v", r.End)
	}
}

func TestEarlyStopping(t *testing.T) {
	c := config(t, "")
	c.Epochs = 40
	c.Schedule = optim.Constant{LR: 0} // nothing improves
	c.Listeners = []train.Listener{train.EarlyStopping(train.EarlyStoppingOptions{Patience: 3})}
	if r := mustRun(t, context.Background(), c); r.End.Epochs != 4 || !strings.Contains(r.End.Stopped, "3 epochs") {
		t.Errorf("end %+v", r.End)
	}
	c = config(t, "")
	c.Listeners = []train.Listener{train.EarlyStopping(train.EarlyStoppingOptions{Patience: 1, Metric: "brightness"})}
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "brightness") {
		t.Errorf("an unknown metric: %v", err)
	}
}

func TestListenerErrorEndsRun(t *testing.T) {
	c := config(t, "")
	broken := errors.New("the pen is broken")
	c.Listeners = []train.Listener{train.ListenerFunc(func(e train.Event) error { return broken })}
	if _, err := train.Run(context.Background(), c); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func TestMisuseIsAnError(t *testing.T) {
	c := config(t, "")
	c.Model = nn.NewLinear(5, 10)
	c.Optimizer = optim.NewSGD(nn.Parameters(c.Model), optim.DefaultSGD())
	_, err := train.Run(context.Background(), c)
	var shape *tensor.ShapeError
	if !errors.As(err, &shape) || !strings.Contains(err.Error(), "Linear") {
		t.Errorf("%v", err)
	}
	// Any other panic is a bug and stays one.
	c = config(t, "")
	c.Listeners = []train.Listener{train.ListenerFunc(func(train.Event) error { panic("a bug") })}
	defer func() {
		if r := recover(); r != "a bug" {
			t.Errorf("recovered %v", r)
		}
	}()
	train.Run(context.Background(), c)
	t.Error("the panic was swallowed")
}

// hollow is a set whose Collect forgets some of its examples.
type hollow struct {
	data.Dataset
	kept int
}

func (h hollow) Collect(idx []int, _ func(int) *rand.Rand, b *data.Batch) error {
	b.X, b.Y = tensor.Zeros(h.kept, 1, 28, 28), tensor.ZerosOf(tensor.Int64, h.kept)
	return nil
}

func TestHollowBatch(t *testing.T) {
	for what, spoil := range map[string]func(c *train.Config){
		"0 examples for 32 items":   func(c *train.Config) { c.Train = hollow{c.Train, 0} },
		"31 examples for 32 items":  func(c *train.Config) { c.Train = hollow{c.Train, 31} },
		"0 examples for 200 items":  func(c *train.Config) { c.Validation = hollow{c.Validation, 0} },
		"17 examples for 200 items": func(c *train.Config) { c.Test = hollow{c.Test, 17} },
	} {
		c := config(t, "")
		c.Epochs = 1
		spoil(&c)
		if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "Collect") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for what, spoil := range map[string]func(c *train.Config){
		"Model":     func(c *train.Config) { c.Model = nil },
		"Train":     func(c *train.Config) { c.Train = nil },
		"empty":     func(c *train.Config) { c.Train = data.Subset(c.Train, nil) },
		"Loss":      func(c *train.Config) { c.Loss = nil },
		"Optimizer": func(c *train.Config) { c.Optimizer = nil },
		"Epochs":    func(c *train.Config) { c.Epochs = 0 },
		"BatchSize": func(c *train.Config) { c.BatchSize = -1 },
		"Resume":    func(c *train.Config) { c.Resume = true },
		"ClipNorm":  func(c *train.Config) { c.ClipNorm = -1 },
	} {
		c := config(t, "")
		spoil(&c)
		if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestResumeOfAnother(t *testing.T) {
	dir := t.TempDir() + "/run"
	mustRun(t, context.Background(), config(t, dir))
	for what, change := range map[string]func(c *train.Config){
		"seed":       func(c *train.Config) { c.Seed = 8 },
		"batch size": func(c *train.Config) { c.BatchSize = 31 },
		"epochs":     func(c *train.Config) { c.Epochs = 9 },
		"optimizer":  func(c *train.Config) { c.Optimizer = optim.NewSGD(nn.Parameters(c.Model), optim.DefaultSGD()) },
		"schedule":   func(c *train.Config) { c.Schedule = optim.Constant{LR: 1} },
		"items":      func(c *train.Config) { c.Train = digits(t, 0, 601) },
		"model": func(c *train.Config) {
			c.Model = nn.NewSequential(nn.NewFlatten(), nn.NewLinear(784, 31), nn.NewReLU(), nn.NewDropout(0.3), nn.NewLinear(31, 10))
			c.Optimizer = optim.NewAdam(nn.Parameters(c.Model), optim.DefaultAdam())
		},
	} {
		c := config(t, dir)
		c.Resume = true
		change(&c)
		if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestSnapshot: predictions on a snapshot in another goroutine are those of one whole
// step's weights.
func TestSnapshot(t *testing.T) {
	c := config(t, "")
	c.Epochs = 1
	x := tensor.FromSlice(make([]float32, 784), 1, 1, 28, 28)
	var snapshot func() nn.Module
	type pair struct{ got, want []float32 }
	results := make(chan pair, 100)
	waiting := make(chan struct{}, 1)
	waiting <- struct{}{}
	c.Listeners = []train.Listener{train.ListenerFunc(func(e train.Event) error {
		switch e := e.(type) {
		case train.Started:
			snapshot = e.Snapshot
		case train.Stepped:
			<-waiting // until the goroutine before has read its snapshot
			m := snapshot()
			want := tensor.Data[float32](nn.Predict(c.Model, x))
			go func() {
				results <- pair{tensor.Data[float32](nn.Predict(m, x)), want}
				waiting <- struct{}{}
			}()
		}
		return nil
	})}
	r := mustRun(t, context.Background(), c)
	for range r.Steps {
		p := <-results
		for i := range p.want {
			if p.got[i] != p.want[i] {
				t.Fatalf("a snapshot predicts %v, its step's weights %v", p.got, p.want)
			}
		}
	}
}

// TestPlateau: a schedule that listens is part of the checkpoint.
func TestPlateau(t *testing.T) {
	run := func(dir string, stop int) []byte {
		plateau := func(c *train.Config) {
			c.Schedule = optim.NewReduceOnPlateau(0.01, optim.ReduceOnPlateauOptions{Factor: 0.5, Patience: 0, Threshold: 0.5})
		}
		c := config(t, dir)
		plateau(&c)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
			if s, ok := e.(train.Stepped); ok && s.Step == stop {
				cancel()
			}
			return nil
		}))
		if _, err := train.Run(ctx, c); err != nil {
			c = config(t, dir)
			plateau(&c)
			c.Resume = true
			mustRun(t, context.Background(), c)
		}
		return model(t, dir)
	}
	if !bytes.Equal(run(t.TempDir()+"/a", -1), run(t.TempDir()+"/b", 50)) {
		t.Error("other weights after a resume")
	}
}

// failing is a full disk after some bytes.
type failing struct{ left int }

func (f *failing) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(b), nil
}

func TestFullDiskUnderJSON(t *testing.T) {
	c := config(t, "")
	c.Listeners = []train.Listener{train.JSONLines(&failing{1000})}
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("%v", err)
	}
}

func TestJSON(t *testing.T) {
	got := string(train.JSON(train.Stepped{Step: 1, Epoch: 1, Batch: 1, Batches: 9, Examples: 2, Loss: math.NaN(), LR: 0.1}))
	want := `{"event":"batch","step":1,"epoch":1,"batch":1,"examples":2,"loss":"NaN","lr":0.1,"seconds":0,"data_seconds":0}`
	if got != want {
		t.Errorf("%s", got)
	}
	if train.Finite(math.Inf(1)) != "Inf" || train.Finite(math.Inf(-1)) != "-Inf" || train.Finite(2) != 2.0 {
		t.Error("Finite")
	}
}

func TestProgress(t *testing.T) {
	var b bytes.Buffer
	c := config(t, "")
	c.Epochs = 2
	c.Listeners = []train.Listener{train.Progress(&b)}
	mustRun(t, context.Background(), c)
	text := b.String()
	for _, w := range []string{"600 examples", "25,450 parameters", "epoch 1/2", "epoch 2/2", "accuracy", " %", "validation loss", "test", "38 steps"} {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in:\n%s", w, text)
		}
	}
	if strings.ContainsAny(text, "\x1b\r") {
		t.Error("control characters away from a terminal")
	}
	for _, l := range strings.Split(text, "\n") {
		if len(l) > 100 {
			t.Errorf("a line of %d columns: %s", len(l), l)
		}
	}
}
