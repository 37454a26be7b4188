package classic_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// golden is what testdata/golden.py wrote.
type golden struct {
	Versions map[string]string
	Data     map[string]struct {
		X        []float64
		Y        []int64
		Features int
	}
	Regressions map[string][]struct {
		Name      string
		Options   classic.LogisticOptions
		Coef      [][]float64
		Intercept []float64
		Proba     [][]float64
		Decision  json.RawMessage
		Score     float64
	}
	Wald struct {
		Two struct {
			SE, Z, P, Intercept []float64
		}
		Overlap struct {
			Coef, SE    [][]float64
			InterceptSE []float64 `json:"intercept_se"`
		}
	}
	Folds    [][]int // the tested samples of "two scaled"
	Searches []struct {
		Score        string
		C, Mean, Std []float64
		Best         int
	}
	Networks []struct {
		Name         string
		HiddenSizes  []int              `json:"hidden_sizes"`
		Activation   classic.Activation `json:"activation"`
		MaxEpochs    int                `json:"max_epochs"`
		LearningRate float64            `json:"learning_rate"`
		Score, Loss  []float64
	}
}

func readGolden(t *testing.T) golden {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if g.Versions["sklearn"] == "" || len(g.Regressions) != 3 || len(g.Searches) != 3 || len(g.Networks) != 2 {
		t.Fatalf("the golden of %v lacks a part", g.Versions)
	}
	return g
}

func (g golden) data(name string) (x, y *tensor.Tensor) {
	d := g.Data[name]
	return tensor.FromSlice(d.X, len(d.Y), d.Features), tensor.FromSlice(d.Y, len(d.Y))
}

// near fails the test unless got is want, to tolerance times the greater of 1 and the greatest of want.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d numbers, want %d", what, len(got), len(want))
		return
	}
	scale := 1.0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*scale) {
			t.Errorf("%s: number %d is %.12g, want %.12g", what, i, got[i], want[i])
			return
		}
	}
}

func flat(rows [][]float64) []float64 { return slices.Concat(rows...) }

func doubles(x *tensor.Tensor) []float64 { return tensor.Data[float64](x) }

// TestLogisticRegressionGolden: the same minimum as scikit-learn's, far closer than the 1e-4 that is promised.
func TestLogisticRegressionGolden(t *testing.T) {
	g := readGolden(t)
	for name, cases := range g.Regressions {
		for _, c := range cases {
			t.Run(name+" "+c.Name, func(t *testing.T) {
				x, y := g.data(name)
				if c.Name == "balanced" && name == "flowers" { // where the classes are not
					x, y = x.Slice(0, 0, 120, 1), y.Slice(0, 0, 120, 1)
				}
				m := classic.NewLogisticRegression(c.Options)
				if err := m.Fit(x, y); err != nil {
					t.Fatal(err)
				}
				const tolerance = 1e-7
				if want := []int{len(c.Coef), len(c.Coef[0])}; !slices.Equal(m.Coef().Shape(), want) {
					t.Errorf("coefficients of shape %v, want %v", m.Coef().Shape(), want)
				}
				near(t, "coefficients", doubles(m.Coef()), flat(c.Coef), tolerance)
				near(t, "intercept", doubles(m.Intercept()), c.Intercept, tolerance)
				some := x.Slice(0, 0, len(c.Proba), 1)
				near(t, "probabilities", doubles(m.PredictProba(some)), flat(c.Proba), tolerance)
				var decision []float64
				if json.Unmarshal(c.Decision, &decision) != nil {
					var rows [][]float64
					if err := json.Unmarshal(c.Decision, &rows); err != nil {
						t.Fatal(err)
					}
					decision = flat(rows)
				}
				near(t, "decision function", doubles(m.DecisionFunction(some)), decision, tolerance)
				near(t, "score", []float64{m.Score(x, y)}, []float64{c.Score}, 1e-15)
				if (m.Wald() != nil) != c.Options.NoPenalty {
					t.Errorf("Wald is %v with %+v", m.Wald(), c.Options)
				}
				t.Logf("%d iterations", m.Iterations())
			})
		}
	}
}

// TestWaldGolden: standard errors as statsmodels has them.
func TestWaldGolden(t *testing.T) {
	g := readGolden(t)
	fit := func(name string) (*classic.LogisticRegression, *classic.Wald) {
		m := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true})
		if err := m.Fit(g.data(name)); err != nil {
			t.Fatal(err)
		}
		return m, m.Wald()
	}
	const tolerance = 1e-7
	_, two := fit("two")
	near(t, "standard errors", doubles(two.Coef.StandardError), g.Wald.Two.SE, tolerance)
	near(t, "z", doubles(two.Coef.Z), g.Wald.Two.Z, tolerance)
	near(t, "p", doubles(two.Coef.P), g.Wald.Two.P, tolerance)
	near(t, "the intercept's", []float64{two.Intercept.StandardError.Item(), two.Intercept.Z.Item(), two.Intercept.P.Item()}, g.Wald.Two.Intercept, tolerance)
	m, three := fit("overlap")
	near(t, "coefficients", doubles(m.Coef()), flat(g.Wald.Overlap.Coef), tolerance)
	near(t, "standard errors of three classes", doubles(three.Coef.StandardError), flat(g.Wald.Overlap.SE), tolerance)
	near(t, "those of the intercepts", doubles(three.Intercept.StandardError), g.Wald.Overlap.InterceptSE, tolerance)
}

func TestGridSearchGolden(t *testing.T) {
	g := readGolden(t)
	x, y := g.data("two scaled")
	var folds []data.Fold // scikit-learn's own
	for _, test := range g.Folds {
		fold := data.Fold{Test: test}
		for i := range y.Size(0) {
			if _, tested := slices.BinarySearch(test, i); !tested {
				fold.Train = append(fold.Train, i)
			}
		}
		folds = append(folds, fold)
	}
	scorers := map[string]classic.Scorer{"accuracy": nil, "neg_log_loss": classic.NegativeLogLoss, "roc_auc": classic.ROCAUC}
	for _, want := range g.Searches {
		var candidates []classic.LogisticOptions
		for _, c := range want.C {
			candidates = append(candidates, classic.LogisticOptions{C: c})
		}
		score, ok := scorers[want.Score]
		if !ok {
			t.Fatalf("there is no %s here", want.Score)
		}
		search, err := classic.GridSearch(candidates, func(o classic.LogisticOptions) classic.Classifier {
			return classic.NewLogisticRegression(o)
		}, x, y, folds, score)
		if err != nil {
			t.Fatal(err)
		}
		var mean, std []float64
		for _, trial := range search.Trials {
			mean, std = append(mean, trial.Mean), append(std, trial.Std)
		}
		near(t, want.Score+": means", mean, want.Mean, 1e-7)
		near(t, want.Score+": deviations", std, want.Std, 1e-7)
		if search.Best != want.Best {
			t.Errorf("%s: the best is %d, want %d", want.Score, search.Best, want.Best)
		}
	}
}

// TestMLPClassifierGolden: accuracies on samples not trained on lie in the spread of scikit-learn's over 20 seeds, and so
// does the loss that training ends at.
func TestMLPClassifierGolden(t *testing.T) {
	g := readGolden(t)
	for _, c := range g.Networks {
		t.Run(c.Name, func(t *testing.T) {
			x, y := g.data(c.Name)
			half := map[string]int{"moons": 300, "flowers": 100}[c.Name]
			n := y.Size(0)
			var scores, losses []float64
			for seed := range uint64(20) {
				m := classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: c.HiddenSizes, Activation: c.Activation, MaxEpochs: c.MaxEpochs,
					LearningRate: c.LearningRate, Seed: seed})
				if err := m.Fit(x.Slice(0, 0, half, 1), y.Slice(0, 0, half, 1)); err != nil {
					t.Fatal(err)
				}
				scores = append(scores, m.Score(x.Slice(0, half, n, 1), y.Slice(0, half, n, 1)))
				curve := m.LossCurve()
				losses = append(losses, curve[len(curve)-1])
			}
			t.Logf("accuracy %s, scikit-learn %s; loss %s, scikit-learn %s", spread(scores), spread(c.Score), spread(losses), spread(c.Loss))
			within(t, "accuracy", scores, c.Score)
			within(t, "loss", losses, c.Loss)
		})
	}
}

func spread(values []float64) string {
	return fmt.Sprintf("%.4f (%.4f to %.4f)", mean(values), slices.Min(values), slices.Max(values))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// within fails the test unless the mean of got lies in the spread of want, and no element of got lies farther outside than
// half the spread: the least and greatest of 20 numbers are not those of the next 20.
func within(t *testing.T, what string, got, want []float64) {
	t.Helper()
	low, high := slices.Min(want), slices.Max(want)
	if m := mean(got); m < low || m > high {
		t.Errorf("the mean %s is %.4f, outside of %.4f to %.4f", what, m, low, high)
	}
	room := (high - low) / 2
	if slices.Min(got) < low-room || slices.Max(got) > high+room {
		t.Errorf("%s goes from %.4f to %.4f, far outside of %.4f to %.4f", what, slices.Min(got), slices.Max(got), low, high)
	}
}
