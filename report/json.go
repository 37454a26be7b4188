package report

import (
	"encoding/json"
	"io"
	"math"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// WriteJSON writes a line for each run and, for several, one with their differences. docs/formats.md has the fields.
func WriteJSON(w io.Writer, runs []*Run) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, r := range runs {
		if err := e.Encode(r.object()); err != nil {
			return err
		}
	}
	if len(runs) < 2 {
		return nil
	}
	type difference struct {
		Name   string   `json:"name"`
		Values []string `json:"values"`
	}
	line := struct {
		Event       string       `json:"event"`
		Differences []difference `json:"differences"`
	}{"differences", []difference{}}
	for _, d := range Differences(runs) {
		line.Differences = append(line.Differences, difference(d))
	}
	return e.Encode(line)
}

type runObject struct {
	Event         string            `json:"event"`
	Dir           string            `json:"dir"`
	Name          string            `json:"name"`
	State         State             `json:"state"`
	Stopped       string            `json:"stopped"`
	Steps         int               `json:"steps"`
	StepsPlanned  int               `json:"steps_planned"`
	EpochsPlanned int               `json:"epochs_planned"`
	Continued     []int             `json:"continued_after"`
	Parameters    int               `json:"parameters"`
	Seconds       any               `json:"seconds"`
	Test          map[string]any    `json:"test"`
	BestEpoch     int               `json:"best_epoch"`
	Options       map[string]string `json:"options"`
	Environment   map[string]string `json:"environment"`
	Command       string            `json:"command"`
	Epochs        []epochObject     `json:"epochs"`
	Findings      []findingObject   `json:"findings"`
	Samples       int               `json:"samples"`
	Gradients     []gradientObject  `json:"gradients"`
	Problems      []string          `json:"problems"`
}

type epochObject struct {
	Epoch              int `json:"epoch"`
	Step               int `json:"step"`
	Loss               any `json:"loss"`
	Accuracy           any `json:"accuracy"`
	ValidationLoss     any `json:"validation_loss"`
	ValidationAccuracy any `json:"validation_accuracy"`
	LR                 any `json:"lr"`
	Seconds            any `json:"seconds"`
}

type findingObject struct {
	Rule      string           `json:"rule"`
	Severity  string           `json:"severity"`
	Layer     string           `json:"layer"`
	Opened    int              `json:"opened"`
	Worse     []int            `json:"worse"`
	Closed    int              `json:"closed"`
	Formula   string           `json:"formula"`
	Value     any              `json:"value"`
	Threshold any              `json:"threshold"`
	Message   string           `json:"message"`
	Advice    string           `json:"advice"`
	Evidence  []evidenceObject `json:"evidence"`
}

type evidenceObject struct {
	What    string `json:"what"`
	Step    int    `json:"step"`
	Example int    `json:"example"`
	Value   any    `json:"value"`
}

type gradientObject struct {
	Name        string `json:"name"`
	Shape       []int  `json:"shape"`
	Frozen      bool   `json:"frozen"`
	First       any    `json:"mean_abs_grad_first"`
	Last        any    `json:"mean_abs_grad_last"`
	UpdateRatio any    `json:"update_ratio"`
}

func (r *Run) object() runObject {
	o := runObject{Event: "run", Dir: r.Dir, Name: r.Name, State: r.State(), Steps: r.LastStep(), StepsPlanned: r.Planned(),
		EpochsPlanned: r.Info.Epochs, Continued: append([]int{}, r.Continued...), Parameters: r.Parameters(), Seconds: train.Finite(r.Seconds()),
		Options: object(r.settings()), Environment: object(r.environment()), Command: r.Command, Epochs: []epochObject{},
		Findings: []findingObject{}, Samples: len(r.Samples), Gradients: []gradientObject{}, Problems: append([]string{}, r.Problems...)}
	if r.End != nil {
		o.Stopped = r.End.Stopped
		if r.End.Tested {
			o.Test = map[string]any{"loss": train.Finite(r.End.TestLoss)}
			for _, v := range r.End.Test {
				o.Test[v.Name] = train.Finite(v.Value)
			}
		}
	}
	if best := r.Best(); best != nil {
		o.BestEpoch = best.Epoch
	}
	for _, e := range r.Epochs {
		line := epochObject{Epoch: e.Epoch, Step: e.Step, Loss: train.Finite(e.Loss), Accuracy: accuracy(e.Metrics), LR: train.Finite(e.LR),
			Seconds: train.Finite(e.Seconds)}
		if e.Validated {
			line.ValidationLoss, line.ValidationAccuracy = train.Finite(e.ValidationLoss), accuracy(e.Validation)
		}
		o.Epochs = append(o.Epochs, line)
	}
	for i := range r.Findings {
		o.Findings = append(o.Findings, r.Findings[i].object())
	}
	gradients := r.ofParams(func(*probe.Param) bool { return true }, meanAbsGrad)
	ratios := r.ofParams(func(*probe.Param) bool { return true }, func(p *probe.Param) float64 { return p.UpdateRatio })
	for i, p := range r.params() {
		g := gradientObject{Name: p.Name, Shape: append([]int{}, p.Shape...), Frozen: p.Frozen, UpdateRatio: orNull(median(ratios[i].y))}
		if y := gradients[i].y; len(y) > 0 {
			g.First, g.Last = orNull(y[0]), orNull(y[len(y)-1])
		}
		o.Gradients = append(o.Gradients, g)
	}
	return o
}

func (f *Finding) object() findingObject {
	o := findingObject{Rule: f.Rule, Severity: f.Severity.String(), Layer: f.Layer, Opened: f.Opened, Worse: append([]int{}, f.Worse...),
		Closed: f.Closed, Formula: f.Formula, Value: train.Finite(f.Value), Threshold: train.Finite(f.Threshold), Message: f.Message,
		Advice: f.Advice, Evidence: []evidenceObject{}}
	for _, e := range f.Evidence {
		o.Evidence = append(o.Evidence, evidence(e))
	}
	return o
}

func evidence(e diag.Evidence) evidenceObject {
	return evidenceObject{e.What, e.Step, e.Example, train.Finite(e.Value)}
}

func object(options []Option) map[string]string {
	m := map[string]string{}
	for _, o := range options {
		m[o.Name] = o.Value
	}
	return m
}

// accuracy is null where the metrics have none.
func accuracy(values []train.Value) any {
	for _, v := range values {
		if v.Name == "accuracy" {
			return train.Finite(v.Value)
		}
	}
	return nil
}

// orNull is null where there is no number at all: a parameter without a gradient.
func orNull(v float64) any {
	if math.IsNaN(v) {
		return nil
	}
	return train.Finite(v)
}
