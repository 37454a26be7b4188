package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// kinds is one of each metric, for predictions of two classes [N, 2].
func kinds() []Stateful {
	o := Options{}
	return append(averages([]Average{Binary, Macro, Micro, Weighted}, o), Accuracy(), TopK(1), ConfusionMatrix(2), ROCAUC(), LogLoss())
}

// random is n samples of two classes.
func random(seed uint64, n int) (pred, target *tensor.Tensor) {
	rng := rand.New(rand.NewPCG(seed, 0))
	scores, labels := make([]float32, 2*n), make([]int64, n)
	for i := range scores {
		scores[i] = float32(math.Round(rng.NormFloat64()*8) / 4) // some are equal
	}
	for i := range labels {
		labels[i] = rng.Int64N(2)
	}
	return tensor.FromSlice(scores, n, 2), tensor.FromSlice(labels)
}

// TestBatchesMakeNoDifference: the same samples in other batches give the same bits.
func TestBatchesMakeNoDifference(t *testing.T) {
	pred, target := random(1, 101)
	for k, whole := range kinds() {
		whole.Update(pred, target)
		for _, batch := range []int{1, 10, 64} {
			parts := kinds()[k]
			feed(parts, batch, pred, target)
			if a, b := whole.Value(), parts.Value(); math.Float64bits(a) != math.Float64bits(b) {
				t.Errorf("%s: %v at once, %v in batches of %d", whole.Name(), a, b, batch)
			}
		}
	}
}

// TestResume: a metric whose state went through a checkpoint in between ends at the same bits.
func TestResume(t *testing.T) {
	pred, target := random(2, 40)
	morePred, moreTarget := random(3, 33)
	for k, through := range kinds() {
		before := kinds()[k]
		feed(through, 8, pred, target)
		feed(before, 8, pred, target)
		after := kinds()[k]
		after.Update(morePred, moreTarget) // LoadState replaces this
		if err := after.LoadState(before.State()); err != nil {
			t.Fatalf("%s: %v", before.Name(), err)
		}
		if a, b := before.Value(), after.Value(); math.Float64bits(a) != math.Float64bits(b) {
			t.Errorf("%s: %v saved, %v loaded", before.Name(), a, b)
		}
		feed(through, 8, morePred, moreTarget)
		feed(after, 8, morePred, moreTarget)
		if a, b := through.Value(), after.Value(); math.Float64bits(a) != math.Float64bits(b) {
			t.Errorf("%s: %v in one go, %v resumed", through.Name(), a, b)
		}
		if !slices.Equal(through.State(), after.State()) {
			t.Errorf("%s: state %v in one go, %v resumed", through.Name(), through.State(), after.State())
		}
	}
}

// TestStateIsACopy: neither side of a state sees what happens on the other.
func TestStateIsACopy(t *testing.T) {
	pred, target := random(4, 10)
	for _, m := range kinds() {
		m.Update(pred, target)
		value, state := m.Value(), m.State()
		loaded := slices.Clone(state)
		if err := m.LoadState(loaded); err != nil {
			t.Fatal(err)
		}
		clear(state)
		clear(loaded)
		if m.Value() != value {
			t.Errorf("%s: changing the state made %v of %v", m.Name(), m.Value(), value)
		}
	}
}

func TestNoSamples(t *testing.T) {
	pred, target := random(5, 20)
	for _, m := range kinds() {
		if v := m.Value(); !math.IsNaN(v) {
			t.Errorf("%s of nothing is %v, want NaN", m.Name(), v)
		}
		empty := m.State()
		m.Update(tensor.Zeros(0, 2), tensor.ZerosOf(tensor.Int64, 0))
		if v := m.Value(); !math.IsNaN(v) {
			t.Errorf("%s of an empty batch is %v, want NaN", m.Name(), v)
		}
		m.Update(pred, target)
		value := m.Value()
		if math.IsNaN(value) {
			t.Errorf("%s is NaN", m.Name())
		}
		m.Update(tensor.Zeros(0, 2), tensor.ZerosOf(tensor.Int64, 0))
		if m.Value() != value {
			t.Errorf("%s: an empty batch made %v of %v", m.Name(), m.Value(), value)
		}
		m.Reset()
		if v := m.Value(); !math.IsNaN(v) {
			t.Errorf("%s after Reset is %v, want NaN", m.Name(), v)
		}
		if err := m.LoadState(empty); err != nil {
			t.Errorf("%s: the state of nothing is refused: %v", m.Name(), err)
		}
	}
}

func TestNames(t *testing.T) {
	want := []string{"precision", "recall", "f1", "precision_macro", "recall_macro", "f1_macro", "precision_micro", "recall_micro", "f1_micro",
		"precision_weighted", "recall_weighted", "f1_weighted", "accuracy", "top1_accuracy", "confusion_matrix", "roc_auc", "log_loss"}
	for i, m := range kinds() {
		if m.Name() != want[i] {
			t.Errorf("name %q, want %q", m.Name(), want[i])
		}
	}
}

// TestForeignState: what is no state of the metric is refused with a reason, and changes nothing.
func TestForeignState(t *testing.T) {
	nan := math.NaN()
	pred, target := random(6, 12)
	for _, c := range []struct {
		metric Stateful
		states map[string][]float64
	}{
		{Accuracy(), map[string][]float64{"has 3 numbers, expected 2": {1, 2, 3}, "is 0.5, expected a count": {0.5, 2}, "is -1, expected a count": {-1, 2},
			"is NaN, expected a count": {nan, 2}, "is 1e+300": {1, 1e300}, "3 hits among 2 samples": {3, 2}}},
		{TopK(2), map[string][]float64{"top2_accuracy has 0 numbers": nil}},
		{ConfusionMatrix(2), map[string][]float64{"has 9 numbers, expected 4": make([]float64, 9), "is -2": {1, 2, -2, 0}}},
		{Precision(Macro), map[string][]float64{"has 5 numbers, expected 4": make([]float64, 5), "class 3 twice": {3, 1, 0, 0, 3, 1, 0, 0}, "is NaN": {1, nan, 0, 0}}},
		{F1(Binary), map[string][]float64{"class 2, expected 0 and 1": {2, 1, 0, 0}}},
		{ROCAUC(), map[string][]float64{"has 3 numbers, expected two a sample": {1, 0, 1}, "is 0.5, expected class 0 or 1": {1, 0.5}}},
		{LogLoss(), map[string][]float64{"has 1 numbers, expected 2": {1}, "expected a count": {1, -1}}},
	} {
		c.metric.Update(pred, target)
		value := c.metric.Value()
		for want, state := range c.states {
			err := c.metric.LoadState(state)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), c.metric.Name()) {
				t.Errorf("%s: error %v, want its name and %q", c.metric.Name(), err, want)
			}
			if c.metric.Value() != value {
				t.Errorf("%s: a refused state made %v of %v", c.metric.Name(), c.metric.Value(), value)
			}
		}
	}
}
