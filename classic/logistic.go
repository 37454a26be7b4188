package classic

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/lumen-ml/lumen/tensor"
)

// LogisticOptions are the settings of a LogisticRegression, named as scikit-learn's. The zero value has its defaults, an L2
// penalty with C = 1, an intercept, all classes of weight 1, but a tolerance that leads to the minimum.
type LogisticOptions struct {
	// C is the inverse of the penalty's strength: small values keep the coefficients small; 0 means 1.
	C float64 `json:"C,omitempty"`
	// NoPenalty maximises the likelihood alone (scikit-learn's penalty=None, C = infinity).
	NoPenalty   bool `json:"no_penalty,omitempty"`
	NoIntercept bool `json:"no_intercept,omitempty"`
	// ClassWeight multiplies the loss of a class's samples; classes that are not in it have 1.
	ClassWeight map[int64]float64 `json:"class_weight,omitempty"`
	// Balanced weighs every class with n / (K * its number of samples).
	Balanced bool `json:"balanced,omitempty"`
	// Tolerance is how small the gradient of the mean loss has to become, in each coefficient, with the features brought to
	// a standard deviation of 1; 0 means 1e-10.
	Tolerance float64 `json:"tolerance,omitempty"`
	// MaxIterations is how many steps the solver may take; 0 means 10,000.
	MaxIterations int `json:"max_iterations,omitempty"`
}

func (o LogisticOptions) check(op string) LogisticOptions {
	if o.C == 0 {
		o.C = 1
	}
	if o.Tolerance == 0 {
		o.Tolerance = 1e-10
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 10_000
	}
	switch {
	case !(o.C > 0) || math.IsInf(o.C, 0):
		misuse(op, "C is %v; a positive number is wanted, or NoPenalty", o.C)
	case !(o.Tolerance > 0):
		misuse(op, "Tolerance is %v; a positive number is wanted", o.Tolerance)
	case o.MaxIterations < 0:
		misuse(op, "MaxIterations is %d; a positive number is wanted", o.MaxIterations)
	case o.Balanced && o.ClassWeight != nil:
		misuse(op, "Balanced and ClassWeight are both given; one of them is wanted")
	}
	for class, w := range o.ClassWeight {
		if !(w > 0) || math.IsInf(w, 0) {
			misuse(op, "the weight of class %d is %v; a positive number is wanted", class, w)
		}
	}
	return o
}

// LogisticRegression gives class k the probability softmax(x W^T + b)_k, with two classes sigmoid(x w + b) for the second
// of them. Fit minimises scikit-learn's objective
//
//	1/2 * sum W^2 + C * sum over samples of weight * -log p(true class)
//
// over W and the intercept b, which is not penalised. It is convex, so the solver (L-BFGS, then Newton's steps where there
// are few enough coefficients) finds the one minimum, to about ten digits; nothing is random. Fit works in double precision
// on features brought to mean 0 and standard deviation 1, which changes the path and not the goal; coefficients are for
// the features as they were given.
type LogisticRegression struct {
	options    LogisticOptions
	classes    []int64
	w          *mat.Dense // [K or 1, p]
	b          []float64  // [K or 1]
	iterations int
	wald       *Wald
}

// NewLogisticRegression returns a model to be fitted. It panics with a *tensor.ShapeError if an option makes no sense.
func NewLogisticRegression(o LogisticOptions) *LogisticRegression {
	return &LogisticRegression{options: o.check("NewLogisticRegression")}
}

// Options returns the options, with the defaults filled in.
func (m *LogisticRegression) Options() LogisticOptions { return m.options }

// Fit finds the coefficients; the package comment says the shapes and the errors.
func (m *LogisticRegression) Fit(x, y *tensor.Tensor) error {
	const op = "LogisticRegression.Fit"
	classes, at, err := training(op, x, y)
	if err != nil {
		return err
	}
	f := newObjective(matrix(x), at, len(classes), m.classWeights(classes, at), m.options)
	theta, iterations, err := f.minimize(m.options)
	if err != nil {
		return err
	}
	m.classes, m.iterations, m.wald = classes, iterations, nil
	m.w, m.b = f.original(theta)
	if m.options.NoPenalty {
		m.wald = f.wald(theta, m.w, m.b)
	}
	return nil
}

// classWeights is the weight of each class's samples.
func (m *LogisticRegression) classWeights(classes []int64, at []int) []float64 {
	weights := make([]float64, len(classes))
	if m.options.Balanced {
		for _, k := range at {
			weights[k]++
		}
		for k, count := range weights {
			weights[k] = float64(len(at)) / (float64(len(classes)) * count)
		}
		return weights
	}
	for k, class := range classes {
		weights[k] = 1
		if w, ok := m.options.ClassWeight[class]; ok {
			weights[k] = w
		}
	}
	return weights
}

func (m *LogisticRegression) fitted(op string) {
	if m.w == nil {
		misuse(op, "the model has not been fitted: call Fit first, and look at its error")
	}
}

// DecisionFunction is the logits x W^T + b: with two classes [n], the logarithm of the second one's odds; with more [n, K].
func (m *LogisticRegression) DecisionFunction(x *tensor.Tensor) *tensor.Tensor {
	const op = "LogisticRegression.DecisionFunction"
	m.fitted(op)
	z := m.logits(op, x)
	if len(m.b) == 1 {
		return tensor.FromSlice(z, len(z))
	}
	return tensor.FromSlice(z, len(z)/len(m.b), len(m.b))
}

func (m *LogisticRegression) logits(op string, x *tensor.Tensor) []float64 {
	_, features := m.w.Dims()
	must(checkFeatures(op, x, features))
	n, logits := x.Size(0), len(m.b)
	z := make([]float64, n*logits)
	if n == 0 {
		return z
	}
	mat.NewDense(n, logits, z).Mul(matrix(x), m.w.T())
	for i := range z {
		z[i] += m.b[i%logits]
	}
	return z
}

// PredictProba is the probability of each class, [n, K].
func (m *LogisticRegression) PredictProba(x *tensor.Tensor) *tensor.Tensor {
	return m.proba("LogisticRegression.PredictProba", x)
}

func (m *LogisticRegression) proba(op string, x *tensor.Tensor) *tensor.Tensor {
	m.fitted(op)
	z := m.logits(op, x)
	if len(m.b) > 1 {
		for i := 0; i < len(z); i += len(m.b) {
			softmax(z[i : i+len(m.b)])
		}
		return tensor.FromSlice(z, len(z)/len(m.b), len(m.b))
	}
	p := make([]float64, 0, 2*len(z))
	for _, v := range z {
		p = append(p, sigmoid(-v), sigmoid(v)) // 1-p would lose the small ones' digits
	}
	return tensor.FromSlice(p, len(z), 2)
}

// Predict is the most probable class of each sample, [n] int64; of two equally probable ones the first.
func (m *LogisticRegression) Predict(x *tensor.Tensor) *tensor.Tensor {
	return likeliest(m.proba("LogisticRegression.Predict", x), m.classes)
}

// Score is the accuracy on x and y.
func (m *LogisticRegression) Score(x, y *tensor.Tensor) float64 {
	m.fitted("LogisticRegression.Score")
	return accuracy("LogisticRegression.Score", m, x, y)
}

// Classes are the labels that Fit found, in increasing order.
func (m *LogisticRegression) Classes() []int64 { return append([]int64(nil), m.classes...) }

// Coef is the coefficients W: [1, p] with two classes, [K, p] with more.
func (m *LogisticRegression) Coef() *tensor.Tensor {
	m.fitted("LogisticRegression.Coef")
	return dense(m.w)
}

// Intercept is b, [1] with two classes, [K] with more; zeros with NoIntercept.
func (m *LogisticRegression) Intercept() *tensor.Tensor {
	m.fitted("LogisticRegression.Intercept")
	return tensor.FromSlice(m.b, len(m.b))
}

// Iterations is how many steps the solver took.
func (m *LogisticRegression) Iterations() int { return m.iterations }

func dense(m *mat.Dense) *tensor.Tensor {
	rows, columns := m.Dims()
	return tensor.FromSlice(m.RawMatrix().Data, rows, columns)
}

// sigmoid is 1/(1+exp(-x)) without overflow.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// softplus is log(1+exp(x)) without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// softmax turns logits into probabilities and returns log(sum(exp(logits))).
func softmax(z []float64) float64 {
	greatest := z[0]
	for _, v := range z {
		greatest = max(greatest, v)
	}
	var sum float64
	for k, v := range z {
		z[k] = math.Exp(v - greatest)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
	return greatest + math.Log(sum)
}

// NotConverged is the error of a fit that ended before it was at a minimum.
type NotConverged struct {
	Iterations int
	Gradient   float64 // the greatest element of what is left, on the scale of LogisticOptions.Tolerance
	Tolerance  float64
}

func (e *NotConverged) Error() string {
	return fmt.Sprintf("classic: the logistic regression did not converge in %d iterations: its gradient is %.2g, %.2g was wanted; "+
		"raise MaxIterations, or give it a stronger penalty (a smaller C)", e.Iterations, e.Gradient, e.Tolerance)
}

// Separated is the error of a fit without a penalty where a combination of features tells classes apart without a mistake:
// the likelihood goes on rising as the coefficients grow, and no finite ones are best.
type Separated struct {
	Feature int // the one with the greatest part in that combination, counted from 0
}

func (e *Separated) Error() string {
	return fmt.Sprintf("classic: the classes can be separated, mostly by feature %d (counted from 0): without a penalty no finite "+
		"coefficients are best; use a penalty (C), or leave that feature out", e.Feature)
}

// Dependent is the error of a fit without a penalty where a feature is a combination of others and the intercept, so that
// their coefficients can be traded for each other.
type Dependent struct {
	Feature int // one of them, counted from 0
}

func (e *Dependent) Error() string {
	return fmt.Sprintf("classic: feature %d (counted from 0) is a combination of other features and the intercept: without a penalty "+
		"many coefficients are best; leave it out (of a one-hot encoding, one column), or use a penalty (C)", e.Feature)
}
