package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a column holds.
type Kind string

const (
	Number   Kind = "number"   // float64
	Category Kind = "category" // one of a set of texts
)

// Column is a named sequence of numbers or of categories, any of which may be missing. It never changes.
type Column struct {
	name       string
	kind       Kind
	numbers    []float64 // of a Number column, NaN where the value is missing
	codes      []int32   // of a Category column: index into categories, -1 where the value is missing
	categories []string  // of a Category column, each once; some may be in no row
}

// NewNumbers returns a column of numbers; NaN is a missing value. The values are copied.
func NewNumbers(name string, values []float64) *Column {
	return &Column{name: name, kind: Number, numbers: slices.Clone(values)}
}

// NewCategories returns a column of categories; "" is a missing value.
func NewCategories(name string, values []string) *Column {
	c := &Column{name: name, kind: Category, codes: make([]int32, len(values))}
	codes := map[string]int32{}
	for i, v := range values {
		if v == "" {
			c.codes[i] = -1
			continue
		}
		code, ok := codes[v]
		if !ok {
			code = int32(len(c.categories))
			codes[v] = code
			c.categories = append(c.categories, v)
		}
		c.codes[i] = code
	}
	return c
}

// Name returns the column's name.
func (c *Column) Name() string { return c.name }

// Kind returns what the column holds.
func (c *Column) Kind() Kind { return c.kind }

// Len returns the number of rows, missing values included.
func (c *Column) Len() int {
	if c.kind == Number {
		return len(c.numbers)
	}
	return len(c.codes)
}

// Missing reports whether row i has no value.
func (c *Column) Missing(i int) bool {
	checkRow("Missing", i, c.Len())
	return c.missing(i)
}

func (c *Column) missing(i int) bool {
	if c.kind == Number {
		return math.IsNaN(c.numbers[i])
	}
	return c.codes[i] < 0
}

// CountMissing returns the number of rows without a value.
func (c *Column) CountMissing() int {
	n := 0
	for i := range c.Len() {
		if c.missing(i) {
			n++
		}
	}
	return n
}

// Text returns the value of row i as text, a number in the shortest form that reads back as the same; "" if it is
// missing.
func (c *Column) Text(i int) string {
	checkRow("Text", i, c.Len())
	switch {
	case c.missing(i):
		return ""
	case c.kind == Number:
		return formatNumber(c.numbers[i])
	}
	return c.categories[c.codes[i]]
}

// Numbers returns a copy of the numbers, NaN where one is missing. Categories are an error, unless all of them are
// written as numbers.
func (c *Column) Numbers() ([]float64, error) {
	n, err := c.as(Number)
	if err != nil {
		return nil, err
	}
	return slices.Clone(n.numbers), nil
}

// Categories returns the different values that occur, as text, in order: numbers by size, texts by their bytes.
func (c *Column) Categories() []string {
	if c.kind == Number {
		values := slices.Clone(c.numbers)
		slices.Sort(values) // NaN first
		for len(values) > 0 && math.IsNaN(values[0]) {
			values = values[1:]
		}
		values = slices.Compact(values)
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = categoryOf(v)
		}
		return texts
	}
	var texts []string
	for code, n := range c.counts() {
		if n > 0 {
			texts = append(texts, c.categories[code])
		}
	}
	slices.Sort(texts)
	return texts
}

// counts returns how many rows have each category.
func (c *Column) counts() []int {
	counts := make([]int, len(c.categories))
	for _, code := range c.codes {
		if code >= 0 {
			counts[code]++
		}
	}
	return counts
}

// as returns the column as one of kind. Numbers become categories by their text; categories become numbers if they all
// are written as such.
func (c *Column) as(kind Kind) (*Column, error) {
	if c.kind == kind {
		return c, nil
	}
	if kind == Category {
		out := &Column{name: c.name, kind: Category, codes: make([]int32, len(c.numbers))}
		codes := map[float64]int32{}
		for i, v := range c.numbers {
			if math.IsNaN(v) {
				out.codes[i] = -1
				continue
			}
			code, ok := codes[v]
			if !ok {
				code = int32(len(out.categories))
				codes[v] = code
				out.categories = append(out.categories, categoryOf(v))
			}
			out.codes[i] = code
		}
		return out, nil
	}
	values := make([]float64, len(c.categories))
	bad := make([]bool, len(c.categories))
	for code, text := range c.categories {
		v, ok := parseNumber(text)
		values[code], bad[code] = v, !ok
	}
	out := &Column{name: c.name, kind: Number, numbers: make([]float64, len(c.codes))}
	for i, code := range c.codes {
		switch {
		case code < 0:
			out.numbers[i] = math.NaN()
		case bad[code]:
			return nil, fmt.Errorf("column %s holds categories, row %d has %s, and numbers are wanted: encode it (OneHot, Ordinal) or drop it",
				quoted(c.name), i, quoted(c.categories[code]))
		default:
			out.numbers[i] = values[code]
		}
	}
	return out, nil
}

// rows returns the rows idx, which exist, in that order. The texts are shared.
func (c *Column) rows(idx []int) *Column {
	out := &Column{name: c.name, kind: c.kind, categories: c.categories}
	if c.kind == Number {
		out.numbers = gather(c.numbers, idx)
	} else {
		out.codes = gather(c.codes, idx)
	}
	return out
}

func gather[T any](values []T, idx []int) []T {
	out := make([]T, len(idx))
	for k, i := range idx {
		out[k] = values[i]
	}
	return out
}

// present returns the numbers that are not missing, in order of rows.
func (c *Column) present() []float64 {
	out := make([]float64, 0, len(c.numbers))
	for _, v := range c.numbers {
		if !math.IsNaN(v) {
			out = append(out, v)
		}
	}
	return out
}

// parseNumber reads a finite decimal number, spaces around it allowed. What strconv takes beyond that (hexadecimal,
// underscores, infinities, NaN) is text.
func parseNumber(s string) (float64, bool) {
	if s == "" {
		return 0, false
	}
	if s[0] == ' ' || s[0] == '\t' || s[len(s)-1] == ' ' || s[len(s)-1] == '\t' {
		s = strings.Trim(s, " \t")
	}
	for i := range len(s) {
		switch b := s[i]; {
		case '0' <= b && b <= '9', b == '.', b == '-', b == '+', b == 'e', b == 'E':
		default:
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// categoryOf is the text of a number that is taken as a category: -0 is 0, as it is for ==.
func categoryOf(v float64) string {
	if v == 0 {
		v = 0
	}
	return formatNumber(v)
}

// formatNumber writes whole numbers as such, others in the shortest form that reads back as the same number.
func formatNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
