package table_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/data/table/titanic"
)

// people is a small table with everything in it.
func people(t *testing.T, csv string) *table.Table {
	t.Helper()
	return must(table.Read(strings.NewReader(csv), table.ReadOptions{}))(t)
}

const known = "age,city,size,kind\n20,Rome,1,b\n,Oslo,2,a\n40,Rome,3,\n60,,4,a\n"

func fitted(t *testing.T, csv string, steps ...table.Step) *table.Pipeline {
	t.Helper()
	p := table.NewPipeline(steps...)
	if err := p.Fit(people(t, csv)); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPipeline(t *testing.T) {
	p := fitted(t, known,
		table.Drop{Columns: []string{"kind"}},
		table.Impute{Columns: []string{"age"}, Strategy: table.Mean, Indicator: true},
		table.MinMaxScale{Columns: []string{"age"}},
		table.OneHot{Columns: []string{"city"}, Absent: table.AbsentCategory, Unseen: table.UnseenZeros},
	)
	// The columns stand in another order, one more is there, and the one that is dropped is not.
	got := must(p.Transform(people(t, "size,more,age,city\n9,x,,Oslo\n8,y,80,\n7,z,20,Bonn\n")))(t)
	want := []string{"n:age|n:age_missing|n:city_Oslo|n:city_Rome|n:city_missing|n:size", "0.5|1|1|0|0|9", "1.5|0|0|0|1|8", "0|0|0|0|0|7"}
	if !slices.Equal(cells(got), want) {
		t.Errorf("got %q, want %q", cells(got), want)
	}
	if !slices.Equal(p.Inputs(), []string{"age", "city", "size"}) || !slices.Equal(p.Features(), got.Names()) {
		t.Errorf("inputs %q, features %q", p.Inputs(), p.Features())
	}
	text := "1. Drop: kind\n2. Impute: age: mean 40, with an indicator\n3. MinMaxScale: age: 20 to 60 become 0 to 1\n" +
		"4. OneHot: city: Oslo, Rome, missing\n3 columns become 6\n"
	if p.String() != text {
		t.Errorf("in words:\n%s", p)
	}
	if text := table.NewPipeline(table.Ordinal{}).String(); text != "1. Ordinal\nnot fitted\n" {
		t.Errorf("not fitted: %q", text)
	}
	if got := must(fitted(t, known).Transform(people(t, known)))(t); !slices.Equal(cells(got), cells(people(t, known))) {
		t.Errorf("no steps make %q", cells(got))
	}
}

// TestStepsWithoutColumns: each step finds the columns that it is for.
func TestStepsWithoutColumns(t *testing.T) {
	for name, c := range map[string]struct {
		step table.Step
		want []string
	}{
		"mean":          {table.Impute{Strategy: table.Mean}, []string{"n:age|c:city|n:size|c:kind", "20|Rome|1|b", "40|Oslo|2|a", "40|Rome|3|-", "60|-|4|a"}},
		"most frequent": {table.Impute{Strategy: table.MostFrequent}, []string{"n:age|c:city|n:size|c:kind", "20|Rome|1|b", "20|Oslo|2|a", "40|Rome|3|a", "60|Rome|4|a"}},
		"constant": {table.Impute{Strategy: table.Constant, Number: -1, Text: "none"},
			[]string{"n:age|c:city|n:size|c:kind", "20|Rome|1|b", "-1|Oslo|2|a", "40|Rome|3|none", "60|none|4|a"}},
		"ordinal": {table.Ordinal{}, []string{"n:age|n:city|n:size|n:kind", "20|1|1|1", "-|0|2|0", "40|1|3|-", "60|-|4|0"}},
		"ordinal, given": {table.Ordinal{Columns: []string{"kind"}, Categories: map[string][]string{"kind": {"b", "c", "a"}}},
			[]string{"n:age|c:city|n:size|n:kind", "20|Rome|1|0", "-|Oslo|2|2", "40|Rome|3|-", "60|-|4|2"}},
		"one-hot": {table.OneHot{Absent: table.AbsentZeros, DropFirst: true}, []string{"n:age|n:city_Rome|n:size|n:kind_b", "20|1|1|1", "-|0|2|0", "40|1|3|0", "60|0|4|0"}},
		"one-hot, given": {table.OneHot{Columns: []string{"size"}, Categories: map[string][]string{"size": {"4", "9"}}, Unseen: table.UnseenZeros},
			[]string{"n:age|c:city|n:size_4|n:size_9|c:kind", "20|Rome|0|0|b", "-|Oslo|0|0|a", "40|Rome|0|0|-", "60|-|1|0|a"}},
		"min-max": {table.MinMaxScale{}, []string{"n:age|c:city|n:size|c:kind", "0|Rome|0|b", "-|Oslo|0.3333333333333333|a", "0.5|Rome|0.6666666666666666|-", "1|-|1|a"}},
		"select":  {table.Select{Columns: []string{"size", "age"}}, []string{"n:size|n:age", "1|20", "2|-", "3|40", "4|60"}},
	} {
		if got := cells(must(table.NewPipeline(c.step).FitTransform(people(t, known)))(t)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestFitErrors(t *testing.T) {
	empty := must(people(t, known).With(table.NewNumbers("none", []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()})))(t)
	huge := must(table.New(table.NewNumbers("x", []float64{-math.MaxFloat64, math.MaxFloat64})))(t)
	city, none := []string{"city"}, []string{"none"}
	for name, c := range map[string]struct {
		step table.Step
		want []string
	}{
		"no column":            {table.Impute{Columns: []string{"Age"}, Strategy: table.Mean}, []string{"table: step 1, Impute", `no column "Age"`, "age, city"}},
		"no strategy":          {table.Impute{}, []string{"no Strategy", "median"}},
		"unknown strategy":     {table.Impute{Strategy: "average"}, []string{`"average" is not known`, "mean"}},
		"mean of categories":   {table.Impute{Columns: city, Strategy: table.Mean}, []string{`column "city" holds categories`, "Rome", "most_frequent"}},
		"mean of nothing":      {table.Impute{Columns: none, Strategy: table.Mean}, []string{`column "none" has no value in any of the 4 rows`, "constant"}},
		"mode of nothing":      {table.Impute{Columns: none, Strategy: table.MostFrequent}, []string{"no most frequent"}},
		"no text":              {table.Impute{Columns: city, Strategy: table.Constant, Number: 1}, []string{`column "city" holds categories`, "Text"}},
		"infinite constant":    {table.Impute{Strategy: table.Constant, Number: math.Inf(1)}, []string{"must be finite"}},
		"missing category":     {table.OneHot{Columns: city}, []string{"OneHot", `column "city" has no value in row 3`, "Impute", "Absent"}},
		"no categories":        {table.OneHot{Columns: none}, []string{`column "none" has no value in any of the 4 rows`}},
		"too many categories":  {table.OneHot{Columns: city, MaxCategories: 1}, []string{`column "city" has 2 different values`, "MaxCategories (1)"}},
		"unseen in training":   {table.OneHot{Columns: city, Categories: map[string][]string{"city": {"Oslo"}}}, []string{`"Rome" in row 0`, "(Oslo)"}},
		"a category twice":     {table.Ordinal{Columns: city, Categories: map[string][]string{"city": {"a", "a"}}}, []string{`"a" is there twice`}},
		"an empty category":    {table.Ordinal{Columns: city, Categories: map[string][]string{"city": {""}}}, []string{"a category is empty"}},
		"categories elsewhere": {table.Ordinal{Columns: city, Categories: map[string][]string{"kind": {"a"}}}, []string{`Categories has the column "kind"`}},
		"policy of Ordinal":    {table.OneHot{Columns: city, Unseen: table.UnseenMissing}, []string{`Unseen is "missing"`, "zeros"}},
		"policy of OneHot":     {table.Ordinal{Columns: city, Unseen: table.UnseenZeros}, []string{`Unseen is "zeros"`, "missing"}},
		"policy of nobody":     {table.OneHot{Columns: city, Absent: "ignore"}, []string{`Absent is "ignore"`}},
		"scale categories":     {table.StandardScale{Columns: city}, []string{`column "city" holds categories`, "numbers are wanted"}},
		"scale nothing":        {table.MinMaxScale{Columns: none}, []string{`column "none" has no value`}},
		"low above high":       {table.MinMaxScale{Low: 2, High: 1}, []string{"Low must be less than High"}},
		"select nothing":       {table.Select{}, []string{"no column is named"}},
		"select twice":         {table.Select{Columns: []string{"age", "age"}}, []string{`both named "age"`}},
		"drop what is not":     {table.Drop{Columns: []string{"Age"}}, []string{`no column "Age"`}},
		"drop everything":      {table.Drop{Columns: empty.Names()}, []string{"at least one column"}},
	} {
		p := fitted(t, known, table.Select{Columns: []string{"size"}})
		wantError(t, table.NewPipeline(c.step).Fit(empty), c.want...)
		if t.Failed() {
			t.Fatal(name)
		}
		wantError(t, p.Fit(people(t, "a\n1\n")), `no column "size"`)
		if !slices.Equal(p.Features(), []string{"size"}) {
			t.Error("a failed Fit changed the pipeline")
		}
	}
	wantError(t, table.NewPipeline(table.StandardScale{}).Fit(huge), `column "x" cannot be scaled`, "too large")
	wantError(t, table.NewPipeline(table.MinMaxScale{}).Fit(huge), `column "x" cannot be scaled`)
	taken := must(people(t, known).With(table.NewNumbers("city_Oslo", make([]float64, 4))))(t)
	wantError(t, table.NewPipeline(table.OneHot{Columns: city, Absent: table.AbsentZeros}).Fit(taken), `both named "city_Oslo"`)
}

func TestTransformErrors(t *testing.T) {
	_, err := table.NewPipeline(table.Ordinal{}).Transform(people(t, known))
	wantError(t, err, "table: Transform needs a fitted pipeline", "Fit")
	p := fitted(t, known, table.Select{Columns: []string{"age", "city"}}, table.Impute{Columns: []string{"city"}, Strategy: table.MostFrequent},
		table.OneHot{Columns: []string{"city"}}, table.StandardScale{Columns: []string{"age"}})
	_, err = p.Transform(people(t, "city,size\nRome,2\n"))
	wantError(t, err, "lacks: age", "it has city, size")
	_, err = p.Transform(people(t, "age,city\n1,Rome\n2,Bonn\n"))
	wantError(t, err, "table: step 3, OneHot", `column "city" has "Bonn" in row 1`, "(Oslo, Rome)", "Unseen")
	_, err = p.Transform(people(t, "age,city\n1,Rome\nforty,Rome\n"))
	wantError(t, err, "step 4, StandardScale", `column "age" holds categories, row 1 has "forty"`)
	_, err = p.Transform(people(t, "age,city\n1,7\n"))
	wantError(t, err, `column "city" has "7" in row 0`)
}

// TestKindsAtPredictTime: a file of few rows may look otherwise than the training rows did.
func TestKindsAtPredictTime(t *testing.T) {
	p := fitted(t, "code,age,class\nA1,20,1\n7,30,2\n", table.Ordinal{Columns: []string{"code"}}, table.OneHot{Columns: []string{"class"}},
		table.Impute{Columns: []string{"age", "code"}, Strategy: table.Median})
	got := cells(must(p.Transform(people(t, "code,age,class\n7,,2\n")))(t))
	if want := []string{"n:code|n:age|n:class_1|n:class_2", "0|25|0|1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := must(p.Transform(people(t, "code,age,class\n")))(t); got.Len() != 0 || !slices.Equal(got.Names(), p.Features()) {
		t.Errorf("no rows become %v", got)
	}
	// A category that looks like a number is one in a file without others; among texts, it is told from its like.
	zip := fitted(t, "zip\n00501\nK1A\n501\n07\n", table.Ordinal{})
	for csv, want := range map[string][]string{"zip\n00501\nK1A\n501\n07\n": {"n:zip", "0", "3", "2", "1"}, "zip\n00501\n7\n": {"n:zip", "2", "1"}} {
		if got := cells(must(zip.Transform(people(t, csv)))(t)); !slices.Equal(got, want) {
			t.Errorf("%q becomes %q, want %q", csv, got, want)
		}
	}
	_, err := zip.Transform(people(t, "zip\n7\nK1A\n"))
	wantError(t, err, `"7" in row 0`)
	signs := people(t, "v\n0\n-0\n1\n-0\n")
	if got := cells(must(table.NewPipeline(table.OneHot{Columns: []string{"v"}}).FitTransform(signs))(t)); !slices.Equal(got, []string{"n:v_0|n:v_1", "1|0", "1|0", "0|1", "1|0"}) {
		t.Errorf("signs of zero become %q", got)
	}
	texts := must(table.New(table.NewCategories("code", []string{"A1"}), table.NewCategories("age", []string{"26"}), table.NewCategories("class", []string{"1"})))(t)
	if got := cells(must(p.Transform(texts))(t)); got[1] != "1|26|1|0" {
		t.Errorf("texts become %q", got)
	}
}

// steps is one of each, with every option that has an effect.
func steps() []table.Step {
	return []table.Step{
		table.Select{Columns: []string{"size", "kind", "city", "age"}},
		table.Drop{Columns: []string{"size"}},
		table.Impute{Columns: []string{"age"}, Strategy: table.Mean, Indicator: true},
		table.Impute{Columns: []string{"city"}, Strategy: table.Constant, Text: "nowhere"},
		table.OneHot{Columns: []string{"city"}, DropFirst: true, Unseen: table.UnseenZeros, Absent: table.AbsentCategory, MaxCategories: 5},
		table.Ordinal{Columns: []string{"kind"}, Categories: map[string][]string{"kind": {"b", "a"}}, Unseen: table.UnseenMissing},
		table.StandardScale{Columns: []string{"age"}},
		table.MinMaxScale{Columns: []string{"kind"}, Low: -1, High: 1, Clip: true},
	}
}

func TestSaveAndLoad(t *testing.T) {
	for name, p := range map[string]*table.Pipeline{
		"all steps": fitted(t, known, steps()...),
		"none":      fitted(t, known),
		"titanic":   titanic.Features(),
	} {
		tab := people(t, known)
		if name == "titanic" {
			tab = must(titanic.Load())(t)
			if err := p.Fit(tab.Rows(span(0, 500))); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(t.TempDir(), "pipeline.json")
		if err := p.Save(path); err != nil {
			t.Fatal(err)
		}
		loaded, err := table.LoadPipeline(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := cells(must(loaded.Transform(tab))(t)), cells(must(p.Transform(tab))(t)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if loaded.String() != p.String() || !slices.Equal(loaded.Inputs(), p.Inputs()) || !slices.Equal(loaded.Features(), p.Features()) {
			t.Errorf("%s: %s and %s", name, loaded, p)
		}
		// The options are there too: it can be fitted anew.
		if err := loaded.Fit(tab); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := table.NewPipeline().Save(filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "fitted") {
		t.Errorf("saving what is not fitted: %v", err)
	}
}

func TestLoadErrors(t *testing.T) {
	good, err := json.Marshal(fitted(t, known, steps()...))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, replacement, want string }{
		{`"format":"lumen table pipeline"`, `"format":"pickle"`, `its format is "pickle"`},
		{`"version":1`, `"version":2`, "version 2, this program reads version 1"},
		{`"version":1`, `"version":1,"more":3`, "unknown field"},
		{`{"drop":`, `{"delete":`, `step 2 of the pipeline: "delete" is no step`},
		{`{"drop":`, `{"ordinal":{},"drop":`, "an object of 2 members"},
		{`"strategy":"mean"`, `"strategy":"mode"`, `"mode" is not known`},
		{`"strategy":"mean"`, `"strategy":7`, "cannot unmarshal"},
		{`"kind":"number"`, `"kind":"date"`, `"date"`},
		{`"text":"nowhere"}]`, `"text":""}]`, "there is no text"},
		{`"unseen":"zeros"`, `"unseen":"guess"`, `Unseen is "guess"`},
		{`"categories":["Oslo","Rome","nowhere"]`, `"categories":["Oslo","Oslo"]`, "there twice"},
		{`"categories":["Oslo","Rome","nowhere"]`, `"categories":[]`, "no categories"},
		{`"categories":["Oslo","Rome","nowhere"]`, `"categories":["Oslo","Rome"]`, "does not fit together"},
		{`"scale":`, `"scale":-`, "cannot be scaled"},
		{`"scale":`, `"stretch":`, "unknown field"},
		{`"min":0`, `"min":2`, "cannot be scaled"},
		{`"low":-1`, `"low":1`, "Low must be less"},
		{`"inputs":["size"`, `"inputs":["size","size"`, `both named "size"`},
		{`"inputs":["size",`, `"inputs":[`, `no column "size"`},
		{`"features":[`, `"features":["size",`, "its steps make the features"},
		{`"column":"age","mean"`, `"column":"size","mean"`, `no column "size"`},
	} {
		text := strings.Replace(string(good), c.old, c.replacement, 1)
		if text == string(good) {
			t.Fatalf("%s is not in %s", c.old, good)
		}
		p := fitted(t, known)
		wantError(t, json.Unmarshal([]byte(text), p), c.want)
		if len(p.Features()) != 4 {
			t.Errorf("%s: a failed load changed the pipeline", c.replacement)
		}
	}
	dir := t.TempDir()
	for name, c := range map[string]struct{ text, want string }{
		"empty":   {"", "unexpected end"},
		"cut":     {string(good[:len(good)/2]), "unexpected end"},
		"twice":   {string(good) + string(good), "after top-level value"},
		"array":   {"[]", "no pipeline"},
		"null":    {"null", "no pipeline"},
		"nothing": {"{}", "no pipeline"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := table.LoadPipeline(path)
		wantError(t, err, path, c.want)
	}
	_, err = table.LoadPipeline(filepath.Join(dir, "none"))
	wantError(t, err, "none")
}

func FuzzPipeline(f *testing.F) {
	p := table.NewPipeline(steps()...)
	tab, err := table.Read(strings.NewReader(known), table.ReadOptions{})
	if err == nil {
		err = p.Fit(tab)
	}
	if err != nil {
		f.Fatal(err)
	}
	good, err := json.Marshal(p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"format":"lumen table pipeline","version":1,"inputs":["a"],"steps":[{"one_hot":{"options":{},"fitted":[{"column":"a","categories":["b"]}]}}],"features":["a_b"]}`))
	f.Add([]byte(`{"format":"lumen table pipeline","version":1,"inputs":[],"steps":[],"features":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var p table.Pipeline
		if json.Unmarshal(text, &p) != nil {
			return
		}
		again, err := json.Marshal(&p)
		if err != nil {
			t.Fatal(err)
		}
		var q table.Pipeline
		if err := json.Unmarshal(again, &q); err != nil {
			t.Fatalf("%s, written as %s: %v", text, again, err)
		}
		if p.String() != q.String() || !slices.Equal(p.Features(), q.Features()) {
			t.Fatalf("%s\nand\n%s", &p, &q)
		}
		_, _ = p.Transform(tab)
	})
}

// TestTransformInParallel is for the race detector.
func TestTransformInParallel(t *testing.T) {
	p, tab := fitted(t, known, steps()...), people(t, known)
	want := cells(must(p.Transform(tab))(t))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := p.Transform(tab)
			if err != nil || !slices.Equal(cells(got), want) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
	group.Wait()
}
