package data

import (
	"fmt"
	"math"
	"slices"
)

// Split divides ds at random into disjoint parts of the given sizes, which must add up to ds.Len(); one of them may be
// -1 and is then the rest. The same seed gives the same parts.
func Split(ds Dataset, seed uint64, sizes ...int) ([]Dataset, error) {
	wantDataset("Split", ds)
	n := ds.Len()
	parts := slices.Clone(sizes)
	rest, sum := -1, 0
	for i, s := range parts {
		switch {
		case s == -1 && rest < 0:
			rest = i
		case s < 0:
			return nil, fmt.Errorf("data: Split into sizes %v: one size may be -1 and none smaller", sizes)
		case s > n-sum:
			return nil, fmt.Errorf("data: Split into sizes %v: the set has %d items only", sizes, n)
		default:
			sum += s
		}
	}
	switch {
	case rest >= 0:
		parts[rest] = n - sum
	case sum != n:
		return nil, fmt.Errorf("data: Split into sizes %v: they add up to %d, the set has %d items; let one size be -1 for the rest",
			sizes, sum, n)
	}
	order := Stream(seed, 0, splitStream).Perm(n)
	sets := make([]Dataset, len(parts))
	for i, s := range parts {
		sets[i] = Subset(ds, order[:s])
		order = order[s:]
	}
	return sets, nil
}

// SplitFractions is [Split] by fractions of ds.Len(), which are at least 0 and add up to 1. Sizes are rounded down;
// what is left over goes to the first parts, one item each, as in PyTorch's random_split.
func SplitFractions(ds Dataset, seed uint64, fractions ...float64) ([]Dataset, error) {
	wantDataset("SplitFractions", ds)
	sum := 0.0
	for _, f := range fractions {
		if !(f >= 0) {
			return nil, fmt.Errorf("data: Split into fractions %v: they must be at least 0", fractions)
		}
		sum += f
	}
	if !(math.Abs(sum-1) < 1e-6) {
		return nil, fmt.Errorf("data: Split into fractions %v: they add up to %g and must add up to 1", fractions, sum)
	}
	n := ds.Len()
	sizes, left := make([]int, len(fractions)), n
	for i, f := range fractions {
		sizes[i] = min(int(f*float64(n)), left)
		left -= sizes[i]
	}
	for i := 0; left > 0; i = (i + 1) % len(sizes) {
		sizes[i]++
		left--
	}
	return Split(ds, seed, sizes...)
}
