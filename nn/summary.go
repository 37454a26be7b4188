package nn

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/tensor"
)

// Summary runs m in inference on a batch of zeros of the given shape and returns a
// table of at most 100 columns, a line for every operation: its name (see Event) with
// the kind of layer, the shape of its result, the parameters of its layer, the
// multiplications with an addition that layers with weights do (MultiplyAdder), and
// the memory of its result. Operations that only look at memory differently have a
// line if they are a layer. The last lines are sums; a shared parameter counts once.
//
// It returns the error that CheckInput does if m does not take the shape.
func Summary(m Module, input ...int) (string, error) {
	var s *summary
	err := onZeros(m, input, func() *Pass {
		s = newSummary(m)
		p := Inference()
		p.Observe(m, s.event)
		p.observed.entered = s.enter
		return p
	})
	if err != nil {
		return "", err
	}
	return s.table(m), nil
}

// summary collects the lines of the table.
type summary struct {
	params map[string]int // by layer, until shown
	layer  any            // entered last
	input  []int          // its input's shape
	rows   []summaryRow
}

type summaryRow struct {
	name, shape                  string
	params, multiplyAdds, memory int
}

func newSummary(m Module) *summary {
	s := &summary{params: map[string]int{}}
	for name, p := range Named(m) {
		s.params[parent(name)] += p.Numel()
	}
	return s
}

func (s *summary) enter(layer any, x *tensor.Tensor) {
	s.layer, s.input = layer, nil
	if x != nil {
		s.input = x.Shape()
	}
}

// views are the operations whose results share their operand's memory.
var views = map[string]bool{"reshape": true, "permute": true, "expand": true, "slice": true, "select": true}

func (s *summary) event(e Event) {
	if views[e.Op] && !e.own {
		return
	}
	out := e.Output.Shape()
	row := summaryRow{name: e.Name, shape: listed(out)}
	if !views[e.Op] {
		row.memory = e.Output.Numel() * e.Output.DType().Size()
	}
	if e.own {
		row.params = s.params[e.Layer]
		delete(s.params, e.Layer)
		if s.layer != nil {
			row.name = strings.TrimSpace(fmt.Sprintf("%s (%s)", e.Layer, reflect.Indirect(reflect.ValueOf(s.layer)).Type().Name()))
		}
		if l, ok := s.layer.(MultiplyAdder); ok {
			row.multiplyAdds = l.MultiplyAdds(s.input, out)
		}
		s.layer = nil // what follows is not the layer's own
	}
	s.rows = append(s.rows, row)
}

// columns is how many characters a line of the table has at most.
const columns = 100

func (s *summary) table(m Module) string {
	total := summaryRow{name: "total"}
	bytes, frozen := 0, 0
	for _, p := range Named(m) {
		total.params += p.Numel()
		bytes += p.Numel() * p.dtype.Size()
		if p.Frozen() {
			frozen += p.Numel()
		}
	}
	for _, r := range s.rows {
		total.multiplyAdds += r.multiplyAdds
		total.memory += r.memory
	}
	lines := [][5]string{{"layer", "output shape", "parameters", "multiply-adds", "memory"}}
	for _, r := range append(s.rows, total) {
		lines = append(lines, [5]string{r.name, shorten(r.shape, 22), grouped(r.params), grouped(r.multiplyAdds), size(r.memory)})
	}
	var width [5]int
	for column := 4; column >= 0; column-- {
		for i := range lines {
			if column == 0 { // the names get what the others leave
				lines[i][0] = shorten(lines[i][0], columns-width[1]-width[2]-width[3]-width[4]-8)
			}
			width[column] = max(width[column], utf8.RuneCountInString(lines[i][column]))
		}
	}
	rule := strings.Repeat("-", width[0]+width[1]+width[2]+width[3]+width[4]+8) + "\n"
	var b strings.Builder
	for i, l := range lines {
		if i == 1 || i == len(lines)-1 {
			b.WriteString(rule)
		}
		text := fmt.Sprintf("%-*s  %-*s  %*s  %*s  %*s", width[0], l[0], width[1], l[1], width[2], l[2], width[3], l[3], width[4], l[4])
		b.WriteString(text + "\n")
	}
	fmt.Fprintf(&b, "parameters take %s", size(bytes))
	if frozen > 0 {
		fmt.Fprintf(&b, "; %s of them are frozen", grouped(frozen))
	}
	b.WriteString("\n")
	return b.String()
}

// listed is a shape as PyTorch prints it.
func listed(shape []int) string {
	s := make([]string, len(shape))
	for i, d := range shape {
		s[i] = strconv.Itoa(d)
	}
	return "[" + strings.Join(s, ", ") + "]"
}

// shorten keeps the end of s, which tells names apart, within n characters.
func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}

// grouped is n with commas between thousands; nothing for 0.
func grouped(n int) string {
	if n == 0 {
		return ""
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size is a number of bytes in the greatest unit that leaves 1 or more.
func size(bytes int) string {
	v, unit := float64(bytes), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if v < 1024 {
			break
		}
		v, unit = v/1024, next
	}
	if unit == "B" {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}
