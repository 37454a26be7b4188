package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

// ConfusionFile is the name of the file with the confusion matrix in a run's folder.
const ConfusionFile = "confusion.json"

// mostClasses and mostConfusion bound what is read.
const (
	mostClasses   = 1000
	mostConfusion = 32 << 20 // bytes
)

// Confusion is which class of the test examples was taken for which: Counts[i][j] examples of class i for class j.
type Confusion struct {
	Classes []string  `json:"classes"`
	Counts  [][]int64 `json:"counts"`
}

// Save writes the matrix into a run's folder.
func (c *Confusion) Save(dir string) error {
	return atomicfile.WriteFile(filepath.Join(dir, ConfusionFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(c) })
}

// ReadConfusion reads the matrix of a run's folder; nil without an error if there is none.
func ReadConfusion(dir string) (*Confusion, error) {
	path := filepath.Join(dir, ConfusionFile)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > mostConfusion {
		return nil, fmt.Errorf("%s: %d bytes are more than any confusion matrix of %d classes has", path, info.Size(), mostClasses)
	}
	b, err := io.ReadAll(io.LimitReader(f, mostConfusion))
	if err != nil {
		return nil, err
	}
	c, err := parseConfusion(b)
	if err != nil {
		return nil, fmt.Errorf("%s: not the confusion matrix that a run writes: %w", path, err)
	}
	return c, nil
}

func parseConfusion(b []byte) (*Confusion, error) {
	var c Confusion
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, err
	}
	n := len(c.Classes)
	if n < 1 || n > mostClasses || len(c.Counts) != n {
		return nil, fmt.Errorf("%d rows for %d classes; as many are wanted, from 1 to %d", len(c.Counts), n, mostClasses)
	}
	for i, row := range c.Counts {
		if len(row) != n {
			return nil, fmt.Errorf("row %d has %d columns for %d classes", i, len(row), n)
		}
		for j, count := range row {
			if count < 0 || count > 1<<40 { // sums of rows stay numbers
				return nil, fmt.Errorf("row %d, column %d counts %d examples", i, j, count)
			}
		}
		c.Classes[i] = printable(c.Classes[i])
	}
	return &c, nil
}

// right and total examples.
func (c *Confusion) right() (right, total int64) {
	for i, row := range c.Counts {
		right += row[i]
		for _, n := range row {
			total += n
		}
	}
	return right, total
}
