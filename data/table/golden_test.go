package table_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
	"github.com/lumen-ml/lumen/tensor"
)

// golden is what testdata/make_golden.py wrote.
type golden struct {
	Versions string
	Made     map[string][]any
	Fitted   int
	Describe map[string]map[string]map[string]any
	Cases    map[string][][]any
	Features struct {
		Names  []string
		Values [][]float64
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
	if g.Versions != "scikit-learn 1.9.1, pandas 3.1.1" {
		t.Fatalf("golden of %q", g.Versions)
	}
	return g
}

// made is the golden's own table.
func (g golden) made(t *testing.T) *table.Table {
	t.Helper()
	var columns []*table.Column
	for _, name := range []string{"gaps", "constant", "offset", "small", "ties", "single", "absent", "colour"} {
		numbers, texts := []float64{}, []string{}
		for _, v := range g.Made[name] {
			switch v := v.(type) {
			case nil:
				numbers, texts = append(numbers, math.NaN()), append(texts, "")
			case float64:
				numbers = append(numbers, v)
			case string:
				texts = append(texts, v)
			}
		}
		if name == "colour" {
			columns = append(columns, table.NewCategories(name, texts))
		} else {
			columns = append(columns, table.NewNumbers(name, numbers))
		}
	}
	return must(table.New(columns...))(t)
}

// must fails the test for an error.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// span is the numbers from start up to stop.
func span(start, stop int) []int {
	out := make([]int, stop-start)
	for i := range out {
		out[i] = start + i
	}
	return out
}

func near(got, want float64) bool {
	return math.IsNaN(got) && math.IsNaN(want) || math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))
}

func TestDescribeIsPandas(t *testing.T) {
	g := readGolden(t)
	for name, tab := range map[string]*table.Table{"made": g.made(t), "passengers": must(titanic.Load())(t)} {
		columns := tab.Describe().Columns
		if len(columns) != len(g.Describe[name]) {
			t.Fatalf("%s: %d columns are described, the golden has %d", name, len(columns), len(g.Describe[name]))
		}
		for _, s := range columns {
			want := g.Describe[name][s.Name]
			got := map[string]any{"count": float64(s.Count), "missing": float64(s.Missing)}
			if s.Kind == table.Category {
				got["unique"], got["times"], got["top"] = float64(s.Unique), float64(s.TopCount), s.Top
			} else {
				got["mean"], got["std"], got["min"], got["max"] = s.Mean, s.Std, s.Min, s.Max
				got["25%"], got["50%"], got["75%"] = s.Q1, s.Median, s.Q3
			}
			if len(got) != len(want) {
				t.Errorf("%s.%s: %d figures, the golden has %d", name, s.Name, len(got), len(want))
			}
			for k, w := range want {
				if w == nil {
					w = math.NaN()
				}
				number, isNumber := w.(float64)
				if isNumber && !near(got[k].(float64), number) || !isNumber && got[k] != w {
					t.Errorf("%s.%s: %s is %v, want %v", name, s.Name, k, got[k], w)
				}
			}
		}
	}
}

func TestStepsAreScikitLearns(t *testing.T) {
	g := readGolden(t)
	made, passengers := g.made(t), must(titanic.Load())(t)
	all := []string{"gaps", "constant", "offset", "small", "ties", "single"}
	colour := []string{"colour"}
	steps := map[string]struct {
		columns []string
		step    table.Step
	}{
		"impute mean":                 {[]string{"gaps", "ties", "single"}, table.Impute{Strategy: table.Mean}},
		"impute median":               {[]string{"gaps", "ties"}, table.Impute{Strategy: table.Median}},
		"impute most frequent":        {[]string{"gaps", "ties"}, table.Impute{Strategy: table.MostFrequent}},
		"impute constant":             {[]string{"gaps", "absent"}, table.Impute{Strategy: table.Constant, Number: -1.5}},
		"impute mean, indicator":      {[]string{"gaps", "offset", "ties"}, table.Impute{Strategy: table.Mean, Indicator: true}},
		"impute most frequent colour": {colour, table.Impute{Strategy: table.MostFrequent}},
		"impute constant colour":      {colour, table.Impute{Strategy: table.Constant, Text: "none"}},
		"one-hot":                     {colour, table.OneHot{Unseen: table.UnseenZeros, Absent: table.AbsentCategory}},
		"one-hot, drop first":         {colour, table.OneHot{Unseen: table.UnseenZeros, Absent: table.AbsentCategory, DropFirst: true}},
		"one-hot of numbers":          {[]string{"ties"}, table.OneHot{Columns: []string{"ties"}, Unseen: table.UnseenZeros, Absent: table.AbsentCategory}},
		"ordinal":                     {colour, table.Ordinal{Unseen: table.UnseenMissing}},
		"standard":                    {all, table.StandardScale{}},
		"standard, no mean":           {all, table.StandardScale{NoMean: true}},
		"standard, no std":            {all, table.StandardScale{NoStd: true}},
		"min-max":                     {all, table.MinMaxScale{}},
		"min-max -1 to 3, clip":       {all, table.MinMaxScale{Low: -1, High: 3, Clip: true}},
		"passengers standard":         {[]string{"Age", "Fare", "Pclass"}, table.StandardScale{}},
	}
	if len(steps) != len(g.Cases) {
		t.Errorf("%d cases, the golden has %d", len(steps), len(g.Cases))
	}
	for name, c := range steps {
		tab, fitted := made, g.Fitted
		if name == "passengers standard" {
			tab, fitted = passengers, 600
		}
		tab = must(tab.Select(c.columns...))(t)
		p := table.NewPipeline(c.step)
		if err := p.Fit(tab.Rows(span(0, fitted))); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := p.Transform(tab.Rows(span(fitted, tab.Len())))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := g.Cases[name]
		names := got.Names()
		if name == "impute mean, indicator" { // scikit-learn's indicators come last
			names = []string{"gaps", "offset", "ties", "gaps_missing", "ties_missing"}
		}
		if got.Len() != len(want) || len(names) != len(want[0]) {
			t.Errorf("%s: %d rows of %q, want %d of %d columns", name, got.Len(), names, len(want), len(want[0]))
			continue
		}
		for k, column := range names {
			c := must(got.Column(column))(t)
			for i := range want {
				ok := false
				switch w := want[i][k].(type) {
				case nil:
					ok = c.Missing(i)
				case string:
					ok = c.Text(i) == w
				case float64:
					got := must(c.Numbers())(t)[i]
					ok = near(got, w)
					if column == "offset" && strings.HasPrefix(name, "min-max") {
						// scikit-learn multiplies numbers near 1e9 first and then takes about as much away.
						ok = math.Abs(got-w) < 1e-6
					}
				}
				if !ok {
					t.Errorf("%s: %s, row %d is %q, want %v", name, column, i, c.Text(i), want[i][k])
				}
			}
		}
	}
}

func TestTitanicFeaturesAreScikitLearns(t *testing.T) {
	g := readGolden(t)
	passengers := must(titanic.Load())(t)
	p := titanic.Features()
	if err := p.Fit(passengers.Rows(span(0, 600))); err != nil {
		t.Fatal(err)
	}
	got := must(p.Transform(passengers.Rows(span(600, 891))))(t)
	if !slices.Equal(got.Names(), g.Features.Names) {
		t.Fatalf("features are %q, want %q", got.Names(), g.Features.Names)
	}
	values := tensor.Data[float64](must(got.ToTensor(tensor.Float64))(t))
	for i, v := range slices.Concat(g.Features.Values...) {
		if !near(values[i], v) {
			t.Fatalf("element %d is %v, want %v", i, values[i], v)
		}
	}
	if len(g.Features.Values) != 291 {
		t.Errorf("the golden has %d rows", len(g.Features.Values))
	}
}
