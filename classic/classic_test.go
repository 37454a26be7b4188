package classic_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// noisy is n samples of p features whose class depends on the first, with errors.
func noisy(seed uint64, n, p, classes int) (x, y *tensor.Tensor) {
	rng := rand.New(rand.NewPCG(seed, 1))
	xs, ys := make([]float64, n*p), make([]int64, n)
	for i := range n {
		for j := range p {
			xs[i*p+j] = rng.NormFloat64()
		}
		ys[i] = min(int64(classes-1), max(0, int64(math.Floor(xs[i*p]+rng.NormFloat64()+float64(classes)/2))))
	}
	return tensor.FromSlice(xs, n, p), tensor.FromSlice(ys, n)
}

func TestFitErrors(t *testing.T) {
	x, y := noisy(1, 60, 3, 2)
	bad := func(v float64) *tensor.Tensor {
		c := x.Clone()
		tensor.Edit(c, func(data []float64) { data[7*3+2] = v })
		return c
	}
	var shape *tensor.ShapeError
	var dtype *tensor.DTypeError
	for _, c := range []struct {
		name string
		x, y *tensor.Tensor
		as   any
		want string
	}{
		{"one class", x, tensor.ZerosOf(tensor.Int64, 60), nil, "all 60 labels are 0: at least two classes are wanted"},
		{"NaN", bad(math.NaN()), y, nil, "x is NaN in row 7, column 2"},
		{"infinity", bad(math.Inf(-1)), y, nil, "x is -Inf in row 7, column 2"},
		{"no samples", tensor.ZerosOf(tensor.Float64, 0, 3), tensor.ZerosOf(tensor.Int64, 0), nil, "nothing to fit"},
		{"no features", tensor.ZerosOf(tensor.Float64, 60, 0), y, nil, "nothing to fit"},
		{"fewer labels", x, y.Slice(0, 0, 59, 1), &shape, "y must hold one label a sample: [60]"},
		{"labels of two columns", x, tensor.ZerosOf(tensor.Int64, 60, 2), &shape, "y must hold one label a sample: [60]"},
		{"x of one dimension", x.Flatten(0), y, &shape, "x must be [samples, features]"},
		{"x of integers", x.To(tensor.Int64), y, &dtype, "x must be float32 or float64"},
		{"y of floats", x, y.To(tensor.Float64), &dtype, "convert with To(tensor.Int64)"},
		{"no x", nil, y, &shape, "x is nil"},
		{"no y", x, nil, &shape, "y is nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, m := range []classic.Classifier{classic.NewLogisticRegression(classic.LogisticOptions{}), classic.NewMLPClassifier(classic.MLPOptions{})} {
				err := m.Fit(c.x, c.y)
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%T: %v, want %q in it", m, err, c.want)
				}
				if c.as != nil && !errors.As(err, c.as) {
					t.Errorf("%T: the error is a %T", m, err)
				}
				if len(m.Classes()) != 0 {
					t.Errorf("%T: a failed fit has classes %v", m, m.Classes())
				}
			}
		})
	}
}

func TestSeparated(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const n = 80
	for _, c := range []struct {
		name  string
		class func(row []float64) int64
		want  int
	}{
		{"by one feature", func(row []float64) int64 { return step(row[1]) }, 1},
		// Among those with feature 2 above 0.5 all are of class 1; the others overlap.
		{"in part", func(row []float64) int64 {
			if row[2] == 1 {
				return 1
			}
			return step(row[0] + 2*rng.NormFloat64())
		}, 2},
		{"one of three classes", func(row []float64) int64 {
			if row[2] == 1 {
				return 2
			}
			return step(row[0] + 2*rng.NormFloat64())
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			xs, ys := make([]float64, 0, 3*n), make([]int64, n)
			for i := range n {
				row := []float64{rng.NormFloat64(), 100 * rng.NormFloat64(), float64(rng.IntN(2))}
				ys[i] = c.class(row)
				xs = append(xs, row...)
			}
			x, y := tensor.FromSlice(xs, n, 3), tensor.FromSlice(ys, n)
			var separated *classic.Separated
			err := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true}).Fit(x, y)
			if !errors.As(err, &separated) || separated.Feature != c.want {
				t.Errorf("without a penalty: %v; want a Separated by feature %d", err, c.want)
			}
			if err := classic.NewLogisticRegression(classic.LogisticOptions{C: 1e4}).Fit(x, y); err != nil {
				t.Errorf("with a penalty: %v", err)
			}
		})
	}
}

func step(v float64) int64 {
	if v > 0 {
		return 1
	}
	return 0
}

func TestDependent(t *testing.T) {
	x, y := noisy(4, 90, 2, 3)
	other := x.Select(1, 0).MulScalar(3).AddScalar(7).Unsqueeze(1)
	both := tensor.Concat(1, x, other)
	var dependent *classic.Dependent
	err := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true}).Fit(both, y)
	if !errors.As(err, &dependent) || dependent.Feature == 1 {
		t.Errorf("%v; want a Dependent of feature 0 or 2", err)
	}
	constant := tensor.Concat(1, x, tensor.OnesOf(tensor.Float64, 90, 1))
	err = classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true}).Fit(constant, y)
	if !errors.As(err, &dependent) || dependent.Feature != 2 {
		t.Errorf("%v; want a Dependent of feature 2", err)
	}
	for _, x := range []*tensor.Tensor{both, constant} {
		if err := classic.NewLogisticRegression(classic.LogisticOptions{}).Fit(x, y); err != nil {
			t.Errorf("with a penalty: %v", err)
		}
	}
}

func TestNotConverged(t *testing.T) {
	x, y := noisy(5, 200, 6, 3)
	m := classic.NewLogisticRegression(classic.LogisticOptions{MaxIterations: 1})
	var not *classic.NotConverged
	if err := m.Fit(x, y); !errors.As(err, &not) || not.Iterations != 1 || !(not.Gradient > not.Tolerance) {
		t.Errorf("after one iteration: %v", err)
	}
}

// TestScales: features of any size give the same predictions without a penalty, and weights of 0 for a constant one with.
func TestScales(t *testing.T) {
	x, y := noisy(6, 150, 3, 2)
	plain := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true})
	if err := plain.Fit(x, y); err != nil {
		t.Fatal(err)
	}
	scale, shift := []float64{1e-150, 1e6, 1e200}, []float64{0, 1e9, 0}
	odd := x.Mul(tensor.FromSlice(scale, 3)).Add(tensor.FromSlice(shift, 3))
	m := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true})
	if err := m.Fit(odd, y); err != nil {
		t.Fatal(err)
	}
	near(t, "probabilities", doubles(m.PredictProba(odd)), doubles(plain.PredictProba(x)), 1e-9)

	constant := tensor.Concat(1, x, tensor.FullOf(tensor.Float64, 0.1, 150, 1))
	m = classic.NewLogisticRegression(classic.LogisticOptions{})
	if err := m.Fit(constant, y); err != nil {
		t.Fatal(err)
	}
	if w := doubles(m.Coef())[3]; w != 0 {
		t.Errorf("the coefficient of a constant is %v", w)
	}
}

// TestMinimum: no step away from the solution lowers the objective, as scikit-learn writes it.
func TestMinimum(t *testing.T) {
	x, y := noisy(7, 120, 4, 3)
	o := classic.LogisticOptions{C: 0.3, ClassWeight: map[int64]float64{1: 2.5}}
	m := classic.NewLogisticRegression(o)
	if err := m.Fit(x, y); err != nil {
		t.Fatal(err)
	}
	xs, ys := doubles(x), tensor.Data[int64](y)
	objective := func(w, b []float64) float64 {
		var f float64
		for i, class := range ys {
			z := make([]float64, 3)
			sum := 0.0
			for k := range z {
				z[k] = b[k]
				for j := range 4 {
					z[k] += w[k*4+j] * xs[i*4+j]
				}
				sum += math.Exp(z[k])
			}
			weight := 1.0
			if class == 1 {
				weight = 2.5
			}
			f += o.C * weight * (math.Log(sum) - z[class])
		}
		for _, v := range w {
			f += v * v / 2
		}
		return f
	}
	w, b := doubles(m.Coef()), doubles(m.Intercept())
	best := objective(w, b)
	for _, values := range [][]float64{w, b} {
		for i := range values {
			for _, d := range []float64{-1e-4, 1e-4} {
				values[i] += d
				if f := objective(w, b); f < best-1e-10 {
					t.Errorf("the objective is %.12g, and %.12g a step away", best, f)
				}
				values[i] -= d
			}
		}
	}
}

// TestInputTypes: float32 samples, labels of any integers, in a column, as bools.
func TestInputTypes(t *testing.T) {
	x, y := noisy(8, 100, 2, 2)
	fit := func(x, y *tensor.Tensor) *classic.LogisticRegression {
		m := classic.NewLogisticRegression(classic.LogisticOptions{})
		if err := m.Fit(x, y); err != nil {
			t.Fatal(err)
		}
		return m
	}
	want := fit(x, y)
	for _, other := range []*tensor.Tensor{y.To(tensor.Int32), y.To(tensor.Uint8), y.To(tensor.Bool), y.Reshape(100, 1), y.MulScalar(8).AddScalar(-3)} {
		m := fit(x, other)
		near(t, "coefficients", doubles(m.Coef()), doubles(want.Coef()), 0)
		if m.Score(x, other) != want.Score(x, y) {
			t.Errorf("labels of %v score %v, want %v", other.DType(), m.Score(x, other), want.Score(x, y))
		}
	}
	if m := fit(x, y.MulScalar(8).AddScalar(-3)); !slices.Equal(m.Classes(), []int64{-3, 5}) {
		t.Errorf("classes %v", m.Classes())
	} else if p := tensor.Data[int64](m.Predict(x)); slices.Max(p) != 5 || slices.Min(p) != -3 {
		t.Errorf("predictions from %d to %d", slices.Min(p), slices.Max(p))
	}
	near(t, "float32", doubles(fit(x.To(tensor.Float32), y).Coef()), doubles(want.Coef()), 1e-6)
	if s := want.PredictProba(tensor.ZerosOf(tensor.Float64, 0, 2)).Shape(); !slices.Equal(s, []int{0, 2}) {
		t.Errorf("probabilities of no samples have shape %v", s)
	}
}

func TestMisuse(t *testing.T) {
	x, y := noisy(9, 50, 3, 2)
	fittedRegression, fittedNetwork := classic.NewLogisticRegression(classic.LogisticOptions{}), classic.NewMLPClassifier(classic.MLPOptions{MaxEpochs: 1})
	for _, m := range []classic.Classifier{fittedRegression, fittedNetwork} {
		if err := m.Fit(x, y); err != nil {
			t.Fatal(err)
		}
	}
	regression, network := classic.NewLogisticRegression(classic.LogisticOptions{}), classic.NewMLPClassifier(classic.MLPOptions{})
	narrow := x.Slice(1, 0, 2, 1)
	for name, f := range map[string]func(){
		"not fitted: PredictProba": func() { regression.PredictProba(x) },
		"not fitted: Coef":         func() { regression.Coef() },
		"not fitted: Score":        func() { regression.Score(x, y) },
		"not fitted: network":      func() { network.Predict(x) },
		"not fitted: Network":      func() { network.Network() },
		"fewer features":           func() { fittedRegression.Predict(narrow) },
		"fewer features: network":  func() { fittedNetwork.PredictProba(narrow) },
		"fewer features: Score":    func() { fittedRegression.Score(narrow, y) },
		"fewer labels":             func() { fittedRegression.Score(x, y.Slice(0, 0, 49, 1)) },
		"negative C":               func() { classic.NewLogisticRegression(classic.LogisticOptions{C: -1}) },
		"infinite C":               func() { classic.NewLogisticRegression(classic.LogisticOptions{C: math.Inf(1)}) },
		"negative tolerance":       func() { classic.NewLogisticRegression(classic.LogisticOptions{Tolerance: -1}) },
		"negative iterations":      func() { classic.NewLogisticRegression(classic.LogisticOptions{MaxIterations: -1}) },
		"weights and balanced": func() {
			classic.NewLogisticRegression(classic.LogisticOptions{Balanced: true, ClassWeight: map[int64]float64{1: 2}})
		},
		"a weight of 0":          func() { classic.NewLogisticRegression(classic.LogisticOptions{ClassWeight: map[int64]float64{1: 0}}) },
		"negative alpha":         func() { classic.NewMLPClassifier(classic.MLPOptions{Alpha: -1}) },
		"negative batch":         func() { classic.NewMLPClassifier(classic.MLPOptions{BatchSize: -1}) },
		"an empty layer":         func() { classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{3, 0}}) },
		"no such activation":     func() { classic.NewMLPClassifier(classic.MLPOptions{Activation: 9}) },
		"a search among nothing": func() { classic.GridSearch[int](nil, nil, x, y, nil, nil) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(*tensor.ShapeError); !ok {
					t.Errorf("%s: no ShapeError", name)
				}
			}()
			f()
		}()
	}
}

// TestGridSearchError: a candidate that cannot be fitted is named.
func TestGridSearchError(t *testing.T) {
	x := tensor.FromSlice([]float64{0, 1, 2, 3, 10, 11, 12, 13}, 8, 1)
	y := tensor.FromSlice([]int64{0, 0, 0, 0, 1, 1, 1, 1}, 8)
	folds, err := data.StratifiedKFold(tensor.Data[int64](y), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	candidates := []classic.LogisticOptions{{C: 1}, {NoPenalty: true}}
	_, err = classic.GridSearch(candidates, func(o classic.LogisticOptions) classic.Classifier { return classic.NewLogisticRegression(o) }, x, y, folds, nil)
	var separated *classic.Separated
	if !errors.As(err, &separated) || !strings.Contains(err.Error(), "candidate 1") || !strings.Contains(err.Error(), "fold 1 of 2") {
		t.Errorf("%v", err)
	}
}

// TestMLPClassifier: the same seed gives the same network, float32 and float64 stay what they are, and the network is
// PredictProba's.
func TestMLPClassifier(t *testing.T) {
	for _, classes := range []int{2, 3} {
		x, y := noisy(11, 120, 4, classes)
		fit := func(seed uint64, x *tensor.Tensor) *classic.MLPClassifier {
			m := classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{5}, Activation: classic.Tanh, LearningRate: 0.01, MaxEpochs: 100, Seed: seed})
			if err := m.Fit(x, y); err != nil {
				t.Fatal(err)
			}
			return m
		}
		a := fit(1, x)
		near(t, "the same seed", doubles(fit(1, x).PredictProba(x)), doubles(a.PredictProba(x)), 0)
		if slices.Equal(doubles(fit(2, x).PredictProba(x)), doubles(a.PredictProba(x))) {
			t.Error("another seed gives the same network")
		}
		curve := a.LossCurve()
		if first, last := curve[0], curve[len(curve)-1]; !(last < first) {
			t.Errorf("the loss goes from %v to %v", first, last)
		}
		if a.Score(x, y) < 0.5 {
			t.Errorf("accuracy %v", a.Score(x, y))
		}
		p := a.PredictProba(x)
		near(t, "sums of probabilities", doubles(p.Sum(1)), doubles(tensor.OnesOf(tensor.Float64, 120)), 1e-12)
		z := nn.Predict(a.Network(), x)
		if classes == 2 {
			near(t, "the network", doubles(z.Sigmoid().Flatten(0)), doubles(p.Select(1, 1)), 1e-12)
		} else {
			near(t, "the network", doubles(z.Softmax(1)), doubles(p), 1e-12)
		}
		narrow := fit(1, x.To(tensor.Float32))
		if got := nn.Parameters(narrow.Network())[0].Value().DType(); got != tensor.Float32 {
			t.Errorf("a network fitted to float32 has %v weights", got)
		}
		near(t, "float32", doubles(narrow.PredictProba(x)), doubles(p), 0.02)
	}
}

// TestMLPEnds: by convergence, by the number of epochs, by cancellation, and when the loss is not finite.
func TestMLPEnds(t *testing.T) {
	x, y := noisy(12, 60, 2, 2)
	m := classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{3}, LearningRate: 0.05, MaxEpochs: 5000})
	if err := m.Fit(x, y); err != nil || !m.Converged() || len(m.LossCurve()) == 5000 {
		t.Errorf("%v after %d epochs, converged: %t", err, len(m.LossCurve()), m.Converged())
	}
	m = classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{3}, MaxEpochs: 3})
	if err := m.Fit(x, y); err != nil || m.Converged() || len(m.LossCurve()) != 3 {
		t.Errorf("%v after %d epochs, converged: %t", err, len(m.LossCurve()), m.Converged())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.FitContext(ctx, x, y); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	m = classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{3}, Activation: classic.Identity, LearningRate: 1e200})
	if err := m.Fit(x, y); err == nil || !strings.Contains(err.Error(), "lower LearningRate") {
		t.Errorf("a learning rate of 1e200: %v", err)
	}
}

func TestActivationText(t *testing.T) {
	for _, a := range []classic.Activation{classic.ReLU, classic.Logistic, classic.Tanh, classic.Identity} {
		text, err := a.MarshalText()
		var back classic.Activation
		if err != nil || back.UnmarshalText(text) != nil || back != a {
			t.Errorf("%v becomes %q becomes %v", a, text, back)
		}
	}
	var a classic.Activation
	if err := a.UnmarshalText([]byte("gelu")); err == nil {
		t.Error("gelu is known")
	}
}

// TestConcurrentPredictions: one fitted model serves many goroutines.
func TestConcurrentPredictions(t *testing.T) {
	x, y := noisy(13, 80, 3, 3)
	for _, m := range []classic.Classifier{classic.NewLogisticRegression(classic.LogisticOptions{}), classic.NewMLPClassifier(classic.MLPOptions{MaxEpochs: 5})} {
		if err := m.Fit(x, y); err != nil {
			t.Fatal(err)
		}
		want := doubles(m.PredictProba(x))
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for range 20 {
					if !slices.Equal(doubles(m.PredictProba(x)), want) {
						t.Error("other probabilities")
					}
				}
			})
		}
		wait.Wait()
	}
}
