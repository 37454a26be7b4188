package table

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// ToTensor returns the table as a tensor [rows, columns] of float32 or float64, the columns in the order of
// [Table.Names]. A column of categories, a missing value and a number that float32 cannot hold are errors, which name the
// column and the row. It panics with a *tensor.DTypeError for another element type.
func (t *Table) ToTensor(dtype tensor.DType) (*tensor.Tensor, error) {
	if dtype != tensor.Float32 && dtype != tensor.Float64 {
		panic(&tensor.DTypeError{Op: "ToTensor", DTypes: []tensor.DType{dtype}, Want: "float32 or float64", Where: tensor.Caller()})
	}
	limit := math.MaxFloat64
	if dtype == tensor.Float32 {
		limit = math.MaxFloat32
	}
	columns := make([]*Column, len(t.columns))
	for k := range t.columns {
		c, err := t.columns[k].as(Number)
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		for i, v := range c.numbers {
			if math.IsNaN(v) {
				return nil, fmt.Errorf("table: column %s has no value in row %d: impute it, or drop the column", quoted(c.name), i)
			}
			if math.Abs(v) > limit {
				return nil, fmt.Errorf("table: column %s has %g in row %d, which %v cannot hold: scale it, or ask for float64", quoted(c.name), v, i, dtype)
			}
		}
		columns[k] = c
	}
	if dtype == tensor.Float32 {
		return interleave[float32](columns, t.rows), nil
	}
	return interleave[float64](columns, t.rows), nil
}

func interleave[T float32 | float64](columns []*Column, rows int) *tensor.Tensor {
	const block = 256 // rows, whose part of the tensor stays in the cache while all columns write to it
	return tensor.Refill(nil, func(out []T) {
		for start := 0; start < rows; start += block {
			for k, c := range columns {
				for i, v := range c.numbers[start:min(start+block, rows)] {
					out[(start+i)*len(columns)+k] = T(v)
				}
			}
		}
	}, rows, len(columns))
}

// Labels returns the named column as classes: an int64 tensor [rows] of numbers from 0, and each number's class as text.
// Without classes given they are the values that occur, in order, so take the labels of a whole table before it is
// split; with classes given, a value that is none of them is an error. So is a missing value.
func (t *Table) Labels(name string, classes ...string) (y *tensor.Tensor, names []string, err error) {
	codes, names, err := t.labels(name, classes)
	if err != nil {
		return nil, nil, fmt.Errorf("table: %w", err)
	}
	return tensor.FromSlice(codes), names, nil
}

func (t *Table) labels(name string, classes []string) ([]int64, []string, error) {
	c, err := t.column(name)
	if err != nil {
		return nil, nil, err
	}
	if len(classes) == 0 {
		classes = c.Categories()
	} else if err := checkEncodings([]encoding{{Column: name, Categories: classes}}); err != nil {
		return nil, nil, err
	}
	codes, err := encoding{Column: name, Categories: classes}.codes(t, false, false)
	if err != nil {
		return nil, nil, err
	}
	out := make([]int64, len(codes))
	for i, code := range codes {
		switch code {
		case codeMissing:
			return nil, nil, fmt.Errorf("column %s has no value in row %d, and every row needs a class", quoted(name), i)
		case codeUnseen:
			return nil, nil, fmt.Errorf("column %s has %s in row %d, which is none of the classes %s", quoted(name), quoted(c.Text(i)), i, list(classes))
		}
		out[i] = int64(code)
	}
	return out, classes, nil
}
