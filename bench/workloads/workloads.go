package workloads

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Workload is one thing that is timed.
type Workload struct {
	Name   string
	Note   string  // one line: what a call does
	Items  float64 // of work in a call
	Unit   string  // of an item: sample, flop, element, op
	Longer int     // how many times the usual measuring time it needs; 0 means 1
	Memory bool    // peak memory of 20 steps is reported, and no time

	make  func() (func(), error)
	train func() *training // nil where nothing is trained
}

// Make prepares the workload and returns the call to time.
func (w Workload) Make() (func(), error) {
	if w.train != nil {
		return w.train().call, nil
	}
	return w.make()
}

// All returns the workloads in the order they are listed and run in.
func All() []Workload {
	return slices.Concat(trainings(), inferences(), products(), elementwise(), overheads(), images(), loaders(), memories())
}

// Select returns the workloads of All that names mean: a name that is not a workload's
// is taken as the beginning of one or more. No names mean all. A name that means
// nothing is an error with the nearest name.
func Select(all []Workload, names []string) ([]Workload, error) {
	if len(names) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		found := false
		exact := slices.ContainsFunc(all, func(w Workload) bool { return w.Name == name })
		for _, w := range all {
			if w.Name == name || !exact && name != "" && strings.HasPrefix(w.Name, name) {
				wanted[w.Name] = true
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("there is no workload %q; did you mean %q?", name, nearest(all, name))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(w Workload) bool { return !wanted[w.Name] }), nil
}

// nearest returns the name with the fewest changed, added and dropped letters.
func nearest(all []Workload, name string) string {
	return slices.MinFunc(all, func(a, b Workload) int { return cmp.Compare(distance(a.Name, name), distance(b.Name, name)) }).Name
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
