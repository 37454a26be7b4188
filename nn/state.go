package nn

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// State returns the parameters and buffers below root under all their names. The
// tensors are the model's own memory, untracked: Clone what must not follow it.
func State(root any) map[string]*tensor.Tensor {
	state := map[string]*tensor.Tensor{}
	walk(root, func(name string, v any) {
		switch v := v.(type) {
		case *Param:
			state[name] = v.Value().Detach()
		case *Buffer:
			state[name] = v.value.Detach()
		}
	})
	return state
}

// LoadOptions loosens LoadState.
type LoadOptions struct {
	AllowMissing    bool // names of the model that the state lacks keep their values
	AllowUnexpected bool // names of the state that the model lacks are left out
}

// LoadReport says what LoadState did; the names are sorted.
type LoadReport struct {
	Loaded     []string
	Missing    []string // in the model only
	Unexpected []string // in the state only
}

// LoadState copies a state into the model below root. It first compares all names
// and shapes, and changes nothing if they do not agree; floats are converted to the
// model's type. It returns an error that lists every difference.
func LoadState(root any, state map[string]*tensor.Tensor, o ...LoadOptions) (LoadReport, error) {
	var opt LoadOptions
	if len(o) > 0 {
		opt = o[0]
	}
	var report LoadReport
	var wrong []string
	targets := map[string]any{}
	walk(root, func(name string, v any) {
		var shape []int
		float := true
		switch v := v.(type) {
		case *Param:
			shape = v.shape
		case *Buffer:
			shape, float = v.value.Shape(), v.value.DType().IsFloat()
		default:
			return
		}
		src := state[name]
		switch {
		case src == nil:
			report.Missing = append(report.Missing, name)
			return
		case !slices.Equal(src.Shape(), shape):
			wrong = append(wrong, fmt.Sprintf("%s has shape %v, the model wants %v", name, src.Shape(), shape))
		case src.DType().IsFloat() != float:
			wrong = append(wrong, fmt.Sprintf("%s has elements of type %v, which the model does not take there", name, src.DType()))
		default:
			report.Loaded = append(report.Loaded, name)
		}
		targets[name] = v
	})
	for name, src := range state {
		if targets[name] == nil && src != nil {
			report.Unexpected = append(report.Unexpected, name)
		}
	}
	sort.Strings(report.Loaded)
	sort.Strings(report.Missing)
	sort.Strings(report.Unexpected)
	sort.Strings(wrong)
	if !opt.AllowMissing && len(report.Missing) > 0 {
		wrong = append(wrong, "missing: "+strings.Join(report.Missing, ", "))
	}
	if !opt.AllowUnexpected && len(report.Unexpected) > 0 {
		wrong = append(wrong, "not in the model: "+strings.Join(report.Unexpected, ", "))
	}
	if len(wrong) > 0 {
		report.Loaded = nil
		return report, fmt.Errorf("nn: the state does not fit the model: %s; to load only a part, delete the other names "+
			"from the state and set AllowMissing in LoadOptions", strings.Join(wrong, "; "))
	}
	for _, name := range report.Loaded {
		switch v := targets[name].(type) {
		case *Param:
			v.load(state[name])
		case *Buffer:
			v.value.CopyFrom(state[name].To(v.value.DType()))
		}
	}
	return report, nil
}

// CopyState copies the parameters and buffers of src, a model of the same shape,
// into dst. Call it between steps; dst then predicts what src does.
func CopyState(dst, src any) error {
	_, err := LoadState(dst, State(src))
	return err
}
