package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// Record is what Run returns: the run in short.
type Record struct {
	Epochs []EpochEnded // of this process; a continued run has the earlier ones in its folder
	End    Ended
	Steps  int
	Dir    string

	Profile *probe.Profiler // if Config.Profile asked for it
}

// run is a run in progress.
type run struct {
	Config
	loader *data.Loader
	pass   *nn.Pass
	folder *folder
	record Record

	at        position
	continued bool    // from a checkpoint
	lossSum   float64 // of the running epoch
	lossCount int
	best      float64 // lowest validation loss
	began     time.Time
	snapshot  nn.Module
	params    []*nn.Param
	probed    *probe.Step // of the present step, if somebody wants records
	said      []Message   // and not yet told
}

// Run trains c.Model and returns what came of it. When ctx is cancelled the step at
// hand is finished, a checkpoint is written, and the error is an *[Interrupted]. A
// wrong shape or type in the model or the data (tensor.Misuse) is returned as an
// error; so is every failure of a file, which names it.
func Run(ctx context.Context, c Config) (record *Record, err error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	r := &run{Config: c, best: math.Inf(1), began: time.Now(), pass: nn.Training(c.Seed), params: nn.Parameters(c.Model)}
	if c.Labels {
		Label(r.pass, c.Model)
	}
	r.loader = data.NewLoader(c.Train, data.LoaderOptions{BatchSize: c.BatchSize, Shuffle: true, Seed: c.Seed, Workers: c.Workers})
	r.record.Dir = c.Dir
	defer func() {
		switch p := recover().(type) {
		case nil:
		case tensor.Misuse:
			err = fmt.Errorf("train: %w", p)
		case *probe.AnomalyError:
			err = cmp.Or(r.emit(AnomalyFound{p}), error(p))
		default:
			panic(p)
		}
		if r.record.Profile != nil {
			r.record.Profile.Stop()
		}
		for _, l := range c.Listeners {
			if p, ok := l.(*progress); ok {
				p.leave()
			}
		}
		if r.folder != nil {
			if e := r.folder.close(); err == nil {
				err = e
			}
		}
		r.record.Steps = r.at.Step
		record = &r.record
	}()
	info, err := c.info()
	if err != nil {
		return nil, err
	}
	r.at.Recipe = info.recipe()
	if c.Resume {
		if err := r.restore(info); err != nil {
			return nil, err
		}
	} else {
		r.begin()
		if c.Dir != "" {
			if r.folder, err = create(c.Dir, info); err != nil {
				return nil, err
			}
		}
	}
	if c.Anomaly {
		probe.DetectAnomaly(r.pass, r.Model, r.Optimizer, probe.AnomalyOptions{After: r.at.Step})
	}
	if c.Profile != nil {
		r.record.Profile = probe.Profile(r.pass, r.Model, r.Optimizer, *c.Profile)
	}
	return nil, r.train(ctx, info)
}

// begin is the state before the first step.
func (r *run) begin() {
	nn.InitUnset(r.Model, r.Seed)
	for _, m := range r.Metrics {
		m.Reset()
	}
	r.at.Loader = r.loader.State()
}

func (r *run) train(ctx context.Context, info RunInfo) error {
	numel := 0
	for _, p := range r.params {
		numel += p.Numel()
	}
	if o, ok := r.probeOptions(); ok {
		o.After = r.at.Step
		defer probe.Start(r.pass, r.Model, r.Optimizer, o, func(s *probe.Step) { r.probed = s })()
	}
	for _, l := range r.Listeners {
		if s, ok := l.(Speaker); ok {
			s.Speak(r.say)
		}
	}
	start := Started{Epochs: r.Epochs, StepsPerEpoch: r.loader.Len(), BatchSize: r.BatchSize, Examples: r.Train.Len(), Parameters: numel,
		Seed: r.Seed, Path: info.Path, Threads: info.Threads, Continued: r.continued, Resumed: r.at.Step, Dir: r.Dir, Snapshot: r.takeSnapshot}
	if err := r.emit(start); err != nil {
		return err
	}
	if !r.continued {
		if err := r.checkpoint(LastCheckpoint, false); err != nil {
			return err
		}
	}
	// A listener's Stop leaves an epoch that has begun to its end, resumed or not.
	for r.at.Epoch < r.Epochs && (r.at.Stopped == "" || r.at.Loader.Batch > 0) {
		if err := r.epoch(ctx); err != nil {
			if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				return r.interrupted(ctx)
			}
			return err
		}
	}
	return r.finish(ctx, numel)
}

// lastEpoch is the number of the epoch that the last step belongs to, from 1.
func (r *run) lastEpoch() int {
	if r.at.Loader.Batch == 0 && r.at.Epoch > 0 {
		return r.at.Epoch
	}
	return r.at.Epoch + 1
}

// epoch makes the epoch's remaining steps and what follows them.
func (r *run) epoch(ctx context.Context) error {
	began := time.Now()
	last := began
	for batch, err := range r.loader.Batches(ctx) {
		if err != nil {
			return err
		}
		waited := time.Since(last)
		if err := r.step(batch, waited); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.at.Step%r.CheckpointEvery == 0 {
			if err := r.checkpoint(LastCheckpoint, false); err != nil {
				return err
			}
		}
		last = time.Now()
	}
	e := EpochEnded{Epoch: r.lastEpoch(), Epochs: r.Epochs, Step: r.at.Step, Loss: r.lossSum / float64(r.lossCount),
		Metrics: read(r.Metrics), LR: r.Optimizer.LR()}
	if r.Validation != nil {
		keep := r.metricStates() // evaluation uses the same metrics; an interrupt needs them back
		var err error
		e.Validated = true
		e.ValidationLoss, e.Validation, err = Evaluate(ctx, r.Model, r.Validation, r.Loss, r.Metrics)
		if err != nil {
			r.restoreMetrics(keep)
			return err
		}
		e.Best = e.ValidationLoss < r.best
		if e.Best {
			r.best = e.ValidationLoss
		}
		if s, ok := r.Schedule.(optim.Reporter); ok {
			s.Report(e.ValidationLoss)
		}
	}
	for _, m := range r.Metrics {
		m.Reset()
	}
	r.lossSum, r.lossCount = 0, 0
	r.at.Epoch++
	r.at.Loader = r.loader.State()
	e.Seconds = time.Since(began).Seconds()
	r.record.Epochs = append(r.record.Epochs, e)
	if err := r.emit(e); err != nil {
		return err
	}
	if e.Best {
		if err := r.checkpoint(BestCheckpoint, true); err != nil {
			return err
		}
	}
	return r.checkpoint(LastCheckpoint, false)
}

func (r *run) step(batch *data.Batch, waited time.Duration) error {
	if err := whole(batch); err != nil {
		return err
	}
	if r.record.Profile != nil {
		r.record.Profile.Waited(waited)
	}
	began := time.Now()
	if r.Schedule != nil {
		r.Optimizer.SetLR(r.Schedule.At(r.at.Step))
	}
	pred := r.Model.Forward(r.pass, batch.X)
	loss := r.Loss(pred, batch.Y)
	r.Optimizer.ZeroGrad()
	loss.Backward()
	if r.ClipNorm > 0 {
		optim.ClipGradNorm(r.params, r.ClipNorm)
	}
	r.Optimizer.Step()
	value := loss.Item()
	for _, m := range r.Metrics {
		m.Update(pred, batch.Y)
	}
	r.at.Step++
	r.at.Loader = r.loader.State()
	r.lossSum += value * float64(batch.Len())
	r.lossCount += batch.Len()
	err := r.emit(Stepped{Step: r.at.Step, Epoch: r.lastEpoch(), Batch: r.at.Loader.Batch, Batches: r.loader.Len(), Examples: batch.Len(),
		Loss: value, LR: r.Optimizer.LR(), Seconds: time.Since(began).Seconds(), DataSeconds: waited.Seconds(),
		Metrics: func() []Value { return read(r.Metrics) }})
	if s := r.probed; s != nil && err == nil {
		r.probed = nil
		err = r.emit(Probed{s})
	}
	return err
}

// interrupted writes the checkpoint of a cancelled run.
func (r *run) interrupted(ctx context.Context) error {
	if err := r.checkpoint(LastCheckpoint, false); err != nil {
		return fmt.Errorf("train: interrupted after step %d, and the checkpoint could not be written: %w", r.at.Step, err)
	}
	return &Interrupted{Step: r.at.Step, Dir: r.Dir, Cause: context.Cause(ctx)}
}

// finish evaluates the test set with the last weights and writes them.
func (r *run) finish(ctx context.Context, parameters int) error {
	e := Ended{Epochs: r.at.Epoch, Steps: r.at.Step, Parameters: parameters, Stopped: r.at.Stopped}
	if r.Test != nil {
		var err error
		e.Tested = true
		e.TestLoss, e.Test, err = Evaluate(ctx, r.Model, r.Test, r.Loss, r.Metrics)
		if err != nil {
			if ctx.Err() != nil && errors.Is(err, ctx.Err()) { // the last checkpoint is of this step
				return &Interrupted{Step: r.at.Step, Dir: r.Dir, Cause: context.Cause(ctx)}
			}
			return err
		}
	}
	if r.folder != nil {
		if err := safetensors.Save(r.folder.path(ModelFile), nn.State(r.Model)); err != nil {
			return err
		}
	}
	e.Seconds = time.Since(r.began).Seconds()
	r.record.End = e
	return r.emit(e)
}

// emit tells the folder and then the listeners, and after it what they had to say to it. A
// listener's Stop takes effect at the end of the epoch.
func (r *run) emit(e Event) error {
	if err := r.tell(e); err != nil {
		return err
	}
	for len(r.said) > 0 {
		m := r.said[0]
		r.said = r.said[1:]
		if err := r.tell(m); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) tell(e Event) error {
	if r.folder != nil {
		if err := r.folder.On(e); err != nil {
			return err
		}
	}
	for _, l := range r.Listeners {
		if err := l.On(e); errors.Is(err, Stop) {
			r.at.Stopped = err.Error()
		} else if err != nil {
			return err
		}
	}
	return nil
}

// takeSnapshot is Started.Snapshot.
func (r *run) takeSnapshot() nn.Module {
	if r.snapshot == nil {
		r.snapshot = nn.Clone(r.Model)
		return r.snapshot
	}
	if err := nn.CopyState(r.snapshot, r.Model); err != nil { // the copy has the same names and shapes
		panic(err)
	}
	return r.snapshot
}

// metricStates is what a checkpoint keeps of the metrics; those that have no state
// are refused where checkpoints are written (Config.check).
func (r *run) metricStates() [][]float64 {
	s := make([][]float64, len(r.Metrics))
	for i, m := range r.Metrics {
		if m, ok := m.(metrics.Stateful); ok {
			s[i] = m.State()
		}
	}
	return s
}

func (r *run) restoreMetrics(states [][]float64) {
	for i, m := range r.Metrics {
		if m, ok := m.(metrics.Stateful); ok {
			if err := m.LoadState(states[i]); err != nil { // its own state
				panic(err)
			}
		}
	}
}
