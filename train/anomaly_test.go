package train_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// damaged is a set whose item bad has a NaN.
type damaged struct {
	data.Dataset
	bad int
}

func (d damaged) Item(i int, rng *rand.Rand) (x, y *tensor.Tensor, err error) {
	x, y, err = d.Dataset.Item(i, rng)
	if err == nil && i == d.bad {
		x = x.Clone()
		tensor.Edit(x, func(v []float32) { v[100] = float32(math.NaN()) })
	}
	return x, y, err
}

// TestRunDetectsAnomaly: the run ends in the step that the damaged image is in, with the weights of
// the step before, and its folder says why.
func TestRunDetectsAnomaly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c := config(t, dir)
	c.Train, c.Anomaly, c.CheckpointEvery = damaged{c.Train, 77}, true, 1
	_, err := train.Run(context.Background(), c)
	var found *probe.AnomalyError
	if !errors.As(err, &found) || found.Kind != probe.InData || found.Layer != "0" || found.Step < 1 || found.Step > 19 {
		t.Fatalf("the run ended with %v", err)
	}
	if !strings.Contains(err.Error(), "example") || !strings.Contains(found.Where, "anomaly_test.go:") {
		t.Errorf("it says %q, and is called at %s", err, found.Where)
	}
	for name, q := range nn.Named(c.Model) {
		if r := probe.RangeOf(q.Value()); r.First >= 0 {
			t.Errorf("%s is %v", name, r)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(string(b)), "\n")
	var last struct {
		Event, Kind, Op, Layer, Where, Message string
		Step, Operand                          int
		Operands                               []struct{ Shape []int }
		Result                                 struct{ NaN int }
	}
	if err := json.Unmarshal([]byte(all[len(all)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if last.Event != "anomaly" || last.Kind != "data" || last.Op != "reshape" || last.Step != found.Step || len(last.Operands) != 1 ||
		last.Result.NaN != 1 || last.Message != found.Error() {
		t.Errorf("the last event is %s", all[len(all)-1])
	}
}

// TestAnomalyChangesNothing: a healthy run has the same weights with it, and one that is continued counts
// its steps on.
func TestAnomalyChangesNothing(t *testing.T) {
	plain, watched := filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "run")
	mustRun(t, context.Background(), config(t, plain))
	c := config(t, watched)
	c.Anomaly, c.Profile = true, &probe.ProfileOptions{Skip: 3, Steps: 5}
	r := mustRun(t, context.Background(), c)
	if string(model(t, plain)) != string(model(t, watched)) {
		t.Error("the weights are others")
	}
	if n, _ := r.Profile.Steps(); n != 5 {
		t.Errorf("%d steps were measured", n)
	}
	waits := 0
	for _, row := range r.Profile.Rows() {
		if row.Phase == "data" {
			waits += row.Calls
		}
	}
	if waits != 5 {
		t.Errorf("%d waits for data", waits)
	}
}
