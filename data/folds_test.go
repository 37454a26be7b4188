package data_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
)

// labelled makes the given number of each label from 0, mixed.
func labelled(counts ...int) []int64 {
	var labels []int64
	for left := slices.Clone(counts); slices.Max(left) > 0; {
		for k := range left {
			if left[k] > 0 {
				left[k]--
				labels = append(labels, int64(k))
			}
		}
	}
	return labels
}

// tally counts the labels of the items.
func tally(labels []int64, items []int, classes int) []int {
	counts := make([]int, classes)
	for _, i := range items {
		counts[labels[i]]++
	}
	return counts
}

// partition fails the test unless the two rise and hold each of the items 0 to n-1 once.
func partition(t *testing.T, n int, train, test []int) {
	t.Helper()
	all := slices.Concat(train, test)
	slices.Sort(all)
	for i, item := range all {
		if i != item {
			t.Fatalf("item %d is missing or there twice", i)
		}
	}
	if len(all) != n || !slices.IsSorted(train) || !slices.IsSorted(test) {
		t.Fatalf("%d items of %d, or not in order", len(all), n)
	}
}

func TestStratifiedSplit(t *testing.T) {
	for _, c := range []struct {
		counts []int
		test   float64
		want   []int // tested on
	}{
		{[]int{549, 342}, 0.2, []int{110, 69}},
		{[]int{10, 10, 10}, 0.1, []int{1, 1, 1}},
		{[]int{10, 10, 10}, 0.34, []int{4, 4, 3}},
		{[]int{7, 3}, 0.5, []int{4, 1}},
		{[]int{97, 3}, 0.1, []int{9, 1}},  // 0.3 of an item are one
		{[]int{97, 3}, 0.9, []int{88, 2}}, // and one is left to train on
		{[]int{30}, 0.1, []int{3}},
		{[]int{2}, 0.01, []int{1}},
	} {
		labels := labelled(c.counts...)
		train, test, err := data.StratifiedSplit(labels, 5, c.test)
		if err != nil {
			t.Errorf("%v, %g: %v", c.counts, c.test, err)
			continue
		}
		partition(t, len(labels), train, test)
		got := tally(labels, test, len(c.counts))
		if !slices.Equal(got, c.want) {
			t.Errorf("%v, %g: %v are tested on, want %v", c.counts, c.test, got, c.want)
		}
		again, _, _ := data.StratifiedSplit(labels, 5, c.test)
		other, _, _ := data.StratifiedSplit(labels, 6, c.test)
		if !slices.Equal(train, again) || len(labels) > 10 && slices.Equal(train, other) {
			t.Errorf("%v, %g: the seed does not decide", c.counts, c.test)
		}
	}
}

func TestKFold(t *testing.T) {
	for _, c := range []struct {
		labels []int64
		k      int
	}{{labelled(549, 342), 5}, {labelled(7, 9, 11), 7}, {labelled(3, 3, 3), 3}, {labelled(10), 10}} {
		classes := int(slices.Max(c.labels)) + 1
		for _, stratified := range []bool{true, false} {
			folds, err := data.KFold(len(c.labels), c.k, 1)
			if stratified {
				folds, err = data.StratifiedKFold(c.labels, c.k, 1)
			}
			if err != nil || len(folds) != c.k {
				t.Fatalf("%d folds, %v", len(folds), err)
			}
			var tested []int
			least, most := make([]int, classes), make([]int, classes)
			for i, f := range folds {
				partition(t, len(c.labels), f.Train, f.Test)
				if low := len(c.labels) / c.k; len(f.Test) < low || len(f.Test) > low+1 {
					t.Errorf("fold %d tests on %d of %d items", i, len(f.Test), len(c.labels))
				}
				tested = append(tested, f.Test...)
				for k, n := range tally(c.labels, f.Test, classes) {
					if least[k] = min(least[k], n); i == 0 {
						least[k] = n
					}
					most[k] = max(most[k], n)
				}
			}
			partition(t, len(c.labels), nil, slices.Sorted(slices.Values(tested)))
			for k := range classes {
				if stratified && most[k]-least[k] > 1 {
					t.Errorf("label %d is %d to %d times in a fold", k, least[k], most[k])
				}
			}
		}
	}
	a, _ := data.StratifiedKFold(labelled(20, 20), 4, 1)
	b, _ := data.StratifiedKFold(labelled(20, 20), 4, 1)
	c, _ := data.StratifiedKFold(labelled(20, 20), 4, 2)
	if !slices.Equal(a[0].Test, b[0].Test) || slices.Equal(a[0].Test, c[0].Test) {
		t.Error("the seed does not decide")
	}
}

func TestFoldErrors(t *testing.T) {
	split := func(labels []int64, test float64) error {
		_, _, err := data.StratifiedSplit(labels, 1, test)
		return err
	}
	folds := func(labels []int64, k int) error {
		_, err := data.StratifiedKFold(labels, k, 1)
		return err
	}
	_, few := data.KFold(3, 4, 1)
	_, one := data.KFold(3, 1, 1)
	for _, c := range []struct {
		err  error
		want string
	}{
		{split(labelled(5, 5), 0), "between 0 and 1"},
		{split(labelled(5, 5), 1), "between 0 and 1"},
		{split(nil, 0.5), "one part would be empty"},
		{split(labelled(1), 0.5), "one part would be empty"},
		{split(labelled(5, 1), 0.5), "label 1 has a single item"},
		{split(labelled(5, 5, 5), 0.1), "15 items into 13 and 2: there are 3 labels"},
		{split(labelled(5, 5, 5), 0.9), "15 items into 1 and 14: there are 3 labels"},
		{folds(labelled(5, 3), 4), "label 1 has 3 items"},
		{few, "3 items into 4 folds"},
		{one, "at least 2 folds"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error is %v, want it to say %q", c.err, c.want)
		}
	}
}
