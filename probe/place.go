package probe

import "github.com/lumen-ml/lumen/nn"

// place notes where the operation stands in the network.
func (s *sample) place(e nn.Event) {
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
}
