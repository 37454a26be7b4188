package report

import (
	"encoding/json"

	"github.com/lumen-ml/lumen/diag"
)

// Finding is a finding with its whole life.
type Finding struct {
	diag.Finding       // as it was told last while it stood: at its worst
	Worse        []int // the steps at which it got worse
	Closed       int   // the step at which it was gone; 0: it stood to the end
}

// Bad reports whether it is a warning or an error.
func (f *Finding) Bad() bool { return f.Severity != diag.Info }

// lives puts the phases of findings together.
type lives struct {
	list []*Finding
	open map[string]*Finding // by rule and layer
}

// tell takes the event "finding".
func (l *lives) tell(raw []byte) error {
	var f diag.Finding
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	for _, s := range []*string{&f.Rule, &f.Layer, &f.Formula, &f.Message, &f.Advice} {
		*s = printable(*s)
	}
	for i := range f.Evidence {
		f.Evidence[i].What = printable(f.Evidence[i].What)
	}
	if l.open == nil {
		l.open = map[string]*Finding{}
	}
	key := f.Rule + "\x00" + f.Layer
	had := l.open[key]
	switch {
	case f.Phase == diag.Gone && had == nil: // of one whose opening the folder does not have
	case f.Phase == diag.Gone:
		had.Closed = f.Step
		delete(l.open, key)
	case f.Phase == diag.Worse && had != nil:
		had.Finding = f
		had.Worse = append(had.Worse, f.Step)
	default:
		had = &Finding{Finding: f}
		l.list, l.open[key] = append(l.list, had), had
	}
	return nil
}

func (l *lives) all() []Finding {
	var all []Finding
	for _, f := range l.list {
		all = append(all, *f)
	}
	return all
}
