package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Description sums up a table, a column at a time.
type Description struct {
	Rows    int
	Columns []Summary
}

// Summary sums up one column; missing values are counted and otherwise left out.
type Summary struct {
	Name    string
	Kind    Kind
	Count   int // values
	Missing int // rows without one

	// Of a Number column. NaN where there is no value, Std also where there is one only.
	Mean, Std                float64 // Std divides by Count-1
	Min, Q1, Median, Q3, Max float64 // quartiles are interpolated linearly, as NumPy and pandas do unless told otherwise

	// Of a Category column.
	Unique   int    // different values
	Top      string // the most frequent one, the first in order among equals; "" without values
	TopCount int    // how often it is there
}

// Describe sums up every column, as pandas' describe does.
func (t *Table) Describe() Description {
	d := Description{Rows: t.rows, Columns: make([]Summary, len(t.columns))}
	for i, c := range t.columns {
		d.Columns[i] = c.summary()
	}
	return d
}

func (c *Column) summary() Summary {
	s := Summary{Name: c.name, Kind: c.kind}
	if c.kind == Category {
		counts := c.counts()
		for _, n := range counts {
			s.Count += n
			if n > 0 {
				s.Unique++
			}
		}
		if top := c.mostFrequent(counts); top >= 0 {
			s.Top, s.TopCount = c.categories[top], counts[top]
		}
		s.Missing = len(c.codes) - s.Count
		return s
	}
	values := c.present()
	s.Count = len(values)
	s.Missing = len(c.numbers) - s.Count
	mean, squares := moments(values)
	s.Mean, s.Std = mean, math.NaN()
	if s.Count > 1 {
		s.Std = math.Sqrt(squares / float64(s.Count-1))
	}
	slices.Sort(values)
	s.Min, s.Q1, s.Median, s.Q3, s.Max = quantile(values, 0), quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75), quantile(values, 1)
	return s
}

// mostFrequent returns the code that most rows have, the one whose text is first in order among equals; -1 if no row
// has one.
func (c *Column) mostFrequent(counts []int) int {
	top := -1
	for code, n := range counts {
		if n > 0 && (top < 0 || n > counts[top] || n == counts[top] && c.categories[code] < c.categories[top]) {
			top = code
		}
	}
	return top
}

// moments returns the mean and the sum of squared differences from it; the mean of nothing is NaN. The second pass
// takes back what rounding of the mean adds: the corrected two-pass algorithm of Chan, Golub, LeVeque, "Algorithms for
// computing the sample variance", 1983. Where the sum is beyond float64, the mean is summed from the values' parts.
func moments(values []float64) (mean, squares float64) {
	n := float64(len(values))
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	mean = sum / n
	if math.IsInf(mean, 0) {
		mean = 0
		for _, v := range values {
			mean += v / n
		}
	}
	rest := 0.0
	for _, v := range values {
		d := v - mean
		squares += d * d
		rest += d
	}
	if math.IsInf(squares, 0) {
		return mean, squares
	}
	return mean, squares - rest*rest/n
}

// quantile interpolates linearly in sorted values; NaN if there are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := at - float64(low)
	return sorted[low]*(1-part) + sorted[low+1]*part
}

// String is the description as two tables for reading, of numbers and of categories, at most 100 characters wide.
func (d Description) String() string {
	var b strings.Builder
	numbers := [][]string{{"number", "count", "missing", "mean", "std", "min", "25%", "50%", "75%", "max"}}
	categories := [][]string{{"category", "count", "missing", "unique", "times", "most frequent"}}
	for _, s := range d.Columns {
		row := []string{oneLine(s.Name), strconv.Itoa(s.Count), strconv.Itoa(s.Missing)}
		if s.Kind == Category {
			categories = append(categories, append(row, strconv.Itoa(s.Unique), strconv.Itoa(s.TopCount), oneLine(s.Top)))
			continue
		}
		for _, v := range []float64{s.Mean, s.Std, s.Min, s.Q1, s.Median, s.Q3, s.Max} {
			text := "-"
			if !math.IsNaN(v) {
				text = significant(v)
			}
			row = append(row, text)
		}
		numbers = append(numbers, row)
	}
	fmt.Fprintf(&b, "%d rows, %d columns\n", d.Rows, len(d.Columns))
	if len(numbers) > 1 {
		b.WriteString("\n")
		grid(&b, numbers, 0)
	}
	if len(categories) > 1 {
		b.WriteString("\n")
		grid(&b, categories, 0, 5)
	}
	return b.String()
}
