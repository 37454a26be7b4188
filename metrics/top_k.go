package metrics

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

type topK struct {
	fraction
	k int
}

// TopK is the share of samples whose true class is among the k classes of greatest score. The prediction must be [N, C]
// with C >= k. Of equal scores the lower class comes first, as in [Accuracy], which TopK(1) equals; scikit-learn puts the
// higher first.
func TopK(k int) Stateful {
	if k < 1 {
		badArgument("TopK", "k is %d, expected at least 1", k)
	}
	return &topK{fraction{name: fmt.Sprintf("top%d_accuracy", k)}, k}
}

func (m *topK) Update(pred, target *tensor.Tensor) {
	s := scores("TopK", pred, target)
	if s.columns < 2 || s.columns < m.k {
		badShape("TopK", []*tensor.Tensor{pred, target}, "the prediction must be [N, C] with at least %d classes", max(2, m.k))
	}
	for i, class := range labels("TopK", s.rows, s.columns, s.columns, pred, target) {
		if place(s.row(i), class) < m.k {
			m.hits++
		}
	}
	m.total += int64(s.rows)
}

// place is how many classes come before class in the order of scores, NaN first.
func place(row []float64, class int64) int {
	own := row[class]
	before := 0
	for i, v := range row {
		switch {
		case math.IsNaN(own):
			if math.IsNaN(v) && int64(i) < class {
				before++
			}
		case v > own || math.IsNaN(v) || v == own && int64(i) < class:
			before++
		}
	}
	return before
}
