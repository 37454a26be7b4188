package metrics

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func floatsOf(shape []int, values ...float32) *tensor.Tensor {
	return tensor.FromSlice(values, shape...)
}

// TestFormsOfClasses: the same classes in every form that a prediction and a target may have.
func TestFormsOfClasses(t *testing.T) {
	want := [][]int64{{1, 1}, {0, 2}}
	predictions := map[string]*tensor.Tensor{
		"[N, 2] float32": floatsOf([]int{4, 2}, 3, 1, 0, 1, -2, -1, 0, 0.5),
		"[N, 2] float64": tensor.FromSlice([]float64{3, 1, 0, 1, -2, -1, 0, 0.5}, 4, 2),
		"[N] logits":     floatsOf([]int{4}, -1, 0.1, 2, 1),
		"[N, 1] logits":  floatsOf([]int{4, 1}, 0, 0.1, 2, 1),
		"[N] int64":      tensor.FromSlice([]int64{0, 1, 1, 1}),
		"[N, 1] int32":   tensor.FromSlice([]int32{0, 1, 1, 1}, 4, 1),
		"[N] uint8":      tensor.FromSlice([]uint8{0, 1, 1, 1}),
		"[N] bool":       tensor.FromSlice([]bool{false, true, true, true}),
		"a view":         floatsOf([]int{2, 4}, 3, 0, -2, 0, 1, 1, -1, 0.5).Permute(1, 0),
	}
	targets := map[string]*tensor.Tensor{
		"[N] int64":    tensor.FromSlice([]int64{0, 0, 1, 1}),
		"[N, 1] int64": tensor.FromSlice([]int64{0, 0, 1, 1}, 4, 1),
		"[N] int32":    tensor.FromSlice([]int32{0, 0, 1, 1}),
		"[N] uint8":    tensor.FromSlice([]uint8{0, 0, 1, 1}),
		"[N] bool":     tensor.FromSlice([]bool{false, false, true, true}),
		"[N] float32":  floatsOf([]int{4}, 0, 0.5, 0.9, 1),
		"[N, 1] float": floatsOf([]int{4, 1}, 0, 0.5, 0.9, 1),
		"[N, 2] float": floatsOf([]int{4, 2}, 1, 0, 0.5, 0.5, 0.1, 0.9, 0, 1),
	}
	for p, pred := range predictions {
		for y, target := range targets {
			pairs := pred.Dim() == 2 && pred.Size(1) == 2
			if target.DType().IsFloat() && pairs != (y == "[N, 2] float") {
				continue // floats are one a score
			}
			c := ConfusionMatrix(2)
			c.Update(pred, target)
			if got := c.Matrix(); !reflect.DeepEqual(got, want) {
				t.Errorf("prediction %s, target %s: %v, want %v", p, y, got, want)
			}
		}
	}
}

// TestIntegerPredictions: classes of which nobody says how many there are.
func TestIntegerPredictions(t *testing.T) {
	pred, target := tensor.FromSlice([]int64{5, 900, 2}), tensor.FromSlice([]int64{5, 900, 7})
	a, r := Accuracy(), Recall(Macro)
	a.Update(pred, target)
	r.Update(pred, target)
	near(t, "accuracy", a.Value(), 2.0/3, 1e-15)
	near(t, "recall", r.Value(), 2.0/4, 1e-15) // classes 2, 5, 7, 900
}

// TestEqualScores: the first of equals is the class; NaN is the greatest, as in tensor's ArgMax.
func TestEqualScores(t *testing.T) {
	nan := float32(math.NaN())
	late := Accuracy()
	late.Update(floatsOf([]int{1, 3}, 5, nan, 7), tensor.FromSlice([]int64{1}))
	near(t, "accuracy with NaN in the middle", late.Value(), 1, 0)
	pred := floatsOf([]int{3, 3}, 1, 2, 2, nan, 5, nan, 0, 0, 0)
	for _, c := range []struct {
		labels []int64
		hits   []float64 // for k = 1, 2, 3
	}{
		{[]int64{1, 0, 0}, []float64{3, 3, 3}},
		{[]int64{2, 2, 1}, []float64{0, 3, 3}},
		{[]int64{0, 1, 2}, []float64{0, 0, 3}},
	} {
		target := tensor.FromSlice(c.labels)
		a := Accuracy()
		a.Update(pred, target)
		near(t, "accuracy", a.Value(), c.hits[0]/3, 0)
		for k := 1; k <= 3; k++ {
			m := TopK(k)
			m.Update(pred, target)
			near(t, m.Name(), m.Value(), c.hits[k-1]/3, 0)
		}
	}
}

// TestNaNScores: a diverged model gives NaN where a number would lie, and no crash.
func TestNaNScores(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	target := tensor.FromSlice([]int64{0, 1, 1, 0})
	for _, m := range []Stateful{ROCAUC(), ROCAUC(Options{Probabilities: true}), LogLoss(), LogLoss(Options{Probabilities: true})} {
		for at := range 4 {
			values := []float32{0.1, 0.9, 0.4, 0.2}
			values[at] = nan
			m.Reset()
			m.Update(floatsOf([]int{4}, values...), target)
			if v := m.Value(); !math.IsNaN(v) {
				t.Errorf("%s with NaN at %d is %v, want NaN", m.Name(), at, v)
			}
		}
	}
	area := ROCAUC()
	area.Update(floatsOf([]int{4}, -inf, inf, 1, 1), target)
	near(t, "roc_auc with infinities", area.Value(), 3.5/4, 0)
	loss := LogLoss()
	loss.Update(floatsOf([]int{4}, -inf, inf, inf, -inf), target)
	near(t, "log loss of certainty", loss.Value(), 0, 0)
	loss.Update(floatsOf([]int{1}, inf), tensor.FromSlice([]int64{0}))
	near(t, "log loss of wrong certainty", loss.Value(), math.Inf(1), 0)
}

// TestSmallProbabilities: scores that differ far below 1 are told apart; their differences 2p-1 would be equal.
func TestSmallProbabilities(t *testing.T) {
	area := ROCAUC(Options{Probabilities: true})
	area.Update(floatsOf([]int{2, 2}, 1, 1e-30, 1, 1e-20), tensor.FromSlice([]int64{0, 1}))
	near(t, "roc_auc", area.Value(), 1, 0)
}

// TestClipping: a probability of 1 costs as much as the clipped one, in the precision of its type.
func TestClipping(t *testing.T) {
	one := tensor.FromSlice([]int64{1})
	for pred, eps := range map[*tensor.Tensor]float64{floatsOf([]int{1}, 1): 0x1p-23, tensor.FromSlice([]float64{1}): 0x1p-52} {
		m := LogLoss(Options{Probabilities: true})
		m.Update(pred, one)
		near(t, "log loss of a sure "+pred.DType().String(), m.Value()/eps, 1, 1e-6)
	}
}

// TestThresholdItself: a score at the threshold is not above it, also where float32 cannot hold the threshold.
func TestThresholdItself(t *testing.T) {
	o := Options{Probabilities: true, Threshold: 0.3}
	for _, pred := range []*tensor.Tensor{floatsOf([]int{1}, 0.3), tensor.FromSlice([]float64{0.3})} {
		m := Accuracy(o)
		m.Update(pred, tensor.FromSlice([]int64{0}))
		near(t, "accuracy at the threshold, "+pred.DType().String(), m.Value(), 1, 0)
	}
}

// TestSoftTargets: the loss against probabilities is the weighted sum of the losses against classes.
func TestSoftTargets(t *testing.T) {
	for _, o := range []Options{{}, {Probabilities: true}} {
		loss := func(pred *tensor.Tensor, target *tensor.Tensor) float64 {
			m := LogLoss(o)
			m.Update(pred, target)
			return m.Value()
		}
		row := floatsOf([]int{1, 3}, 0.5, 0.2, 0.3)
		want := 0.0
		for k, weight := range []float64{0.25, 0.75, 0} {
			want += weight * loss(row, tensor.FromSlice([]int64{int64(k)}))
		}
		near(t, "three classes", loss(row, floatsOf([]int{1, 3}, 0.25, 0.75, 0)), want, 1e-15)
		single := floatsOf([]int{1}, 0.7)
		want = 0.75*loss(single, tensor.FromSlice([]int64{0})) + 0.25*loss(single, tensor.FromSlice([]int64{1}))
		near(t, "two classes", loss(single, floatsOf([]int{1}, 0.25)), want, 1e-15)
	}
	impossible := floatsOf([]int{1, 2}, 0, float32(math.Inf(-1)))
	m := LogLoss()
	m.Update(impossible, floatsOf([]int{1, 2}, 1, 0))
	near(t, "a class of probability 0", m.Value(), 0, 0)
}

// TestMisuse: wrong shapes, types and labels panic with the metric's name, and change nothing.
func TestMisuse(t *testing.T) {
	labels := func(v ...int64) *tensor.Tensor { return tensor.FromSlice(v) }
	zeros := func(shape ...int) *tensor.Tensor { return tensor.Zeros(shape...) }
	var shape *tensor.ShapeError
	var dtype *tensor.DTypeError
	var index *tensor.IndexError
	type row struct {
		op           string
		metric       Stateful
		pred, target *tensor.Tensor
		kind         any
		want         []string
	}
	table := []row{
		{"Accuracy", Accuracy(), zeros(2, 3), labels(0, 3), &index, []string{"index 3 on a tensor of shape [2]", "between 0 and 2", "element 1"}},
		{"Accuracy", Accuracy(), zeros(2, 3), labels(-100, 0), &index, []string{"index -100", "must not be negative", "element 0"}},
		{"Accuracy", Accuracy(), zeros(2), labels(0, 2), &index, []string{"between 0 and 1"}},
		{"Accuracy", Accuracy(), labels(-1), labels(0), &index, []string{"must not be negative"}},
		{"Accuracy", Accuracy(), zeros(2, 3), labels(0), &shape, []string{"[2 3] and [1]", "one label a sample: [2]"}},
		{"Accuracy", Accuracy(), zeros(2, 3), tensor.ZerosOf(tensor.Int64, 2, 3), &shape, []string{"[2 3] and [2 3]"}},
		{"Accuracy", Accuracy(), zeros(2, 3), zeros(2), &shape, []string{"[2, 3]"}},
		{"Accuracy", Accuracy(), zeros(2), zeros(2, 3), &shape, []string{"[2] and [2 3]"}},
		{"Accuracy", Accuracy(), zeros(2, 3, 4), labels(0, 0), &shape, []string{"[N, C]"}},
		{"Accuracy", Accuracy(), zeros(), labels(0), &shape, []string{"[] and [1]"}},
		{"Accuracy", Accuracy(), zeros(2, 0), labels(0, 0), &shape, []string{"[2 0]"}},
		{"Accuracy", Accuracy(), tensor.ZerosOf(tensor.Int64, 2, 3), labels(0, 0), &shape, []string{"scores must be floats"}},
		{"Accuracy", Accuracy(), tensor.ZerosOf(tensor.Int64), labels(0), &shape, []string{"scores must be floats"}},
		{"Accuracy", Accuracy(), labels(0, 1), zeros(2), &dtype, []string{"int64 and float32", "labels"}},
		{"Accuracy", Accuracy(), zeros(2), floatsOf([]int{2}, 0, 7), &shape, []string{"from 0 to 1, and element 1 is 7"}},
		{"Accuracy", Accuracy(), zeros(1), floatsOf([]int{1}, float32(math.NaN())), &shape, []string{"element 0 is NaN"}},
		{"Accuracy", Accuracy(), zeros(2, 3), floatsOf([]int{2, 3}, 0, 1, 0, 1, 0, 1), &shape, []string{"add up to 1", "sample 1 to 2", "Flatten(0)"}},
		{"TopK", TopK(4), zeros(2, 3), labels(0, 0), &shape, []string{"at least 4 classes"}},
		{"TopK", TopK(1), zeros(2), labels(0, 0), &shape, []string{"at least 2 classes"}},
		{"TopK", TopK(1), labels(0), labels(0), &dtype, []string{"must be scores"}},
		{"ConfusionMatrix", ConfusionMatrix(3), zeros(2, 4), labels(0, 0), &shape, []string{"of 3 classes"}},
		{"ConfusionMatrix", ConfusionMatrix(3), zeros(2), labels(0, 0), &shape, []string{"of 3 classes"}},
		{"ConfusionMatrix", ConfusionMatrix(3), labels(3), labels(0), &index, []string{"between 0 and 2"}},
		{"Precision", Precision(Binary), zeros(2, 3), labels(0, 0), &shape, []string{"of 2 classes"}},
		{"Recall", Recall(Binary), labels(2), labels(0), &index, []string{"between 0 and 1"}},
		{"F1", F1(Macro), zeros(2, 3), labels(0, 5), &index, []string{"index 5"}},
		{"ROCAUC", ROCAUC(), zeros(2, 3), labels(0, 0), &shape, []string{"of two classes"}},
		{"ROCAUC", ROCAUC(), labels(0), labels(0), &dtype, []string{"must be scores"}},
		{"ROCAUC", ROCAUC(), zeros(2), labels(0, 2), &index, []string{"between 0 and 1"}},
		{"LogLoss", LogLoss(), zeros(2, 3), labels(0, 3), &index, []string{"between 0 and 2"}},
		{"LogLoss", LogLoss(), zeros(2, 3), zeros(3, 2), &shape, []string{"[2 3] and [3 2]"}},
		{"LogLoss", LogLoss(Options{Probabilities: true}), floatsOf([]int{2}, 0.5, 1.5), labels(0, 0), &shape, []string{"element 1 is 1.5", "Options.Probabilities"}},
	}
	for i, c := range table {
		state := c.metric.State()
		err := misuse(t, func() { c.metric.Update(c.pred, c.target) })
		if err == nil {
			t.Errorf("row %d: %s took it", i, c.op)
			continue
		}
		if !errors.As(err, c.kind) {
			t.Errorf("row %d: %T, want %T", i, err, c.kind)
		}
		for _, want := range append(c.want, c.op+" of", "input_test.go:") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("row %d: the error %q does not say %q", i, err, want)
			}
		}
		if !slices.Equal(c.metric.State(), state) {
			t.Errorf("row %d: a refused batch changed the state", i)
		}
	}
	for name, make := range map[string]func(){
		"TopK: k is 0":                       func() { TopK(0) },
		"ConfusionMatrix: 0 classes":         func() { ConfusionMatrix(0) },
		"ConfusionMatrix: 46341 classes":     func() { ConfusionMatrix(46341) },
		"Precision: there is no Average(4)":  func() { Precision(4) },
		"Recall: there is no Average(-1)":    func() { Recall(-1) },
		"Accuracy: Threshold is 1, expected": func() { Accuracy(Options{Threshold: 1}) },
		"F1: Threshold is NaN, expected":     func() { F1(Macro, Options{Threshold: math.NaN()}) },
	} {
		if err := misuse(t, make); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q", err, name)
		}
	}
}

// misuse is what f panics with; any other panic goes on.
func misuse(t *testing.T, f func()) (err tensor.Misuse) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			m, ok := r.(tensor.Misuse)
			if !ok {
				panic(r)
			}
			err = m
		}
	}()
	f()
	return nil
}
