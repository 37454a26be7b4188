package probe

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lumen-ml/lumen/internal/jsonfloat"
)

// Records are written as docs/formats.md says: what is nil is left out, and a number that is
// not finite is a string.

type stepJSON struct {
	Step     int             `json:"step"`
	Loss     jsonfloat.Float `json:"loss"`
	LR       jsonfloat.Float `json:"lr"`
	GradNorm jsonfloat.Float `json:"grad_norm"`
	Input    *Summary        `json:"input,omitzero"`
	Labels   []int           `json:"labels,omitzero"`
	Layers   []Layer         `json:"layers,omitzero"`
	Params   []Param         `json:"params,omitzero"`
}

type layerJSON struct {
	Name      string          `json:"name"`
	Op        string          `json:"op"`
	Shape     []int           `json:"shape"`
	Output    Summary         `json:"output"`
	Grad      *Summary        `json:"grad,omitzero"`
	Saturated jsonfloat.Float `json:"saturated"`
	Units     int             `json:"units"`
	Dead      []int           `json:"dead,omitzero"`
	Example   int             `json:"example"`
}

type paramJSON struct {
	Name        string          `json:"name"`
	Shape       []int           `json:"shape"`
	Frozen      bool            `json:"frozen"`
	Weight      Summary         `json:"weight"`
	Grad        *Summary        `json:"grad,omitzero"`
	UpdateRatio jsonfloat.Float `json:"update_ratio"`
}

type summaryJSON struct {
	Count     int             `json:"count"`
	Mean      jsonfloat.Float `json:"mean"`
	Std       jsonfloat.Float `json:"std"`
	MeanAbs   jsonfloat.Float `json:"mean_abs"`
	Norm      jsonfloat.Float `json:"norm"`
	Min       jsonfloat.Float `json:"min"`
	Max       jsonfloat.Float `json:"max"`
	Zeros     jsonfloat.Float `json:"zeros"`
	NonFinite jsonfloat.Float `json:"nonfinite"`
	Histogram *Histogram      `json:"histogram,omitzero"`
}

type histogramJSON struct {
	Low    jsonfloat.Float `json:"low"`
	High   jsonfloat.Float `json:"high"`
	Counts []int           `json:"counts"`
}

// MarshalJSON writes the record as docs/formats.md says, without the field "event".
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{s.Step, jsonfloat.Float(s.Loss), jsonfloat.Float(s.LR), jsonfloat.Float(s.GradNorm),
		s.Input, s.Labels, s.Layers, s.Params})
}

// UnmarshalJSON reads what MarshalJSON writes. Other fields are passed over.
func (s *Step) UnmarshalJSON(b []byte) error {
	var j stepJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if err := notNegative("step", j.Step); err != nil {
		return err
	}
	if err := notNegative("labels", j.Labels...); err != nil {
		return err
	}
	*s = Step{Step: j.Step, Loss: float64(j.Loss), LR: float64(j.LR), GradNorm: float64(j.GradNorm), Input: j.Input, Labels: j.Labels, Layers: j.Layers, Params: j.Params}
	return nil
}

// MarshalJSON writes the layer as docs/formats.md says.
func (l Layer) MarshalJSON() ([]byte, error) {
	return json.Marshal(layerJSON{l.Name, l.Op, l.Shape, l.Output, l.Grad, jsonfloat.Float(l.Saturated), l.Units, l.Dead, l.Example})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *Layer) UnmarshalJSON(b []byte) error {
	var j layerJSON
	err := json.Unmarshal(b, &j)
	if err == nil {
		err = errors.Join(notNegative("shape", j.Shape...), notNegative("units", j.Units), notNegative("dead", j.Dead...), notNegative("example", j.Example))
	}
	if err != nil {
		return named("layer", j.Name, err)
	}
	*l = Layer{j.Name, j.Op, j.Shape, j.Output, j.Grad, float64(j.Saturated), j.Units, j.Dead, j.Example}
	return nil
}

// MarshalJSON writes the parameter as docs/formats.md says.
func (p Param) MarshalJSON() ([]byte, error) {
	return json.Marshal(paramJSON{p.Name, p.Shape, p.Frozen, p.Weight, p.Grad, jsonfloat.Float(p.UpdateRatio)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Param) UnmarshalJSON(b []byte) error {
	var j paramJSON
	err := json.Unmarshal(b, &j)
	if err == nil {
		err = notNegative("shape", j.Shape...)
	}
	if err != nil {
		return named("parameter", j.Name, err)
	}
	*p = Param{j.Name, j.Shape, j.Frozen, j.Weight, j.Grad, float64(j.UpdateRatio)}
	return nil
}

// MarshalJSON writes the summary as docs/formats.md says.
func (s Summary) MarshalJSON() ([]byte, error) {
	return json.Marshal(summaryJSON{s.Count, jsonfloat.Float(s.Mean), jsonfloat.Float(s.Std), jsonfloat.Float(s.MeanAbs), jsonfloat.Float(s.Norm),
		jsonfloat.Float(s.Min), jsonfloat.Float(s.Max), jsonfloat.Float(s.Zeros), jsonfloat.Float(s.NonFinite), s.Histogram})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Summary) UnmarshalJSON(b []byte) error {
	var j summaryJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if err := notNegative("count", j.Count); err != nil {
		return err
	}
	*s = Summary{j.Count, float64(j.Mean), float64(j.Std), float64(j.MeanAbs), float64(j.Norm),
		float64(j.Min), float64(j.Max), float64(j.Zeros), float64(j.NonFinite), j.Histogram}
	return nil
}

// MarshalJSON writes the histogram as docs/formats.md says.
func (h Histogram) MarshalJSON() ([]byte, error) {
	return json.Marshal(histogramJSON{jsonfloat.Float(h.Low), jsonfloat.Float(h.High), h.Counts})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (h *Histogram) UnmarshalJSON(b []byte) error {
	var j histogramJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	if err := notNegative("counts", j.Counts...); err != nil {
		return err
	}
	*h = Histogram{float64(j.Low), float64(j.High), j.Counts}
	return nil
}

// notNegative refuses numbers of things below 0, which would index before the beginning of something.
func notNegative(field string, numbers ...int) error {
	for _, n := range numbers {
		if n < 0 {
			return fmt.Errorf("%s is %d, 0 or more is wanted", field, n)
		}
	}
	return nil
}

func named(what, name string, err error) error {
	if name == "" {
		return err
	}
	return fmt.Errorf("%s %q: %w", what, name, err)
}
