package metrics

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// outcomes counts a class's true positives, false positives and false negatives.
type outcomes struct{ truePositive, falsePositive, falseNegative int64 }

func (o outcomes) support() int64 { return o.truePositive + o.falseNegative }

// averaged is a figure of each class's outcomes, averaged over classes. The definitions are those of
// sklearn.metrics.precision_recall_fscore_support with zero_division=0: a class counts if it occurs among the targets or
// the predictions.
type averaged struct {
	op, name string
	average  Average
	options  Options
	figure   func(outcomes) float64
	total    int64
	classes  map[int64]*outcomes
}

// Precision is the share of truly positive samples among those predicted positive, 0 where there are none, averaged over
// classes. Binary takes two classes and looks at class 1.
func Precision(average Average, o ...Options) Stateful {
	return newAveraged("Precision", "precision", average, o, func(c outcomes) float64 {
		return ratio(c.truePositive, c.truePositive+c.falsePositive)
	})
}

// Recall is the share of samples predicted positive among those truly positive, 0 where there are none, averaged over
// classes. Binary takes two classes and looks at class 1.
func Recall(average Average, o ...Options) Stateful {
	return newAveraged("Recall", "recall", average, o, func(c outcomes) float64 {
		return ratio(c.truePositive, c.support())
	})
}

// F1 is the harmonic mean of a class's precision and recall, 0 where both are, averaged over classes. Binary takes two
// classes and looks at class 1.
func F1(average Average, o ...Options) Stateful {
	return newAveraged("F1", "f1", average, o, func(c outcomes) float64 {
		return ratio(2*c.truePositive, 2*c.truePositive+c.falsePositive+c.falseNegative)
	})
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func newAveraged(op, name string, average Average, o []Options, figure func(outcomes) float64) *averaged {
	if average < Binary || average > Weighted {
		badArgument(op, "there is no %v; expected Binary, Macro, Micro or Weighted", average)
	}
	if average != Binary {
		name += "_" + average.String()
	}
	return &averaged{op: op, name: name, average: average, options: option(op, o), figure: figure, classes: map[int64]*outcomes{}}
}

func (a *averaged) Name() string { return a.name }

func (a *averaged) Update(pred, target *tensor.Tensor) {
	limit := unknown
	if a.average == Binary {
		limit = 2
	}
	predicted, actual := decide(a.op, a.options, limit, pred, target)
	for i, class := range predicted {
		if class == actual[i] {
			a.of(class).truePositive++
		} else {
			a.of(class).falsePositive++
			a.of(actual[i]).falseNegative++
		}
	}
	a.total += int64(len(predicted))
}

func (a *averaged) of(class int64) *outcomes {
	c := a.classes[class]
	if c == nil {
		c = &outcomes{}
		a.classes[class] = c
	}
	return c
}

func (a *averaged) Value() float64 {
	if a.total == 0 {
		return math.NaN()
	}
	if a.average == Binary {
		if c := a.classes[1]; c != nil {
			return a.figure(*c)
		}
		return 0
	}
	var all outcomes
	var mean, weights float64
	for _, class := range slices.Sorted(maps.Keys(a.classes)) { // sums in one order have the same bits
		c := *a.classes[class]
		all.truePositive += c.truePositive
		all.falsePositive += c.falsePositive
		all.falseNegative += c.falseNegative
		weight := 1.0
		if a.average == Weighted {
			weight = float64(c.support())
		}
		mean += weight * a.figure(c)
		weights += weight
	}
	if a.average == Micro {
		return a.figure(all)
	}
	return mean / weights
}

func (a *averaged) Reset() {
	a.total = 0
	clear(a.classes)
}

// State is four numbers a class: the class, its true positives, false positives and false negatives.
func (a *averaged) State() []float64 {
	state := make([]float64, 0, 4*len(a.classes))
	for _, class := range slices.Sorted(maps.Keys(a.classes)) {
		c := a.classes[class]
		state = append(state, float64(class), float64(c.truePositive), float64(c.falsePositive), float64(c.falseNegative))
	}
	return state
}

func (a *averaged) LoadState(state []float64) error {
	n, err := counts(a.name, state, len(state)/4*4)
	if err != nil {
		return err
	}
	classes := map[int64]*outcomes{}
	var total int64
	for ; len(n) > 0; n = n[4:] {
		if classes[n[0]] != nil {
			return fmt.Errorf("metrics: the state of %s has class %d twice", a.name, n[0])
		}
		if a.average == Binary && n[0] > 1 {
			return fmt.Errorf("metrics: the state of %s has class %d, expected 0 and 1", a.name, n[0])
		}
		c := &outcomes{n[1], n[2], n[3]}
		classes[n[0]] = c
		total += c.support() // each sample is of one true class
	}
	a.classes, a.total = classes, total
	return nil
}
