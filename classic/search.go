package classic

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// CrossValidate fits a new model, made by build, on each fold's Train and returns its score on each fold's Test. A nil
// score is [Accuracy]. data.StratifiedKFold makes folds.
func CrossValidate(build func() Classifier, x, y *tensor.Tensor, folds []data.Fold, score Scorer) ([]float64, error) {
	const op = "CrossValidate"
	if err := checkFeatures(op, x, -1); err != nil {
		return nil, err
	}
	if err := checkLabels(op, x, y); err != nil {
		return nil, err
	}
	if score == nil {
		score = Accuracy
	}
	scores := make([]float64, len(folds))
	for i, fold := range folds {
		m := build()
		trainX, trainY := pick(x, y, fold.Train)
		if err := m.Fit(trainX, trainY); err != nil {
			return nil, fmt.Errorf("fold %d of %d: %w", i+1, len(folds), err)
		}
		testX, testY := pick(x, y, fold.Test)
		scores[i] = score(m, testX, testY)
	}
	return scores, nil
}

func pick(x, y *tensor.Tensor, rows []int) (*tensor.Tensor, *tensor.Tensor) {
	index := tensor.FromSlice(places(rows), len(rows))
	return x.IndexSelect(0, index), y.IndexSelect(0, index)
}

// Trial is a candidate of a grid search and how it did.
type Trial[O any] struct {
	Options O
	Scores  []float64 // of each fold
	Mean    float64
	Std     float64 // over the folds, with n in the denominator, as scikit-learn's
}

// Search is the result of a grid search.
type Search[O any] struct {
	Trials []Trial[O] // in the order of the candidates
	Best   int        // the place of the greatest mean, the first of equals; a mean of NaN is least
}

// GridSearch cross-validates a model for every candidate, which build makes of it, on the same folds. A nil score is
// [Accuracy]; greater scores are better. An error says which candidate it is about.
//
//	candidates := []classic.LogisticOptions{{C: 0.1}, {C: 1}, {C: 10}}
//	search, err := classic.GridSearch(candidates, func(o classic.LogisticOptions) classic.Classifier {
//		return classic.NewLogisticRegression(o)
//	}, x, y, folds, nil)
func GridSearch[O any](candidates []O, build func(O) Classifier, x, y *tensor.Tensor, folds []data.Fold, score Scorer) (Search[O], error) {
	if len(candidates) == 0 || len(folds) == 0 {
		misuse("GridSearch", "there are %d candidates and %d folds; at least one of each is wanted", len(candidates), len(folds))
	}
	var s Search[O]
	for i, o := range candidates {
		scores, err := CrossValidate(func() Classifier { return build(o) }, x, y, folds, score)
		if err != nil {
			return s, fmt.Errorf("candidate %d, %+v: %w", i, o, err)
		}
		t := Trial[O]{Options: o, Scores: scores}
		for _, v := range scores {
			t.Mean += v / float64(len(scores))
		}
		for _, v := range scores {
			t.Std += (v - t.Mean) * (v - t.Mean) / float64(len(scores))
		}
		t.Std = math.Sqrt(t.Std)
		s.Trials = append(s.Trials, t)
		if best := s.Trials[s.Best].Mean; t.Mean > best || math.IsNaN(best) && !math.IsNaN(t.Mean) {
			s.Best = i
		}
	}
	return s, nil
}
