package diag

import (
	"encoding/json"
	"fmt"

	"github.com/lumen-ml/lumen/internal/jsonfloat"
)

var severities = [...]string{Info: "info", Warning: "warning", Error: "error"}

// String is "info", "warning" or "error".
func (s Severity) String() string {
	if s < Info || s > Error {
		return fmt.Sprintf("severity %d", int(s))
	}
	return severities[s]
}

// findingJSON is a Finding as it stands in a run's events.
type findingJSON struct {
	Rule      string          `json:"rule"`
	Severity  string          `json:"severity"`
	Phase     Phase           `json:"phase"`
	Layer     string          `json:"layer"`
	Step      int             `json:"step"`
	Opened    int             `json:"opened"`
	Formula   string          `json:"formula"`
	Value     jsonfloat.Float `json:"value"`
	Threshold jsonfloat.Float `json:"threshold"`
	Message   string          `json:"message"`
	Advice    string          `json:"advice"`
	Evidence  []evidenceJSON  `json:"evidence"`
}

type evidenceJSON struct {
	What    string          `json:"what"`
	Step    int             `json:"step"`
	Example int             `json:"example"`
	Value   jsonfloat.Float `json:"value"`
}

// MarshalJSON writes the fields in lower case; docs/formats.md has them.
func (f Finding) MarshalJSON() ([]byte, error) {
	j := findingJSON{f.Rule, f.Severity.String(), f.Phase, f.Layer, f.Step, f.Opened, f.Formula, jsonfloat.Float(f.Value), jsonfloat.Float(f.Threshold),
		f.Message, f.Advice, make([]evidenceJSON, len(f.Evidence))}
	for i, e := range f.Evidence {
		j.Evidence[i] = evidenceJSON{e.What, e.Step, e.Example, jsonfloat.Float(e.Value)}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote; fields of an event around it are passed over.
func (f *Finding) UnmarshalJSON(b []byte) error {
	var j findingJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("diag: not a finding: %w", err)
	}
	severity := Severity(-1)
	for s, name := range severities {
		if name == j.Severity {
			severity = Severity(s)
		}
	}
	switch {
	case severity < 0:
		return fmt.Errorf("diag: a finding of severity %q: info, warning or error is wanted", j.Severity)
	case j.Phase != Opened && j.Phase != Worse && j.Phase != Gone:
		return fmt.Errorf("diag: a finding in the phase %q: opened, worse or gone is wanted", j.Phase)
	}
	*f = Finding{j.Rule, severity, j.Phase, j.Layer, j.Step, j.Opened, j.Formula, float64(j.Value), float64(j.Threshold), j.Message, j.Advice, nil}
	for _, e := range j.Evidence {
		f.Evidence = append(f.Evidence, Evidence{e.What, e.Step, e.Example, float64(e.Value)})
	}
	return nil
}
