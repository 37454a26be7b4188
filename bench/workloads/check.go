package workloads

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

// CheckSteps is after how many steps the losses are compared.
const CheckSteps = 20

// tolerance of the last loss, and of a mean |gradient| relative to it; on the way, where
// float32 and a high learning rate may part for a step or two, onTheWay.
const (
	tolerance = 1e-3
	onTheWay  = 5e-3
)

//go:embed testdata/losses.json
var lossesJSON []byte

// expected is what PyTorch gave.
type expected struct {
	Losses []float64 `json:"losses"` // of steps 1 to CheckSteps
	// Means are the mean |gradient| of the hidden weights of the first step, where the
	// workload reads them.
	Means []float64 `json:"means"`
}

var golden = sync.OnceValues(func() (map[string]expected, error) {
	var file struct {
		Workloads map[string]expected `json:"workloads"`
	}
	err := json.Unmarshal(lossesJSON, &file)
	return file.Workloads, err
})

// Trains reports whether there are losses to Check.
func (w Workload) Trains() bool { return w.train != nil && !w.Memory }

// Check trains for CheckSteps steps from the same weights and data as PyTorch did and
// returns the last loss beside PyTorch's; an error if they, or the gradients' means
// where those are read, differ by more than 1e-3.
func (w Workload) Check() (got, want float64, err error) {
	if !w.Trains() {
		return 0, 0, fmt.Errorf("%s trains nothing", w.Name)
	}
	all, err := golden()
	if err != nil {
		return 0, 0, fmt.Errorf("PyTorch's losses: %w", err)
	}
	t := w.train()
	name := w.Name
	e, ok := all[t.name]
	if !ok || len(e.Losses) != CheckSteps || len(e.Means) != len(t.means) {
		return 0, 0, fmt.Errorf("%s: PyTorch's losses are not known; see testdata/losses.py", name)
	}
	for k := range CheckSteps {
		got, want = t.step().Item(), e.Losses[k]
		if !(math.Abs(got-want) <= onTheWay) {
			return got, want, fmt.Errorf("%s: the loss of step %d is %.6f, PyTorch's is %.6f: more than %g apart", name, k+1, got, want, onTheWay)
		}
		for i, m := range t.means {
			if k == 0 && !(math.Abs(m-e.Means[i]) <= tolerance*e.Means[i]) {
				return got, want, fmt.Errorf("%s: mean |gradient| of layer %d is %g, PyTorch has %g", name, i, m, e.Means[i])
			}
		}
	}
	if !(math.Abs(got-want) <= tolerance) {
		return got, want, fmt.Errorf("%s: the loss after %d steps is %.6f, PyTorch's is %.6f: more than %g apart", name, CheckSteps, got, want, tolerance)
	}
	return got, want, nil
}
