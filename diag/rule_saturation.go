package diag

import (
	"cmp"
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/probe"
)

// Saturation finds layers of tanh or sigmoid whose results sit at their ends.
//
//	value = share of a layer's results with |tanh| > 0.97, or sigmoid < 0.01 or > 0.99, in each of the last n samples
//
// There the derivative is at most 0.06 (tanh) or 0.01 (sigmoid), so that little gradient comes through. The last operation of
// the network is left out: a probability may well be near 0 or 1.
//
// Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
type Saturation struct {
	Warning float64 // default 0.5
	Error   float64 // default 0.9
	Samples int     // in a row; default 5
}

// Name is "saturation".
func (Saturation) Name() string { return "saturation" }

// Look judges samples.
func (r Saturation) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok {
		return nil, false
	}
	limit, serious, n := cmp.Or(r.Warning, 0.5), cmp.Or(r.Error, 0.9), samples(r.Samples, 5)
	var found []Finding
	for i := range s.Layers {
		l := &s.Layers[i]
		op := operation(l)
		if op != "tanh" && op != "sigmoid" || i == len(s.Layers)-1 {
			continue
		}
		least, in := limit, n
		if h.IsOpen(r.Name(), l.Name) {
			least, in = 0.8*limit, 1
		}
		share := func(s *probe.Step) (float64, bool) {
			q := findLayer(s, l.Name)
			if q == nil {
				return 0, false
			}
			return q.Saturated, true
		}
		if !every(h, in, func(s *probe.Step) bool { v, ok := share(s); return ok && v > least }) {
			continue
		}
		f := Finding{Severity: Warning, Layer: l.Name, Value: l.Saturated, Threshold: limit,
			Formula:  fmt.Sprintf("share of the results of %s at the ends of %s", l.Name, op),
			Evidence: over(h, n, "saturated share of "+l.Name, share)}
		if l.Saturated > serious {
			f.Severity, f.Threshold = Error, serious
		}
		f.Message = fmt.Sprintf("%.0f %% of the results of %s are where %s is flat, so that hardly any gradient comes through.", 100*l.Saturated, l.Name, op)
		f.Advice = "Smaller first weights (Xavier's initialisation), batch norm in front of it, or relu."
		if at := inputOf(s, i); at >= 0 {
			in := s.Layers[at]
			f.Message += fmt.Sprintf(" What comes into it, from %s, lies between %.3g and %.3g.", in.Name, in.Output.Min, in.Output.Max)
			f.Evidence = append(f.Evidence, Evidence{"std of " + in.Name, s.Step, -1, in.Output.Std},
				Evidence{"greatest |" + in.Name + "|", s.Step, in.Example, max(-in.Output.Min, in.Output.Max)})
			if bias := findParam(s, in.Name+".bias"); bias != nil && math.Abs(bias.Weight.Mean) > max(in.Output.Std, 3) {
				f.Evidence = append(f.Evidence, Evidence{"mean of " + bias.Name, s.Step, -1, bias.Weight.Mean})
				f.Advice = fmt.Sprintf("The bias holds them there: %s is %.3g on average, where the results vary by %.3g. Begin it at 0.", bias.Name, bias.Weight.Mean, in.Output.Std)
			}
		}
		if open := h.Open(UnscaledInput{}.Name()); len(open) > 0 {
			f.Advice = "Scale the inputs first, see the finding about them; then smaller first weights (Xavier's initialisation), or batch norm."
		}
		found = append(found, f)
	}
	return found, true
}
