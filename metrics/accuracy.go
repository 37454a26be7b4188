package metrics

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// fraction counts hits among samples.
type fraction struct {
	name        string
	hits, total int64
}

func (f *fraction) Name() string { return f.name }

func (f *fraction) Value() float64 {
	if f.total == 0 {
		return math.NaN()
	}
	return float64(f.hits) / float64(f.total)
}

func (f *fraction) Reset() { f.hits, f.total = 0, 0 }

func (f *fraction) State() []float64 { return []float64{float64(f.hits), float64(f.total)} }

func (f *fraction) LoadState(state []float64) error {
	n, err := counts(f.name, state, 2)
	if err != nil {
		return err
	}
	if n[0] > n[1] {
		return fmt.Errorf("metrics: the state of %s has %d hits among %d samples", f.name, n[0], n[1])
	}
	f.hits, f.total = n[0], n[1]
	return nil
}

type accuracy struct {
	fraction
	options Options
}

// Accuracy is the share of samples whose predicted class is the true one.
func Accuracy(o ...Options) Stateful {
	return &accuracy{fraction{name: "accuracy"}, option("Accuracy", o)}
}

func (a *accuracy) Update(pred, target *tensor.Tensor) {
	predicted, actual := decide("Accuracy", a.options, unknown, pred, target)
	for i, class := range predicted {
		if class == actual[i] {
			a.hits++
		}
	}
	a.total += int64(len(predicted))
}
