package classic

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// Activation is what a hidden layer's units do with their sum.
type Activation uint8

// The activations, named as scikit-learn's; the zero value is its default.
const (
	ReLU Activation = iota
	Logistic
	Tanh
	Identity
)

var activationNames = []string{"relu", "logistic", "tanh", "identity"}

func (a Activation) String() string {
	if int(a) < len(activationNames) {
		return activationNames[a]
	}
	return fmt.Sprintf("Activation(%d)", uint8(a))
}

// MarshalText is the name.
func (a Activation) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText takes a name.
func (a *Activation) UnmarshalText(text []byte) error {
	i := slices.Index(activationNames, string(text))
	if i < 0 {
		return fmt.Errorf("classic: there is no activation %q, only %v", text, activationNames)
	}
	*a = Activation(i)
	return nil
}

func (a Activation) fused() tensor.Activation {
	return []tensor.Activation{tensor.ActReLU, tensor.ActSigmoid, tensor.ActTanh, tensor.ActNone}[a]
}

// MLPOptions are the settings of an MLPClassifier, named as scikit-learn's. The zero value is its default.
type MLPOptions struct {
	HiddenSizes   []int      `json:"hidden_sizes"`            // units of each hidden layer; nil means one of 100
	Activation    Activation `json:"activation"`              // of the hidden layers
	Alpha         float64    `json:"alpha,omitempty"`         // strength of the L2 penalty on the weights; 0 means 1e-4
	NoPenalty     bool       `json:"no_penalty,omitempty"`    // no penalty at all
	BatchSize     int        `json:"batch_size,omitempty"`    // 0 means 200, or all samples if there are fewer
	LearningRate  float64    `json:"learning_rate,omitempty"` // of Adam; 0 means 0.001
	MaxEpochs     int        `json:"max_epochs,omitempty"`    // times through the samples; 0 means 200
	Tolerance     float64    `json:"tolerance,omitempty"`     // by which the loss has to fall to count as better; 0 means 1e-4
	NoChangeLimit int        `json:"no_change,omitempty"`     // epochs without anything better after which Fit ends; 0 means 10
	Seed          uint64     `json:"seed"`                    // of the weights and the order of the samples
}

func (o MLPOptions) check(op string) MLPOptions {
	if o.HiddenSizes == nil {
		o.HiddenSizes = []int{100}
	}
	o.HiddenSizes = slices.Clone(o.HiddenSizes)
	for _, d := range []struct {
		name      string
		value     *float64
		byDefault float64
	}{{"Alpha", &o.Alpha, 1e-4}, {"LearningRate", &o.LearningRate, 1e-3}, {"Tolerance", &o.Tolerance, 1e-4}} {
		if *d.value == 0 {
			*d.value = d.byDefault
		}
		if !(*d.value > 0) || math.IsInf(*d.value, 0) {
			misuse(op, "%s is %v; a positive number is wanted", d.name, *d.value)
		}
	}
	if o.NoPenalty {
		o.Alpha = 0
	}
	for _, d := range []struct {
		name      string
		value     *int
		byDefault int
	}{{"BatchSize", &o.BatchSize, 0}, {"MaxEpochs", &o.MaxEpochs, 200}, {"NoChangeLimit", &o.NoChangeLimit, 10}} {
		if *d.value == 0 {
			*d.value = d.byDefault
		}
		if *d.value < 0 {
			misuse(op, "%s is %d; a positive number is wanted", d.name, *d.value)
		}
	}
	for i, size := range o.HiddenSizes {
		if size < 1 {
			misuse(op, "hidden layer %d has %d units; at least 1 is wanted", i, size)
		}
	}
	if int(o.Activation) >= len(activationNames) {
		misuse(op, "there is no %v", o.Activation)
	}
	return o
}

// MLPClassifier is a network of fully connected layers (a multilayer perceptron) ending in a logistic unit for two classes
// and in a softmax for more, trained by Adam on the mean of -log p(true class) plus alpha/2 * sum of squared weights over
// the size of the batch. It ends when the loss has not fallen by the tolerance for NoChangeLimit epochs, or after MaxEpochs.
// Weights start as in Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
// All that is scikit-learn's MLPClassifier with its solver "adam", random numbers apart. Its parameters have the element
// type of x. Bring features to similar sizes first.
type MLPClassifier struct {
	options   MLPOptions
	classes   []int64
	net       *nn.Sequential
	curve     []float64
	converged bool
}

// NewMLPClassifier returns a model to be fitted. It panics with a *tensor.ShapeError if an option makes no sense.
func NewMLPClassifier(o MLPOptions) *MLPClassifier {
	return &MLPClassifier{options: o.check("NewMLPClassifier")}
}

// Options returns the options, with the defaults filled in; a BatchSize of 0 depends on the samples.
func (m *MLPClassifier) Options() MLPOptions { return m.options }

// Fit trains a new network; the package comment says the shapes and the errors. A loss that is not finite any more is an
// error, reaching MaxEpochs is not: Converged tells.
func (m *MLPClassifier) Fit(x, y *tensor.Tensor) error {
	return m.FitContext(context.Background(), x, y)
}

// FitContext is Fit, and ends with the context's error when that is cancelled.
func (m *MLPClassifier) FitContext(ctx context.Context, x, y *tensor.Tensor) error {
	const op = "MLPClassifier.Fit"
	classes, at, err := training(op, x, y)
	if err != nil {
		return err
	}
	net, weights := m.build(x.Size(1), len(classes))
	nn.Init(net, m.options.Seed)
	nn.To(net, x.DType())
	loss, target := nn.Loss(nn.CrossEntropy), tensor.FromSlice(places(at), len(at))
	if len(classes) == 2 {
		loss, target = nn.BCEWithLogits, target.To(x.DType()).Reshape(len(at), 1)
	}
	adam := optim.DefaultAdam()
	adam.LR = m.options.LearningRate
	opt := optim.NewAdam(nn.Parameters(net), adam)
	batch := m.options.BatchSize
	if batch == 0 {
		batch = min(200, len(at))
	}
	loader := data.NewLoader(data.NewTensors(x.Detach(), target), data.LoaderOptions{BatchSize: batch, Shuffle: true, Seed: m.options.Seed})
	pass := nn.Training(m.options.Seed)
	var curve []float64
	best, worse := math.Inf(1), 0
	for len(curve) < m.options.MaxEpochs && worse <= m.options.NoChangeLimit {
		var sum float64
		for b, err := range loader.Batches(ctx) {
			if err != nil {
				return err
			}
			n := b.X.Size(0)
			l := loss(net.Forward(pass, b.X), b.Y)
			if m.options.Alpha > 0 {
				for _, w := range weights {
					v := pass.Use(w)
					l = l.Add(v.Mul(v).Sum().MulScalar(m.options.Alpha / (2 * float64(n))))
				}
			}
			opt.ZeroGrad()
			l.Backward()
			opt.Step()
			sum += l.Item() * float64(n)
		}
		mean := sum / float64(len(at))
		curve = append(curve, mean)
		if math.IsNaN(mean) || math.IsInf(mean, 0) {
			return fmt.Errorf("classic: %s: the loss is %v in epoch %d: lower LearningRate, or bring the features to similar sizes",
				op, mean, len(curve))
		}
		worse++
		if mean <= best-m.options.Tolerance {
			worse = 0
		}
		best = min(best, mean)
	}
	m.classes, m.net, m.curve, m.converged = classes, net, curve, worse > m.options.NoChangeLimit
	return nil
}

func places(at []int) []int64 {
	wide := make([]int64, len(at))
	for i, k := range at {
		wide[i] = int64(k)
	}
	return wide
}

// build is the untrained network, and its parameters without the biases.
func (m *MLPClassifier) build(features, classes int) (*nn.Sequential, []*nn.Param) {
	outputs := classes
	if classes == 2 {
		outputs = 1
	}
	var layers []nn.Module
	var weights []*nn.Param
	factor := 6.0
	if m.options.Activation == Logistic {
		factor = 2
	}
	in := features
	for i, out := range append(slices.Clone(m.options.HiddenSizes), outputs) {
		var o nn.LinearOptions
		if i < len(m.options.HiddenSizes) {
			o.Activation = m.options.Activation.fused()
		}
		l := nn.NewLinear(in, out, o)
		bound := math.Sqrt(factor / float64(in+out))
		l.Weight.SetInitializer(nn.Uniform{Low: -bound, High: bound})
		l.Bias.SetInitializer(nn.Uniform{Low: -bound, High: bound})
		layers = append(layers, l)
		weights = append(weights, l.Weight)
		in = out
	}
	return nn.NewSequential(layers...), weights
}

func (m *MLPClassifier) fitted(op string) {
	if m.net == nil {
		misuse(op, "the model has not been fitted: call Fit first, and look at its error")
	}
}

// PredictProba is the probability of each class, [n, K] float64.
func (m *MLPClassifier) PredictProba(x *tensor.Tensor) *tensor.Tensor {
	return m.proba("MLPClassifier.PredictProba", x)
}

func (m *MLPClassifier) proba(op string, x *tensor.Tensor) *tensor.Tensor {
	m.fitted(op)
	first := m.net.Modules[0].(*nn.Linear).Weight
	must(checkFeatures(op, x, first.Shape()[1]))
	if x.Size(0) == 0 {
		return tensor.ZerosOf(tensor.Float64, 0, len(m.classes))
	}
	z := nn.Predict(m.net, x.To(first.Value().DType())).To(tensor.Float64)
	if len(m.classes) > 2 {
		return z.Softmax(1)
	}
	return tensor.Concat(1, z.Neg().Sigmoid(), z.Sigmoid())
}

// Predict is the most probable class of each sample, [n] int64; of equally probable ones the first.
func (m *MLPClassifier) Predict(x *tensor.Tensor) *tensor.Tensor {
	return likeliest(m.proba("MLPClassifier.Predict", x), m.classes)
}

// Score is the accuracy on x and y.
func (m *MLPClassifier) Score(x, y *tensor.Tensor) float64 {
	m.fitted("MLPClassifier.Score")
	return accuracy("MLPClassifier.Score", m, x, y)
}

// Classes are the labels that Fit found, in increasing order.
func (m *MLPClassifier) Classes() []int64 { return slices.Clone(m.classes) }

// Network is the trained network: nn.Linear layers, whose last gives one logit for the second of two classes, or one a
// class. It is the model's own.
func (m *MLPClassifier) Network() *nn.Sequential {
	m.fitted("MLPClassifier.Network")
	return m.net
}

// LossCurve is the mean loss, with the penalty, in each epoch.
func (m *MLPClassifier) LossCurve() []float64 { return slices.Clone(m.curve) }

// Converged reports whether Fit ended because the loss no longer fell, not because MaxEpochs were over.
func (m *MLPClassifier) Converged() bool { return m.converged }
