package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Strategy is what [Impute] puts where a value is missing.
type Strategy string

const (
	Mean         Strategy = "mean"          // of the training rows' numbers
	Median       Strategy = "median"        // of the training rows' numbers; the mean of the middle two
	MostFrequent Strategy = "most_frequent" // number or category, the smallest among equals
	Constant     Strategy = "constant"      // Impute's Number or Text
)

// Impute is a step that fills what is missing in the named columns. Without Columns it is about every column that the
// strategy can fill: those of numbers for Mean and Median, all for MostFrequent; Constant fills numbers, and categories
// if there is a Text. A column without any value among the training rows is an error, except with Constant.
type Impute struct {
	Columns  []string `json:"columns,omitempty"`
	Strategy Strategy `json:"strategy"`         // "" is an error: which is right depends on the column
	Number   float64  `json:"number,omitempty"` // of Constant, for columns of numbers
	Text     string   `json:"text,omitempty"`   // of Constant, for columns of categories

	// Indicator adds, behind each column in which a training row has no value, a column NAME_missing: 1 where a value was
	// missing, else 0.
	Indicator bool `json:"indicator,omitempty"`
}

// fill is what an imputation has learned of a column.
type fill struct {
	Column    string  `json:"column"`
	Kind      Kind    `json:"kind"`
	Number    float64 `json:"number"`
	Text      string  `json:"text,omitempty"`
	Indicator bool    `json:"indicator,omitempty"`
}

type imputing struct {
	Options Impute `json:"options"`
	Learned []fill `json:"fitted"`
}

func (s Impute) fit(t *Table) (fitted, error) {
	out := &imputing{Options: s}
	if err := s.check(); err != nil {
		return nil, err
	}
	columns, err := resolve(t, s.Columns, func(c *Column) bool {
		return c.kind == Number || s.Strategy == MostFrequent || s.Strategy == Constant && s.Text != ""
	})
	if err != nil {
		return nil, err
	}
	for _, c := range columns {
		f, err := s.learn(c)
		if err != nil {
			return nil, err
		}
		out.Learned = append(out.Learned, f)
	}
	return out, nil
}

func (s Impute) check() error {
	switch s.Strategy {
	case Mean, Median, MostFrequent, Constant:
	case "":
		return fmt.Errorf("no Strategy is given; there is %s, %s, %s and %s", Mean, Median, MostFrequent, Constant)
	default:
		return fmt.Errorf("the Strategy %s is not known; there is %s, %s, %s and %s", quoted(string(s.Strategy)), Mean, Median, MostFrequent, Constant)
	}
	if math.IsNaN(s.Number) || math.IsInf(s.Number, 0) {
		return fmt.Errorf("the constant Number is %g and must be finite", s.Number)
	}
	return nil
}

func (s Impute) learn(c *Column) (fill, error) {
	missing := c.CountMissing()
	f := fill{Column: c.name, Kind: c.kind, Indicator: s.Indicator && missing > 0}
	if s.Strategy == Constant {
		if missing == c.Len() && s.Text != "" && s.Number == 0 {
			f.Kind = Category // what it would have held cannot be told
		}
		if f.Kind == Number {
			f.Number = s.Number
		} else if f.Text = s.Text; f.Text == "" {
			return fill{}, fmt.Errorf("column %s holds categories: give the constant as Text", quoted(c.name))
		}
		return f, nil
	}
	if missing == c.Len() {
		return fill{}, fmt.Errorf("column %s has no value in any of the %d rows, so there is no %s: drop it, or fill it with a constant",
			quoted(c.name), c.Len(), strings.ReplaceAll(string(s.Strategy), "_", " "))
	}
	if c.kind == Category && s.Strategy != MostFrequent {
		return fill{}, fmt.Errorf("column %s holds categories (%s), which have no %s: use %s or %s",
			quoted(c.name), quoted(c.summary().Top), s.Strategy, MostFrequent, Constant)
	}
	switch {
	case c.kind == Category:
		f.Text = c.categories[c.mostFrequent(c.counts())]
	case s.Strategy == Mean:
		f.Number, _ = moments(c.present())
	default:
		values := c.present()
		slices.Sort(values)
		if s.Strategy == Median {
			f.Number = quantile(values, 0.5)
		} else {
			f.Number = mode(values)
		}
	}
	return f, nil
}

// mode returns the most frequent of sorted values, the smallest among equals.
func mode(sorted []float64) float64 {
	best, most := sorted[0], 0
	for i := 0; i < len(sorted); {
		k := i
		for k < len(sorted) && sorted[k] == sorted[i] {
			k++
		}
		if k-i > most {
			best, most = sorted[i], k-i
		}
		i = k
	}
	return best
}

func (s *imputing) step() Step { return s.Options }

func (s *imputing) transform(t *Table) (*Table, error) {
	by := map[string][]*Column{}
	for _, f := range s.Learned {
		c, err := t.column(f.Column)
		if err != nil {
			return nil, err
		}
		if c, err = c.as(f.Kind); err != nil {
			return nil, err
		}
		by[f.Column] = []*Column{c.fill(f)}
		if f.Indicator {
			by[f.Column] = append(by[f.Column], c.indicator())
		}
	}
	return t.replace(by)
}

// fill returns the column with f where a value is missing.
func (c *Column) fill(f fill) *Column {
	if c.kind == Number {
		out := &Column{name: c.name, kind: Number, numbers: slices.Clone(c.numbers)}
		for i, v := range out.numbers {
			if math.IsNaN(v) {
				out.numbers[i] = f.Number
			}
		}
		return out
	}
	out := &Column{name: c.name, kind: Category, codes: slices.Clone(c.codes), categories: c.categories}
	code := slices.Index(c.categories, f.Text)
	for i, k := range out.codes {
		if k >= 0 {
			continue
		}
		if code < 0 {
			code = len(c.categories)
			out.categories = append(slices.Clone(c.categories), f.Text)
		}
		out.codes[i] = int32(code)
	}
	return out
}

// indicator returns a column that is 1 where c has no value.
func (c *Column) indicator() *Column {
	out := &Column{name: c.name + "_missing", kind: Number, numbers: make([]float64, c.Len())}
	for i := range out.numbers {
		if c.missing(i) {
			out.numbers[i] = 1
		}
	}
	return out
}

func (s *imputing) check() error {
	if err := s.Options.check(); err != nil {
		return err
	}
	for _, f := range s.Learned {
		switch f.Kind {
		case Number:
		case Category:
			if f.Text == "" {
				return fmt.Errorf("column %s: there is no text to put where a value is missing", quoted(f.Column))
			}
		default:
			return fmt.Errorf("column %s: it is neither of numbers nor of categories but %s", quoted(f.Column), quoted(string(f.Kind)))
		}
	}
	return nil
}

func (s *imputing) String() string {
	lines := make([]string, len(s.Learned))
	for i, f := range s.Learned {
		value := significant(f.Number)
		if f.Kind == Category {
			value = quoted(f.Text)
		}
		lines[i] = fmt.Sprintf("%s: %s %s", cut(oneLine(f.Column), 40), strings.ReplaceAll(string(s.Options.Strategy), "_", " "), value)
		if f.Indicator {
			lines[i] += ", with an indicator"
		}
	}
	return strings.Join(lines, "\n")
}
