package probe

import (
	"fmt"
	"math"
	"strings"
)

// Where an anomaly was found.
const (
	InForward  = "forward"  // an operation made it of finite operands
	InBackward = "backward" // an operation's backward made it of a finite gradient
	InData     = "data"     // an operand has it that this step did not compute: the batch
	InWeights  = "weights"  // a parameter has it
	InGradient = "gradient" // a gradient has it though each operation's part was finite: it was added up, clipped or set
)

// AnomalyError is the first NaN or infinity of a run.
type AnomalyError struct {
	Kind  string // InForward, InBackward, InData, InWeights or InGradient
	Step  int    // from 1
	Op    string // "sqrt"; "" where no operation is to blame
	Layer string // the innermost layer: "fc2"
	Name  string // as nn.Event has it: "fc2.sqrt"
	Where string // the first file:line outside Lumen of the forward's call
	Param string // the parameter, of InWeights and InGradient

	Operands []Range // of the forward; without a shape where not known
	// Operand is the place in Operands of the one that was not finite, or, in backward, of the one
	// whose gradient Result is; -1 if there is none.
	Operand int
	Grad    *Range // in backward: what came in, the gradient of the operation's result; of weights: their own
	Result  Range  // what is not finite

	History []AnomalyStep // the last steps, the oldest first; the last is this one, up to here
}

// AnomalyStep is what a step's results reached.
type AnomalyStep struct {
	Step   int
	Ranges []NamedRange // in the order they were made
}

// NamedRange is the range of a result ("conv1.relu"), of the gradient that an operation made
// ("conv1.relu backward"), of a parameter's gradient ("conv1.weight gradient") or of a parameter
// after the step ("conv1.weight").
type NamedRange struct {
	Name string
	Range
}

// what is the kind of number that was found.
func (e *AnomalyError) what() string {
	if e.Result.NaN > 0 {
		return "NaN"
	}
	return "Inf"
}

// operation is "sqrt in fc2 (called at net.go:7)".
func (e *AnomalyError) operation() string {
	text := e.Op
	if e.Layer != "" {
		text += " in " + e.Layer
	}
	if e.Where != "" {
		text += " (called at " + e.Where + ")"
	}
	return text
}

// of lists the operands.
func (e *AnomalyError) of() string {
	var texts []string
	for i, r := range e.Operands {
		if r.Shape != nil {
			texts = append(texts, fmt.Sprintf("operand %d %v", i+1, r))
		}
	}
	if len(texts) == 0 {
		return "operands that are not known any more"
	}
	return strings.Join(texts, " and ")
}

// Error is a sentence with the operation, its layer, the line and the operands' ranges.
func (e *AnomalyError) Error() string {
	text := fmt.Sprintf("probe: step %d: ", e.Step)
	switch {
	case e.Kind == InForward:
		text += fmt.Sprintf("%s made %s: the result is %v, of %s", e.operation(), e.what(), e.Result, e.of())
	case e.Kind == InBackward:
		text += fmt.Sprintf("the backward of %s made %s: the gradient of operand %d is %v, of an incoming gradient %v and %s",
			e.operation(), e.what(), e.Operand+1, e.Result, e.Grad, e.of())
	case e.Kind == InData:
		text += fmt.Sprintf("the data are not finite: operand %d of %s, which this network did not compute, is %v", e.Operand+1, e.operation(), e.Operands[e.Operand])
		if n := e.Operands[e.Operand].Example(); n >= 0 {
			text += fmt.Sprintf(", first in example %d of the batch, counted from 0", n)
		}
	case e.Kind == InWeights && e.Op != "":
		text += fmt.Sprintf("the weights are not finite: %s, which %s uses, is %v", e.Param, e.operation(), e.Operands[e.Operand])
	case e.Kind == InWeights:
		text += fmt.Sprintf("the optimizer made %s not finite: it is %v", e.Param, e.Result)
		if e.Grad != nil {
			text += fmt.Sprintf(", its gradient was %v", *e.Grad)
		}
	case e.Op != "":
		text += fmt.Sprintf("the gradient that came to the backward of %s is not finite, though each of its parts was: it is %v", e.operation(), e.Grad)
	default:
		text += fmt.Sprintf("the gradient of %s is not finite, though each operation's part was: it is %v; it was added up, clipped or set since", e.Param, e.Result)
	}
	return text
}

// remedies say what usually helps, by operation.
var remedies = map[string]string{
	"sqrt":          "the slope of a root is infinite at 0: add a small number under it, x.AddScalar(1e-12).Sqrt()",
	"rsqrt":         "1/sqrt(x) is infinite at 0: add a small number under the root",
	"log":           "the logarithm is there above 0 only: Clamp its operand, or work with logits (LogSoftmax, BCEWithLogits)",
	"div":           "something is divided by 0, or by too little: add a small number below the line",
	"reciprocal":    "1/x is infinite at 0: add a small number to x",
	"exp":           "float32 ends at exp(88.7): subtract the greatest value first, or use Softmax, LogSoftmax or LogSumExp",
	"pow":           "a power of a negative number, or a negative power of 0, is not finite: Clamp its operand",
	"cross_entropy": "the logits are too large: a lower learning rate, or smaller first weights, keep them",
}

// remedy is what to try.
func (e *AnomalyError) remedy() string {
	switch e.Kind {
	case InData:
		return "look at that example where it is loaded; if it is a mask and is meant, set AnomalyOptions.NaNOnly"
	case InWeights, InGradient:
		return "a lower learning rate, or clipped gradients (optim.ClipGradNorm); look back on the steps before"
	}
	if text, ok := remedies[e.Op]; ok {
		return text
	}
	return "look back on the steps before: where numbers grow from step to step, a lower learning rate or clipped gradients help"
}

// mostRows is how many results Report looks back on: the last ones.
const mostRows = 16

// Report is a page: what happened, of what, what to try, and how large this step's last results were in the
// steps before. Lines fit 100 columns but for paths and shapes that are longer.
func (e *AnomalyError) Report() string {
	var b strings.Builder
	title := map[string]string{InForward: "in the forward", InBackward: "in the backward", InData: "in the data", InWeights: "in the weights",
		InGradient: "in a gradient"}[e.Kind]
	fmt.Fprintf(&b, "%s %s, step %d\n", e.what(), title, e.Step)
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-10s  %s\n", what, text)
		}
	}
	line("operation", e.Op)
	line("layer", e.Layer)
	line("called at", e.Where)
	line("parameter", e.Param)
	for i, r := range e.Operands {
		text := r.String()
		if r.Shape == nil {
			text = "not known: left out, or changed in place"
		}
		line(fmt.Sprintf("operand %d", i+1), text)
	}
	switch {
	case e.Kind == InWeights && e.Grad != nil:
		line("gradient", e.Grad.String())
		line("weights", e.Result.String())
	case e.Kind == InBackward || e.Kind == InGradient && e.Grad != nil:
		line("incoming", e.Grad.String())
		line("gradient", fmt.Sprintf("of operand %d: %v", e.Operand+1, e.Result))
	default:
		line("result", e.Result.String())
	}
	line("try", e.remedy())
	e.lookBack(&b)
	return b.String()
}

// lookBack writes the table of the last steps.
func (e *AnomalyError) lookBack(b *strings.Builder) {
	if len(e.History) == 0 {
		return
	}
	rows := e.History[len(e.History)-1].Ranges
	if len(rows) == 0 {
		return
	}
	first := max(0, len(rows)-mostRows)
	const width, left = 10, 38
	steps := e.History[max(0, len(e.History)-(100-left)/(width+1)):]
	fmt.Fprintf(b, "\n%-*s", left, "largest |value| by step")
	for _, s := range steps {
		fmt.Fprintf(b, " %*d", width, s.Step)
	}
	b.WriteByte('\n')
	seen := map[string]int{}
	for n, row := range rows {
		k := seen[row.Name] // of a layer that is used twice
		seen[row.Name]++
		if n < first {
			continue
		}
		fmt.Fprintf(b, "%-*s", left, shortened(row.Name, left))
		for _, s := range steps {
			text := "-"
			if r, ok := s.find(row.Name, k); ok {
				text = r.size()
			}
			fmt.Fprintf(b, " %*s", width, text)
		}
		b.WriteByte('\n')
	}
}

// find is the k'th range of a name.
func (s AnomalyStep) find(name string, k int) (Range, bool) {
	for _, r := range s.Ranges {
		if r.Name == name {
			if k == 0 {
				return r.Range, true
			}
			k--
		}
	}
	return Range{}, false
}

// size is the greatest finite number, or what is there instead.
func (r Range) size() string {
	switch {
	case r.NaN > 0:
		return "NaN"
	case r.Inf > 0:
		return "Inf"
	case math.IsNaN(r.Min):
		return "-"
	}
	return fmt.Sprintf("%.3g", r.Largest())
}

// shortened is a name in at most n characters: its end, which says more.
func shortened(name string, n int) string {
	if r := []rune(name); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return name
}

func ordinal(i int) string { return fmt.Sprintf("operand %d", i+1) }
