package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// activationGrad returns the gradient of z where y = a(z), from y's gradient g: g times
// the derivative, which for these activations is a function of y. An operation that
// applies a in its last write saves y alone and turns its gradient with this first. a
// is ActNone (g itself is returned), ActReLU, ActTanh or ActSigmoid: what [fusible]
// allows. The result is differentiable where y or g is tracked, as both are when
// Backward creates a graph; else it is one pass over the elements.
func activationGrad(g, y *Tensor, a Activation) *Tensor {
	tracked := g.node != nil || y.node != nil
	switch a {
	case ActNone:
		return g
	case ActReLU:
		if tracked {
			return g.zeroWhere(y.LeScalar(0)) // at NaN it passes, as in PyTorch
		}
		return gradient(kernel.ReLUGrad, g, y)
	case ActTanh:
		if tracked {
			return g.Mul(y.Mul(y).Neg().AddScalar(1))
		}
		return gradient(kernel.TanhGrad, g, y)
	case ActSigmoid:
		if tracked {
			return g.Mul(y.Mul(y.Neg().AddScalar(1)))
		}
		return gradient(kernel.SigmoidGrad, g, y)
	}
	badIndex("activationGrad", y, int(a), "the derivative is no function of the result")
	return nil
}

// fusible reports whether an operation may apply a in its own last write: a's
// derivative must be a function of its result, and no observer may want to see both
// results.
func (s *Scope) fusible(a Activation) bool {
	return a >= ActReLU && a <= ActSigmoid && (s == nil || s.observer == nil)
}
