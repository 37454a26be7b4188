package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/classic"
)

// titanicGolden is what scripts/titanic_sklearn.py wrote of exports made with titanicCases.
type titanicGolden struct {
	Cases map[string]struct {
		C             any
		Features      []string
		Train         int
		Survived      int
		Checksums     []float64
		Coefficients  []float64
		Intercept     float64
		Probabilities []float64
		LogLoss       float64 `json:"log_loss"`
		Accuracy      float64
		AUC           float64
	}
	NetworkAccuracy []float64 `json:"network_accuracy"`
}

// titanicCases are the flags of each case of the golden; the golden is made by
//
//	lumen titanic --seed 1 --export plain; lumen titanic --seed 2 --c 0.05 --export strong;
//	lumen titanic --seed 3 --penalty none --export none
//	python scripts/titanic_sklearn.py --golden cmd/lumen/testdata/titanic.json plain strong none
var titanicCases = map[string][]string{
	"plain":  {"--seed", "1"},
	"strong": {"--seed", "2", "--c", "0.05"},
	"none":   {"--seed", "3", "--penalty", "none"},
}

func readTitanicGolden(t *testing.T) titanicGolden {
	t.Helper()
	var g titanicGolden
	b, err := os.ReadFile(filepath.Join("testdata", "titanic.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Cases) != len(titanicCases) || len(g.NetworkAccuracy) != 60 {
		t.Fatalf("the golden has %d cases and %d networks", len(g.Cases), len(g.NetworkAccuracy))
	}
	return g
}

// runHere is a call of the program in this process.
func runHere(t *testing.T, args ...string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	status = run(terminal{context.Background(), &o, &e}, args)
	return o.String(), e.String(), status
}

// TestTitanicAgainstScikitLearn: on the exported columns and split the exact solver agrees with scikit-learn to 1e-4, and
// gradient descent to 1e-2.
func TestTitanicAgainstScikitLearn(t *testing.T) {
	g := readTitanicGolden(t)
	for name, flags := range titanicCases {
		t.Run(name, func(t *testing.T) {
			want := g.Cases[name]
			dir := filepath.Join(t.TempDir(), "new", "folder")
			if _, errs, status := runHere(t, append([]string{"titanic", "--export", dir}, flags...)...); status != 0 {
				t.Fatal(errs)
			}
			f, err := os.Open(filepath.Join(dir, "design.csv"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			rows, err := csv.NewReader(f).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			if got := append([]string{"split", "y"}, want.Features...); !slices.Equal(rows[0], got) {
				t.Fatalf("the columns are %v, the golden has %v: make it again", rows[0], got)
			}
			train, survived := 0, 0.0
			sums := make([]float64, len(rows[0])-1)
			var tests [][]float64
			for i, row := range rows[1:] {
				values := make([]float64, len(sums))
				for j, text := range row[1:] {
					if values[j], err = strconv.ParseFloat(text, 64); err != nil {
						t.Fatal(err)
					}
					sums[j] += float64(1+i%7) * values[j]
				}
				survived += values[0]
				if row[0] == "train" {
					train++
				} else {
					tests = append(tests, values[1:])
				}
			}
			if train != want.Train || int(survived) != want.Survived || len(rows) != 892 {
				t.Errorf("%d passengers, %d to train on, %v survived", len(rows)-1, train, survived)
			}
			for j, v := range sums {
				if math.Abs(v-want.Checksums[j]) > 1e-8*max(1, math.Abs(v)) {
					t.Fatalf("column %s is not the golden's: make it again", rows[0][j+1])
				}
			}
			var fits titanicFits
			b, err := os.ReadFile(filepath.Join(dir, "fits.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(b, &fits); err != nil {
				t.Fatal(err)
			}
			compare := func(what string, fit titanicFitFile, allowed float64) {
				if fmt.Sprint(fit.C) != fmt.Sprint(want.C) {
					t.Errorf("%s: C is %v, want %v", what, fit.C, want.C)
				}
				worst := math.Abs(fit.Intercept - want.Intercept)
				for j, feature := range want.Features {
					worst = max(worst, math.Abs(fit.Coefficients[feature]-want.Coefficients[j]))
				}
				if !(worst <= allowed) || len(fit.Coefficients) != len(want.Features) {
					t.Errorf("%s: coefficients to %.2g, %g is allowed", what, worst, allowed)
				}
				furthest := 0.0
				for i, row := range tests {
					z := fit.Intercept
					for j, v := range row {
						z += v * fit.Coefficients[want.Features[j]]
					}
					furthest = max(furthest, math.Abs(1/(1+math.Exp(-z))-want.Probabilities[i]))
				}
				if !(furthest <= allowed) {
					t.Errorf("%s: probabilities to %.2g, %g is allowed", what, furthest, allowed)
				}
				t.Logf("%s: coefficients to %.2g, probabilities to %.2g", what, worst, furthest)
				for _, m := range []struct {
					name      string
					got, want float64
				}{{"log loss", fit.LogLoss, want.LogLoss}, {"accuracy", fit.Accuracy, want.Accuracy}, {"AUC", fit.AUC, want.AUC}} {
					if !(math.Abs(m.got-m.want) <= allowed) {
						t.Errorf("%s: %s is %v, want %v", what, m.name, m.got, m.want)
					}
				}
			}
			compare("exact", fits.Exact, 1e-4)
			compare("gradient descent", fits.GradientDescent, 1e-2)
		})
	}
}

// TestTitanicNetworks: over 20 seeds the network's mean accuracy lies in the spread of scikit-learn's first 20, on the same
// split, and none lies outside of the spread of all 60, whose mean is 0.778.
func TestTitanicNetworks(t *testing.T) {
	want := readTitanicGolden(t).NetworkAccuracy
	v, err := boardTitanic(1)
	if err != nil {
		t.Fatal(err)
	}
	var scores []float64
	sum := 0.0
	for seed := range uint64(20) {
		net := classic.NewMLPClassifier(titanicNetwork(seed))
		if err := net.Fit(v.x[trainPart], v.y[trainPart]); err != nil {
			t.Fatal(err)
		}
		scores = append(scores, net.Score(v.x[testPart], v.y[testPart]))
		sum += scores[seed]
	}
	low, high := slices.Min(want[:20]), slices.Max(want[:20])
	if mean := sum / 20; mean < low || mean > high {
		t.Errorf("the mean accuracy is %.4f, scikit-learn's are %.4f to %.4f", mean, low, high)
	}
	if slices.Min(scores) < slices.Min(want) || slices.Max(scores) > slices.Max(want) {
		t.Errorf("accuracies %.4f, scikit-learn's are %.4f to %.4f", scores, slices.Min(want), slices.Max(want))
	}
	t.Logf("%.4f to %.4f, mean %.4f; scikit-learn %.4f to %.4f", slices.Min(scores), slices.Max(scores), sum/20, slices.Min(want), slices.Max(want))
}

// TestTitanicReport: everything is in the report, its lines fit, and the same seed gives the same one.
func TestTitanicReport(t *testing.T) {
	for _, flags := range [][]string{{}, {"--penalty", "none"}, {"--passenger", "2"}, {"--passenger", "6"}} {
		out, errs, status := runHere(t, append([]string{"titanic"}, flags...)...)
		if status != 0 || errs != "" {
			t.Fatal(errs)
		}
		if len(flags) == 0 {
			if again, _, _ := runHere(t, "titanic"); again != out {
				t.Error("the same seed gives another report")
			}
		}
		for line := range strings.Lines(out) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 100 {
				t.Errorf("%v: a line of %d columns: %s", flags, n, line)
			}
		}
		want := []string{"891 passengers, of whom 342 survived (38.4 %)", "Sex_male", "gradient descent", "log loss", "accuracy", "ROC AUC",
			"died, predicted survived", "unit 3"}
		if len(flags) == 2 {
			want = map[string][]string{
				"none": {"with no penalty", "std. error"},
				"2":    {"Passenger 2: Cumings, Mrs. John Bradley (Florence Briggs Thayer)\n", "who survived", "71.2833", "log odds", "probability of survival"},
				"6":    {"Passenger 6: Moran, Mr. James", "missing"},
			}[flags[1]]
		}
		for _, text := range want {
			if !strings.Contains(out, text) {
				t.Errorf("%v: there is no %q", flags, text)
			}
		}
	}
}

// TestTitanicPassenger: the terms add up to the log odds, and those are the probability's.
func TestTitanicPassenger(t *testing.T) {
	for _, n := range []string{"1", "6", "891"} {
		out, _, status := runHere(t, "titanic", "--json", "--passenger", n)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if status != 0 || len(lines) != 5 {
			t.Fatalf("status %d, %d lines", status, len(lines))
		}
		var one titanicPassenger
		if err := json.Unmarshal([]byte(lines[4]), &one); err != nil {
			t.Fatal(err)
		}
		sum := one.Intercept
		for _, term := range one.Terms {
			sum += term.X * term.Coefficient
		}
		if math.Abs(sum-one.LogOdds) > 1e-12 || math.Abs(1/(1+math.Exp(-sum))-one.Probability) > 1e-12 || fmt.Sprint(one.Passenger) != n {
			t.Errorf("passenger %d: the terms add up to %v, log odds are %v, the probability is %v", one.Passenger, sum, one.LogOdds, one.Probability)
		}
	}
}

// TestTitanicJSON: the fields are those that docs/formats.md lists.
func TestTitanicJSON(t *testing.T) {
	out, errs, status := runHere(t, "titanic", "--json", "--penalty", "none", "--passenger", "1")
	if status != 0 || errs != "" {
		t.Fatal(errs)
	}
	seen := map[string]map[string]any{}
	for line := range strings.Lines(out) {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		name := event["event"].(string)
		if seen[name] == nil {
			seen[name] = event // of the fits the first, which has all fields
		}
	}
	if seen["fit"]["C"] != "Inf" {
		t.Errorf("C is %v without a penalty", seen["fit"]["C"])
	}
	for name, event := range seen {
		delete(event, "event")
		delete(event, "C") // a capital
		row := document(t, "## `lumen titanic`", "`--export DIR` writes")
		_, row, _ = strings.Cut(row, "| `"+name+"` |")
		row, _, _ = strings.Cut(row, "\n")
		documented := fields(row)
		for field := range event {
			if !slices.Contains(documented, field) {
				t.Errorf("%s has the field %s, which docs/formats.md does not list", name, field)
			}
		}
	}
}

// TestTitanicPictures: PNG and SVG of each, whole.
func TestTitanicPictures(t *testing.T) {
	dir := t.TempDir()
	if _, errs, status := runHere(t, "titanic", "--plot", dir); status != 0 {
		t.Fatal(errs)
	}
	for _, name := range []string{"loss", "roc", "coefficients", "confusion"} {
		f, err := os.Open(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s.png: %v", name, err)
		}
		f.Close()
		if b, err := os.ReadFile(filepath.Join(dir, name+".svg")); err != nil || !bytes.HasSuffix(bytes.TrimSpace(b), []byte("</svg>")) {
			t.Errorf("%s.svg: %v, %d bytes", name, err, len(b))
		}
	}
}

func TestTitanicUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--c", "0"}, 2, "--c 0: a positive number is wanted"},
		{[]string{"--c=-1"}, 2, "--c -1: a positive number is wanted"},
		{[]string{"--c", "-1"}, 2, "--c -1: a positive number is wanted"},
		{[]string{"--c", "-.5"}, 2, "--c -0.5: a positive number is wanted"},
		{[]string{"--passenger", "-1"}, 2, "--passenger -1: there are passengers 1 to 891"},
		{[]string{"--c", "NaN"}, 2, "--c NaN: a positive number is wanted"},
		{[]string{"--penalty", "l1"}, 2, "l2"},
		{[]string{"--passenger", "0"}, 2, "there are passengers 1 to 891"},
		{[]string{"--passenger", "892"}, 2, "there are passengers 1 to 891"},
		{[]string{"--export", file}, 1, file},
		{[]string{"--plot", file}, 1, file},
	} {
		_, errs, status := runHere(t, append([]string{"titanic"}, c.args...)...)
		if status != c.status || !strings.Contains(errs, c.want) {
			t.Errorf("%v: status %d, %q; want %d with %q", c.args, status, errs, c.status, c.want)
		}
	}
}

// TestTitanicInterrupted: a cancelled context ends the fits with status 130.
func TestTitanicInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	if status := run(terminal{ctx, &out, &errs}, []string{"titanic"}); status != 130 || out.Len() > 0 {
		t.Errorf("status %d, printed %q", status, out.String())
	}
}

// TestTitanicExtremePenalties: descent arrives, or says that it has not.
func TestTitanicExtremePenalties(t *testing.T) {
	for _, c := range []string{"1e-9", "1e-3", "1e6"} {
		out, errs, status := runHere(t, "titanic", "--c", c)
		if status != 0 {
			t.Errorf("--c %s: %s", c, errs)
		}
		if strings.Contains(out, "without arriving") {
			t.Errorf("--c %s: descent did not arrive", c)
		}
	}
}
