package train

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/nn"
)

// FastDevRun makes one step on one batch, evaluates one batch of the validation set and one of the test set,
// writes the checkpoints and the weights, and reads them back: every path of a long run in a moment,
// before it is begun (fast_dev_run in Lightning). The folder is a temporary one that is
// removed again, unless c.Dir names one; c.Resume is refused. A Config that it accepts runs; what the
// numbers are worth it cannot say. The model's weights are trained by the step.
func FastDevRun(ctx context.Context, c Config) (*Record, error) {
	if c.Resume {
		return nil, fmt.Errorf("train: FastDevRun begins a run: leave Config.Resume out")
	}
	c.Epochs = 1
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Dir == "" {
		dir, err := os.MkdirTemp("", "lumen-fast-dev-run-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		c.Dir = filepath.Join(dir, "run")
		if c.check() != nil { // there are metrics that no checkpoint can hold
			c.Dir = ""
		}
	}
	for _, set := range []*data.Dataset{&c.Train, &c.Validation, &c.Test} {
		if *set != nil {
			*set = oneBatch(*set, c.BatchSize, c.Seed)
		}
	}
	record, err := Run(ctx, c)
	if err != nil || c.Dir == "" {
		return record, err
	}
	return record, c.readBack()
}

// readBack reads what a run has written into what it was written from.
func (c *Config) readBack() error {
	path := filepath.Join(c.Dir, LastCheckpoint)
	state, _, err := readCheckpoint(path)
	if err == nil {
		_, err = nn.LoadState(c.Model, below(state, "model."))
	}
	if err == nil {
		err = c.Optimizer.LoadState(below(state, "optimizer."))
	}
	if err != nil {
		return fmt.Errorf("train: the checkpoint %s cannot be read back: %w", path, err)
	}
	model, err := safetensors.Load(filepath.Join(c.Dir, ModelFile))
	if err == nil {
		_, err = nn.LoadState(c.Model, model)
	}
	return err
}
