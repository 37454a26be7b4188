package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

type rocAUC struct {
	options Options
	samples []scored
}

type scored struct {
	score    float64
	positive bool
}

// ROCAUC is the area under the receiver operating characteristic of two classes: the probability that a sample of class
// 1 has a greater score than one of class 0, equal scores counting half (Hanley and McNeil, 1982). It is exact, and NaN
// while a class is missing or if a score is NaN. The prediction is [N] or [N, 1], or [N, 2]: then the score is the
// difference of the two logits or, with [Options].Probabilities, the second column. All scores are kept: 16 bytes a sample.
func ROCAUC(o ...Options) Stateful { return &rocAUC{options: option("ROCAUC", o)} }

func (m *rocAUC) Name() string { return "roc_auc" }

func (m *rocAUC) Update(pred, target *tensor.Tensor) {
	s := scores("ROCAUC", pred, target)
	if s.columns > 2 {
		badShape("ROCAUC", []*tensor.Tensor{pred, target}, "the prediction must be of two classes: [N], [N, 1] or [N, 2]")
	}
	for i, label := range labels("ROCAUC", s.rows, s.columns, 2, pred, target) {
		row := s.row(i)
		score := row[len(row)-1]
		if len(row) == 2 && !m.options.Probabilities {
			score -= row[0]
		}
		m.samples = append(m.samples, scored{score, label == 1})
	}
}

func (m *rocAUC) Value() float64 {
	sorted := slices.Clone(m.samples)
	slices.SortFunc(sorted, func(a, b scored) int {
		switch {
		case a.score < b.score:
			return -1
		case a.score > b.score:
			return 1
		}
		return 0
	})
	// In integers: twice the pairs in the right order, equal scores counting once.
	var positives, negatives, ordered int64
	for len(sorted) > 0 {
		score := sorted[0].score
		var equalPositives, equalNegatives int64
		n := 0
		for ; n < len(sorted) && sorted[n].score == score; n++ {
			if sorted[n].positive {
				equalPositives++
			} else {
				equalNegatives++
			}
		}
		if n == 0 { // NaN equals nothing
			return math.NaN()
		}
		ordered += equalPositives * (2*negatives + equalNegatives)
		positives += equalPositives
		negatives += equalNegatives
		sorted = sorted[n:]
	}
	if positives == 0 || negatives == 0 {
		return math.NaN()
	}
	return float64(ordered) / (2 * float64(positives) * float64(negatives))
}

func (m *rocAUC) Reset() { m.samples = nil }

// State is two numbers a sample: its score, and 1 or 0 for its class.
func (m *rocAUC) State() []float64 {
	state := make([]float64, 0, 2*len(m.samples))
	for _, s := range m.samples {
		class := 0.0
		if s.positive {
			class = 1
		}
		state = append(state, s.score, class)
	}
	return state
}

func (m *rocAUC) LoadState(state []float64) error {
	if len(state)%2 != 0 {
		return fmt.Errorf("metrics: the state of %s has %d numbers, expected two a sample", m.Name(), len(state))
	}
	samples := make([]scored, 0, len(state)/2)
	for i := 0; i < len(state); i += 2 {
		if class := state[i+1]; class != 0 && class != 1 {
			return fmt.Errorf("metrics: number %d of the state of %s is %v, expected class 0 or 1", i+1, m.Name(), class)
		}
		samples = append(samples, scored{state[i], state[i+1] == 1})
	}
	m.samples = samples
	return nil
}
