package diag

import (
	"errors"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// State is the memory of the diagnosis, for a checkpoint: the history and the findings.
func (d *Diagnosis) State() []float64 {
	t := &tape{writing: true}
	t.diagnosis(d)
	return t.v
}

// LoadState restores State; on an error nothing is changed.
func (d *Diagnosis) LoadState(v []float64) error {
	t := &tape{v: v}
	fresh := &Diagnosis{rules: d.rules}
	t.diagnosis(fresh)
	if t.bad || len(t.v) > 0 {
		return errors.New("diag: the state is damaged, or of another version of this package")
	}
	*d = *fresh
	return nil
}

// tapeVersion is the first number of a State.
const tapeVersion = 2

// tape writes values as numbers, or reads them in the same order.
type tape struct {
	v       []float64
	writing bool
	bad     bool // something that was read cannot be
}

func (t *tape) number(x *float64) {
	switch {
	case t.writing:
		t.v = append(t.v, *x)
	case len(t.v) == 0:
		t.bad = true
	default:
		*x, t.v = t.v[0], t.v[1:]
	}
}

func (t *tape) int(x *int) {
	f := float64(*x)
	t.number(&f)
	if t.writing {
		return
	}
	if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		t.bad = true
		return
	}
	*x = int(f)
}

func (t *tape) bool(x *bool) {
	f := 0
	if *x {
		f = 1
	}
	t.int(&f)
	*x = f == 1
}

// length writes a length or reads one, of a list whose elements take a number each or more.
func (t *tape) length(n int) int {
	t.int(&n)
	if n < 0 || !t.writing && n > len(t.v) {
		t.bad, n = true, 0
	}
	if t.bad {
		return 0
	}
	return n
}

func (t *tape) text(s *string) {
	b := []byte(*s)
	list(t, &b, func(t *tape, c *byte) {
		x := int(*c)
		t.int(&x)
		*c = byte(x)
	})
	*s = string(b)
}

func list[E any](t *tape, s *[]E, element func(*tape, *E)) {
	n := t.length(len(*s))
	if !t.writing {
		*s = nil
	}
	for i := 0; i < n && !t.bad; i++ {
		if !t.writing {
			var e E
			*s = append(*s, e)
		}
		element(t, &(*s)[i])
	}
}

// maybe writes a value that may not be there.
func maybe[E any](t *tape, p **E, element func(*tape, *E)) {
	there := *p != nil
	t.bool(&there)
	if !there {
		*p = nil
		return
	}
	if !t.writing {
		*p = new(E)
	}
	element(t, *p)
}

func (t *tape) ints(s *[]int) { list(t, s, (*tape).int) }

func (t *tape) floats(s *[]float32) {
	list(t, s, func(t *tape, x *float32) {
		f := float64(*x)
		t.number(&f)
		*x = float32(f)
	})
}

func (t *tape) numbers(all ...*float64) {
	for _, x := range all {
		t.number(x)
	}
}

func (t *tape) diagnosis(d *Diagnosis) {
	version := tapeVersion
	if t.int(&version); version != tapeVersion {
		t.bad = true
		return
	}
	h := &d.history
	t.int(&h.Seen)
	list(t, &h.Recent, func(t *tape, s *Scalar) {
		t.int(&s.Step)
		t.numbers(&s.Loss, &s.LR, &s.GradNorm)
	})
	list(t, &h.Samples, func(t *tape, s **probe.Step) {
		if !t.writing {
			*s = new(probe.Step)
		}
		t.sample(*s)
	})
	list(t, &h.Epochs, func(t *tape, e *Epoch) {
		t.int(&e.Epoch)
		t.int(&e.Step)
		t.numbers(&e.Loss, &e.ValidationLoss)
	})
	t.numbers(&h.First, &h.Initial, &h.Lowest, &h.GreatestLR, &h.Suited)
	t.ints(&h.Labels)
	t.int(&h.Classes)
	t.int(&h.Inputs)
	t.ints(&h.Shape)
	t.floats(&h.Low)
	t.floats(&h.High)
	if len(h.Low) != len(h.High) || h.Classes < 0 || h.Classes > 1<<24 {
		t.bad = true
	}
	list(t, &h.open, func(t *tape, o *life) {
		t.finding(&o.Finding)
		t.int(&o.quiet)
	})
	list(t, &d.closed, (*tape).finding)
	if !t.writing && slices.ContainsFunc(h.Samples, func(s *probe.Step) bool { return !s.Sampled() }) {
		t.bad = true
	}
}

func (t *tape) sample(s *probe.Step) {
	t.int(&s.Step)
	t.numbers(&s.Loss, &s.LR, &s.GradNorm)
	maybe(t, &s.Input, (*tape).summary)
	list(t, &s.Layers, func(t *tape, l *probe.Layer) {
		t.text(&l.Name)
		t.text(&l.Op)
		t.ints(&l.Shape)
		t.summary(&l.Output)
		maybe(t, &l.Grad, (*tape).summary)
		t.number(&l.Saturated)
		t.int(&l.Units)
		t.ints(&l.Dead)
		t.int(&l.Example)
	})
	list(t, &s.Params, func(t *tape, p *probe.Param) {
		t.text(&p.Name)
		t.ints(&p.Shape)
		t.bool(&p.Frozen)
		t.summary(&p.Weight)
		maybe(t, &p.Grad, (*tape).summary)
		t.number(&p.UpdateRatio)
	})
}

func (t *tape) summary(s *probe.Summary) {
	t.int(&s.Count)
	t.numbers(&s.Mean, &s.Std, &s.MeanAbs, &s.Norm, &s.Min, &s.Max, &s.Zeros, &s.NonFinite)
}

func (t *tape) finding(f *Finding) {
	severity, phase := int(f.Severity), string(f.Phase)
	t.text(&f.Rule)
	t.int(&severity)
	t.text(&phase)
	t.text(&f.Layer)
	t.int(&f.Step)
	t.int(&f.Opened)
	t.text(&f.Formula)
	t.numbers(&f.Value, &f.Threshold)
	t.text(&f.Message)
	t.text(&f.Advice)
	list(t, &f.Evidence, func(t *tape, e *Evidence) {
		t.text(&e.What)
		t.int(&e.Step)
		t.int(&e.Example)
		t.number(&e.Value)
	})
	if severity < int(Info) || severity > int(Error) {
		t.bad = true
	}
	f.Severity, f.Phase = Severity(severity), Phase(phase)
}
