package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// A checkpoint is a safetensors file. Its tensors:
//
//	model.NAME         the model's state
//	optimizer.NAME     the optimizer's
//	running.sums       float64: sum of losses, examples of the running epoch
//	running.metric.K   float64: the state of metric K
//	running.best       float64: the lowest validation loss so far
//	schedule           float64: a schedule that listens (reduce on plateau)
//	listener.NAME      float64: a listener's state
//	random             uint8: the Pass's random stream
//
// and its metadata: kind, version, and position as JSON.
const (
	checkpointKind    = "lumen checkpoint"
	checkpointVersion = "1"
)

// position is where in the run a checkpoint stands.
type position struct {
	Step    int              `json:"step"`
	Epoch   int              `json:"epoch"` // finished epochs
	Events  int              `json:"events"`
	Loader  data.LoaderState `json:"loader"`
	Stopped string           `json:"stopped,omitempty"` // no more epochs, and why
	Recipe  recipe           `json:"recipe"`            // of the run it belongs to
}

// recipe is what makes a run's numbers, besides its data and its machine.
type recipe struct {
	Seed      uint64          `json:"seed"`
	Epochs    int             `json:"epochs"`
	BatchSize int             `json:"batch_size"`
	Optimizer json.RawMessage `json:"optimizer,omitempty"`
	Schedule  json.RawMessage `json:"schedule,omitempty"`
}

func (i RunInfo) recipe() recipe {
	return recipe{i.Seed, i.Epochs, i.BatchSize, i.Optimizer, i.Schedule}
}

// differs says what is not the same in two recipes.
func (r recipe) differs(want recipe) error {
	differ := func(what string, a, b any) error {
		return fmt.Errorf("was begun with %s %v, this is %v", what, a, b)
	}
	switch {
	case r.Seed != want.Seed:
		return differ("seed", r.Seed, want.Seed)
	case r.BatchSize != want.BatchSize:
		return differ("batch size", r.BatchSize, want.BatchSize)
	case r.Epochs != want.Epochs:
		return differ("epochs", r.Epochs, want.Epochs)
	case !sameJSON(r.Optimizer, want.Optimizer):
		return differ("optimizer", compact(r.Optimizer), compact(want.Optimizer))
	case !sameJSON(r.Schedule, want.Schedule):
		return differ("schedule", compact(r.Schedule), compact(want.Schedule))
	}
	return nil
}

// checkpoint writes the present state to the named file of the folder.
func (r *run) checkpoint(name string, best bool) error {
	if r.folder == nil {
		return nil
	}
	// The event comes first, so that the events up to it belong to the checkpoint. No
	// event may be lost that the checkpoint says has happened.
	path := r.folder.path(name)
	if err := r.emit(Checkpointed{Step: r.at.Step, Epoch: r.lastEpoch(), Path: name, Best: best}); err != nil {
		return err
	}
	if err := r.folder.sync(true); err != nil {
		return err
	}
	r.at.Events = r.folder.lines
	state := map[string]*tensor.Tensor{}
	for name, t := range nn.State(r.Model) {
		state["model."+name] = t
	}
	for name, t := range r.Optimizer.State() {
		state["optimizer."+name] = t
	}
	state["running.sums"] = tensor.FromSlice([]float64{r.lossSum, float64(r.lossCount)})
	state["running.best"] = tensor.FromSlice([]float64{r.best})
	for i, m := range r.metricStates() {
		state[fmt.Sprintf("running.metric.%d", i)] = tensor.FromSlice(m)
	}
	if s, ok := r.Schedule.(optim.Reporter); ok {
		state["schedule"] = tensor.FromSlice(s.State())
	}
	for _, l := range r.Listeners {
		if s, ok := l.(Stateful); ok {
			state["listener."+s.Name()] = tensor.FromSlice(s.State())
		}
	}
	random, err := r.pass.RandState()
	if err != nil {
		return err
	}
	state["random"] = tensor.FromSlice(random)
	at, err := json.Marshal(r.at)
	if err != nil {
		return err
	}
	return safetensors.SaveWith(path, state, safetensors.Options{Metadata: map[string]string{
		"kind": checkpointKind, "version": checkpointVersion, "position": string(at)}})
}

// below is the part of a checkpoint's state whose names begin so, without that beginning.
func below(state map[string]*tensor.Tensor, prefix string) map[string]*tensor.Tensor {
	part := map[string]*tensor.Tensor{}
	for name, t := range state {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			part[rest] = t
		}
	}
	return part
}

// restore continues from the last checkpoint of the folder, or begins the run that was
// stopped before it wrote one. Everything is read and compared before anything is
// changed.
func (r *run) restore(info RunInfo) error {
	have, err := ReadRun(r.Dir)
	if err != nil {
		return err
	}
	if err := r.compare(have, info); err != nil {
		return err
	}
	if r.folder, err = openFolder(r.Dir); err != nil {
		return err
	}
	path := r.folder.path(LastCheckpoint)
	state, at, err := readCheckpoint(path)
	if errors.Is(err, fs.ErrNotExist) && !r.folder.has(BestCheckpoint, ModelFile) {
		r.begin()
		return r.folder.cut(0)
	}
	if err != nil {
		return err
	}
	refuse := func(err error) error { return fmt.Errorf("%s: %w", path, err) }
	if err := at.Recipe.differs(info.recipe()); err != nil {
		return refuse(fmt.Errorf("the checkpoint of a run that %w: put this run's own in its place", err))
	}
	model, optimizer := below(state, "model."), below(state, "optimizer.")
	numbers := func(name string, n int) ([]float64, error) {
		t := state[name]
		if t == nil || t.DType() != tensor.Float64 || n >= 0 && t.Numel() != n {
			return nil, refuse(fmt.Errorf("the state %q is missing or of another kind: it was written for another configuration", name))
		}
		return tensor.Data[float64](t), nil
	}
	sums, err := numbers("running.sums", 2)
	if err != nil {
		return err
	}
	best, err := numbers("running.best", 1)
	if err != nil {
		return err
	}
	random := state["random"]
	if random == nil || random.DType() != tensor.Uint8 {
		return refuse(errors.New("the state \"random\" is missing or of another kind"))
	}
	if err := r.loader.Resume(at.Loader); err != nil {
		return refuse(err)
	}
	if _, err := nn.LoadState(r.Model, model); err != nil {
		return refuse(err)
	}
	if err := r.Optimizer.LoadState(optimizer); err != nil {
		return refuse(err)
	}
	if err := r.pass.SetRandState(tensor.Data[uint8](random)); err != nil {
		return refuse(err)
	}
	for i, m := range r.Metrics {
		v, err := numbers(fmt.Sprintf("running.metric.%d", i), -1)
		if err != nil {
			return err
		}
		if err := m.(metrics.Stateful).LoadState(v); err != nil {
			return refuse(err)
		}
	}
	if s, ok := r.Schedule.(optim.Reporter); ok {
		v, err := numbers("schedule", -1)
		if err != nil {
			return err
		}
		if err := s.LoadState(v); err != nil {
			return refuse(err)
		}
	}
	for _, l := range r.Listeners {
		s, ok := l.(Stateful)
		if !ok {
			continue
		}
		v, err := numbers("listener."+s.Name(), -1)
		if err != nil {
			return err
		}
		if err := s.LoadState(v); err != nil {
			return refuse(err)
		}
	}
	r.lossSum, r.lossCount, r.best, r.at, r.continued = sums[0], int(sums[1]), best[0], at, true
	return r.folder.cut(at.Events)
}

// compare refuses to continue a run with what would make other numbers.
func (r *run) compare(have, want RunInfo) error {
	if err := have.recipe().differs(want.recipe()); err != nil {
		return fmt.Errorf("%s %w: continue it as it was begun", r.Dir, err)
	}
	switch {
	case r.Inexact:
		return nil
	case have.Path != want.Path:
		return fmt.Errorf("%s was begun on the %s kernels, these are %s: use --cpu %s for the same bits, or --inexact to continue with other last bits",
			r.Dir, have.Path, want.Path, have.Path)
	case have.Threads != want.Threads:
		return fmt.Errorf("%s was begun with %d threads, these are %d: use --threads %d for the same bits, or --inexact to continue with other last bits",
			r.Dir, have.Threads, want.Threads, have.Threads)
	}
	return nil
}

// compact is JSON without the white space of run.json.
func compact(j json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, j) != nil {
		return string(j)
	}
	return b.String()
}

// sameJSON compares what is said, not how: white space and the order of fields may differ.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return bytes.Equal(a, b)
	}
	return reflect.DeepEqual(x, y)
}

// readCheckpoint reads and checks a checkpoint file.
func readCheckpoint(path string) (map[string]*tensor.Tensor, position, error) {
	var at position
	f, err := safetensors.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, at, fmt.Errorf("%s: there is no such checkpoint: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, at, err
	}
	defer f.Close()
	meta := f.Metadata()
	switch {
	case meta["kind"] != checkpointKind:
		return nil, at, fmt.Errorf("%s: not a checkpoint of Lumen (its metadata has kind %q)", path, meta["kind"])
	case meta["version"] != checkpointVersion:
		return nil, at, fmt.Errorf("%s: a checkpoint of version %q, this program reads version %s", path, meta["version"], checkpointVersion)
	}
	if err := json.Unmarshal([]byte(meta["position"]), &at); err != nil {
		return nil, at, fmt.Errorf("%s: the position in its metadata is damaged: %w", path, err)
	}
	if at.Step < 0 || at.Epoch < 0 || at.Events < 0 {
		return nil, at, fmt.Errorf("%s: the position in its metadata is damaged: step %d, epoch %d, event %d", path, at.Step, at.Epoch, at.Events)
	}
	state, err := f.Tensors()
	return state, at, err
}

// LoadModel reads the weights of a finished or running run into model: the final
// ones, or the last checkpoint's if there are none yet. It returns the file's path.
func LoadModel(dir string, model any) (string, error) {
	path := filepath.Join(dir, ModelFile)
	if _, err := os.Stat(path); err == nil {
		state, err := safetensors.Load(path)
		if err != nil {
			return path, err
		}
		if _, err := nn.LoadState(model, state); err != nil {
			return path, fmt.Errorf("%s: %w", path, err)
		}
		return path, nil
	}
	path = filepath.Join(dir, LastCheckpoint)
	state, _, err := readCheckpoint(path)
	if err != nil {
		return path, err
	}
	weights := map[string]*tensor.Tensor{}
	for name, t := range state {
		if rest, ok := strings.CutPrefix(name, "model."); ok {
			weights[rest] = t
		}
	}
	if _, err := nn.LoadState(model, weights); err != nil {
		return path, fmt.Errorf("%s: %w", path, err)
	}
	return path, nil
}
