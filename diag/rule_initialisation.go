package diag

import (
	"cmp"
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/probe"
)

// Initialisation looks at the first step, which is made with the weights as they were drawn.
//
//	value = variance of one layer's results / of another's, the greatest ratio among layers with weights but the last
//	value = loss / ln(classes), where there are classes
//
// A classifier that knows nothing should give every class the same probability, which costs ln(classes); one that begins far
// above is sure of what it does not know. One that begins below has learned before, which is told as info. Both close when
// training has mended them.
//
// Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015) for the variance; Karpathy, "A recipe for training
// neural networks" (2019), "verify loss @ init".
type Initialisation struct {
	Spread float64 // default 1e3, a thirtyfold standard deviation
	// Loss is by how much the loss may be off, as a fraction. Default 0.2, but never less than 0.3 in all: with two classes
	// first weights that are well drawn can be a fifth off.
	Loss float64
}

// Name is "initialisation".
func (Initialisation) Name() string { return "initialisation" }

// Look judges the first sample if it is of the first step, and after it samples as long as something is open.
func (r Initialisation) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	open := h.Open(r.Name())
	if !ok || s.Step > 1 && len(open) == 0 {
		return nil, false
	}
	limit, off := cmp.Or(r.Spread, 1e3), cmp.Or(r.Loss, 0.2)
	var found []Finding
	if least, most := spread(s); most != nil {
		ratio := most.Output.Std * most.Output.Std / (least.Output.Std * least.Output.Std)
		layer := least.Name
		if s.Step > 1 {
			layer = ""
			for _, o := range open {
				if o.Layer != "" {
					layer = o.Layer
				}
			}
		}
		if ratio > limit && layer != "" {
			found = append(found, Finding{Severity: Warning, Layer: layer, Value: ratio, Threshold: limit,
				Formula: fmt.Sprintf("variance of %s / of %s", most.Name, least.Name),
				Message: fmt.Sprintf("With the first weights the results of %s have a standard deviation of %.2g, those of %s one of %.2g: the signal does not keep its size from layer to layer.",
					most.Name, most.Output.Std, least.Name, least.Output.Std),
				Advice:   "Weights of variance 2/inputs (Kaiming's initialisation, for relu) or 2/(inputs+outputs) (Xavier's, for tanh) keep it; so does batch norm.",
				Evidence: deviations(s)})
		}
	}
	// A sum over several Backwards is not the mean over examples that ln(classes) is compared with, unless the program has divided.
	if chance := math.Log(float64(h.Classes)); h.Classes > 1 && s.Backwards <= 1 {
		if r.Loss == 0 {
			off = max(off, 0.3/chance)
		}
		value := s.Loss / chance
		f := Finding{Value: value, Formula: fmt.Sprintf("loss of step %d / ln(%d)", s.Step, h.Classes),
			Evidence: []Evidence{{"loss", s.Step, -1, s.Loss}, {fmt.Sprintf("ln(%d)", h.Classes), s.Step, -1, chance}}}
		last := s.Layers[len(s.Layers)-1]
		switch {
		case value > 1+off:
			f.Severity, f.Threshold = Warning, 1+off
			f.Message = fmt.Sprintf("Before training the loss is %.3g; a guess among %d classes costs %.3g. The network is sure of answers that it cannot know: the results of %s lie between %.3g and %.3g.",
				s.Loss, h.Classes, chance, last.Name, last.Output.Min, last.Output.Max)
			f.Advice = "Smaller weights in the last layer, and inputs of mean 0 and standard deviation 1."
			found = append(found, f)
		case value < 1-off && s.Step == 1:
			f.Severity, f.Threshold = Info, 1-off
			f.Message = fmt.Sprintf("The first loss is %.3g, a guess among %d classes costs %.3g: the network has learned before, or the answer is among the inputs.", s.Loss, h.Classes, chance)
			f.Advice = "None, if the weights were loaded. Otherwise look whether the label stands in the data."
			found = append(found, f)
		}
	}
	return found, true
}

// spread finds the layers with weights whose results vary least and most; nil if there are not two. The last is left out: it may well begin
// small, and where it is too large the loss says so.
func spread(s *probe.Step) (least, most *probe.Layer) {
	last := len(s.Layers) - 1
	for last >= 0 && !weighted(&s.Layers[last]) {
		last--
	}
	for i := range max(last, 0) {
		l := &s.Layers[i]
		if !weighted(l) || !(l.Output.Std > 0) || !finite(l.Output.Std) {
			continue
		}
		if least == nil || l.Output.Std < least.Output.Std {
			least = l
		}
		if most == nil || l.Output.Std > most.Output.Std {
			most = l
		}
	}
	if least == most {
		return nil, nil
	}
	return least, most
}

// weighted reports whether a layer sums its inputs with weights.
func weighted(l *probe.Layer) bool {
	switch l.Op {
	case "linear", "conv1d", "conv2d", "conv_transpose2d":
		return true
	}
	return false
}

func deviations(s *probe.Step) []Evidence {
	var all []Evidence
	for i := range s.Layers {
		if l := &s.Layers[i]; weighted(l) {
			all = append(all, Evidence{"standard deviation of " + l.Name, s.Step, -1, l.Output.Std})
		}
	}
	return all
}
