package optim

import (
	"slices"

	"github.com/lumen-ml/lumen/nn"
)

// Group is a set of parameters with options of their own, such as biases without
// weight decay. O is the optimizer's type of options.
type Group[O any] struct {
	Params  []*nn.Param
	Options O
}

// oneGroup is how the constructors without groups call those with.
func oneGroup[O any](params []*nn.Param, o O) []Group[O] {
	return []Group[O]{{Params: params, Options: o}}
}

// copyGroups checks and copies groups.
func copyGroups[O any](op string, groups []Group[O]) []Group[O] {
	groups = slices.Clone(groups)
	at := map[*nn.Param]int{}
	for i := range groups {
		g := &groups[i]
		g.Params = slices.Clone(g.Params)
		for k, p := range g.Params {
			if p == nil {
				misuse(op, "parameter %d of group %d is nil", k, i)
			}
			if first, twice := at[p]; twice {
				misuse(op, "parameter %d of group %d, of shape %v, is already in group %d; "+
					"a parameter is updated once a step and belongs to one group", k, i, p.Shape(), first)
			}
			at[p] = i
		}
	}
	if len(at) == 0 {
		misuse(op, "there are no parameters; nn.Parameters(model) lists a model's")
	}
	return groups
}
