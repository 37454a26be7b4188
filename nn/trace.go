package nn

import (
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// trace is a listener to OnOpStart.
type trace struct {
	root any
	f    func(op, layer string)
}

// traced says which layers the operations belong to that those who trace hear of.
type traced struct {
	watch
	stop func() // hearing of Backward
}

// LayerOf implements tensor.Layers.
func (t *traced) LayerOf(op string, operand *tensor.Tensor) string { return t.begin(op, operand) }

// Made implements tensor.Layers.
func (t *traced) Made(op string, result *tensor.Tensor) { t.end(op, result) }

// Trace calls f when an operation under this Pass begins, with its name and its layer's
// in root, and with two empty strings when it is done, as said at
// [tensor.Scope.OnOpStart], until stop is called. Layers are an [Event]'s, in Backward too, but what follows
// a Backward, such as a metric, belongs to none. Any number may listen; what several roots have
// a name for has that of the last. Unlike Observe it leaves operations fused as
// they are, and so is for profilers. train.Label makes labels for runtime/pprof of it, and
// probe.Profile a table.
func (p *Pass) Trace(root any, f func(op, layer string)) (stop func()) {
	p.wantPass("Pass.Trace")
	if f == nil {
		badSize("Pass.Trace", "a function is wanted, not nil; what stops it is what Trace returns")
	}
	t := &trace{root, f}
	p.traces(append(slices.Clip(p.tracing), t))
	return func() {
		p.traces(slices.DeleteFunc(slices.Clone(p.tracing), func(other *trace) bool { return other == t }))
	}
}

// traces sets who listens.
func (p *Pass) traces(all []*trace) {
	p.tracing = all
	if p.traced != nil {
		p.traced.stop()
		p.traced = nil
	}
	if len(all) == 0 {
		p.SetLayers(nil)
		p.OnOpStart(nil)
		return
	}
	var roots []any
	for _, t := range all {
		roots = append(roots, t.root)
	}
	w := &traced{watch: newWatch(roots...)}
	w.stop = p.OnBackward(func(_ *tensor.Tensor, done bool) {
		if done {
			clear(w.made)
			w.enter("", nil)
		}
	})
	p.traced = w
	p.SetLayers(w)
	p.OnOpStart(func(op, layer string) {
		for _, t := range all {
			t.f(op, layer)
		}
	})
}
