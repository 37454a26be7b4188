package filters

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// mostText bounds the text of a kernel in bytes.
const mostText = 1 << 20

// Parse reads a kernel from text: rows with ; or line ends between them, weights with
// commas or spaces, fractions such as 1/9 among them. All rows have one length.
//
//	"0,-1,0; -1,5,-1; 0,-1,0"
func Parse(text string) (*tensor.Tensor, error) {
	if len(text) > mostText {
		return nil, fmt.Errorf("a kernel of %d bytes of text: at most %d are read", len(text), mostText)
	}
	var weights []float32
	rows, columns := 0, 0
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		rows++
		found := 0
		for cell := range cells(line) {
			found++
			w, err := weight(cell)
			if err != nil {
				return nil, fmt.Errorf("row %d, weight %d of the kernel: %w", rows, found, err)
			}
			weights = append(weights, w)
		}
		if rows == 1 {
			columns = found
		}
		if found != columns {
			return nil, fmt.Errorf("row %d of the kernel has %d weights, row 1 has %d: all rows must be of one length", rows, found, columns)
		}
		if rows > mostSize || columns > mostSize {
			return nil, fmt.Errorf("a kernel of more than %d x %d weights", mostSize, mostSize)
		}
	}
	if len(weights) == 0 {
		return nil, fmt.Errorf("a kernel without weights; rows such as \"0,-1,0;-1,5,-1;0,-1,0\" are wanted")
	}
	return tensor.FromSlice(weights, rows, columns), nil
}

// cells yields the weights of a row: with commas in it what stands between these, which may
// be nothing, by mistake; else what stands between spaces.
func cells(line string) func(yield func(string) bool) {
	if strings.Contains(line, ",") {
		return strings.SplitSeq(line, ",")
	}
	return strings.FieldsSeq(line)
}

// weight reads a number or a fraction.
func weight(cell string) (float32, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return 0, fmt.Errorf("nothing stands between two commas; a number is wanted")
	}
	above, below, fraction := strings.Cut(cell, "/")
	v, err := strconv.ParseFloat(strings.TrimSpace(above), 64)
	if err == nil && fraction {
		var d float64
		d, err = strconv.ParseFloat(strings.TrimSpace(below), 64)
		v /= d
	}
	if w := float32(v); err == nil && !math.IsNaN(v) && !math.IsInf(float64(w), 0) {
		return w, nil
	}
	return 0, fmt.Errorf("%q is no number that a weight can be", cell)
}
