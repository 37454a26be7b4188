package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Fold is one division of items into those to train on and those to test on, each in rising order.
type Fold struct{ Train, Test []int }

// StratifiedSplit divides the items 0 to len(labels)-1 at random into those to train on and those to test on, each in
// rising order, so that every label has, give or take one item, the same part of both. The fraction test of the items,
// rounded up, is tested on. Where a label's part is no whole number, the labels with the largest remainders get the
// items that are left. The same seed gives the same division.
//
// It is an error if a part would be empty, or if a label has a single item or there are fewer test or training items
// than labels, as then not every label is in both parts; equal labels make a split without strata.
func StratifiedSplit(labels []int64, seed uint64, test float64) (train, tested []int, err error) {
	if !(test > 0 && test < 1) {
		return nil, nil, fmt.Errorf("data: StratifiedSplit with %g of the items to test on: the fraction must lie between 0 and 1", test)
	}
	n := len(labels)
	size := int(math.Ceil(test*float64(n) - 1e-9)) // 0.1 of 30 is 3 though the product is above it
	strata := stratify(labels)
	if size == 0 || size == n {
		return nil, nil, fmt.Errorf("data: StratifiedSplit of %d items with %g of them to test on: one part would be empty", n, test)
	}
	for _, s := range strata {
		if len(s) < 2 && n > 1 && len(strata) > 1 {
			return nil, nil, fmt.Errorf("data: StratifiedSplit: label %d has a single item, which cannot be in both parts", labels[s[0]])
		}
	}
	if size < len(strata) || n-size < len(strata) {
		return nil, nil, fmt.Errorf("data: StratifiedSplit of %d items into %d and %d: there are %d labels, and each is to be in both parts",
			n, n-size, size, len(strata))
	}
	rng := Stream(seed, 0, splitStream)
	for k, count := range apportion(strata, size) {
		shuffle(rng, strata[k])
		tested = append(tested, strata[k][:count]...)
		train = append(train, strata[k][count:]...)
	}
	slices.Sort(train)
	slices.Sort(tested)
	return train, tested, nil
}

// KFold divides the items 0 to n-1 at random into k parts of the same size, give or take one. Fold i tests on part i and
// trains on the others.
func KFold(n, k int, seed uint64) ([]Fold, error) {
	if err := checkFolds("KFold", n, k); err != nil {
		return nil, err
	}
	return deal(make([]int64, n), k, seed), nil
}

// StratifiedKFold is [KFold] with, give or take one item, the same number of each label in every part. A label with
// fewer than k items is an error: some part would have none of it.
func StratifiedKFold(labels []int64, k int, seed uint64) ([]Fold, error) {
	if err := checkFolds("StratifiedKFold", len(labels), k); err != nil {
		return nil, err
	}
	for _, s := range stratify(labels) {
		if len(s) < k {
			return nil, fmt.Errorf("data: StratifiedKFold into %d folds: label %d has %d items, and every fold is to test on one; make fewer folds, or use KFold",
				k, labels[s[0]], len(s))
		}
	}
	return deal(labels, k, seed), nil
}

func checkFolds(op string, n, k int) error {
	if k < 2 || k > n {
		return fmt.Errorf("data: %s of %d items into %d folds: there must be at least 2 folds and an item for each", op, n, k)
	}
	return nil
}

// deal shuffles the items of each label and gives them out in turn, one label after the other.
func deal(labels []int64, k int, seed uint64) []Fold {
	rng := Stream(seed, 0, splitStream)
	part := make([]int, len(labels))
	next := 0
	for _, s := range stratify(labels) {
		shuffle(rng, s)
		for _, i := range s {
			part[i] = next
			next = (next + 1) % k
		}
	}
	folds := make([]Fold, k)
	for i, p := range part {
		for f := range folds {
			if f == p {
				folds[f].Test = append(folds[f].Test, i)
			} else {
				folds[f].Train = append(folds[f].Train, i)
			}
		}
	}
	return folds
}

// stratify returns the items of each label in rising order, by rising label.
func stratify(labels []int64) [][]int {
	by := map[int64][]int{}
	for i, label := range labels {
		by[label] = append(by[label], i)
	}
	names := make([]int64, 0, len(by))
	for label := range by {
		names = append(names, label)
	}
	slices.Sort(names)
	strata := make([][]int, len(names))
	for k, label := range names {
		strata[k] = by[label]
	}
	return strata
}

// apportion divides size among the strata by their lengths: each gets its part rounded down, and what is left goes to
// those with the largest remainders, one each. A stratum that would get nothing, or everything, gives or takes one with
// the stratum that has the most to give.
func apportion(strata [][]int, size int) []int {
	total := 0
	for _, s := range strata {
		total += len(s)
	}
	counts, order := make([]int, len(strata)), make([]int, len(strata))
	left := size
	for k, s := range strata {
		counts[k] = len(s) * size / total
		left -= counts[k]
		order[k] = k
	}
	remainder := func(k int) int { return len(strata[k]) * size % total }
	slices.SortStableFunc(order, func(a, b int) int { return remainder(b) - remainder(a) })
	for _, k := range order[:left] {
		counts[k]++
	}
	if len(strata) == 1 {
		return counts
	}
	for k, s := range strata {
		for counts[k] == 0 {
			most := 0
			for j := range counts {
				if counts[j] > counts[most] {
					most = j
				}
			}
			counts[most]--
			counts[k]++
		}
		for counts[k] == len(s) {
			most := 0
			for j := range counts {
				if len(strata[j])-counts[j] > len(strata[most])-counts[most] {
					most = j
				}
			}
			counts[most]++
			counts[k]--
		}
	}
	return counts
}

func shuffle(rng *rand.Rand, items []int) {
	rng.Shuffle(len(items), func(a, b int) { items[a], items[b] = items[b], items[a] })
}
