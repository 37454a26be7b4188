package table

import (
	"errors"
	"slices"
)

// Select is a step that keeps the named columns, in the order given, and leaves the others out.
type Select struct {
	Columns []string `json:"columns"`
}

// Drop is a step that leaves the named columns out.
type Drop struct {
	Columns []string `json:"columns"`
}

func (s Select) fit(*Table) (fitted, error) { return &selecting{s}, s.check() }

func (s Select) check() error {
	if len(s.Columns) == 0 {
		return errors.New("no column is named, and at least one is kept")
	}
	return nil
}

// rest returns the names that are kept.
func (d Drop) rest(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(d.Columns, name) })
}

func (d Drop) fit(t *Table) (fitted, error) {
	_, err := t.drop(d.Columns)
	return &dropping{d}, err
}

type selecting struct{ Select }

func (s *selecting) step() Step                         { return s.Select }
func (s *selecting) transform(t *Table) (*Table, error) { return t.choose(s.Columns) }
func (s *selecting) String() string                     { return list(s.Columns) }

type dropping struct{ Drop }

func (d *dropping) step() Step     { return d.Drop }
func (d *dropping) check() error   { return nil }
func (d *dropping) String() string { return list(d.Columns) }

// transform finds the columns there or not: at the beginning of a pipeline it need not be given them.
func (d *dropping) transform(t *Table) (*Table, error) { return newTable(t.without(d.Columns)) }
