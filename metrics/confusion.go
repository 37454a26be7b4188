package metrics

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// Confusion counts how often samples of one class were taken for another.
type Confusion struct {
	classes int
	options Options
	counts  []int64 // [true, predicted], row-major
}

// ConfusionMatrix is the table of true against predicted classes, of which there are so many.
func ConfusionMatrix(classes int, o ...Options) *Confusion {
	if classes < 1 || classes > maxClasses {
		badArgument("ConfusionMatrix", "%d classes, expected 1 to %d", classes, maxClasses)
	}
	return &Confusion{classes: classes, options: option("ConfusionMatrix", o), counts: make([]int64, classes*classes)}
}

// maxClasses keeps the table below 2^31 numbers, the greatest size of a tensor.
const maxClasses = 46340

// Name is "confusion_matrix".
func (c *Confusion) Name() string { return "confusion_matrix" }

// Update takes a batch, as the package comment says; scores must be of as many classes as the matrix has.
func (c *Confusion) Update(pred, target *tensor.Tensor) {
	predicted, actual := decide("ConfusionMatrix", c.options, c.classes, pred, target)
	for i, class := range predicted {
		c.counts[int(actual[i])*c.classes+int(class)]++
	}
}

// Matrix returns a copy of the table: row i, column j counts samples of class i that were taken for class j.
func (c *Confusion) Matrix() [][]int64 {
	m := make([][]int64, c.classes)
	for i := range m {
		m[i] = append([]int64(nil), c.counts[i*c.classes:(i+1)*c.classes]...)
	}
	return m
}

// Value is the share of samples on the diagonal, which is the accuracy.
func (c *Confusion) Value() float64 {
	var hits, total int64
	for i, n := range c.counts {
		total += n
		if i%(c.classes+1) == 0 {
			hits += n
		}
	}
	if total == 0 {
		return math.NaN()
	}
	return float64(hits) / float64(total)
}

// Reset empties the table.
func (c *Confusion) Reset() { clear(c.counts) }

// String is the table with aligned columns, true classes down, predicted ones across.
func (c *Confusion) String() string {
	const corner = "true \\ predicted"
	width := len(strconv.Itoa(c.classes - 1))
	for _, n := range c.counts {
		width = max(width, len(strconv.FormatInt(n, 10)))
	}
	var b strings.Builder
	b.WriteString(corner)
	for j := range c.classes {
		fmt.Fprintf(&b, "  %*d", width, j)
	}
	b.WriteByte('\n')
	for i := range c.classes {
		fmt.Fprintf(&b, "%*d", len(corner), i)
		for _, n := range c.counts[i*c.classes : (i+1)*c.classes] {
			fmt.Fprintf(&b, "  %*d", width, n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// State is the table, row after row.
func (c *Confusion) State() []float64 {
	state := make([]float64, len(c.counts))
	for i, n := range c.counts {
		state[i] = float64(n)
	}
	return state
}

// LoadState replaces the table by one of as many classes.
func (c *Confusion) LoadState(state []float64) error {
	n, err := counts(c.Name(), state, len(c.counts))
	if err != nil {
		return err
	}
	c.counts = n
	return nil
}
