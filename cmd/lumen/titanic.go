package main

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
	"github.com/lumen-ml/lumen/tensor"
)

type titanicCommand struct {
	Seed      uint64  `default:"1" placeholder:"N" help:"Of the split, the first weights and the network; default 1."`
	C         float64 `name:"c" default:"1" placeholder:"C" help:"Inverse strength of the L2 penalty, scikit-learn's C; default 1."`
	Penalty   string  `default:"l2" enum:"l2,none" placeholder:"NAME" help:"l2 or none; default l2."`
	Passenger *int    `placeholder:"N" help:"Take the prediction for passenger N, from 1, apart into its terms."`
	Plot      string  `placeholder:"DIR" help:"Draw loss curves, ROC, coefficients and confusion into DIR, as PNG and SVG."`
	Export    string  `placeholder:"DIR" help:"Write design.csv and fits.json into DIR, to check with another library."`
	JSON      bool    `name:"json" help:"Print lines of JSON: the data, one a fit, and the passenger."`
}

func (titanicCommand) Help() string {
	return `Logistic regression on the 891 passengers that are in the binary, found twice: by gradient descent, as a network of
one unit, and by an exact solver, which gives scikit-learn's numbers. Then a network with a hidden layer of three
sigmoid units, which is logistic regressions stacked. docs/titanic.md explains every line.

Examples:

  lumen titanic
  lumen titanic --passenger 2
  lumen titanic --penalty none
  lumen titanic --c 0.1 --plot pictures --export check`
}

// voyage is the data as the models see them.
type voyage struct {
	passengers *table.Table
	features   []string
	rows       [2][]int          // of the passengers, to train and to test on
	x          [2]*tensor.Tensor // [passengers, features] float64
	y          [2]*tensor.Tensor // [passengers] int64
	known      *table.Pipeline   // fitted on the training rows
	survived   int
}

const (
	trainPart = 0
	testPart  = 1
)

var partNames = [2]string{"train", "test"}

func boardTitanic(seed uint64) (*voyage, error) {
	passengers, err := titanic.Load()
	if err != nil {
		return nil, err
	}
	v := &voyage{passengers: passengers, known: titanic.Features()}
	v.rows[trainPart], v.rows[testPart], err = passengers.Split(table.SplitOptions{Test: 0.2, Seed: seed, Stratify: titanic.Target})
	if err != nil {
		return nil, err
	}
	if err := v.known.Fit(passengers.Rows(v.rows[trainPart])); err != nil {
		return nil, err
	}
	v.features = v.known.Features()
	for part, rows := range v.rows {
		if v.x[part], err = v.design(rows); err != nil {
			return nil, err
		}
		if v.y[part], _, err = passengers.Rows(rows).Labels(titanic.Target, "0", "1"); err != nil {
			return nil, err
		}
		for _, s := range tensor.Data[int64](v.y[part]) {
			v.survived += int(s)
		}
	}
	return v, nil
}

// design is the features of some passengers.
func (v *voyage) design(rows []int) (*tensor.Tensor, error) {
	t, err := v.known.Transform(v.passengers.Rows(rows))
	if err != nil {
		return nil, err
	}
	return t.ToTensor(tensor.Float64)
}

// titanicNetwork is three hidden sigmoid units and a logistic output.
func titanicNetwork(seed uint64) classic.MLPOptions {
	return classic.MLPOptions{HiddenSizes: []int{3}, Activation: classic.Logistic, LearningRate: 0.01, MaxEpochs: 1000, Tolerance: 1e-5, Seed: seed}
}

func (c *titanicCommand) Run(t terminal) error {
	if !(c.C > 0) || math.IsInf(c.C, 0) {
		return usagef("--c %g: a positive number is wanted; --penalty none is no penalty at all", c.C)
	}
	v, err := boardTitanic(c.Seed)
	if err != nil {
		return err
	}
	row := -1
	if c.Passenger != nil {
		if row = *c.Passenger - 1; row < 0 || row >= v.passengers.Len() {
			return usagef("--passenger %d: there are passengers 1 to %d", *c.Passenger, v.passengers.Len())
		}
	}
	exact := classic.NewLogisticRegression(classic.LogisticOptions{C: c.C, NoPenalty: c.Penalty == "none"})
	if err := exact.Fit(v.x[trainPart], v.y[trainPart]); err != nil {
		return err
	}
	strength := c.C
	if c.Penalty == "none" {
		strength = math.Inf(1)
	}
	descent, err := descend(t.ctx, v.x[trainPart], v.y[trainPart], strength, c.Seed)
	if err != nil {
		return fmt.Errorf("titanic: interrupted%w", silent{err})
	}
	net := classic.NewMLPClassifier(titanicNetwork(c.Seed))
	if err := net.FitContext(t.ctx, v.x[trainPart], v.y[trainPart]); err != nil {
		if t.ctx.Err() != nil {
			return fmt.Errorf("titanic: interrupted%w", silent{err})
		}
		return err
	}
	r := &titanicResult{voyage: v, strength: strength, seed: c.Seed, exact: exact, descent: descent, net: net}
	r.fits = []*titanicFit{
		r.linear("exact", "exact", exact.Coef(), exact.Intercept()),
		r.linear("gradient_descent", "gradient descent", descent.weights, descent.bias),
		newTitanicFit("network", "network", net.PredictProba(v.x[testPart]).Select(1, 1), v.y[testPart]),
	}
	if c.JSON {
		err = r.printJSON(t.out, row)
	} else {
		err = r.print(t.out, row)
	}
	if err == nil && c.Export != "" {
		err = r.export(t, c.Export)
	}
	if err == nil && c.Plot != "" {
		err = r.plot(t, c.Plot)
	}
	if err != nil {
		return fmt.Errorf("titanic: %w", err)
	}
	return nil
}
