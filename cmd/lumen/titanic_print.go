package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// page is what is going to be printed.
type page struct{ strings.Builder }

func (p *page) line(format string, args ...any) {
	fmt.Fprintln(p, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

// print writes the report for people, and the terms of a passenger's prediction where row is not negative.
func (r *titanicResult) print(out io.Writer, row int) error {
	p := &page{}
	if row < 0 {
		r.printAll(p)
	} else {
		r.printPassenger(p, r.passenger(row))
	}
	_, err := io.WriteString(out, p.String())
	return err
}

func (r *titanicResult) printAll(p *page) {
	n := r.passengers.Len()
	p.line("The Titanic: %d passengers, of whom %d survived (%.1f %%).", n, r.survived, 100*float64(r.survived)/float64(n))
	p.line("")
	p.WriteString(r.passengers.Describe().String())
	p.line("")
	p.line("%d passengers to train on and %d to test on, with the same share of survivors in both (seed %d).",
		len(r.rows[trainPart]), len(r.rows[testPart]), r.seed)
	p.line("What the models see of a passenger, fitted on the former:")
	p.line("")
	for line := range strings.Lines(r.known.String()) {
		p.line("  %s", strings.TrimRight(line, "\n"))
	}
	p.line("")
	r.printRegressions(p)
	p.line("")
	r.printTest(p)
	p.line("")
	r.printNetwork(p)
}

// printRegressions shows both solutions side by side.
func (r *titanicResult) printRegressions(p *page) {
	penalty := fmt.Sprintf("an L2 penalty, C = %g", r.strength)
	if math.IsInf(r.strength, 1) {
		penalty = "no penalty"
	}
	p.line("LOGISTIC REGRESSION with %s", penalty)
	p.line("")
	p.line("  log odds of survival = intercept + sum of coefficient * feature")
	p.line("")
	exact, descent := r.fits[0], r.fits[1]
	head := fmt.Sprintf("  %-12s %10s %18s %12s", "", "exact", "gradient descent", "odds times")
	wald := r.exact.Wald()
	var errors, zs, ps []float64
	if wald != nil {
		head += fmt.Sprintf(" %11s %8s %8s", "std. error", "z", "p")
		errors = append(tensor.Data[float64](wald.Coef.StandardError), wald.Intercept.StandardError.Item())
		zs = append(tensor.Data[float64](wald.Coef.Z), wald.Intercept.Z.Item())
		ps = append(tensor.Data[float64](wald.Coef.P), wald.Intercept.P.Item())
	}
	p.line("%s", head)
	line := func(j int, name string, a, b float64) {
		text := fmt.Sprintf("  %-12s %10.4f %18.4f %12.3f", name, a, b, math.Exp(a))
		if wald != nil {
			text += fmt.Sprintf(" %11.4f %8.2f %8.2g", errors[j], zs[j], ps[j])
		}
		p.line("%s", text)
	}
	for j, name := range r.features {
		line(j, name, exact.coefficients[j], descent.coefficients[j])
	}
	line(len(r.features), "intercept", exact.intercept, descent.intercept)
	p.line("")
	p.line("  The exact solver took %d iterations. Gradient descent took %d steps%s and came as near as %.1g.",
		r.exact.Iterations(), len(r.descent.objective)-1, map[bool]string{true: "", false: " without arriving"}[r.descent.converged],
		farthest(exact, descent))
}

// printTest shows what the models are worth on the passengers they have not seen.
func (r *titanicResult) printTest(p *page) {
	p.line("ON THE %d PASSENGERS NOT TRAINED ON", len(r.rows[testPart]))
	p.line("")
	row := func(name string, value func(f *titanicFit) string) {
		text := fmt.Sprintf("  %-24s", name)
		for _, f := range r.fits {
			text += fmt.Sprintf(" %18s", value(f))
		}
		p.line("%s", text)
	}
	row("", func(f *titanicFit) string { return f.title })
	row("log loss", func(f *titanicFit) string { return fmt.Sprintf("%.4f", f.logLoss) })
	row("accuracy", func(f *titanicFit) string { return fmt.Sprintf("%.4f", f.accuracy) })
	row("ROC AUC", func(f *titanicFit) string { return fmt.Sprintf("%.4f", f.auc) })
	for i, was := range []string{"died", "survived"} {
		for j, guess := range []string{"died", "survived"} {
			row(was+", predicted "+guess, func(f *titanicFit) string { return fmt.Sprint(f.confusion.Matrix()[i][j]) })
		}
	}
}

// printNetwork shows the weights of the hidden units and of the unit on top.
func (r *titanicResult) printNetwork(p *page) {
	p.line("THE NETWORK: 3 sigmoid units, each a logistic regression, and a logistic regression on what they say")
	p.line("")
	hidden, top := r.layers()
	w, b := tensor.Data[float64](hidden.Weight.Value()), tensor.Data[float64](hidden.Bias.Value())
	v := tensor.Data[float64](top.Weight.Value())
	row := func(name string, value func(k int) float64) {
		text := fmt.Sprintf("  %-12s", name)
		for k := range b {
			text += fmt.Sprintf(" %10.4f", value(k))
		}
		p.line("%s", text)
	}
	p.line("  %-12s %10s %10s %10s", "", "unit 1", "unit 2", "unit 3")
	for j, name := range r.features {
		row(name, func(k int) float64 { return w[k*len(r.features)+j] })
	}
	row("intercept", func(k int) float64 { return b[k] })
	row("weight", func(k int) float64 { return v[k] })
	p.line("")
	ended := "ended when its loss no longer fell"
	if !r.net.Converged() {
		ended = "was still learning"
	}
	p.line("  log odds of survival = %.4f + sum of weight * unit", top.Bias.Value().Item())
	p.line("  Adam %s, after %d epochs.", ended, len(r.net.LossCurve()))
}

func (r *titanicResult) layers() (hidden, top *nn.Linear) {
	m := r.net.Network().Modules
	return m[0].(*nn.Linear), m[1].(*nn.Linear)
}

// titanicTerm is one feature's part in a prediction.
type titanicTerm struct {
	Feature     string  `json:"feature"`
	Value       string  `json:"value"` // in the list, "" if it is missing there
	X           float64 `json:"x"`     // as the model sees it
	Coefficient float64 `json:"coefficient"`
	Term        float64 `json:"term"` // their product
}

// titanicPassenger is a prediction of the exact solution, taken apart.
type titanicPassenger struct {
	Event       string        `json:"event"`
	Passenger   int           `json:"passenger"`
	Name        string        `json:"name"`
	Split       string        `json:"split"`
	Survived    bool          `json:"survived"`
	Terms       []titanicTerm `json:"terms"`
	Intercept   float64       `json:"intercept"`
	LogOdds     float64       `json:"log_odds"`
	Probability float64       `json:"probability"`
	Network     float64       `json:"network"` // the probability that the network gives
}

func (r *titanicResult) passenger(row int) titanicPassenger {
	text := func(column string) string {
		c, err := r.passengers.Column(column)
		if err != nil {
			panic(err) // the list in the binary has it
		}
		return c.Text(row)
	}
	part := trainPart
	for _, i := range r.rows[testPart] {
		if i == row {
			part = testPart
		}
	}
	x, err := r.design([]int{row})
	if err != nil {
		panic(err) // it has been transformed before
	}
	exact := r.fits[0]
	one := titanicPassenger{Event: "passenger", Passenger: row + 1, Name: text("Name"), Split: partNames[part],
		Survived: text("Survived") == "1", Intercept: exact.intercept, LogOdds: exact.intercept}
	for j, v := range tensor.Data[float64](x) {
		// Adding 0 makes 0 of the -0 that a negative coefficient makes of 0.
		t := titanicTerm{Feature: r.features[j], X: v, Coefficient: exact.coefficients[j], Term: v*exact.coefficients[j] + 0}
		for _, column := range r.known.Inputs() {
			if t.Feature == column || strings.HasPrefix(t.Feature, column+"_") {
				t.Value = text(column)
			}
		}
		one.Terms = append(one.Terms, t)
		one.LogOdds += t.Term
	}
	one.Probability = tensor.Data[float64](r.exact.PredictProba(x))[1]
	one.Network = tensor.Data[float64](r.net.PredictProba(x))[1]
	return one
}

func (r *titanicResult) printPassenger(p *page, one titanicPassenger) {
	fate := map[bool]string{true: "survived", false: "died"}
	p.line("Passenger %d: %s", one.Passenger, one.Name)
	p.line("One of the %s passengers, who %s.", map[string]string{"train": "training", "test": "test"}[one.Split], fate[one.Survived])
	p.line("")
	p.line("  %-12s %12s %14s %13s %10s", "feature", "in the list", "for the model", "coefficient", "term")
	for _, t := range one.Terms {
		value := t.Value
		if value == "" {
			value = "missing"
		}
		p.line("  %-12s %12s %14.4f %13.4f %10.4f", t.Feature, value, t.X, t.Coefficient, t.Term)
	}
	p.line("  %-12s %12s %14s %13s %10.4f", "intercept", "", "", "", one.Intercept)
	p.line("  %-12s %12s %14s %13s %10.4f", "log odds", "", "", "", one.LogOdds)
	p.line("")
	p.line("  probability of survival = 1 / (1 + exp(%.4f)) = %.4f: the regression says \"%s\".",
		-one.LogOdds, one.Probability, fate[one.Probability > 0.5])
	p.line("  The network gives %.4f.", one.Network)
}

// titanicFitLine is a line of lumen titanic --json.
type titanicFitLine struct {
	Event        string             `json:"event"`
	Model        string             `json:"model"`
	Coefficients map[string]float64 `json:"coefficients,omitempty"`
	Intercept    *float64           `json:"intercept,omitempty"`
	C            any                `json:"C,omitempty"`
	LogLoss      float64            `json:"log_loss"`
	Accuracy     float64            `json:"accuracy"`
	AUC          float64            `json:"auc"`
	Confusion    [][]int64          `json:"confusion"` // [died, survived], true by predicted
	Steps        int                `json:"steps"`
	Converged    bool               `json:"converged"`
}

// printJSON writes a line about the data, one a fit and one about a passenger where row is not negative.
func (r *titanicResult) printJSON(out io.Writer, row int) error {
	e := json.NewEncoder(out)
	err := e.Encode(struct {
		Event      string   `json:"event"`
		Passengers int      `json:"passengers"`
		Survived   int      `json:"survived"`
		Train      int      `json:"train"`
		Test       int      `json:"test"`
		Seed       uint64   `json:"seed"`
		Features   []string `json:"features"`
	}{"data", r.passengers.Len(), r.survived, len(r.rows[trainPart]), len(r.rows[testPart]), r.seed, r.features})
	for k, f := range r.fits {
		line := titanicFitLine{Event: "fit", Model: f.name, LogLoss: f.logLoss, Accuracy: f.accuracy, AUC: f.auc, Confusion: f.confusion.Matrix(),
			Steps:     []int{r.exact.Iterations(), len(r.descent.objective) - 1, len(r.net.LossCurve())}[k],
			Converged: []bool{true, r.descent.converged, r.net.Converged()}[k]}
		if f.coefficients != nil {
			line.Coefficients, line.Intercept, line.C = r.byFeature(f), &f.intercept, train.Finite(r.strength)
		}
		if err == nil {
			err = e.Encode(line)
		}
	}
	if err == nil && row >= 0 {
		err = e.Encode(r.passenger(row))
	}
	return err
}

func (r *titanicResult) byFeature(f *titanicFit) map[string]float64 {
	by := make(map[string]float64, len(f.coefficients))
	for j, v := range f.coefficients {
		by[r.features[j]] = v
	}
	return by
}
