package nn

import (
	"iter"
	"strconv"

	"github.com/lumen-ml/lumen/tensor"
)

// Sequential runs modules one after another (torch.nn.Sequential). Their names are
// their places: "0.weight", "2.bias".
type Sequential struct {
	Modules []Module
}

// NewSequential returns the modules as one; without any it is the identity.
func NewSequential(mods ...Module) *Sequential {
	for i, m := range mods {
		if m == nil {
			badSize("NewSequential", "module %d is nil", i)
		}
	}
	return &Sequential{Modules: mods}
}

// Forward gives x to the first module, its result to the second, and so on. A Linear,
// Conv1d or Conv2d that a ReLU, Tanh or Sigmoid follows is computed with it in one
// operation, to the same bits, while nobody observes the Pass.
func (s *Sequential) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(s, x)
	for i := 0; i < len(s.Modules); i++ {
		m := s.Modules[i]
		if m == nil {
			badSize("Sequential.Forward", "module %d is nil", i)
		}
		if i+1 < len(s.Modules) {
			if y := fused(p, m, s.Modules[i+1], x); y != nil {
				x = y
				i++
				continue
			}
		}
		x = m.Forward(p, x)
	}
	return x
}

// Children yields the modules by their place.
func (s *Sequential) Children() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, m := range s.Modules {
			if !yield(strconv.Itoa(i), m) {
				return
			}
		}
	}
}

func (s *Sequential) operation() string { return "sequential" }
