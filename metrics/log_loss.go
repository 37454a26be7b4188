package metrics

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

type logLoss struct {
	options Options
	sum     float64
	total   int64
}

// LogLoss is the mean of -log p over samples, natural logarithm, p being the probability given to the true class; with a
// target of probabilities t the mean of -sum(t log p).
//
// Probabilities ([Options].Probabilities) are clipped to [eps, 1-eps] first, as in sklearn.metrics.log_loss, eps being the
// spacing of their type at 1 (2^-23 for float32, 2^-52 for float64). Logits are not clipped: log p is x - log(sum(exp x)),
// for single scores -log(1+exp(-x)), which is finite for all finite x. NaN in a prediction makes the value NaN.
func LogLoss(o ...Options) Stateful { return &logLoss{options: option("LogLoss", o)} }

func (m *logLoss) Name() string { return "log_loss" }

func (m *logLoss) Update(pred, target *tensor.Tensor) {
	s := scores("LogLoss", pred, target)
	if m.options.Probabilities {
		for i, v := range s.values {
			if v < 0 || v > 1 { // NaN is a model that diverged, not a mistake in the program
				badShape("LogLoss", []*tensor.Tensor{pred, target},
					"the prediction must hold probabilities from 0 to 1, and element %d is %v; leave Options.Probabilities out for logits", i, v)
			}
		}
	}
	var classes []int64
	var soft []float64
	if target.DType().IsFloat() {
		soft = probabilities("LogLoss", s.rows, s.columns, s.classes(), pred, target)
	} else {
		classes = labels("LogLoss", s.rows, s.columns, s.classes(), pred, target)
	}
	logs := make([]float64, s.classes())
	for i := range s.rows {
		m.logarithms(logs, s.row(i), pred.DType())
		switch {
		case soft == nil:
			m.sum -= logs[classes[i]]
		case s.columns == 1:
			m.sum -= weighted(1-soft[i], logs[0]) + weighted(soft[i], logs[1])
		default:
			for k, t := range soft[i*s.columns : (i+1)*s.columns] {
				m.sum -= weighted(t, logs[k])
			}
		}
	}
	m.total += int64(s.rows)
}

// weighted is t*log, and 0 for a class of probability 0 though its logarithm be infinite.
func weighted(t, log float64) float64 {
	if t == 0 && !math.IsNaN(log) {
		return 0
	}
	return t * log
}

// logarithms sets logs to log p of each class.
func (m *logLoss) logarithms(logs, row []float64, dtype tensor.DType) {
	switch {
	case m.options.Probabilities:
		eps := 0x1p-52
		if dtype == tensor.Float32 {
			eps = 0x1p-23
		}
		for k := range logs {
			p := row[min(k, len(row)-1)]
			if len(row) == 1 && k == 0 {
				p = 1 - p
			}
			logs[k] = math.Log(min(max(p, eps), 1-eps))
		}
	case len(row) == 1:
		logs[0], logs[1] = -softplus(row[0]), -softplus(-row[0])
	default:
		greatest := math.Inf(-1)
		for _, x := range row {
			greatest = max(greatest, x)
		}
		var sum float64
		for _, x := range row {
			sum += math.Exp(x - greatest)
		}
		for k, x := range row {
			logs[k] = x - greatest - math.Log(sum)
		}
	}
}

// softplus is log(1+exp(x)) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func (m *logLoss) Value() float64 {
	if m.total == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.total)
}

func (m *logLoss) Reset() { m.sum, m.total = 0, 0 }

// State is the sum over samples and their number.
func (m *logLoss) State() []float64 { return []float64{m.sum, float64(m.total)} }

func (m *logLoss) LoadState(state []float64) error {
	if len(state) != 2 {
		return fmt.Errorf("metrics: the state of %s has %d numbers, expected 2: it is of another metric", m.Name(), len(state))
	}
	n, err := counts(m.Name(), state[1:], 1)
	if err != nil {
		return err
	}
	m.sum, m.total = state[0], n[0]
	return nil
}
