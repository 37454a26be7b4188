package metrics

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// unknown is the number of classes where predictions are classes themselves and nothing else says how many there are.
const unknown = -1

// table is a batch's scores, row after row.
type table struct {
	values  []float64
	rows    int
	columns int // 1: scores for class 1 of two
}

func (s *table) row(i int) []float64 { return s.values[i*s.columns : (i+1)*s.columns] }

// classes is how many classes the scores are about.
func (s *table) classes() int { return max(s.columns, 2) }

// scores reads a prediction of floats.
func scores(op string, pred, target *tensor.Tensor) *table {
	if !pred.DType().IsFloat() {
		badType(op, []*tensor.Tensor{pred, target}, "the prediction must be scores, float32 or float64")
	}
	shape := pred.Shape()
	if len(shape) != 1 && len(shape) != 2 || len(shape) == 2 && shape[1] == 0 {
		badShape(op, []*tensor.Tensor{pred, target}, "the prediction must be [N, C] for C classes, or [N] or [N, 1] for two")
	}
	s := &table{values: floats(pred), rows: shape[0], columns: 1}
	if len(shape) == 2 {
		s.columns = shape[1]
	}
	return s
}

// floats is the elements of a float tensor in double precision, which holds every float32.
func floats(t *tensor.Tensor) []float64 {
	if t.DType() == tensor.Float64 {
		return tensor.Data[float64](t)
	}
	data := tensor.Data[float32](t)
	wide := make([]float64, len(data))
	for i, v := range data {
		wide[i] = float64(v)
	}
	return wide
}

// integers is the elements of a tensor of integers or bools.
func integers(t *tensor.Tensor) []int64 {
	switch t.DType() {
	case tensor.Int32:
		return widen(tensor.Data[int32](t))
	case tensor.Uint8:
		return widen(tensor.Data[uint8](t))
	case tensor.Bool:
		data := tensor.Data[bool](t)
		wide := make([]int64, len(data))
		for i, v := range data {
			if v {
				wide[i] = 1
			}
		}
		return wide
	}
	return tensor.Data[int64](t)
}

func widen[T int32 | uint8](data []T) []int64 {
	wide := make([]int64, len(data))
	for i, v := range data {
		wide[i] = int64(v)
	}
	return wide
}

// column reports whether t is [n] or [n, 1].
func column(t *tensor.Tensor, n int) bool {
	shape := t.Shape()
	return len(shape) == 1 && shape[0] == n || len(shape) == 2 && shape[0] == n && shape[1] == 1
}

// argMax is the first of the greatest; NaN is the greatest.
func argMax(row []float64) int64 {
	best := 0
	for i, v := range row {
		if math.IsNaN(v) {
			return int64(i)
		}
		if v > row[best] {
			best = i
		}
	}
	return int64(best)
}

// decide returns the predicted and the true class of each sample. limit is the number of classes, or unknown: then a
// prediction of scores tells it, and classes are only known not to be negative.
func decide(op string, o Options, limit int, pred, target *tensor.Tensor) (predicted, actual []int64) {
	both := []*tensor.Tensor{pred, target}
	if pred.DType().IsFloat() {
		s := scores(op, pred, target)
		if limit != unknown && s.classes() != limit {
			badShape(op, both, "the prediction must be of %d classes", limit)
		}
		predicted = make([]int64, s.rows)
		cut := o.cut(pred.DType())
		for i := range predicted {
			if s.columns > 1 {
				predicted[i] = argMax(s.row(i))
			} else if s.values[i] > cut {
				predicted[i] = 1
			}
		}
		return predicted, labels(op, s.rows, s.columns, s.classes(), pred, target)
	}
	if len(pred.Shape()) == 0 || !column(pred, pred.Size(0)) {
		badShape(op, both, "a prediction of integers holds classes and must be [N] or [N, 1]; scores must be floats")
	}
	predicted = integers(pred)
	checkLabels(op, pred, predicted, limit)
	return predicted, labels(op, pred.Size(0), 1, limit, pred, target)
}

// labels returns the true class of each of n samples. columns is that of the prediction, classes the number of classes
// or unknown.
func labels(op string, n, columns, classes int, pred, target *tensor.Tensor) []int64 {
	both := []*tensor.Tensor{pred, target}
	if !target.DType().IsFloat() {
		if !column(target, n) {
			badShape(op, both, "the target must hold one label a sample: [%d]", n)
		}
		actual := integers(target)
		checkLabels(op, target, actual, classes)
		return actual
	}
	values := probabilities(op, n, columns, classes, pred, target)
	actual := make([]int64, n)
	for i := range actual {
		if columns > 1 {
			actual[i] = argMax(values[i*columns : (i+1)*columns])
		} else if values[i] > 0.5 {
			actual[i] = 1
		}
	}
	return actual
}

// probabilities returns the elements of a float target, checked: one a class, or with a prediction of one column one a
// sample.
func probabilities(op string, n, columns, classes int, pred, target *tensor.Tensor) []float64 {
	both := []*tensor.Tensor{pred, target}
	switch shape := target.Shape(); {
	case columns > 1 && (len(shape) != 2 || shape[0] != n || shape[1] != columns):
		badShape(op, both, "the target must hold one label a sample (integers, [%d]) or one probability a class (floats, [%d, %d])", n, n, columns)
	case columns == 1 && classes != 2:
		badType(op, both, "the target must hold labels, which are integers")
	case columns == 1 && !column(target, n):
		badShape(op, both, "the target must hold one label or one probability of class 1 a sample: [%d]", n)
	}
	values := floats(target)
	for i, v := range values {
		if !(v >= 0 && v <= 1) {
			badShape(op, both, "a target of floats must hold probabilities from 0 to 1, and element %d is %v", i, v)
		}
	}
	for i := 0; columns > 1 && i < n; i++ {
		sum := 0.0
		for _, v := range values[i*columns : (i+1)*columns] {
			sum += v
		}
		if !(math.Abs(sum-1) <= 1e-3) {
			badShape(op, both, "the target's probabilities must add up to 1, those of sample %d to %g; "+
				"where each class is there or not by itself, give prediction and target as Flatten(0)", i, sum)
		}
	}
	return values
}

// checkLabels panics unless all labels of t lie in [0, classes).
func checkLabels(op string, t *tensor.Tensor, labels []int64, classes int) {
	for i, label := range labels {
		switch {
		case label < 0:
			badLabel(op, t, label, "labels must not be negative; element %d is", i)
		case classes != unknown && label >= int64(classes):
			badLabel(op, t, label, "labels must lie between 0 and %d, as there are %d classes; element %d does not", classes-1, classes, i)
		}
	}
}
