package filters

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// Explanation takes one result of Filter2D apart.
type Explanation struct {
	X       int     `json:"x"` // of the result
	Y       int     `json:"y"`
	Rows    int     `json:"rows"` // of the kernel
	Columns int     `json:"columns"`
	Padding Padding `json:"padding"`
	Terms   []Term  `json:"terms"`  // row by row, as the kernel lies on the image
	Delta   float64 `json:"delta"`  // added to the products
	Sum     float64 `json:"sum"`    // of the products and Delta
	Result  float64 `json:"result"` // what Filter2D returns there; of uint8 the sum rounded and saturated
}

// Term is one weight of the kernel and the value under it.
type Term struct {
	Weight float64 `json:"weight"`
	X      int     `json:"x"` // the pixel under it, which may lie beyond the edge
	Y      int     `json:"y"`
	// Beyond tells that it does. FromX and FromY are then the pixel whose value is taken
	// instead, or -1 where that is a zero; else X and Y again.
	Beyond  bool    `json:"beyond"`
	FromX   int     `json:"from_x"`
	FromY   int     `json:"from_y"`
	Value   float64 `json:"value"`
	Product float64 `json:"product"`
}

// Explain returns the products whose sum is the result of Filter2D at column x and row y
// of an image [height, width] or [1, height, width]; Select takes a channel of one with more.
func Explain(image, kernel *tensor.Tensor, o Options, x, y int) Explanation {
	if image != nil && image.Dim() > 2 && image.Numel() != image.Size(-1)*image.Size(-2) {
		misuse("Explain", image, "one channel is wanted; take it with Select")
	}
	p := newPlan("Explain", image, kernel, o)
	if x < 0 || x >= p.horizontal.results || y < 0 || y >= p.vertical.results {
		misuse("Explain", image, "column and row of a result are wanted, from (0, 0) to (%d, %d), not (%d, %d)",
			p.horizontal.results-1, p.vertical.results-1, x, y)
	}
	at := image.Reshape(p.vertical.pixels, p.horizontal.pixels)
	e := Explanation{X: x, Y: y, Rows: p.vertical.taps, Columns: p.horizontal.taps, Padding: o.Padding, Delta: o.Delta, Sum: o.Delta}
	for k, w := range p.weights {
		t := Term{Weight: w, X: p.horizontal.at(x, k%p.horizontal.taps), Y: p.vertical.at(y, k/p.horizontal.taps)}
		t.FromX, t.FromY = p.padding.source(t.X, p.horizontal.pixels), p.padding.source(t.Y, p.vertical.pixels)
		t.Beyond = t.X < 0 || t.X >= p.horizontal.pixels || t.Y < 0 || t.Y >= p.vertical.pixels
		if t.FromX < 0 || t.FromY < 0 {
			t.FromX, t.FromY = -1, -1
		} else {
			t.Value = at.Select(0, t.FromY).Select(0, t.FromX).Item()
		}
		if w != 0 { // as Filter2D does, which passes over them
			t.Product = w * t.Value
		}
		e.Sum += t.Product
		e.Terms = append(e.Terms, t)
	}
	e.Result = e.Sum
	if image.DType() == tensor.Uint8 {
		e.Result = min(max(math.RoundToEven(e.Sum), 0), 255)
	}
	return e
}

// how says what stands beyond the edge.
func (p Padding) how() string {
	return [...]string{"zeros", "mirrored, the edge itself not repeated", "the edge repeated", "the other end", "nothing"}[min(p, None)]
}

// gridWidth is how wide a table of the kernel's shape may be, in columns of text.
const gridWidth = 100

// String is a table: values, weights and products in the kernel's shape, values from beyond
// the edge in brackets, and where these come from. Of a kernel that is too wide for that it
// is a line for each weight.
func (e Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "The result at column %d, row %d is a sum of %d products.\n", e.X, e.Y, len(e.Terms))
	var values, weights, products []string
	width, beyond := 0, 0
	for _, t := range e.Terms {
		value := short(t.Value)
		if t.Beyond {
			value = "[" + value + "]"
			beyond++
		} else {
			value += " "
		}
		values, weights, products = append(values, value), append(weights, short(t.Weight)+" "), append(products, short(t.Product)+" ")
		width = max(width, len(value), len(weights[len(weights)-1]), len(products[len(products)-1]))
	}
	if e.Columns*(width+1) <= gridWidth {
		grid := func(title string, cells []string) {
			fmt.Fprintf(&b, "\n%s\n", title)
			for row := range slices.Chunk(cells, e.Columns) {
				line := ""
				for _, c := range row {
					line += fmt.Sprintf(" %*s", width, c)
				}
				b.WriteString(strings.TrimRight(line, " ") + "\n")
			}
		}
		title := "values under the kernel"
		if beyond > 0 {
			title += fmt.Sprintf(", [beyond the edge]: %v, %s", e.Padding, e.Padding.how())
		}
		grid(title, values)
		grid("times weights", weights)
		grid("are products", products)
	} else {
		fmt.Fprintf(&b, "\n%16s %12s %12s %12s\n", "column, row", "value", "weight", "product")
		for i, t := range e.Terms {
			fmt.Fprintf(&b, "%16s %12s %12s %12s\n", place(t.X, t.Y), values[i], weights[i], products[i])
		}
	}
	if e.Delta != 0 {
		fmt.Fprintf(&b, "\nsum of the products and %s, the delta: %s\n", short(e.Delta), short(e.Sum))
	} else {
		fmt.Fprintf(&b, "\nsum of the products: %s\n", short(e.Sum))
	}
	if e.Result != e.Sum {
		fmt.Fprintf(&b, "in 8 bits: %g\n", e.Result)
	}
	if beyond == 0 {
		b.WriteString("no value comes from beyond the edge\n")
		return b.String()
	}
	fmt.Fprintf(&b, "\n%d of %d values come from beyond the edge (column, row):\n", beyond, len(e.Terms))
	for _, t := range e.Terms {
		switch {
		case t.Beyond && t.FromX < 0:
			fmt.Fprintf(&b, "%16s  is a zero\n", place(t.X, t.Y))
		case t.Beyond:
			fmt.Fprintf(&b, "%16s  is %s of the image: %s\n", place(t.X, t.Y), place(t.FromX, t.FromY), short(t.Value))
		}
	}
	return b.String()
}

func place(x, y int) string { return fmt.Sprintf("(%d, %d)", x, y) }

// short is a number with four digits, or all of a whole number of up to six.
func short(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e6 {
		return strconv.FormatFloat(v+0, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
