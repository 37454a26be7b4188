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

// What is known of the passengers, and of how many.
func ExampleLoad() {
	passengers, err := titanic.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(passengers.Describe())
	// Output:
	// 891 rows, 12 columns
	//
	// number       count  missing    mean     std   min    25%    50%    75%    max
	// PassengerId    891        0     446   257.4     1  223.5    446  668.5    891
	// Survived       891        0  0.3838  0.4866     0      0      0      1      1
	// Pclass         891        0   2.309  0.8361     1      2      3      3      3
	// Age            714      177    29.7   14.53  0.42  20.12     28     38     80
	// SibSp          891        0   0.523   1.103     0      0      0      1      8
	// Parch          891        0  0.3816  0.8061     0      0      0      0      6
	// Fare           891        0    32.2   49.69     0   7.91  14.45     31  512.3
	//
	// category  count  missing  unique  times  most frequent
	// Name        891        0     891      1  Abbing, Mr. Anthony
	// Sex         891        0       2    577  male
	// Ticket      891        0     681      7  1601
	// Cabin       204      687     147      4  B96 B98
	// Embarked    889        2       3    644  S
}

// What the usual features learn of four fifths of the passengers.
func ExampleFeatures() {
	passengers, err := titanic.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	train, _, err := passengers.Split(table.SplitOptions{Test: 0.2, Seed: 1, Stratify: titanic.Target})
	if err != nil {
		fmt.Println(err)
		return
	}
	features := titanic.Features()
	if err := features.Fit(passengers.Rows(train)); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(features)
	// Output:
	// 1. Select: Pclass, Sex, Age, SibSp, Parch, Fare, Embarked
	// 2. Impute: Age: median 29
	// 3. Impute: Embarked: most frequent "S"
	// 4. StandardScale
	//    Pclass: mean 2.313, std 0.8322
	//    Age: mean 30.07, std 13.42
	//    SibSp: mean 0.5126, std 1.12
	//    Parch: mean 0.361, std 0.7881
	//    Fare: mean 31.66, std 48.65
	// 5. OneHot
	//    Sex: female, male, without a column for the first
	//    Embarked: C, Q, S, without a column for the first
	// 7 columns become 8
}
