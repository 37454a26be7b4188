package probe

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// sample collects what a sampled step's operations did until its Step.
type sample struct {
	*memory
	histograms   bool
	begun        bool // an operation was heard
	input        *Summary
	columns      *Columns
	labels       []int
	layers       []*layer // in the order they were first heard
	byName       map[string]*layer
	featuresLast bool // after any number of batch dimensions
	written      bool
	results      []result // of which elements were passed over, until they have been used in a Backward
}

// result is what an operation made for a layer.
type result struct {
	of *layer
	y  *tensor.Tensor
}

// layer is a Layer in the making: all results of one name in the step.
type layer struct {
	name, op     string
	shape        []int
	output, grad distribution
	units        units
	unit         int // the dimension that counts them
	looked       int // elements that were looked at
	saturated    int // of those
	example      int
	worst        float64 // the size of the example's element
	spoilt       bool    // it is not finite
}

func newSample(m *memory, histograms bool) *sample {
	return &sample{memory: m, histograms: histograms, byName: map[string]*layer{}}
}

// views are the operations whose results show their operand's elements.
var views = map[string]bool{"reshape": true, "permute": true, "expand": true, "slice": true, "select": true}

// op takes an operation's result.
func (s *sample) op(e nn.Event) {
	if !s.begun {
		s.begun = true
		if e.Input != nil && e.Input.DType().IsFloat() {
			var d distribution
			d.take(s.memory, e.Input, s.histograms)
			s.input = d.summary()
			if s.histograms || s.examples < enoughColumns {
				if s.columns = columnsOf(e.Input); s.columns != nil {
					s.examples += s.columns.Examples
				}
			}
		}
	}
	s.count(e)
	unit := s.unitDimension(e)
	y, name := e.Output, e.Name
	if views[e.Op] || !y.DType().IsFloat() || y.Dim() == 0 || y.Numel() == 0 {
		return
	}
	l := s.byName[name]
	if l == nil {
		l = &layer{name: name, op: e.Op}
		s.byName[name] = l
		s.layers = append(s.layers, l)
	}
	l.shape, l.unit = y.Shape(), unit
	read(y, func(x []float32) { elements(s, l, x) }, func(x []float64) { elements(s, l, x) })
	if y.Numel() > 2*enough {
		s.results = append(s.results, result{l, y})
	}
	if y.Tracked() {
		y.PeekOnGrad(func(g *tensor.Tensor) {
			if !s.written {
				l.grad.take(s.memory, g, s.histograms)
			}
		})
	}
}

// backward is told of a Backward. If its loss is not finite it can be one element that made it so: then every one is
// looked at.
func (s *sample) backward(finite, done bool) {
	if !done && !finite {
		for _, r := range s.results {
			read(r.y, func(x []float32) { spoilt(r.of, x) }, func(x []float64) { spoilt(r.of, x) })
		}
	}
	if done || !finite {
		clear(s.results)
		s.results = s.results[:0]
	}
}

// spoilt looks for what is not finite where elements were passed over.
func spoilt[T kernel.Float](l *layer, x []T) {
	if at := search(&l.output, x); at >= 0 && !l.spoilt {
		l.example, l.spoilt = at/(len(x)/l.shape[0]), true
	}
}

// elements looks at a result.
func elements[T kernel.Float](s *sample, l *layer, x []T) {
	seen := look(s.memory, x)
	take(&l.output, seen, s.histograms)
	if at, size, finite := seen.place(); at >= 0 && !l.spoilt && (!finite || size > l.worst) {
		l.example, l.worst, l.spoilt = at/(len(x)/l.shape[0]), size, !finite
	}
	l.looked, l.saturated = l.looked+len(seen.x), l.saturated+saturated(l.op, seen.x)
	if activations[l.op] {
		mark(&l.units, x, l.shape, l.unit)
	}
}

// write puts the sample into the step's record; what comes later is another step's.
func (s *sample) write(to *Step) {
	s.written = true
	to.Input, to.Columns, to.Labels, to.Layers = s.input, s.columns, s.labels, make([]Layer, 0, len(s.layers))
	for _, l := range s.layers {
		r := Layer{Name: l.name, Op: l.op, Shape: slices.Clone(l.shape), Output: *l.output.summary(), Example: l.example,
			Saturated: float64(l.saturated) / float64(l.looked)}
		if l.grad.count() > 0 {
			r.Grad = l.grad.summary()
		}
		r.Units, r.Dead = l.units.count, l.units.dead()
		to.Layers = append(to.Layers, r)
	}
}
