package probe

import "github.com/lumen-ml/lumen/nn"

// place notes where the operation stands in the network, and returns the name of its result. That is the event's, but for
// an activation of what another layer than the last one made: in a := fc1(x); b := fc2(x); a.ReLU() it is fc1.relu.
func (s *sample) place(e nn.Event) string {
	switch e.Op {
	case "linear", "matmul", "embedding":
		s.last = true
	case "conv1d", "conv2d", "conv_transpose2d", "permute":
		s.last = false
	case "reshape":
		from := e.Output
		if len(e.Operands) > 0 && e.Operands[0] != nil {
			from = e.Operands[0]
		}
		s.last = s.last && e.Output.Dim() > 0 && from.Dim() > 0 && e.Output.Size(e.Output.Dim()-1) == from.Size(from.Dim()-1)
	}
	name, layer := e.Name, e.Layer
	if activations[e.Op] && e.Name != e.Layer && len(e.Operands) > 0 && e.Operands[0] != nil {
		if from, ok := s.made[e.Operands[0]]; ok && from != "" && from != e.Layer {
			name, layer = from+"."+e.Op, from
		}
	}
	s.made[e.Output] = layer
	return name
}
