package diag

import (
	"fmt"
	"slices"

	"github.com/lumen-ml/lumen/probe"
)

// clearings is how often in a row a rule must not see an open finding before it is gone.
const clearings = 3

// Diagnosis shows a run to rules, moment by moment, and keeps the findings' lives. [Watch] and
// [Listener] have one; whoever has records from elsewhere makes his own.
type Diagnosis struct {
	rules   []Rule
	history History
	closed  []Finding // those that are gone
}

// life is an open finding, as it was last told.
type life struct {
	Finding
	quiet int // looks in a row that did not see it
}

// NewDiagnosis begins a diagnosis; rules nil means DefaultRules.
func NewDiagnosis(rules []Rule) *Diagnosis {
	if rules == nil {
		rules = DefaultRules()
	}
	return &Diagnosis{rules: slices.Clone(rules)}
}

// Step shows the next step to the rules and returns what is to be told. What the record
// holds is copied.
func (d *Diagnosis) Step(s *probe.Step) []Finding {
	d.history.step(s)
	return d.look(s.Step)
}

// Epoch shows an evaluation to the rules and returns what is to be told.
func (d *Diagnosis) Epoch(e Epoch) []Finding {
	d.history.epoch(e)
	return d.look(e.Step)
}

// Findings are all there have been, each in its last phase: those that are open first, worst first.
func (d *Diagnosis) Findings() []Finding {
	var all []Finding
	for _, o := range d.history.open {
		all = append(all, o.Finding)
	}
	all = append(all, d.closed...)
	slices.SortStableFunc(all, func(a, b Finding) int {
		if (a.Phase == Gone) != (b.Phase == Gone) {
			if b.Phase == Gone {
				return -1
			}
			return 1
		}
		return int(b.Severity - a.Severity)
	})
	return all
}

// Evaluated shows the loss of an evaluation, what it is of ("the validation images") and after which step, and returns what is to be told: a loss
// that is no number, or a thousand times that of the first steps, is a finding, however short the run.
func (d *Diagnosis) Evaluated(of string, step int, loss float64) []Finding {
	h := &d.history
	f := Finding{Severity: Error, Value: loss, Formula: "the loss of " + of, Evidence: []Evidence{{"loss of " + of, step, -1, loss}}}
	if h.Seen > 0 {
		f.Evidence = append(f.Evidence, Evidence{"mean loss of the first 20 steps", h.Began(), -1, h.Beginning()})
	}
	rule := Diverging{}.Name()
	switch {
	case !finite(loss):
		rule = NonFinite{}.Name()
		f.Message = fmt.Sprintf("The loss of %s is %v.", of, loss)
	case isAbsurd(h, loss):
		f.Formula += " / of the first steps"
		f.Value, f.Threshold = loss/h.Beginning(), absurd
		f.Message = fmt.Sprintf("The loss of %s is %.4g, and that of training began at %.4g.", of, loss, h.Beginning())
	default:
		return nil
	}
	if open := h.Open(rule); len(open) > 0 { // it is told already
		return nil
	}
	f.Advice = capital(h.lower(h.GreatestLR)) + "."
	return d.live(rule, step, []Finding{f})
}

func (d *Diagnosis) look(step int) []Finding {
	var told []Finding
	for _, r := range d.rules {
		if found, judged := r.Look(&d.history); judged {
			told = append(told, d.live(r.Name(), step, found)...)
		}
	}
	return told
}

// live moves a rule's findings on in their lives.
func (d *Diagnosis) live(rule string, step int, found []Finding) []Finding {
	var told []Finding
	h := &d.history
	now := h.Newest()
	sound := finite(now.Loss) && finite(now.GradNorm) // else nothing is over: it can only not be measured
	seen := func(layer string) bool {
		return slices.ContainsFunc(found, func(f Finding) bool { return f.Layer == layer })
	}
	for _, f := range found {
		f.Rule, f.Step = rule, step
		i := slices.IndexFunc(h.open, func(o life) bool { return o.Rule == rule && o.Layer == f.Layer })
		if i < 0 {
			f.Phase, f.Opened = Opened, step
			h.open = append(h.open, life{Finding: f})
			d.closed = slices.DeleteFunc(d.closed, func(c Finding) bool { return c.Rule == rule && c.Layer == f.Layer })
			told = append(told, f)
			continue
		}
		o := &h.open[i]
		o.quiet = 0
		if worse(o.Finding, f) {
			f.Phase, f.Opened = Worse, o.Opened
			o.Finding = f
			told = append(told, f)
		}
	}
	var open []life
	for _, o := range h.open {
		if o.Rule == rule && !seen(o.Layer) && sound {
			o.quiet++
			if o.quiet >= clearings {
				f := o.Finding
				f.Phase, f.Step, f.Evidence = Gone, step, nil
				d.closed = append(d.closed, f)
				told = append(told, f)
				continue
			}
		}
		open = append(open, o)
	}
	h.open = open
	return told
}

// much is how many times as bad a value must be as it was last told to be told again: what explodes grows tenfold every few steps.
const much = 100

// worse reports whether a finding is so much worse than it was last told that it is told again.
func worse(told, now Finding) bool {
	if now.Severity != told.Severity {
		return now.Severity > told.Severity
	}
	if now.Formula != told.Formula || now.Value == told.Value {
		return false
	}
	if told.Value >= told.Threshold { // the higher the worse
		return told.Value > 0 && now.Value >= much*told.Value
	}
	return now.Value >= 0 && now.Value <= told.Value/much
}
