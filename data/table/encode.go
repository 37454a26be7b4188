package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Unseen is what an encoder does with a category that it was not fitted with.
type Unseen string

const (
	UnseenError   Unseen = "error"   // an error that names the row and the category; the default
	UnseenZeros   Unseen = "zeros"   // OneHot: 0 in all of its columns; with DropFirst that is the first category
	UnseenMissing Unseen = "missing" // Ordinal: a missing number, which an Impute behind it can fill
)

// Absent is what [OneHot] does where a value is missing.
type Absent string

const (
	AbsentError    Absent = "error"    // an error that names the row: impute first; the default
	AbsentZeros    Absent = "zeros"    // 0 in all of its columns
	AbsentCategory Absent = "category" // one more category, NAME_missing, if a training row had no value; else as Unseen says
)

// maxCategories is the default of OneHot's MaxCategories: names and ticket numbers have more.
const maxCategories = 255

// OneHot is a step that puts, in the place of each named column, a column NAME_CATEGORY for each category of the
// training rows: 1 in the rows that have it, else 0. Without Columns it is about every column of categories. Numbers are
// taken as categories where the column is named.
type OneHot struct {
	Columns       []string            `json:"columns,omitempty"`
	Categories    map[string][]string `json:"categories,omitempty"`     // by column: these, in this order; else those that occur, in order
	DropFirst     bool                `json:"drop_first,omitempty"`     // no column for the first category, which the others add up to
	Unseen        Unseen              `json:"unseen,omitempty"`         // "" is UnseenError
	Absent        Absent              `json:"absent,omitempty"`         // "" is AbsentError
	MaxCategories int                 `json:"max_categories,omitempty"` // more in one column are an error; 0 means 255
}

// Ordinal is a step that numbers the categories of the named columns from 0. Without Columns it is about every column of
// categories. A missing value stays missing.
type Ordinal struct {
	Columns    []string            `json:"columns,omitempty"`
	Categories map[string][]string `json:"categories,omitempty"` // by column: these, in this order; else those that occur, in order
	Unseen     Unseen              `json:"unseen,omitempty"`     // "" is UnseenError
}

// encoding is what an encoder has learned of a column.
type encoding struct {
	Column     string   `json:"column"`
	Categories []string `json:"categories"`
	Absent     bool     `json:"absent,omitempty"` // a missing value is the last category
}

type oneHotEncoding struct {
	Options OneHot     `json:"options"`
	Learned []encoding `json:"fitted"`
}

type ordinalEncoding struct {
	Options Ordinal    `json:"options"`
	Learned []encoding `json:"fitted"`
}

func (s OneHot) fit(t *Table) (fitted, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	learned, err := learnCategories(t, s.Columns, s.Categories)
	if err != nil {
		return nil, err
	}
	most := s.MaxCategories
	if most == 0 {
		most = maxCategories
	}
	for i, e := range learned {
		if n := len(e.Categories); n > most {
			return nil, fmt.Errorf("column %s has %d different values, which would become as many columns: drop it, or let MaxCategories (%d) be more",
				quoted(e.Column), n, most)
		}
		learned[i].Absent = s.Absent == AbsentCategory && t.columns[t.index[e.Column]].CountMissing() > 0
	}
	return &oneHotEncoding{s, learned}, nil
}

func (s OneHot) check() error {
	switch s.Absent {
	case "", AbsentError, AbsentZeros, AbsentCategory:
	default:
		return fmt.Errorf("Absent is %s; there is %s, %s and %s", quoted(string(s.Absent)), AbsentError, AbsentZeros, AbsentCategory)
	}
	switch s.Unseen {
	case "", UnseenError, UnseenZeros:
		return nil
	}
	return fmt.Errorf("Unseen is %s; there is %s and %s", quoted(string(s.Unseen)), UnseenError, UnseenZeros)
}

func (s Ordinal) fit(t *Table) (fitted, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	learned, err := learnCategories(t, s.Columns, s.Categories)
	if err != nil {
		return nil, err
	}
	return &ordinalEncoding{s, learned}, nil
}

func (s Ordinal) check() error {
	switch s.Unseen {
	case "", UnseenError, UnseenMissing:
		return nil
	}
	return fmt.Errorf("Unseen is %s; there is %s and %s", quoted(string(s.Unseen)), UnseenError, UnseenMissing)
}

// learnCategories finds the categories of the columns that an encoder is about.
func learnCategories(t *Table, named []string, given map[string][]string) ([]encoding, error) {
	columns, err := resolve(t, named, isKind(Category))
	if err != nil {
		return nil, err
	}
	var learned []encoding
	for _, c := range columns {
		categories, ok := given[c.name]
		if !ok {
			categories = c.Categories()
		}
		if len(categories) == 0 {
			return nil, fmt.Errorf("column %s has no value in any of the %d rows, so it has no categories: drop it, or give them", quoted(c.name), c.Len())
		}
		learned = append(learned, encoding{Column: c.name, Categories: slices.Clone(categories)})
	}
	for name := range given {
		if !slices.ContainsFunc(columns, func(c *Column) bool { return c.name == name }) {
			return nil, fmt.Errorf("Categories has the column %s, which the step is not about", quoted(name))
		}
	}
	return learned, nil
}

// What code gives where a row has none of the categories.
const (
	codeMissing = -1
	codeUnseen  = -2
)

// codes returns, for every row of the column, the place of its value among the categories, codeMissing or codeUnseen.
// The first row without a place is an error where the policy says so.
func (e encoding) codes(t *Table, unseenIsError, missingIsError bool) ([]int32, error) {
	c, err := t.column(e.Column)
	if err != nil {
		return nil, err
	}
	place, byNumber := make(map[string]int32, len(e.Categories)), map[float64]int32{}
	for i, text := range e.Categories {
		place[text] = int32(i)
		if v, ok := parseNumber(text); ok && c.kind == Number {
			if _, twice := byNumber[v]; !twice {
				byNumber[v] = int32(i)
			}
		}
	}
	if c, err = c.as(Category); err != nil {
		return nil, err
	}
	places := make([]int32, len(c.categories))
	for code, text := range c.categories {
		i, ok := place[text]
		if v, number := parseNumber(text); !ok && number {
			// In a file of few rows the category 007 is a number.
			i, ok = byNumber[v]
		}
		if !ok {
			i = codeUnseen
		}
		places[code] = i
	}
	out := make([]int32, len(c.codes))
	for row, code := range c.codes {
		switch {
		case code < 0 && missingIsError:
			return nil, fmt.Errorf("column %s has no value in row %d: put an Impute before this step, or say in Absent what that is to give",
				quoted(e.Column), row)
		case code < 0:
			out[row] = codeMissing
		case places[code] == codeUnseen && unseenIsError:
			return nil, fmt.Errorf("column %s has %s in row %d, which is none of the categories that the step was fitted with (%s): correct it, or say in Unseen what it is to give",
				quoted(e.Column), quoted(c.categories[code]), row, list(e.Categories))
		default:
			out[row] = places[code]
		}
	}
	return out, nil
}

func (s *oneHotEncoding) step() Step { return s.Options }

func (s *oneHotEncoding) transform(t *Table) (*Table, error) {
	by := map[string][]*Column{}
	for _, e := range s.Learned {
		unseenIsError := s.Options.Unseen != UnseenZeros
		missingIsError := !e.Absent && (s.Options.Absent == "" || s.Options.Absent == AbsentError ||
			s.Options.Absent == AbsentCategory && unseenIsError)
		codes, err := e.codes(t, unseenIsError, missingIsError)
		if err != nil {
			return nil, err
		}
		names := make([]string, len(e.Categories), len(e.Categories)+1)
		for k, category := range e.Categories {
			names[k] = e.Column + "_" + category
		}
		if e.Absent {
			names = append(names, e.Column+"_missing")
		}
		columns := make([]*Column, len(names))
		for k, name := range names {
			columns[k] = &Column{name: name, kind: Number, numbers: make([]float64, t.rows)}
		}
		for row, code := range codes {
			if code == codeMissing && e.Absent {
				code = int32(len(names) - 1)
			}
			if code >= 0 {
				columns[code].numbers[row] = 1
			}
		}
		if s.Options.DropFirst {
			columns = columns[1:]
		}
		by[e.Column] = columns
	}
	return t.replace(by)
}

func (s *oneHotEncoding) check() error {
	if err := s.Options.check(); err != nil {
		return err
	}
	return checkEncodings(s.Learned)
}

func checkEncodings(all []encoding) error {
	for _, e := range all {
		if len(e.Categories) == 0 {
			return fmt.Errorf("column %s: there are no categories", quoted(e.Column))
		}
		seen := map[string]bool{}
		for _, text := range e.Categories {
			switch err := badText(text); {
			case text == "":
				return fmt.Errorf("column %s: a category is empty, which is how a missing value is written", quoted(e.Column))
			case err != nil:
				return fmt.Errorf("column %s: category %s: %w", quoted(e.Column), quoted(text), err)
			case seen[text]:
				return fmt.Errorf("column %s: the category %s is there twice", quoted(e.Column), quoted(text))
			}
			seen[text] = true
		}
	}
	return nil
}

func (s *oneHotEncoding) String() string {
	lines := make([]string, len(s.Learned))
	for i, e := range s.Learned {
		lines[i] = e.String()
		if s.Options.DropFirst {
			lines[i] += ", without a column for the first"
		}
	}
	return strings.Join(lines, "\n")
}

func (e encoding) String() string {
	text := cut(oneLine(e.Column), 40) + ": " + list(e.Categories)
	if e.Absent {
		text += ", missing"
	}
	return text
}

func (s *ordinalEncoding) step() Step { return s.Options }

func (s *ordinalEncoding) transform(t *Table) (*Table, error) {
	by := map[string][]*Column{}
	for _, e := range s.Learned {
		codes, err := e.codes(t, s.Options.Unseen != UnseenMissing, false)
		if err != nil {
			return nil, err
		}
		out := &Column{name: e.Column, kind: Number, numbers: make([]float64, len(codes))}
		for row, code := range codes {
			if code < 0 {
				out.numbers[row] = math.NaN()
			} else {
				out.numbers[row] = float64(code)
			}
		}
		by[e.Column] = []*Column{out}
	}
	return t.replace(by)
}

func (s *ordinalEncoding) check() error {
	if err := s.Options.check(); err != nil {
		return err
	}
	for _, e := range s.Learned {
		if e.Absent {
			return errors.New("column " + quoted(e.Column) + ": an ordinal encoding has no category for missing values")
		}
	}
	return checkEncodings(s.Learned)
}

func (s *ordinalEncoding) String() string {
	lines := make([]string, len(s.Learned))
	for i, e := range s.Learned {
		lines[i] = e.String() + " are 0 to " + fmt.Sprint(len(e.Categories)-1)
	}
	return strings.Join(lines, "\n")
}
