package classic_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// Hours of learning, and who passed (20 students).
var (
	hours  = tensor.FromSlice([]float64{0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.75, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.25, 4.5, 4.75, 5, 5.5}, 20, 1)
	passed = tensor.FromSlice([]int64{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1}, 20)
)

func ExampleLogisticRegression() {
	model := classic.NewLogisticRegression(classic.LogisticOptions{NoPenalty: true})
	if err := model.Fit(hours, passed); err != nil {
		fmt.Println(err)
		return
	}
	wald := model.Wald()
	fmt.Printf("an hour more: %.2f ± %.2f, p = %.3f\n", model.Coef().Item(), wald.Coef.StandardError.Item(), wald.Coef.P.Item())
	fmt.Printf("after three hours: %.2f\n", tensor.Data[float64](model.PredictProba(tensor.FromSlice([]float64{3}, 1, 1)))[1])
	// Output:
	// an hour more: 1.50 ± 0.63, p = 0.017
	// after three hours: 0.61
}

// Two features that only together tell the class.
func ExampleMLPClassifier() {
	x := tensor.FromSlice([]float64{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)
	y := tensor.FromSlice([]int64{0, 1, 1, 0}, 4)
	model := classic.NewMLPClassifier(classic.MLPOptions{HiddenSizes: []int{8}, Activation: classic.Tanh, LearningRate: 0.05, MaxEpochs: 1000, Seed: 1})
	if err := model.Fit(x, y); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tensor.Data[int64](model.Predict(x)))
	// Output: [0 1 1 0]
}

// How strong should the penalty be?
func ExampleGridSearch() {
	folds, err := data.StratifiedKFold(tensor.Data[int64](passed), 5, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	candidates := []classic.LogisticOptions{{C: 0.001}, {C: 1}, {C: 1000}}
	search, err := classic.GridSearch(candidates, func(o classic.LogisticOptions) classic.Classifier {
		return classic.NewLogisticRegression(o)
	}, hours, passed, folds, classic.NegativeLogLoss)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, trial := range search.Trials {
		fmt.Printf("C = %g: %.3f %t\n", trial.Options.C, trial.Mean, i == search.Best)
	}
	// Output:
	// C = 0.001: -0.689 false
	// C = 1: -0.440 true
	// C = 1000: -0.488 false
}
