package classic

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/tensor"
)

// Classifier is what cross-validation and grid search need of a model; the package comment says the shapes.
type Classifier interface {
	// Fit finds the model that fits the samples best, forgetting an earlier one.
	Fit(x, y *tensor.Tensor) error
	// PredictProba is the probability of each class, [n, K] float64, rows adding up to 1.
	PredictProba(x *tensor.Tensor) *tensor.Tensor
	// Predict is the most probable class of each sample, [n] int64.
	Predict(x *tensor.Tensor) *tensor.Tensor
	// Score is the accuracy: the share of samples whose predicted class is theirs.
	Score(x, y *tensor.Tensor) float64
	// Classes are the labels that Fit found, in increasing order.
	Classes() []int64
}

// checkFeatures finds fault with the shape or type of x; features is the number wanted, -1 for any.
func checkFeatures(op string, x *tensor.Tensor, features int) error {
	switch {
	case x == nil:
		return shapeError(op, nil, "x is nil")
	case !x.DType().IsFloat():
		return typeError(op, x, "x must be float32 or float64; convert with To")
	case x.Dim() != 2:
		return shapeError(op, []*tensor.Tensor{x}, "x must be [samples, features]")
	case features >= 0 && x.Size(1) != features:
		return shapeError(op, []*tensor.Tensor{x}, "the model was fitted on %d features: x must be [samples, %d]", features, features)
	}
	return nil
}

// checkLabels finds fault with the shape or type of y for n samples.
func checkLabels(op string, x, y *tensor.Tensor) error {
	switch {
	case y == nil:
		return shapeError(op, nil, "y is nil")
	case y.DType().IsFloat():
		return typeError(op, y, "y must hold labels, which are integers or bools; convert with To(tensor.Int64)")
	case !(y.Dim() == 1 || y.Dim() == 2 && y.Size(1) == 1) || y.Size(0) != x.Size(0):
		return shapeError(op, []*tensor.Tensor{x, y}, "y must hold one label a sample: [%d]", x.Size(0))
	}
	return nil
}

// training checks what Fit was given and returns the classes, and each sample's place in them.
func training(op string, x, y *tensor.Tensor) (classes []int64, at []int, err error) {
	if err := checkFeatures(op, x, -1); err != nil {
		return nil, nil, err
	}
	if err := checkLabels(op, x, y); err != nil {
		return nil, nil, err
	}
	if x.Size(0) == 0 || x.Size(1) == 0 {
		return nil, nil, fmt.Errorf("classic: %s: x has %d samples of %d features: there is nothing to fit", op, x.Size(0), x.Size(1))
	}
	columns := x.Size(1)
	for i, v := range values(x) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, nil, fmt.Errorf("classic: %s: x is %v in row %d, column %d (counted from 0): impute or drop missing values first",
				op, v, i/columns, i%columns)
		}
	}
	classes, at = encode(labels(y))
	if len(classes) == 1 {
		return nil, nil, fmt.Errorf("classic: %s: all %d labels are %d: at least two classes are wanted", op, len(at), classes[0])
	}
	return classes, at, nil
}

// encode returns the distinct labels in increasing order, and the place of each label among them.
func encode(labels []int64) (classes []int64, at []int) {
	classes = slices.Compact(slices.Sorted(slices.Values(labels)))
	at = make([]int, len(labels))
	for i, label := range labels {
		at[i], _ = slices.BinarySearch(classes, label)
	}
	return classes, at
}

// values is the elements of a float tensor in double precision.
func values(t *tensor.Tensor) []float64 { return tensor.Data[float64](t.To(tensor.Float64)) }

// labels is the elements of a tensor of integers or bools.
func labels(t *tensor.Tensor) []int64 { return tensor.Data[int64](t.To(tensor.Int64)) }

// matrix is x as a matrix of its own.
func matrix(x *tensor.Tensor) *mat.Dense { return mat.NewDense(x.Size(0), x.Size(1), values(x)) }

// likeliest is the class of the greatest probability in each row.
func likeliest(probabilities *tensor.Tensor, classes []int64) *tensor.Tensor {
	n := probabilities.Size(0)
	predicted := make([]int64, n)
	p := tensor.Data[float64](probabilities)
	for i := range predicted {
		row := p[i*len(classes) : (i+1)*len(classes)]
		best := 0
		for k, v := range row {
			if v > row[best] {
				best = k
			}
		}
		predicted[i] = classes[best]
	}
	return tensor.FromSlice(predicted, n)
}

// accuracy is the share of rows of x whose class m predicts.
func accuracy(op string, m Classifier, x, y *tensor.Tensor) float64 {
	if x != nil {
		must(checkLabels(op, x, y))
	}
	right := 0
	actual := labels(y)
	for i, class := range tensor.Data[int64](m.Predict(x)) {
		if class == actual[i] {
			right++
		}
	}
	return float64(right) / float64(len(actual))
}

// Scorer measures a fitted model on samples; greater is better.
type Scorer func(m Classifier, x, y *tensor.Tensor) float64

// Accuracy is the share of samples whose class the model predicts.
func Accuracy(m Classifier, x, y *tensor.Tensor) float64 { return m.Score(x, y) }

// NegativeLogLoss is the mean logarithm of the probability that the model gives to the true class (scikit-learn's
// neg_log_loss); NaN where a label is none of the model's classes.
func NegativeLogLoss(m Classifier, x, y *tensor.Tensor) float64 {
	return measured(metrics.LogLoss(metrics.Options{Probabilities: true}), m, x, y, -1)
}

// ROCAUC is the area under the receiver operating characteristic of a model of two classes; NaN with more classes, and
// where a label is none of the model's classes or one class is missing in y.
func ROCAUC(m Classifier, x, y *tensor.Tensor) float64 {
	if len(m.Classes()) != 2 {
		return math.NaN()
	}
	return measured(metrics.ROCAUC(metrics.Options{Probabilities: true}), m, x, y, 1)
}

// measured is sign times a metric of probabilities.
func measured(metric metrics.Metric, m Classifier, x, y *tensor.Tensor, sign float64) float64 {
	classes := m.Classes()
	at := labels(y)
	for i, label := range at {
		k, ok := slices.BinarySearch(classes, label)
		if !ok {
			return math.NaN()
		}
		at[i] = int64(k)
	}
	metric.Update(m.PredictProba(x), tensor.FromSlice(at, len(at)))
	return sign * metric.Value()
}
