package titanic_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
)

func TestLoad(t *testing.T) {
	passengers, err := titanic.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"PassengerId", "Survived", "Pclass", "Name", "Sex", "Age", "SibSp", "Parch", "Ticket", "Fare", "Cabin", "Embarked"}
	if passengers.Len() != 891 || !slices.Equal(passengers.Names(), want) {
		t.Fatalf("%d rows of %q", passengers.Len(), passengers.Names())
	}
	summary := map[string]table.Summary{}
	for _, s := range passengers.Describe().Columns {
		summary[s.Name] = s
	}
	if s := summary[titanic.Target]; s.Mean*891 != 342 || s.Min != 0 || s.Max != 1 {
		t.Errorf("%v survived", s.Mean*891)
	}
	for name, missing := range map[string]int{"Age": 177, "Cabin": 687, "Embarked": 2, "Name": 0, "Fare": 0} {
		if summary[name].Missing != missing {
			t.Errorf("%s: %d are missing, want %d", name, summary[name].Missing, missing)
		}
	}
	for _, name := range []string{"Name", "Sex", "Ticket", "Cabin", "Embarked"} {
		if summary[name].Kind != table.Category {
			t.Errorf("%s is of kind %s", name, summary[name].Kind)
		}
	}
}

// TestCSV: the file is the one that README.md speaks of.
func TestCSV(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("titanic.csv")
	if err != nil {
		t.Fatal(err)
	}
	if row := fmt.Sprintf("| `titanic.csv` | %d | `%x` |", len(text), sha256.Sum256(text)); !strings.Contains(string(readme), row) {
		t.Errorf("README.md has no row %s", row)
	}
}

func TestFeatures(t *testing.T) {
	passengers, err := titanic.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := titanic.Features()
	if err := p.Fit(passengers); err != nil {
		t.Fatal(err)
	}
	// A passenger of one's own needs no other columns.
	one, err := table.Read(strings.NewReader("Pclass,Sex,Age,SibSp,Parch,Fare,Embarked\n2,female,,0,0,13,\n"), table.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	features, err := p.Transform(one)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Pclass", "Sex_male", "Age", "SibSp", "Parch", "Fare", "Embarked_Q", "Embarked_S"}
	if !slices.Equal(features.Names(), want) || !slices.Equal(p.Features(), want) {
		t.Errorf("features are %q", features.Names())
	}
	for _, c := range features.Columns() {
		if c.Missing(0) {
			t.Errorf("%s is missing", c.Name())
		}
	}
}
