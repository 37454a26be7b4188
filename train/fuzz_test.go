package train_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// FuzzCheckpoint resumes from whatever bytes stand in the checkpoint: it is continued
// or refused with an error, and nothing panics.
func FuzzCheckpoint(f *testing.F) {
	small := func(dir string) train.Config {
		net := nn.NewSequential(nn.NewLinear(2, 3), nn.NewBatchNorm1d(3), nn.NewLinear(3, 2))
		nn.Init(net, 1)
		set := data.NewTensors(tensor.Arange(0, 12, 1).Reshape(6, 2), tensor.FromSlice([]int64{0, 1, 0, 1, 0, 1}))
		return train.Config{Model: net, Train: set, Validation: set, Epochs: 2, BatchSize: 3, Seed: 1, Loss: nn.CrossEntropy,
			Optimizer: optim.NewAdam(nn.Parameters(net), optim.DefaultAdam()), Metrics: []metrics.Metric{metrics.Accuracy()}, Dir: dir}
	}
	dir := filepath.Join(f.TempDir(), "run")
	if _, err := train.Run(context.Background(), small(dir)); err != nil {
		f.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{train.RunFile, train.EventsFile, train.LastCheckpoint} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			f.Fatal(err)
		}
		files[name] = b
	}
	good := files[train.LastCheckpoint]
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{})
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	f.Fuzz(func(t *testing.T, checkpoint []byte) {
		dir := t.TempDir()
		for name, b := range files {
			if name == train.LastCheckpoint {
				b = checkpoint
			}
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		c := small(dir)
		c.Resume = true
		_, err := train.Run(cancelled, c)
		var interrupted *train.Interrupted
		if err == nil || errors.As(err, &interrupted) {
			return
		}
		if after, e := os.ReadFile(filepath.Join(dir, train.LastCheckpoint)); e != nil || string(after) != string(checkpoint) {
			t.Errorf("refused (%v), but the checkpoint was changed", err)
		}
	})
}
