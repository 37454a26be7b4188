package probe

import "github.com/lumen-ml/lumen/nn"

// unitDimension follows which dimension counts units, and returns it for the operation's result: the last behind what
// makes features, whatever dimensions the batch has, and the one after the batch, channels, behind a convolution.
func (s *sample) unitDimension(e nn.Event) int {
	switch e.Op {
	case "linear", "matmul", "embedding":
		s.featuresLast = true
	case "conv1d", "conv2d", "conv_transpose2d", "permute":
		s.featuresLast = false
	case "reshape":
		from := e.Output
		if len(e.Operands) > 0 && e.Operands[0] != nil {
			from = e.Operands[0]
		}
		s.featuresLast = s.featuresLast && e.Output.Dim() > 0 && from.Dim() > 0 &&
			e.Output.Size(e.Output.Dim()-1) == from.Size(from.Dim()-1)
	}
	if s.featuresLast {
		return e.Output.Dim() - 1
	}
	return 1
}
