package nn

// trace knows the layers' names for OnOpStart.
type trace struct {
	names  map[any]string
	layers map[*Param]string
}

// Trace calls f when an operation under this Pass begins, with its name and its layer's
// in root, and with two empty strings when it is done, as said at
// [tensor.Scope.OnOpStart]; f nil stops it. Unlike Observe it leaves operations fused as
// they are, and so is for profilers. train.Label makes labels for runtime/pprof of it.
func (p *Pass) Trace(root any, f func(op, layer string)) {
	p.wantPass("Pass.Trace")
	p.trace = nil
	if f != nil {
		names, layers := layersOf(root)
		p.trace = &trace{names, layers}
	}
	p.SetLayer("")
	p.OnOpStart(f)
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
