package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// StandardScale is a step that takes the training rows' mean away from the numbers of the named columns and divides by
// their standard deviation, which here, as scikit-learn's, divides by the number of values. A column that is constant is
// divided by 1; missing values stay missing. Without Columns it is about every column of numbers, those of a OneHot
// before it included.
type StandardScale struct {
	Columns []string `json:"columns,omitempty"`
	NoMean  bool     `json:"no_mean,omitempty"` // do not take the mean away
	NoStd   bool     `json:"no_std,omitempty"`  // do not divide
}

// MinMaxScale is a step that maps the training rows' least number to Low and their greatest to High, others in
// proportion; both 0 mean 0 and 1. A column that is constant becomes Low. Missing values stay missing. Without Columns it
// is about every column of numbers, those of a OneHot before it included.
type MinMaxScale struct {
	Columns []string `json:"columns,omitempty"`
	Low     float64  `json:"low,omitempty"`
	High    float64  `json:"high,omitempty"`
	Clip    bool     `json:"clip,omitempty"` // numbers beyond the training rows' become Low or High
}

// standard is what a StandardScale has learned of a column: (x - Mean) / Scale.
type standard struct {
	Column string  `json:"column"`
	Mean   float64 `json:"mean"`
	Scale  float64 `json:"scale"`
}

// extent is what a MinMaxScale has learned of a column.
type extent struct {
	Column string  `json:"column"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

type standardScaling struct {
	Options StandardScale `json:"options"`
	Learned []standard    `json:"fitted"`
}

type minMaxScaling struct {
	Options MinMaxScale `json:"options"`
	Learned []extent    `json:"fitted"`
}

// epsilon is the distance from 1 to the next float64.
const epsilon = 0x1p-52

// scaled returns the numbers of the columns that a scaling is about, without those that are missing.
func scaled(t *Table, named []string, learn func(name string, values []float64)) error {
	columns, err := resolve(t, named, isKind(Number))
	if err != nil {
		return err
	}
	for _, c := range columns {
		if c, err = c.as(Number); err != nil {
			return err
		}
		values := c.present()
		if len(values) == 0 {
			return fmt.Errorf("column %s has no value in any of the %d rows to scale by: drop it, or impute a constant first", quoted(c.name), c.Len())
		}
		learn(c.name, values)
	}
	return nil
}

func (s StandardScale) fit(t *Table) (fitted, error) {
	out := &standardScaling{Options: s}
	err := scaled(t, s.Columns, func(name string, values []float64) {
		mean, squares := moments(values)
		n := float64(len(values))
		variance := squares / n
		f := standard{Column: name, Mean: mean, Scale: math.Sqrt(variance)}
		// What rounding alone makes of a constant column (scikit-learn's _is_constant_feature).
		if rounding := n * mean * epsilon; finite(variance) && variance <= n*epsilon*variance+rounding*rounding {
			f.Scale = 1
		}
		out.Learned = append(out.Learned, f)
	})
	return out, err
}

func (s MinMaxScale) fit(t *Table) (fitted, error) {
	out := &minMaxScaling{Options: s}
	if err := s.check(); err != nil {
		return nil, err
	}
	err := scaled(t, s.Columns, func(name string, values []float64) {
		out.Learned = append(out.Learned, extent{name, slices.Min(values), slices.Max(values)})
	})
	return out, err
}

// apply returns the column with f of every number; f of NaN is NaN.
func (c *Column) apply(f func(v float64) float64) *Column {
	out := &Column{name: c.name, kind: Number, numbers: make([]float64, len(c.numbers))}
	for i, v := range c.numbers {
		out.numbers[i] = f(v)
	}
	return out
}

func (s *standardScaling) step() Step { return s.Options }

func (s *standardScaling) transform(t *Table) (*Table, error) {
	by := map[string][]*Column{}
	for _, f := range s.Learned {
		c, err := numbered(t, f.Column)
		if err != nil {
			return nil, err
		}
		mean, scale := f.Mean, f.Scale
		if s.Options.NoMean {
			mean = 0
		}
		if s.Options.NoStd {
			scale = 1
		}
		by[f.Column] = []*Column{c.apply(func(v float64) float64 { return (v - mean) / scale })}
	}
	return t.replace(by)
}

func (s *standardScaling) check() error {
	for _, f := range s.Learned {
		if !finite(f.Mean) || !finite(f.Scale) || f.Scale <= 0 {
			return fmt.Errorf("column %s cannot be scaled by a mean of %g and a standard deviation of %g: its numbers are too large", quoted(f.Column), f.Mean, f.Scale)
		}
	}
	return nil
}

func (s *standardScaling) String() string {
	lines := make([]string, len(s.Learned))
	for i, f := range s.Learned {
		lines[i] = fmt.Sprintf("%s: mean %s, std %s", cut(oneLine(f.Column), 40), significant(f.Mean), significant(f.Scale))
	}
	return strings.Join(lines, "\n")
}

func (s *minMaxScaling) step() Step { return s.Options }

// span returns the ends of the range that is mapped to.
func (s MinMaxScale) span() (low, high float64) {
	if s.Low == 0 && s.High == 0 {
		return 0, 1
	}
	return s.Low, s.High
}

func (s *minMaxScaling) transform(t *Table) (*Table, error) {
	by := map[string][]*Column{}
	low, high := s.Options.span()
	for _, f := range s.Learned {
		c, err := numbered(t, f.Column)
		if err != nil {
			return nil, err
		}
		size := f.Max - f.Min
		if size < 10*epsilon { // scikit-learn's measure of a constant column
			size = 1
		}
		scale := (high - low) / size
		by[f.Column] = []*Column{c.apply(func(v float64) float64 {
			v = low + (v-f.Min)*scale
			if s.Options.Clip && !math.IsNaN(v) {
				v = min(max(v, low), high)
			}
			return v
		})}
	}
	return t.replace(by)
}

func (s MinMaxScale) check() error {
	if low, high := s.span(); !finite(low) || !finite(high) || low >= high {
		return fmt.Errorf("its Low is %g and its High %g: Low must be less than High", low, high)
	}
	return nil
}

func (s *minMaxScaling) check() error {
	if err := s.Options.check(); err != nil {
		return err
	}
	for _, f := range s.Learned {
		if !finite(f.Min) || !finite(f.Max-f.Min) || f.Min > f.Max {
			return fmt.Errorf("column %s cannot be scaled by a least number of %g and a greatest of %g", quoted(f.Column), f.Min, f.Max)
		}
	}
	return nil
}

func (s *minMaxScaling) String() string {
	lines := make([]string, len(s.Learned))
	low, high := s.Options.span()
	for i, f := range s.Learned {
		lines[i] = fmt.Sprintf("%s: %s to %s become %s to %s", cut(oneLine(f.Column), 40), significant(f.Min), significant(f.Max), significant(low), significant(high))
	}
	return strings.Join(lines, "\n")
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
