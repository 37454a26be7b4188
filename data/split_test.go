package data_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
)

// members are the labels of a dataset in order.
func members(t *testing.T, ds data.Dataset) []int {
	t.Helper()
	out := make([]int, ds.Len())
	for i := range out {
		_, y, err := ds.Item(i, data.Stream(0, 0, i))
		if err != nil {
			t.Fatal(err)
		}
		out[i] = int(tensor.Data[int64](y)[0])
	}
	return out
}

func TestSplit(t *testing.T) {
	ds := inMemory(20)
	for _, c := range []struct {
		sizes []int
		want  string
	}{{[]int{12, 5, 3}, "[12 5 3]"}, {[]int{-1, 5}, "[15 5]"}, {[]int{0, 20, -1}, "[0 20 0]"}} {
		parts, err := data.Split(ds, 1, c.sizes...)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := data.Split(ds, 1, c.sizes...)
		other, _ := data.Split(ds, 2, c.sizes...)
		var sizes, all []int
		same := true
		for k, p := range parts {
			m := members(t, p)
			if !slices.Equal(m, members(t, again[k])) {
				t.Errorf("%v: the same seed gives another part %d", c.sizes, k)
			}
			same = same && slices.Equal(m, members(t, other[k]))
			sizes = append(sizes, p.Len())
			all = append(all, m...)
		}
		if fmt.Sprint(sizes) != c.want {
			t.Errorf("%v gives sizes %v, want %s", c.sizes, sizes, c.want)
		}
		if same || slices.IsSorted(all) {
			t.Errorf("%v: not random: %v", c.sizes, all)
		}
		slices.Sort(all)
		for i, m := range all {
			if i != m {
				t.Fatalf("%v: not a partition: %v", c.sizes, all)
			}
		}
	}
}

func TestSplitFractions(t *testing.T) {
	for _, c := range []struct {
		n         int
		fractions []float64
		want      string
	}{
		{100, []float64{0.29, 0.71}, "[29 71]"},
		{10, []float64{0.8, 0.1, 0.1}, "[8 1 1]"},
		{10, []float64{1. / 3, 1. / 3, 1. / 3}, "[4 3 3]"},
		{5, []float64{0.5, 0.25, 0.25}, "[3 1 1]"}, // sizes 2 1 1, one left over
		{2, []float64{0, 1}, "[0 2]"},
	} {
		parts, err := data.SplitFractions(inMemory(c.n), 3, c.fractions...)
		if err != nil {
			t.Fatal(err)
		}
		var sizes []int
		for _, p := range parts {
			sizes = append(sizes, p.Len())
		}
		if fmt.Sprint(sizes) != c.want {
			t.Errorf("%d items by %v: %v, want %s", c.n, c.fractions, sizes, c.want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	ds := inMemory(10)
	for want, f := range map[string]func() ([]data.Dataset, error){
		"add up to 9, the set has 10":        func() ([]data.Dataset, error) { return data.Split(ds, 1, 4, 5) },
		"the set has 10 items only":          func() ([]data.Dataset, error) { return data.Split(ds, 1, 4, 7) },
		"one size may be -1":                 func() ([]data.Dataset, error) { return data.Split(ds, 1, -1, -1) },
		"and none smaller":                   func() ([]data.Dataset, error) { return data.Split(ds, 1, -2, 4) },
		"they add up to 0, the set has 10":   func() ([]data.Dataset, error) { return data.Split(ds, 1) },
		"add up to 0.9 and must add up to 1": func() ([]data.Dataset, error) { return data.SplitFractions(ds, 1, 0.4, 0.5) },
		"they must be at least 0":            func() ([]data.Dataset, error) { return data.SplitFractions(ds, 1, -0.5, 1.5) },
	} {
		if parts, err := f(); err == nil || parts != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v", want, parts, err)
		}
	}
}

func TestSubset(t *testing.T) {
	idx := []int{3, 1, 3}
	for _, ds := range []data.Dataset{inMemory(5), numbers{n: 5}} {
		s := data.Subset(ds, idx)
		if got := members(t, s); !slices.Equal(got, []int{3, 1, 3}) {
			t.Errorf("%T: items %v", ds, got)
		}
		_, whole := ds.(data.Collector)
		if _, part := s.(data.Collector); part != whole {
			t.Errorf("%T is a Collector: %t, its subset: %t", ds, whole, part)
		}
		b := epoch(t, data.NewLoader(s, data.LoaderOptions{BatchSize: 2}))
		if len(b) != 2 || !strings.HasPrefix(b[0], "[0 1] ") || !strings.HasSuffix(b[0], "[2] [3 1]") {
			t.Errorf("%T: batches %v", ds, b)
		}
	}
}
