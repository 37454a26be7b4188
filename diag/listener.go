package diag

import (
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// Listener applies rules to a run of train.Run. Findings become events of the name "finding" in the run's
// folder, and train.Progress shows them; rules nil means DefaultRules.
func Listener(rules []Rule) train.Listener { return ListenerWith(Options{Rules: rules}) }

// ListenerWith is Listener with more options.
func ListenerWith(o Options) *RunListener {
	return &RunListener{diagnosis: NewDiagnosis(o.Rules), speaker: speaker{o.Out, o.OnFinding}, probe: o.Probe}
}

// RunListener is the listener of Listener and ListenerWith. A checkpoint carries its memory, so that
// a continued run has the findings of one that was left alone.
type RunListener struct {
	diagnosis *Diagnosis
	speaker   speaker
	probe     probe.Options
	emit      func(train.Message) error
}

var (
	_ train.Prober   = (*RunListener)(nil)
	_ train.Speaker  = (*RunListener)(nil)
	_ train.Stateful = (*RunListener)(nil)
)

// Name tells it apart in a checkpoint.
func (l *RunListener) Name() string { return "diagnosis" }

// State is the memory for a checkpoint.
func (l *RunListener) State() []float64 { return l.diagnosis.State() }

// LoadState restores State.
func (l *RunListener) LoadState(v []float64) error { return l.diagnosis.LoadState(v) }

// Findings are all there have been, each in its last phase, those that are open first.
func (l *RunListener) Findings() []Finding { return l.diagnosis.Findings() }

// Probe says how often it wants statistics.
func (l *RunListener) Probe() probe.Options { return l.probe }

// Speak is called by the run.
func (l *RunListener) Speak(emit func(train.Message) error) { l.emit = emit }

// On looks at steps and at evaluations.
func (l *RunListener) On(e train.Event) error {
	switch e := e.(type) {
	case train.Probed:
		return l.told(l.diagnosis.Step(e.Step))
	case train.EpochEnded:
		now := Epoch{Epoch: e.Epoch, Step: e.Step, Loss: e.Loss, ValidationLoss: math.NaN()}
		if e.Validated {
			now.ValidationLoss = e.ValidationLoss
		}
		told := l.diagnosis.Epoch(now)
		if e.Validated {
			told = append(told, l.diagnosis.Evaluated("the validation examples", e.Step, e.ValidationLoss)...)
		}
		return l.told(told)
	case train.AnomalyFound:
		return l.told(l.diagnosis.Anomaly(e.AnomalyError))
	case train.Ended:
		if e.Tested { // the end is a run's last event: this is for Findings and for the summary
			l.speaker.tell(l.diagnosis.Evaluated("the test examples", e.Steps, e.TestLoss))
		}
		l.speaker.summary(l.diagnosis)
	}
	return nil
}

func (l *RunListener) told(findings []Finding) error {
	l.speaker.tell(findings)
	if l.emit == nil {
		return nil
	}
	for _, f := range findings {
		if err := l.emit(train.Message{Name: "finding", Data: f}); err != nil {
			return fmt.Errorf("diag: a finding could not be kept: %w", err)
		}
	}
	return nil
}
