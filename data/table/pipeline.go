package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pipeline is a sequence of steps that are fitted on one table (the training rows) and then applied to others.
//
// A column that no step names passes through. The result of Transform always has the columns [Pipeline.Features], in
// that order: columns that were not there at Fit are left out, and one that lacks is an error, unless a Drop or a Select at
// the beginning of the pipeline leaves it out. A fitted Pipeline may be used from many goroutines.
type Pipeline struct {
	steps    []Step
	fitted   []fitted
	inputs   []string
	features []string
}

// Step is one operation of a [Pipeline]: [Select], [Drop], [Impute], [OneHot], [Ordinal], [StandardScale] or
// [MinMaxScale]. The set is closed, so that every pipeline can be saved.
type Step interface {
	// fit learns from a table what the step needs.
	fit(t *Table) (fitted, error)
}

// fitted is a step with what it has learned. Its JSON is its options and what was learned.
type fitted interface {
	step() Step
	transform(t *Table) (*Table, error)
	check() error   // of what was read from a file
	String() string // in words, a line a column
}

// NewPipeline returns a pipeline of the given steps, to be fitted.
func NewPipeline(steps ...Step) *Pipeline { return &Pipeline{steps: slices.Clone(steps)} }

// Fit learns from the table what the steps need: means, categories. An error names the step and the column, and the
// pipeline is as it was.
func (p *Pipeline) Fit(t *Table) error {
	_, err := p.FitTransform(t)
	return err
}

// FitTransform is Fit and then Transform of the same table.
func (p *Pipeline) FitTransform(t *Table) (*Table, error) {
	inputs := t.Names()
choosing:
	for _, s := range p.steps {
		switch s := s.(type) {
		case Drop:
			inputs = s.rest(inputs)
		case Select:
			inputs = s.Columns
			break choosing
		default:
			break choosing
		}
	}
	all := []fitted{}
	for i, s := range p.steps {
		f, err := s.fit(t)
		if err == nil {
			err = f.check() // that what was learned is finite
		}
		if err == nil {
			t, err = f.transform(t)
		}
		if err != nil {
			return nil, fmt.Errorf("table: step %d, %s: %w", i+1, nameOf(s), err)
		}
		all = append(all, f)
	}
	p.fitted, p.inputs, p.features = all, inputs, t.Names()
	return t, nil
}

// Transform applies the fitted steps. What the steps cannot do with a value (a category that was not there at Fit) is an
// error that names the step, the column and the row.
func (p *Pipeline) Transform(t *Table) (*Table, error) {
	if err := p.wantFitted("Transform"); err != nil {
		return nil, err
	}
	t, err := prefixed(t.project(p.inputs))
	if err != nil {
		return nil, err
	}
	for i, f := range p.fitted {
		if t, err = f.transform(t); err != nil {
			return nil, fmt.Errorf("table: step %d, %s: %w", i+1, nameOf(f.step()), err)
		}
	}
	return t, nil
}

// Inputs returns the columns that a table needs for Transform; nil before Fit.
func (p *Pipeline) Inputs() []string { return slices.Clone(p.inputs) }

// Features returns the columns of what Transform returns; nil before Fit.
func (p *Pipeline) Features() []string { return slices.Clone(p.features) }

// String says in words what each step has learned.
func (p *Pipeline) String() string {
	var b strings.Builder
	for i, s := range p.steps {
		fmt.Fprintf(&b, "%d. %s", i+1, nameOf(s))
		if p.fitted == nil {
			b.WriteString("\n")
			continue
		}
		lines := strings.Split(p.fitted[i].String(), "\n")
		if lines[0] == "" {
			lines[0] = "no column"
		}
		if len(lines) == 1 {
			fmt.Fprintf(&b, ": %s\n", lines[0])
			continue
		}
		b.WriteString("\n")
		for _, line := range lines {
			fmt.Fprintf(&b, "   %s\n", line)
		}
	}
	if p.fitted == nil {
		b.WriteString("not fitted\n")
	} else {
		fmt.Fprintf(&b, "%d columns become %d\n", len(p.inputs), len(p.features))
	}
	return b.String()
}

func (p *Pipeline) wantFitted(what string) error {
	if p.fitted == nil {
		return errors.New("table: " + what + " needs a fitted pipeline: call Fit with the training rows first")
	}
	return nil
}

// resolve returns the columns that a step is about: those named, which must be there, or all for which ok holds.
func resolve(t *Table, named []string, ok func(c *Column) bool) ([]*Column, error) {
	if named == nil {
		return slices.DeleteFunc(t.Columns(), func(c *Column) bool { return !ok(c) }), nil
	}
	chosen, err := t.choose(named)
	if err != nil {
		return nil, err
	}
	return chosen.columns, nil
}

// isKind is a condition for resolve.
func isKind(k Kind) func(c *Column) bool { return func(c *Column) bool { return c.kind == k } }

// numbered returns the named column of t as numbers.
func numbered(t *Table, name string) (*Column, error) {
	c, err := t.column(name)
	if err != nil {
		return nil, err
	}
	return c.as(Number)
}
