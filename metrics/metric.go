package metrics

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// Metric measures predictions against targets over any number of batches.
type Metric interface {
	// Name is the metric's name in logs: "accuracy".
	Name() string
	// Update takes a batch; the package comment says which shapes and types.
	Update(pred, target *tensor.Tensor)
	// Value is the measure over all batches since the last Reset; NaN before the first sample.
	Value() float64
	// Reset forgets all batches.
	Reset()
}

// Stateful is a Metric whose memory of past batches can be put into a checkpoint. Every metric of this package is.
type Stateful interface {
	Metric
	// State returns that memory: LoadState with it makes an equally configured metric continue to the same bits.
	State() []float64
	// LoadState replaces it. An error says what is wrong with the state and leaves the metric as it was.
	LoadState(state []float64) error
}

// Options say how predictions are to be read. The zero value takes logits, which is what networks of Lumen that train
// with nn.CrossEntropy or nn.BCEWithLogits give.
type Options struct {
	// Probabilities says that predictions are probabilities from 0 to 1 rather than logits. The greatest of several
	// scores is the same either way; single scores, ROCAUC and LogLoss differ.
	Probabilities bool
	// Threshold is the probability above which a single score counts as class 1, for logits too; 0 means 0.5.
	Threshold float64
}

// option is the one set of options given, or the zero value, checked.
func option(op string, o []Options) Options {
	var chosen Options
	switch len(o) {
	case 0:
	case 1:
		chosen = o[0]
	default:
		badArgument(op, "%d options structs, expected one", len(o))
	}
	if chosen.Threshold == 0 {
		chosen.Threshold = 0.5
	}
	if !(chosen.Threshold > 0 && chosen.Threshold < 1) {
		badArgument(op, "Threshold is %v, expected a probability between 0 and 1", chosen.Threshold)
	}
	return chosen
}

// cut is the threshold on the scale of the scores, rounded as they are.
func (o Options) cut(dtype tensor.DType) float64 {
	cut := o.Threshold
	if !o.Probabilities {
		cut = math.Log(cut / (1 - cut))
	}
	if dtype == tensor.Float32 {
		cut = float64(float32(cut))
	}
	return cut
}
