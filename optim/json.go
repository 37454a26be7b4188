package optim

import "encoding/json"

// MarshalJSON gives the number of parameters and the options, for a run's record:
//
//	{"parameters": 10, "options": {"lr": 0.001, ...}}
func (g Group[O]) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Parameters int `json:"parameters"`
		Options    O   `json:"options"`
	}{len(g.Params), g.Options})
}

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *SGD) MarshalJSON() ([]byte, error) { return json.Marshal(s.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (a *Adam) MarshalJSON() ([]byte, error) { return json.Marshal(a.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (a *AdamW) MarshalJSON() ([]byte, error) { return json.Marshal(a.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (r *RMSprop) MarshalJSON() ([]byte, error) { return json.Marshal(r.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (a *Adagrad) MarshalJSON() ([]byte, error) { return json.Marshal(a.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (a *Adadelta) MarshalJSON() ([]byte, error) { return json.Marshal(a.groups) }

// MarshalJSON gives the settings; what was reported is in State.
func (r *ReduceOnPlateau) MarshalJSON() ([]byte, error) { return json.Marshal(r.options) }
