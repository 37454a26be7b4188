package table

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Table is columns of one length, each with a name of its own. It never changes.
type Table struct {
	columns []*Column
	index   map[string]int
	rows    int
}

// New returns a table of the given columns. It is an error if there is none, if one has no name or the name of another,
// if their lengths differ, if a number is infinite, or if a text is not UTF-8 or has a byte 0.
func New(columns ...*Column) (*Table, error) {
	for _, c := range columns {
		for i, v := range c.numbers {
			if math.IsInf(v, 0) {
				return nil, fmt.Errorf("table: column %s has %g in row %d: numbers are finite, NaN where one is missing", quoted(c.name), v, i)
			}
		}
		for _, text := range append([]string{c.name}, c.categories...) {
			if err := badText(text); err != nil {
				return nil, fmt.Errorf("table: column %s: %s: %w", quoted(c.name), quoted(text), err)
			}
		}
	}
	return prefixed(newTable(columns))
}

// prefixed puts the package's name before the error of a function inside it.
func prefixed(t *Table, err error) (*Table, error) {
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return t, nil
}

func newTable(columns []*Column) (*Table, error) {
	if len(columns) == 0 {
		return nil, errors.New("a table has at least one column")
	}
	t := &Table{columns: columns, index: make(map[string]int, len(columns)), rows: columns[0].Len()}
	for i, c := range columns {
		if c.name == "" {
			return nil, fmt.Errorf("column %d of %d has no name", i+1, len(columns))
		}
		if k, ok := t.index[c.name]; ok {
			return nil, fmt.Errorf("columns %d and %d are both named %s: each column has a name of its own", k+1, i+1, quoted(c.name))
		}
		if c.Len() != t.rows {
			return nil, fmt.Errorf("column %s has %d rows and column %s has %d: all columns have as many",
				quoted(columns[0].name), t.rows, quoted(c.name), c.Len())
		}
		t.index[c.name] = i
	}
	return t, nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return t.rows }

// Names returns the columns' names in order.
func (t *Table) Names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// Columns returns the columns in order.
func (t *Table) Columns() []*Column { return slices.Clone(t.columns) }

// Has reports whether the table has a column of that name.
func (t *Table) Has(name string) bool {
	_, ok := t.index[name]
	return ok
}

// Column returns the column of that name. Names are compared to the letter.
func (t *Table) Column(name string) (*Column, error) {
	c, err := t.column(name)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return c, nil
}

func (t *Table) column(name string) (*Column, error) {
	i, ok := t.index[name]
	if !ok {
		return nil, fmt.Errorf("there is no column %s; the columns are %s", quoted(name), list(t.Names()))
	}
	return t.columns[i], nil
}

// Select returns the table of the named columns, in the order given.
func (t *Table) Select(names ...string) (*Table, error) { return prefixed(t.choose(names)) }

func (t *Table) choose(names []string) (*Table, error) {
	columns := make([]*Column, len(names))
	for i, name := range names {
		c, err := t.column(name)
		if err != nil {
			return nil, err
		}
		columns[i] = c
	}
	return newTable(columns)
}

// Drop returns the table without the named columns, each of which must be there.
func (t *Table) Drop(names ...string) (*Table, error) { return prefixed(t.drop(names)) }

func (t *Table) drop(names []string) (*Table, error) {
	for _, name := range names {
		if _, err := t.column(name); err != nil {
			return nil, err
		}
	}
	return newTable(t.without(names))
}

func (t *Table) without(names []string) []*Column {
	return slices.DeleteFunc(t.Columns(), func(c *Column) bool { return slices.Contains(names, c.name) })
}

// With returns the table with the column put in the place of the one of its name, or behind the last one.
func (t *Table) With(column *Column) (*Table, error) {
	columns := t.Columns()
	if i, ok := t.index[column.name]; ok {
		columns[i] = column
	} else {
		columns = append(columns, column)
	}
	return New(columns...)
}

// Rows returns the table of the rows idx in that order; a row may stand there more than once. It panics with a
// *tensor.IndexError if there is no such row.
func (t *Table) Rows(idx []int) *Table {
	for _, i := range idx {
		checkRow("Rows", i, t.rows)
	}
	out := &Table{columns: make([]*Column, len(t.columns)), index: t.index, rows: len(idx)}
	for k, c := range t.columns {
		out.columns[k] = c.rows(idx)
	}
	return out
}

// replace returns the table with some columns, by name, replaced by others in the same place.
func (t *Table) replace(by map[string][]*Column) (*Table, error) {
	var columns []*Column
	for _, c := range t.columns {
		if others, ok := by[c.name]; ok {
			columns = append(columns, others...)
		} else {
			columns = append(columns, c)
		}
	}
	return newTable(columns)
}

// project is Select for a list of columns that a table must have, with an error that says what for.
func (t *Table) project(names []string) (*Table, error) {
	var lacking []string
	for _, name := range names {
		if !t.Has(name) {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) > 0 {
		return nil, fmt.Errorf("the pipeline was fitted with columns that this table lacks: %s; it has %s", list(lacking), list(t.Names()))
	}
	return t.choose(names)
}
