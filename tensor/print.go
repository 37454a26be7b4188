package tensor

import (
	"math"
	"strconv"
	"strings"
)

// The limits of String, PyTorch's defaults.
const (
	printThreshold = 1000 // more elements than this are summarised
	printEdge      = 3    // elements shown at either end of a summarised dimension
	printPrecision = 4    // digits after the point
	printWidth     = 80   // characters a line
)

// String returns the values as PyTorch prints them: 4 digits after the point,
// scientific notation where the values differ by more than a factor of 1000, the
// first and last three of each dimension of a tensor of more than 1000 elements.
// After the values stand the element type if it is not float32, int64 or bool, and
// requires_grad=true for a leaf that collects gradients or grad_fn=<name> for the
// result of a recorded operation.
func (t *Tensor) String() string {
	begin("String", t)
	const prefix = "tensor("
	var suffixes []string
	body := "[]"
	if t.Numel() == 0 {
		if t.Dim() != 1 {
			suffixes = append(suffixes, "shape=["+strings.Join(texts(t.Shape()), ", ")+"]")
		}
		if t.a.Type != Float32 {
			suffixes = append(suffixes, "dtype="+t.a.Type.String())
		}
	} else {
		if t.a.Type != Float32 && t.a.Type != Int64 && t.a.Type != Bool {
			suffixes = append(suffixes, "dtype="+t.a.Type.String())
		}
		body = newPrinter(t).print(len(prefix))
	}
	switch {
	case t.node == nil:
	case t.node.leaf:
		suffixes = append(suffixes, "requires_grad=true")
	default:
		suffixes = append(suffixes, "grad_fn=<"+t.node.name+">")
	}
	return prefix + withSuffixes(body, suffixes, len(prefix))
}

func texts(v []int) []string {
	s := make([]string, len(v))
	for i, n := range v {
		s[i] = itoa(n)
	}
	return s
}

// withSuffixes appends what stands after the values, on new lines where one is full.
func withSuffixes(body string, suffixes []string, indent int) string {
	var b strings.Builder
	b.WriteString(body)
	line := len(body) - strings.LastIndexByte(body, '\n') + 1 // PyTorch's count, which starts at 2
	for _, s := range suffixes {
		if line+len(s)+2 > printWidth {
			b.WriteString(",\n" + strings.Repeat(" ", indent) + s)
			line = indent + len(s)
		} else {
			b.WriteString(", " + s)
			line += len(s) + 2
		}
	}
	b.WriteString(")")
	return b.String()
}

// printer holds the elements that are shown, each as text of one width.
type printer struct {
	shape   []int // of the tensor
	summary bool
	cells   []string // the shown elements in row-major order
	next    int
	width   int
}

func newPrinter(t *Tensor) *printer {
	p := &printer{shape: t.Shape(), summary: t.Numel() > printThreshold}
	shown := Tensor{a: t.a}
	x := &shown
	if p.summary {
		for d, n := range p.shape {
			if n > 2*printEdge {
				x = Concat(d, x.Slice(d, 0, printEdge, 1), x.Slice(d, n-printEdge, n, 1))
			}
		}
	}
	switch t.a.Type {
	case Float32, Float64:
		p.cells, p.width = floatTexts(Data[float64](x.To(Float64)))
		return p
	case Bool:
		for _, v := range Data[bool](x) {
			p.cells = append(p.cells, strconv.FormatBool(v))
		}
	default:
		for _, v := range Data[int64](x.To(Int64)) {
			p.cells = append(p.cells, strconv.FormatInt(v, 10))
		}
	}
	for _, c := range p.cells {
		p.width = max(p.width, len(c))
	}
	return p
}

// floatTexts writes all values in one form: as whole numbers if all finite ones are
// whole, in scientific notation if they are far apart. The width is that of the
// longest finite one other than 0; as in PyTorch only they count.
func floatTexts(v []float64) (cells []string, width int) {
	ordinary := func(x float64) bool { return x != 0 && !math.IsInf(x, 0) && !math.IsNaN(x) }
	whole := true
	lo, hi := math.Inf(1), 0.0
	for _, x := range v {
		if !ordinary(x) {
			continue
		}
		whole = whole && x == math.Ceil(x)
		lo, hi = min(lo, math.Abs(x)), max(hi, math.Abs(x))
	}
	scientific := hi > 0 && (hi/lo > 1000 || hi > 1e8 || lo < 1e-4)
	width = 1
	for _, x := range v {
		var s string
		switch {
		case math.IsNaN(x):
			s = "nan"
		case math.IsInf(x, 1):
			s = "inf"
		case math.IsInf(x, -1):
			s = "-inf"
		case scientific:
			s = strconv.FormatFloat(x, 'e', printPrecision, 64)
		case whole:
			s = strconv.FormatFloat(x, 'f', 0, 64) + "."
		default:
			s = strconv.FormatFloat(x, 'f', printPrecision, 64)
		}
		if ordinary(x) {
			width = max(width, len(s))
		}
		cells = append(cells, s)
	}
	return cells, width
}

// print writes the whole tensor; indent is where its opening bracket stands.
func (p *printer) print(indent int) string {
	if len(p.shape) == 0 {
		return p.cell()
	}
	return p.dimension(0, indent)
}

func (p *printer) cell() string {
	c := p.cells[p.next]
	p.next++
	return strings.Repeat(" ", max(0, p.width-len(c))) + c
}

func (p *printer) dimension(d, indent int) string {
	n := p.shape[d]
	cut := p.summary && n > 2*printEdge
	if cut {
		n = 2 * printEdge
	}
	var parts []string
	last := d == len(p.shape)-1
	for i := range n {
		if cut && i == printEdge {
			if last {
				parts = append(parts, " ...")
			} else {
				parts = append(parts, "...")
			}
		}
		if last {
			parts = append(parts, p.cell())
		} else {
			parts = append(parts, p.dimension(d+1, indent+1))
		}
	}
	if !last {
		gap := "," + strings.Repeat("\n", len(p.shape)-1-d) + strings.Repeat(" ", indent+1)
		return "[" + strings.Join(parts, gap) + "]"
	}
	perLine := max(1, (printWidth-indent)/(p.width+2))
	var b strings.Builder
	b.WriteString("[")
	for i, c := range parts {
		switch {
		case i == 0:
		case i%perLine == 0:
			b.WriteString(",\n" + strings.Repeat(" ", indent+1))
		default:
			b.WriteString(", ")
		}
		b.WriteString(c)
	}
	b.WriteString("]")
	return b.String()
}
