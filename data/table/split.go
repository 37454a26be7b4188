package table

import (
	"fmt"

	"github.com/lumen-ml/lumen/data"
)

// SplitOptions says how [Table.Split] divides the rows.
type SplitOptions struct {
	Test     float64 // the fraction of the rows to test on, between 0 and 1; rounded up to whole rows
	Seed     uint64
	Stratify string // the column whose values both parts have in the same proportions; "" is none
}

// Split divides the rows at random into those to train on and those to test on, each in rising order, for [Table.Rows].
// The same seed gives the same rows.
func (t *Table) Split(o SplitOptions) (train, test []int, err error) {
	labels, classes, err := t.strata(o.Stratify)
	if err != nil {
		return nil, nil, err
	}
	train, test, err = data.StratifiedSplit(labels, o.Seed, o.Test)
	return train, test, stratumError(err, o.Stratify, classes)
}

// FoldOptions says how [Table.Folds] divides the rows.
type FoldOptions struct {
	K        int // how many folds, at least 2
	Seed     uint64
	Stratify string // the column whose values all folds have in the same proportions; "" is none
}

// Folds divides the rows at random into K parts of the same size, give or take one: fold k tests on part k and trains on
// the others.
func (t *Table) Folds(o FoldOptions) ([]data.Fold, error) {
	labels, classes, err := t.strata(o.Stratify)
	if err != nil {
		return nil, err
	}
	folds, err := data.StratifiedKFold(labels, o.K, o.Seed)
	return folds, stratumError(err, o.Stratify, classes)
}

// strata returns the rows' classes, one and the same for all without a column.
func (t *Table) strata(column string) ([]int64, []string, error) {
	if column == "" {
		return make([]int64, t.rows), nil, nil
	}
	labels, classes, err := t.labels(column, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("table: %w", err)
	}
	return labels, classes, nil
}

// stratumError says which classes the numbers in err stand for.
func stratumError(err error, column string, classes []string) error {
	if err == nil || classes == nil {
		return err
	}
	return fmt.Errorf("table: by column %s, whose classes from 0 are %s: %w", quoted(column), list(classes), err)
}
