package table_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
	"github.com/lumen-ml/lumen/tensor"
)

// wantError fails the test unless err says all of want.
func wantError(t *testing.T, err error, want ...string) {
	t.Helper()
	for _, w := range want {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("error is %v, want it to say %q", err, w)
		}
	}
}

// caught returns what f panics with.
func caught(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

func small(t *testing.T) *table.Table {
	t.Helper()
	return must(table.New(
		table.NewNumbers("n", []float64{3, 1, math.NaN(), 10}),
		table.NewCategories("c", []string{"x", "", "w", "x"}),
	))(t)
}

func TestNew(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		columns []*table.Column
		want    string
	}{
		{nil, "at least one column"},
		{[]*table.Column{table.NewNumbers("", []float64{1})}, "column 1 of 1 has no name"},
		{[]*table.Column{table.NewNumbers("a", nil), table.NewCategories("a", nil)}, `columns 1 and 2 are both named "a"`},
		{[]*table.Column{table.NewNumbers("a", []float64{1}), table.NewCategories("b", nil)}, `column "a" has 1 rows and column "b" has 0`},
		{[]*table.Column{table.NewNumbers("a", []float64{nan, math.Inf(-1)})}, `column "a" has -Inf in row 1`},
		{[]*table.Column{table.NewCategories("a", []string{"\xff"})}, "not UTF-8"},
		{[]*table.Column{table.NewCategories("a", []string{"b\x00"})}, "a byte is 0"},
	} {
		_, err := table.New(c.columns...)
		wantError(t, err, "table: ", c.want)
	}
	values := []float64{1, 2}
	tab := must(table.New(table.NewNumbers("a", values)))(t)
	values[0] = 9
	numbers := must(must(tab.Column("a"))(t).Numbers())(t)
	numbers[1] = 9
	if got := cells(tab); !slices.Equal(got, []string{"n:a", "1", "2"}) {
		t.Errorf("the table shares the memory of its caller: %q", got)
	}
}

func TestColumns(t *testing.T) {
	tab := small(t)
	if got := cells(must(tab.Select("c", "n"))(t)); !slices.Equal(got, []string{"c:c|n:n", "x|3", "-|1", "w|-", "x|10"}) {
		t.Errorf("selected: %q", got)
	}
	if got := cells(must(tab.Drop("n"))(t)); !slices.Equal(got, []string{"c:c", "x", "-", "w", "x"}) {
		t.Errorf("dropped: %q", got)
	}
	if got := cells(tab.Rows([]int{3, 0, 3})); !slices.Equal(got, []string{"n:n|c:c", "10|x", "3|x", "10|x"}) {
		t.Errorf("rows: %q", got)
	}
	if got := cells(must(tab.With(table.NewNumbers("c", []float64{1, 2, 3, 4})))(t)); got[0] != "n:n|n:c" || got[4] != "10|4" {
		t.Errorf("with another c: %q", got)
	}
	if got := must(tab.With(table.NewNumbers("d", make([]float64, 4))))(t).Names(); !slices.Equal(got, []string{"n", "c", "d"}) {
		t.Errorf("with d: %q", got)
	}
	c := must(tab.Column("c"))(t)
	if c.Name() != "c" || c.Kind() != table.Category || c.Len() != 4 || !c.Missing(1) || c.Missing(0) || c.CountMissing() != 1 || !tab.Has("c") || tab.Has("d") {
		t.Errorf("column c is %v", c)
	}
	if got := c.Categories(); !slices.Equal(got, []string{"w", "x"}) {
		t.Errorf("categories of c are %q", got)
	}
	if got := must(tab.Rows([]int{0, 1}).Column("c"))(t).Categories(); !slices.Equal(got, []string{"x"}) {
		t.Errorf("categories of two rows are %q", got)
	}
	if got := must(tab.Column("n"))(t).Categories(); !slices.Equal(got, []string{"1", "3", "10"}) {
		t.Errorf("categories of n are %q", got)
	}
	_, err := c.Numbers()
	wantError(t, err, `column "c"`, `row 0 has "x"`, "OneHot")
	if got := must(table.NewCategories("d", []string{"1", "", " 2.5"}).Numbers())(t); got[0] != 1 || !math.IsNaN(got[1]) || got[2] != 2.5 {
		t.Errorf("numbers of texts: %v", got)
	}
	_, err = tab.Column("N")
	wantError(t, err, `table: there is no column "N"; the columns are n, c`)
	_, err = tab.Select("n", "m")
	wantError(t, err, `table: there is no column "m"`)
	_, err = tab.Select("n", "n")
	wantError(t, err, `both named "n"`)
	_, err = tab.Drop("m")
	wantError(t, err, `there is no column "m"`)
	_, err = tab.Drop("n", "c")
	wantError(t, err, "at least one column")
	for name, f := range map[string]func(){
		"Rows":    func() { tab.Rows([]int{0, 4}) },
		"Text":    func() { c.Text(-1) },
		"Missing": func() { c.Missing(4) },
	} {
		var e *tensor.IndexError
		if p, ok := caught(f).(error); !ok || !errors.As(p, &e) || e.Op != name || !strings.Contains(e.Error(), "4 rows") {
			t.Errorf("%s panics with %v", name, p)
		}
	}
}

func TestToTensor(t *testing.T) {
	tab := must(table.New(table.NewNumbers("a", []float64{1, 2.5}), table.NewCategories("b", []string{"3", "-4"})))(t)
	x := must(tab.ToTensor(tensor.Float32))(t)
	if got := tensor.Data[float32](x); !slices.Equal(x.Shape(), []int{2, 2}) || !slices.Equal(got, []float32{1, 3, 2.5, -4}) {
		t.Errorf("%v of shape %v", got, x.Shape())
	}
	if got := tensor.Data[float64](must(tab.ToTensor(tensor.Float64))(t)); !slices.Equal(got, []float64{1, 3, 2.5, -4}) {
		t.Errorf("%v", got)
	}
	if x := must(tab.Rows(nil).ToTensor(tensor.Float32))(t); !slices.Equal(x.Shape(), []int{0, 2}) {
		t.Errorf("no rows have the shape %v", x.Shape())
	}
	counted := make([]float64, 1000)
	for i := range counted {
		counted[i] = float64(i)
	}
	long := must(table.New(table.NewNumbers("a", counted), table.NewNumbers("b", counted)))(t)
	for i, v := range tensor.Data[float32](must(long.ToTensor(tensor.Float32))(t)) {
		if v != float32(i/2) {
			t.Fatalf("element %d of a long table is %v", i, v)
		}
	}
	_, err := small(t).ToTensor(tensor.Float32)
	wantError(t, err, `column "n" has no value in row 2`, "impute")
	_, err = must(small(t).Select("c"))(t).ToTensor(tensor.Float32)
	wantError(t, err, `column "c" holds categories`, "OneHot")
	large := must(table.New(table.NewNumbers("a", []float64{1, 1e39})))(t)
	_, err = large.ToTensor(tensor.Float32)
	wantError(t, err, `column "a" has 1e+39 in row 1`, "float64")
	var e *tensor.DTypeError
	if p, ok := caught(func() { _, _ = tab.ToTensor(tensor.Int64) }).(error); !ok || !errors.As(p, &e) {
		t.Errorf("int64 panics with %v", p)
	}
}

func TestLabels(t *testing.T) {
	tab := must(table.New(table.NewNumbers("n", []float64{10, 2, 10}), table.NewCategories("c", []string{"no", "yes", "no"}), table.NewCategories("m", []string{"", "a", "a"})))(t)
	for _, c := range []struct {
		column  string
		classes []string
		want    []int64
		names   []string
	}{
		{"n", nil, []int64{1, 0, 1}, []string{"2", "10"}},
		{"c", nil, []int64{0, 1, 0}, []string{"no", "yes"}},
		{"c", []string{"yes", "perhaps", "no"}, []int64{2, 0, 2}, []string{"yes", "perhaps", "no"}},
	} {
		y, names, err := tab.Labels(c.column, c.classes...)
		if err != nil || !slices.Equal(tensor.Data[int64](y), c.want) || !slices.Equal(names, c.names) {
			t.Errorf("%s: %v, %q, %v", c.column, y, names, err)
		}
	}
	_, _, err := tab.Labels("m")
	wantError(t, err, `table: column "m" has no value in row 0`)
	_, _, err = tab.Labels("c", "yes")
	wantError(t, err, `column "c" has "no" in row 0`, "none of the classes yes")
	_, _, err = tab.Labels("c", "yes", "yes")
	wantError(t, err, `"yes" is there twice`)
	_, _, err = tab.Labels("d")
	wantError(t, err, `no column "d"`)
}

func TestSplit(t *testing.T) {
	tab := must(titanic.Load())(t)
	o := table.SplitOptions{Test: 0.2, Seed: 3, Stratify: titanic.Target}
	train, test, err := tab.Split(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(test) != 179 || len(train) != 712 {
		t.Errorf("%d and %d rows", len(train), len(test))
	}
	mean := func(idx []int) float64 {
		return must(tab.Select(titanic.Target))(t).Rows(idx).Describe().Columns[0].Mean
	}
	if a, b := mean(train), mean(test); math.Abs(a-342.0/891) > 0.001 || math.Abs(b-342.0/891) > 0.004 {
		t.Errorf("%v and %v survived", a, b)
	}
	folds, err := tab.Folds(table.FoldOptions{K: 5, Seed: 1, Stratify: "Pclass"})
	if err != nil || len(folds) != 5 || len(folds[0].Test) != 179 {
		t.Errorf("%d folds, %v", len(folds), err)
	}
	if folds, err := tab.Folds(table.FoldOptions{K: 3}); err != nil || len(folds[2].Test) != 297 {
		t.Errorf("%d folds, %v", len(folds), err)
	}
	if train, test, err := tab.Split(table.SplitOptions{Test: 0.5}); err != nil || len(train) != 445 || len(test) != 446 {
		t.Errorf("%d and %d rows, %v", len(train), len(test), err)
	}
	_, _, err = tab.Split(table.SplitOptions{Test: 0.2, Stratify: "Age"})
	wantError(t, err, `table: column "Age" has no value in row 5`)
	_, _, err = tab.Split(table.SplitOptions{Test: 0.2, Stratify: "Ticket"})
	wantError(t, err, `table: by column "Ticket"`, "a single item")
	_, err = tab.Folds(table.FoldOptions{K: 10, Stratify: "Parch"})
	wantError(t, err, `by column "Parch"`, "classes from 0 are 0, 1, 2", "10 folds", "label 3 has 5 items")
	_, err = tab.Folds(table.FoldOptions{K: 10, Stratify: "parch"})
	wantError(t, err, `no column "parch"`)
}

// TestText: whatever is in a table, its text fits 100 characters.
func TestText(t *testing.T) {
	passengers := must(titanic.Load())(t)
	var columns []*table.Column
	for i := range 20 {
		v := -math.Pi * math.Pow(10, float64(i*16-150))
		columns = append(columns, table.NewNumbers(strings.Repeat("wide ", i)+fmt.Sprint(i), []float64{v, math.NaN(), 2 * v, -v}))
		columns = append(columns, table.NewCategories(strings.Repeat("long\n", i)+"c"+fmt.Sprint(i), []string{strings.Repeat("é", 10*i), "", "a", strings.Repeat("é", 10*i)}))
	}
	wide := must(table.New(columns...))(t)
	none := must(table.New(table.NewNumbers("nothing", []float64{math.NaN()}), table.NewCategories("empty", []string{""})))(t)
	for _, tab := range []*table.Table{passengers, wide, none, none.Rows(nil)} {
		for _, text := range []string{tab.String(), tab.Describe().String()} {
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 || strings.HasSuffix(line, " \n") {
					t.Errorf("%d characters: %q", n, line)
				}
			}
			if strings.Contains(text, "NaN") {
				t.Errorf("NaN in\n%s", text)
			}
		}
	}
	text := passengers.Describe().String()
	for _, want := range []string{"891 rows, 12 columns", "Survived", "0.3838", "14.53", "Age            714      177"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
