package tensor

// OnOpStart sets what is called when an operation begins to compute, with its name as
// errors have it ("Conv2d") and the layer named last by SetLayer, and again, with two
// empty strings, when it is done; nil stops that. An operation that calls others is
// done when the first of them is. In Backward the name is that of the operation whose
// gradients are computed with "Backward" behind it ("conv2dBackward") and the layer the one
// it was recorded in. Profilers listen; nothing that is computed changes.
func (s *Scope) OnOpStart(f func(op, layer string)) { s.starting = f }

// SetLayer names the layer that operations from now on belong to, for OnOpStart.
func (s *Scope) SetLayer(name string) { s.layer = name }

// start tells of an operation. Reading and sharing a tensor check their operand like
// one, but compute nothing and record no result.
func (s *Scope) start(op string) {
	switch op {
	case "Backward", "Data", "Detach", "GradOf", "Item", "Leaf", "SetGrad", "String", "Within":
	default:
		if !s.back {
			s.starting(op, s.layer)
		}
	}
}

// startBack tells of the backward of n.
func (s *Scope) startBack(n *node) {
	if s != nil && s.starting != nil {
		layer := ""
		if n.side != nil {
			layer = n.layer
		}
		s.starting(n.name+"Backward", layer)
	}
}

// done tells that an operation is over.
func (s *Scope) done() {
	if s.starting != nil {
		s.starting("", "")
	}
}
