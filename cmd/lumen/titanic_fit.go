package main

import (
	"context"
	"math"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// titanicResult is everything that is shown, written and drawn.
type titanicResult struct {
	*voyage
	strength float64 // C, infinite without a penalty
	seed     uint64
	exact    *classic.LogisticRegression
	descent  *descent
	net      *classic.MLPClassifier
	fits     []*titanicFit
}

// titanicFit is a model and how it does on the passengers that it was not trained on.
type titanicFit struct {
	name, title  string
	coefficients []float64 // of a linear model, by feature
	intercept    float64
	logLoss      float64
	accuracy     float64
	auc          float64
	confusion    *metrics.Confusion
	curve        metrics.Curve
}

// newTitanicFit measures probabilities of survival, [n].
func newTitanicFit(name, title string, probability, y *tensor.Tensor) *titanicFit {
	o := metrics.Options{Probabilities: true}
	f := &titanicFit{name: name, title: title, confusion: metrics.ConfusionMatrix(2, o), curve: metrics.ROC(probability, y, o)}
	for _, m := range []struct {
		metric metrics.Metric
		to     *float64
	}{{metrics.LogLoss(o), &f.logLoss}, {metrics.Accuracy(o), &f.accuracy}, {metrics.ROCAUC(o), &f.auc}} {
		m.metric.Update(probability, y)
		*m.to = m.metric.Value()
	}
	f.confusion.Update(probability, y)
	return f
}

// linear is the fit of a regression with weights [1, features] and an intercept [1].
func (r *titanicResult) linear(name, title string, weights, bias *tensor.Tensor) *titanicFit {
	logits := tensor.Linear(r.x[testPart], weights, bias).Flatten(0)
	f := newTitanicFit(name, title, logits.Sigmoid(), r.y[testPart])
	f.coefficients, f.intercept = tensor.Data[float64](weights), bias.Item()
	return f
}

// descent is what gradient descent found, and how it got there.
type descent struct {
	weights, bias *tensor.Tensor // [1, features], [1]
	objective     []float64      // before each step; the mean loss and the penalty
	converged     bool
}

const (
	// steepest is the gradient below which descent has arrived, in every coefficient.
	steepest  = 1e-7
	mostSteps = 20_000
	momentum  = 0.9
)

// descend minimises the exact solver's objective, over C and the number of samples,
//
//	mean of -log p(true class)  +  |w|^2 / (2 C n)
//
// as any network is trained: a linear layer of one unit, binary cross-entropy on its logit, and SGD with momentum, whose
// weight decay of 1/(C n) is the gradient of the penalty; the bias has none. All passengers make one batch.
func descend(ctx context.Context, x, labels *tensor.Tensor, c float64, seed uint64) (*descent, error) {
	n, features := x.Size(0), x.Size(1)
	y := labels.To(tensor.Float64).Reshape(n, 1)
	unit := nn.NewLinear(features, 1)
	nn.Init(unit, seed)
	nn.To(unit, tensor.Float64)

	// The loss curves by at most a quarter of the mean square of what a weight is multiplied with, all weights together by
	// at most the sum of that. A step of one over twice the curvature of weights and bias each cannot overshoot.
	decay := 1 / (c * float64(n))
	curvature := x.Mul(x).Sum().Item() / float64(n) / 4
	weights, bias := optim.DefaultSGD(), optim.DefaultSGD()
	weights.LR, weights.Momentum, weights.WeightDecay = 1/(2*(curvature+decay)), momentum, decay
	bias.LR, bias.Momentum = 1/(2*0.25), momentum
	opt := optim.NewSGDGroups([]optim.Group[optim.SGDOptions]{
		{Params: []*nn.Param{unit.Weight}, Options: weights},
		{Params: []*nn.Param{unit.Bias}, Options: bias},
	})
	d := &descent{}
	pass := nn.Training(seed)
	for !d.converged && len(d.objective) < mostSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		loss := nn.BCEWithLogits(unit.Forward(pass, x), y)
		opt.ZeroGrad()
		loss.Backward()
		w := tensor.Data[float64](unit.Weight.Value())
		g := tensor.Data[float64](unit.Weight.Grad())
		slope := math.Abs(unit.Bias.Grad().Item())
		var squares float64
		for j, v := range w {
			squares += v * v
			slope = max(slope, math.Abs(g[j]+decay*v))
		}
		d.objective = append(d.objective, loss.Item()+decay*squares/2)
		if d.converged = slope < steepest; !d.converged {
			opt.Step()
		}
	}
	d.weights, d.bias = unit.Weight.Value().Clone(), unit.Bias.Value().Clone()
	return d, nil
}

// objective is what the solvers minimise, at a regression's coefficients.
func (r *titanicResult) objective(weights, bias *tensor.Tensor) float64 {
	n := r.x[trainPart].Size(0)
	y := r.y[trainPart].To(tensor.Float64).Reshape(n, 1)
	loss := nn.BCEWithLogits(tensor.Linear(r.x[trainPart], weights, bias), y).Item()
	return loss + weights.Mul(weights).Sum().Item()/(2*r.strength*float64(n))
}

// farthest is the greatest difference between the coefficients of two fits, the intercepts among them.
func farthest(a, b *titanicFit) float64 {
	most := math.Abs(a.intercept - b.intercept)
	for j, v := range a.coefficients {
		most = max(most, math.Abs(v-b.coefficients[j]))
	}
	return most
}
