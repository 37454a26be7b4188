package titanic

import (
	"bytes"
	_ "embed"
	"sync"

	"github.com/lumen-ml/lumen/data/table"
)

// Target is the column that is to be predicted: 1 for the passengers who survived, else 0.
const Target = "Survived"

//go:embed titanic.csv
var file []byte

var load = sync.OnceValues(func() (*table.Table, error) {
	return table.Read(bytes.NewReader(file), table.ReadOptions{})
})

// Load returns all 891 passengers with all 12 columns.
func Load() (*table.Table, error) { return load() }

// Features returns the usual pipeline, to be fitted on the training rows. It makes 8 numbers of a passenger, none of
// them missing: Pclass, Sex_male, Age, SibSp, Parch, Fare, Embarked_Q, Embarked_S. A missing age becomes the training
// rows' median, a missing port their most frequent one; Sex_male, Embarked_Q and Embarked_S are 0 or 1 (a woman from
// Cherbourg has 0 in all), the others are scaled to mean 0 and standard deviation 1.
func Features() *table.Pipeline {
	return table.NewPipeline(
		table.Select{Columns: []string{"Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked"}},
		table.Impute{Columns: []string{"Age"}, Strategy: table.Median},
		table.Impute{Columns: []string{"Embarked"}, Strategy: table.MostFrequent},
		table.StandardScale{Columns: []string{"Pclass", "Age", "SibSp", "Parch", "Fare"}},
		table.OneHot{Columns: []string{"Sex", "Embarked"}, DropFirst: true},
	)
}
