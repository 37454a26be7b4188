package optim

import "encoding/json"

// group is how a group of parameters stands in a run's record.
type group struct {
	Parameters int `json:"parameters"`
	Options    any `json:"options"`
}

func marshalGroups[O any](groups []Group[O]) ([]byte, error) {
	out := make([]group, len(groups))
	for i, g := range groups {
		out[i] = group{len(g.Params), g.Options}
	}
	return json.Marshal(out)
}

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *SGD) MarshalJSON() ([]byte, error) { return marshalGroups(s.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *Adam) MarshalJSON() ([]byte, error) { return marshalGroups(s.Groups()) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *AdamW) MarshalJSON() ([]byte, error) { return marshalGroups(s.Groups()) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *RMSprop) MarshalJSON() ([]byte, error) { return marshalGroups(s.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *Adagrad) MarshalJSON() ([]byte, error) { return marshalGroups(s.groups) }

// MarshalJSON lists the groups with their numbers of parameters and their options.
func (s *Adadelta) MarshalJSON() ([]byte, error) { return marshalGroups(s.groups) }

// MarshalJSON gives the settings; what was reported is in State.
func (r *ReduceOnPlateau) MarshalJSON() ([]byte, error) { return json.Marshal(r.options) }
