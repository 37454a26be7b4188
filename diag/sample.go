package diag

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// weight is a trained matrix or kernel of a layer, with the place of the layer's result in Step.Layers.
type weight struct {
	*probe.Param
	layer string
	at    int
}

// weights are the sample's matrices and kernels that are trained and have a gradient, in the order in which
// the forward pass comes to their layers. Embeddings are left out: only the rows of the batch's words have a gradient.
func weights(s *probe.Step) []weight {
	var all []weight
	for i := range s.Params {
		p := &s.Params[i]
		if p.Frozen || p.Grad == nil || len(p.Shape) < 2 {
			continue
		}
		layer := layerOf(p.Name)
		at := slices.IndexFunc(s.Layers, func(l probe.Layer) bool { return l.Name == layer || strings.HasPrefix(l.Name, layer+".") })
		if at >= 0 && s.Layers[at].Op != "embedding" {
			all = append(all, weight{p, layer, at})
		}
	}
	slices.SortStableFunc(all, func(a, b weight) int { return cmp.Compare(a.at, b.at) })
	return all
}

// layerOf is the layer that a parameter belongs to: its name without the last part.
func layerOf(param string) string {
	return param[:max(0, strings.LastIndexByte(param, '.'))]
}

// findParam is nil if there is no such parameter.
func findParam(s *probe.Step, name string) *probe.Param {
	for i := range s.Params {
		if s.Params[i].Name == name {
			return &s.Params[i]
		}
	}
	return nil
}

func findLayer(s *probe.Step, name string) *probe.Layer {
	for i := range s.Layers {
		if s.Layers[i].Name == name {
			return &s.Layers[i]
		}
	}
	return nil
}

// inputOf is the place of what an activation was given: the result before it, or, where layers stand side by side, the last
// one of the layer that its name says ("fc1.relu" is given what fc1 makes). It is -1 if there is none.
func inputOf(s *probe.Step, i int) int {
	layer := layerOf(s.Layers[i].Name)
	for k := i - 1; k >= 0 && layer != ""; k-- {
		if name := s.Layers[k].Name; name == layer || strings.HasPrefix(name, layer+".") {
			return k
		}
	}
	return i - 1
}

// operation is the name without the way it was computed.
func operation(l *probe.Layer) string { return strings.TrimSuffix(l.Op, "_in_place") }

// slope is the greatest derivative of an activation, and whether the operation is one.
func slope(op string) (greatest float64, ok bool) {
	switch op {
	case "sigmoid":
		return 0.25, true
	case "tanh", "relu", "leaky_relu", "elu", "softplus", "logsigmoid":
		return 1, true
	case "gelu", "gelu_tanh":
		return 1.13, true
	case "silu":
		return 1.1, true
	}
	return 0, false
}

// fall is what becomes of the gradient on its way back from one layer's result to an earlier one's.
type fall struct {
	decades     float64 // log10 |dL/dz| of the later by that of the earlier one
	activations float64 // the part of it that the activations' derivatives have
	count       int     // activations on the way
	op          string  // of them, the most frequent
}

// fallOf follows the gradient from layer to back to layer from. ok is false where the way is not a chain whose gradients are all known: an
// activation's factor is |dL/dz| / |dL/dh| for h = a(z), so that z must stand before h.
func fallOf(s *probe.Step, from, to int) (f fall, ok bool) {
	norm := func(i int) float64 {
		if s.Layers[i].Grad == nil {
			return math.NaN()
		}
		return s.Layers[i].Grad.Norm
	}
	f.decades = math.Log10(norm(to) / norm(from))
	ops := map[string]int{}
	for i := from + 1; i <= to; i++ {
		l := &s.Layers[i]
		op := operation(l)
		at := inputOf(s, i)
		if _, is := slope(op); !is || at < 0 || !slices.Equal(l.Shape, s.Layers[at].Shape) {
			continue
		}
		f.activations += math.Log10(norm(i) / norm(at))
		f.count++
		if ops[op]++; ops[op] > ops[f.op] {
			f.op = op
		}
	}
	return f, f.count > 0 && finite(f.decades) && finite(f.activations) && f.decades != 0
}

// extinct reports whether all units of a layer are dead: nothing before it gets a gradient then.
func extinct(s *probe.Step) bool {
	return slices.ContainsFunc(s.Layers, func(l probe.Layer) bool { return l.Units > 0 && len(l.Dead) == l.Units })
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// every reports whether f holds for the last n samples, of which there must be n.
func every(h *History, n int, f func(s *probe.Step) bool) bool {
	last := h.Last(n)
	return len(last) >= n && !slices.ContainsFunc(last, func(s *probe.Step) bool { return !f(s) })
}

// over is a value of each of the last n samples, as evidence.
func over(h *History, n int, what string, value func(s *probe.Step) (float64, bool)) []Evidence {
	var all []Evidence
	for _, s := range h.Last(n) {
		if v, ok := value(s); ok {
			all = append(all, Evidence{what, s.Step, -1, v})
		}
	}
	return all
}

// losses are the last n losses, as evidence.
func losses(h *History, n int) []Evidence {
	var all []Evidence
	for _, s := range h.Recent[max(0, len(h.Recent)-n):] {
		all = append(all, Evidence{"loss", s.Step, -1, s.Loss})
	}
	return all
}

// samples is the number of samples in a row that a rule wants, at most as many as are kept.
func samples(n, otherwise int) int { return min(cmp.Or(n, otherwise), keptSamples) }

// listed names some things, and how many more there are.
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
