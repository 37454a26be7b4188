package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// figure is a number of a golden file; JSON has no NaN.
type figure float64

func (f *figure) UnmarshalJSON(b []byte) error {
	if string(b) == `"NaN"` {
		*f = figure(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

type goldenCase struct {
	Name           string
	Classes        int
	Scores         []float64 // multiclass: logits that float32 holds
	Probabilities  []float64
	Threshold      float64
	Target         []int64
	Confusion      [][]int64
	ROC            [][]figure // false and true positive rates
	Want           map[string]figure
	LogLossLogits  figure `json:"log_loss_logits"`
	LogLossFloat32 figure `json:"log_loss_float32"`
}

type goldenFile struct {
	Versions           string
	Multiclass, Binary []goldenCase
}

// readGolden reads what testdata/make_golden.py wrote.
func readGolden(t *testing.T) goldenFile {
	b, err := os.ReadFile(filepath.Join("testdata", "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g goldenFile
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(g.Versions, "scikit-learn ") || len(g.Multiclass) < 7 || len(g.Binary) < 13 {
		t.Fatalf("golden of %q with %d and %d cases", g.Versions, len(g.Multiclass), len(g.Binary))
	}
	return g
}

// near fails the test unless got is want to a relative 1e-12, NaN being NaN.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > tolerance*max(1, math.Abs(want)) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// averages is every averaged metric by name.
func averages(list []Average, o Options) []Stateful {
	var out []Stateful
	for _, a := range list {
		out = append(out, Precision(a, o), Recall(a, o), F1(a, o))
	}
	return out
}

// feed updates a metric with a batch at a time; target is [N], pred [N] or [N, C].
func feed(m Metric, batch int, pred, target *tensor.Tensor) {
	n := target.Size(0)
	for start := 0; start < n; start += batch {
		m.Update(rows(pred, start, min(start+batch, n)), rows(target, start, min(start+batch, n)))
	}
}

// rows is a copy of some rows of a tensor.
func rows(t *tensor.Tensor, start, stop int) *tensor.Tensor {
	switch t.DType() {
	case tensor.Float32:
		return rowsOf[float32](t, start, stop)
	case tensor.Float64:
		return rowsOf[float64](t, start, stop)
	}
	return rowsOf[int64](t, start, stop)
}

func rowsOf[T tensor.Element](t *tensor.Tensor, start, stop int) *tensor.Tensor {
	shape := t.Shape()
	width := 1
	if len(shape) == 2 {
		width = shape[1]
	}
	shape[0] = stop - start
	return tensor.FromSlice(tensor.Data[T](t)[start*width:stop*width], shape...)
}

func narrow(values []float64) []float32 {
	out := make([]float32, len(values))
	for i, v := range values {
		out[i] = float32(v)
	}
	return out
}

func TestGoldenROC(t *testing.T) {
	for _, c := range readGolden(t).Binary {
		t.Run(c.Name, func(t *testing.T) {
			got := ROC(tensor.FromSlice(c.Probabilities), tensor.FromSlice(c.Target), Options{Probabilities: true})
			if len(got.FalsePositiveRate) != len(c.ROC[0]) || len(got.TruePositiveRate) != len(c.ROC[1]) || len(got.Threshold) != len(c.ROC[0]) {
				t.Fatalf("%d, %d points and %d thresholds, want %d", len(got.FalsePositiveRate), len(got.TruePositiveRate), len(got.Threshold), len(c.ROC[0]))
			}
			for i := range got.Threshold {
				near(t, "false positive rate", got.FalsePositiveRate[i], float64(c.ROC[0][i]), 1e-15)
				near(t, "true positive rate", got.TruePositiveRate[i], float64(c.ROC[1][i]), 1e-15)
			}
			if !math.IsInf(got.Threshold[0], 1) || got.Threshold[len(got.Threshold)-1] != slices.Min(c.Probabilities) {
				t.Errorf("thresholds from %v to %v, want +Inf to the least score", got.Threshold[0], got.Threshold[len(got.Threshold)-1])
			}
		})
	}
}

func TestGoldenMulticlass(t *testing.T) {
	for _, c := range readGolden(t).Multiclass {
		t.Run(c.Name, func(t *testing.T) {
			n := len(c.Target)
			logits := tensor.FromSlice(narrow(c.Scores), n, c.Classes)
			probabilities := tensor.FromSlice(c.Probabilities, n, c.Classes)
			target := tensor.FromSlice(c.Target)
			metrics := append([]Stateful{Accuracy()}, averages([]Average{Macro, Micro, Weighted}, Options{})...)
			for k := 2; k < c.Classes; k++ {
				metrics = append(metrics, TopK(k))
			}
			seen := map[string]bool{"log_loss": true}
			for _, m := range metrics {
				feed(m, 7, logits, target)
				want, ok := c.Want[m.Name()]
				if !ok {
					t.Fatalf("no golden for %s", m.Name())
				}
				seen[m.Name()] = true
				near(t, m.Name(), m.Value(), float64(want), 1e-12)
			}
			if len(seen) != len(c.Want) {
				t.Errorf("%d figures compared, the golden has %d", len(seen), len(c.Want))
			}

			confusion := ConfusionMatrix(c.Classes)
			feed(confusion, 7, logits, target)
			if got := confusion.Matrix(); !reflect.DeepEqual(got, c.Confusion) {
				t.Errorf("confusion %v, want %v", got, c.Confusion)
			}
			near(t, "the diagonal", confusion.Value(), float64(c.Want["accuracy"]), 1e-12)

			loss := LogLoss(Options{Probabilities: true})
			feed(loss, 7, probabilities, target)
			near(t, "log loss of probabilities", loss.Value(), float64(c.Want["log_loss"]), 1e-12)
			loss = LogLoss()
			feed(loss, 7, logits, target)
			near(t, "log loss of logits", loss.Value(), float64(c.LogLossLogits), 1e-12)
		})
	}
}

func TestGoldenBinary(t *testing.T) {
	for _, c := range readGolden(t).Binary {
		t.Run(c.Name, func(t *testing.T) {
			target := tensor.FromSlice(c.Target)
			o := Options{Probabilities: true, Threshold: c.Threshold}
			finite := true
			logits := make([]float64, len(c.Target))
			pairs := make([]float64, 0, 2*len(c.Target))
			for i, p := range c.Probabilities {
				logits[i] = math.Log(p / (1 - p))
				finite = finite && p > 0 && p < 1
				pairs = append(pairs, 1-p, p)
			}
			two := tensor.FromSlice(pairs, len(c.Target), 2)
			for _, form := range []struct {
				name    string
				pred    *tensor.Tensor
				options Options
			}{
				{"[N] probabilities", tensor.FromSlice(c.Probabilities), o},
				{"[N, 1] probabilities", tensor.FromSlice(c.Probabilities, len(c.Target), 1), o},
				{"[N] logits", tensor.FromSlice(logits), Options{Threshold: c.Threshold}},
			} {
				metrics := append(averages([]Average{Binary, Macro, Micro, Weighted}, form.options), Accuracy(form.options), ROCAUC(form.options))
				for _, m := range metrics {
					feed(m, 7, form.pred, target)
					want, ok := c.Want[m.Name()]
					if !ok {
						t.Fatalf("no golden for %s", m.Name())
					}
					near(t, form.name+": "+m.Name(), m.Value(), float64(want), 1e-12)
				}
				if len(metrics)+1 != len(c.Want) {
					t.Errorf("%d figures compared, the golden has %d", len(metrics)+1, len(c.Want))
				}
				if form.options.Probabilities || finite && c.Name != "near ones and zeros" {
					loss := LogLoss(form.options)
					feed(loss, 7, form.pred, target)
					near(t, form.name+": log loss", loss.Value(), float64(c.Want["log_loss"]), 1e-12)
				}
				confusion := ConfusionMatrix(2, form.options)
				feed(confusion, 7, form.pred, target)
				if got := confusion.Matrix(); !reflect.DeepEqual(got, c.Confusion) {
					t.Errorf("%s: confusion %v, want %v", form.name, got, c.Confusion)
				}
			}

			area := ROCAUC(Options{Probabilities: true})
			feed(area, 7, two, target)
			near(t, "[N, 2]: roc_auc", area.Value(), float64(c.Want["roc_auc"]), 1e-12)
			loss := LogLoss(Options{Probabilities: true})
			feed(loss, 7, two, target)
			near(t, "[N, 2]: log loss", loss.Value(), float64(c.Want["log_loss"]), 1e-12)
			// scikit-learn takes the logarithms of float32 in float32.
			loss = LogLoss(o)
			feed(loss, 7, tensor.FromSlice(narrow(c.Probabilities)), target)
			near(t, "float32: log loss", loss.Value(), float64(c.LogLossFloat32), 1e-6)
		})
	}
}
