package titanic_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
	"github.com/lumen-ml/lumen/tensor"
)

// From the list of passengers to the tensors that a model is fitted with.
func Example() {
	passengers, err := titanic.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	y, classes, err := passengers.Labels(titanic.Target)
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test, err := passengers.Split(table.SplitOptions{Test: 0.2, Seed: 1, Stratify: titanic.Target})
	if err != nil {
		fmt.Println(err)
		return
	}
	features := titanic.Features()
	known, err := features.FitTransform(passengers.Rows(train))
	if err != nil {
		fmt.Println(err)
		return
	}
	x, err := known.ToTensor(tensor.Float32)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y.Shape(), classes, len(train), len(test))
	fmt.Println(x.Shape(), features.Features())
	// Output:
	// [891] [0 1] 712 179
	// [712 8] [Pclass Sex_male Age SibSp Parch Fare Embarked_Q Embarked_S]
}
