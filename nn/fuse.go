package nn

import "github.com/lumen-ml/lumen/tensor"

// fused runs layer with the activation that next is in the layer's own operation, where
// both are of kinds for which tensor has that in one piece; else it returns nil. The
// bits are those of the two one after the other. The kinds are this package's types
// themselves: what embeds one of them may have a Forward of its own.
func fused(p *Pass, layer, next Module, x *tensor.Tensor) *tensor.Tensor {
	a := activationOf(next)
	if a == tensor.ActNone || p == nil || len(p.listening) > 0 { // an observer sees both modules
		return nil
	}
	switch l := layer.(type) {
	case *Linear:
		if l != nil && l.Options.Activation == tensor.ActNone {
			return l.apply(p, p.Enter(l, x), a)
		}
	case *Conv1d:
		if l != nil && l.Options.Activation == tensor.ActNone {
			return l.apply(p, p.Enter(l, x), a)
		}
	case *Conv2d:
		if l != nil && l.Options.Activation == tensor.ActNone {
			return l.apply(p, p.Enter(l, x), a)
		}
	case *BatchNorm1d:
		if l != nil && l.Options.Activation == tensor.ActNone {
			return l.apply(p, p.Enter(l, x), a)
		}
	case *BatchNorm2d:
		if l != nil && l.Options.Activation == tensor.ActNone {
			return l.apply(p, p.Enter(l, x), a)
		}
	}
	return nil
}

// activationOf is the activation that m applies and does nothing else, ActNone if m is
// another module.
func activationOf(m Module) tensor.Activation {
	switch m := m.(type) {
	case *ReLU:
		if m != nil {
			return tensor.ActReLU
		}
	case *Tanh:
		if m != nil {
			return tensor.ActTanh
		}
	case *Sigmoid:
		if m != nil {
			return tensor.ActSigmoid
		}
	}
	return tensor.ActNone
}
