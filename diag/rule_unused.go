package diag

import (
	"fmt"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// UnusedParameter finds parameters that training passes by: frozen, without a gradient, or with a gradient that is all zeros.
//
//	value = parameters of the layer that are passed by
//
// Frozen ones are told at once, the others when it has been so in n samples in a row. Zeros are not told where a layer of units is
// dead altogether: that is the finding. Whoever freezes layers on purpose
// sets FrozenMeant.
//
// Source: PyTorch's DistributedDataParallel calls them so, find_unused_parameters.
type UnusedParameter struct {
	FrozenMeant bool
	Samples     int // in a row; default 3
}

// Name is "unused parameter".
func (UnusedParameter) Name() string { return "unused parameter" }

// Look judges samples.
func (r UnusedParameter) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok {
		return nil, false
	}
	n := samples(r.Samples, 3)
	layers := map[string][]*probe.Param{}
	var order []string
	for i := range s.Params {
		p := &s.Params[i]
		why := passedBy(p)
		if why == zeros && extinct(s) {
			continue
		}
		if why == "" || why == frozen && r.FrozenMeant {
			continue
		}
		layer := layerOf(p.Name)
		if why != frozen && !h.IsOpen(r.Name(), layer) && !every(h, n, func(s *probe.Step) bool {
			past := findParam(s, p.Name)
			return past != nil && passedBy(past) != ""
		}) {
			continue
		}
		if layers[layer] == nil {
			order = append(order, layer)
		}
		layers[layer] = append(layers[layer], p)
	}
	var found []Finding
	for _, layer := range order {
		found = append(found, r.finding(s, layer, layers[layer]))
	}
	return found, true
}

// Why training passes a parameter by.
const (
	frozen     = "frozen"
	noGradient = "without a gradient"
	zeros      = "with a gradient of zeros"
)

// verbs say it of one parameter and of several.
var verbs = map[string][2]string{
	frozen:     {"is frozen", "are frozen"},
	noGradient: {"has no gradient", "have no gradient"},
	zeros:      {"has a gradient of zeros", "have gradients of zeros"},
}

func passedBy(p *probe.Param) string {
	switch {
	case p.Frozen:
		return frozen
	case p.Grad == nil:
		return noGradient
	case p.Grad.Count > 0 && p.Grad.Zeros == 1:
		return zeros
	}
	return ""
}

func (r UnusedParameter) finding(s *probe.Step, layer string, params []*probe.Param) Finding {
	f := Finding{Severity: Warning, Layer: layer, Value: float64(len(params)), Formula: "parameters that learn nothing"}
	reasons := map[string][]string{}
	var moved []string
	for _, p := range params {
		why := passedBy(p)
		reasons[why] = append(reasons[why], p.Name)
		if p.UpdateRatio != 0 { // NaN: it was zero before
			moved = append(moved, p.Name)
		}
		f.Evidence = append(f.Evidence, Evidence{"update ratio of " + p.Name, s.Step, -1, p.UpdateRatio})
	}
	var said []string
	for _, why := range []string{frozen, noGradient, zeros} {
		if names := reasons[why]; names != nil {
			verb := verbs[why][0]
			if len(names) > 1 {
				verb = verbs[why][1]
			}
			said = append(said, fmt.Sprintf("%s %s", strings.Join(names, ", "), verb))
		}
	}
	left := "it as it is"
	if len(params) > 1 {
		left = "them as they are"
	}
	f.Message = strings.Join(said, "; ") + ": training leaves " + left + "."
	if len(moved) > 0 {
		f.Message = fmt.Sprintf("%s: nothing is learned there, though %s still changed, by momentum or weight decay alone.", strings.Join(said, "; "), strings.Join(moved, ", "))
	}
	switch {
	case reasons[frozen] != nil:
		f.Advice = "If that is not meant, unfreeze the layer (nn.Unfreeze); if it is, say so with UnusedParameter{FrozenMeant: true}."
	case reasons[noGradient] != nil:
		f.Advice = "Look whether Forward uses the layer, whether its result reaches the loss, and whether Detach or Eval cuts it off."
	default:
		f.Advice = "Something behind it multiplies by 0: dead units, a mask, an underflow of the gradient on its way."
	}
	return f
}
