package nn

import "slices"

// trace is a listener to OnOpStart, with the layers' names.
type trace struct {
	f      func(op, layer string)
	names  map[any]string
	layers map[*Param]string
}

// Trace calls f when an operation under this Pass begins, with its name and its layer's
// in root, and with two empty strings when it is done, as said at
// [tensor.Scope.OnOpStart], until stop is called. Any number may listen; what several roots have
// a name for has that of the last. Unlike Observe it leaves operations fused as
// they are, and so is for profilers. train.Label makes labels for runtime/pprof of it, and
// probe.Profile a table.
func (p *Pass) Trace(root any, f func(op, layer string)) (stop func()) {
	p.wantPass("Pass.Trace")
	if f == nil {
		badSize("Pass.Trace", "a function is wanted, not nil; what stops it is what Trace returns")
	}
	names, layers := layersOf(root)
	t := &trace{f, names, layers}
	p.traces(append(slices.Clip(p.tracing), t))
	return func() {
		p.traces(slices.DeleteFunc(slices.Clone(p.tracing), func(other *trace) bool { return other == t }))
	}
}

// traces sets who listens.
func (p *Pass) traces(all []*trace) {
	p.tracing = all
	p.SetLayer("")
	switch len(all) {
	case 0:
		p.OnOpStart(nil)
	case 1:
		p.OnOpStart(all[0].f)
	default:
		p.OnOpStart(func(op, layer string) {
			for _, t := range all {
				t.f(op, layer)
			}
		})
	}
}

// layersOf is the names of the layers in root, and that of the layer that has each
// parameter.
func layersOf(root any) (names map[any]string, layers map[*Param]string) {
	names, layers = map[any]string{}, map[*Param]string{}
	walk(root, func(name string, v any) {
		switch v := v.(type) {
		case *Param:
			if _, ok := layers[v]; !ok {
				layers[v] = parent(name)
			}
		case *Buffer:
		default:
			if _, ok := names[v]; !ok {
				names[v] = name
			}
		}
	})
	return names, layers
}
