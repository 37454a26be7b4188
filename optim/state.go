package optim

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// State returns copies of what a checkpoint needs to go on with the same numbers,
// under PyTorch's names: "K.exp_avg" and so on for the state of parameter K, counted
// from 0 over all groups; "K.step", an int64 without dimensions, for how many steps
// it has made; and "param_groups.K.lr", a float64 without dimensions, for the
// learning rate of each group. A parameter that never had a gradient has no entries.
func (c *core) State() map[string]*tensor.Tensor {
	state := map[string]*tensor.Tensor{}
	for i, r := range c.rates {
		state[rateName(i)] = tensor.FullOf(tensor.Float64, *r.lr)
	}
	for i := range c.slots {
		s := &c.slots[i]
		if s.step == 0 && s.state[0] == nil {
			continue
		}
		for k, name := range s.names {
			if name != "" {
				state[stateName(i, name)] = s.state[k].Clone()
			}
		}
		if c.steps {
			state[stateName(i, "step")] = tensor.FromSlice([]int64{int64(s.step)}, []int{}...)
		}
	}
	return state
}

// LoadState restores what State returned, of an optimizer with the same parameters
// and options; learning rates that the state lacks stay as they are. It returns an
// error that lists every difference, and changes nothing, if a name, a shape or an
// element type does not fit. Steps may be floats, as PyTorch writes them.
func (c *core) LoadState(state map[string]*tensor.Tensor) error {
	var wrong []string
	report := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	left := maps.Clone(state)
	take := func(name string) *tensor.Tensor {
		t := left[name]
		delete(left, name)
		return t
	}
	rates := make([]float64, len(c.rates))
	for i, r := range c.rates {
		rates[i] = *r.lr
		if t := take(rateName(i)); t != nil {
			v, ok := number(t)
			if !ok || !(v >= 0) || math.IsInf(v, 1) {
				report("%s is not a learning rate of 0 or more", rateName(i))
			}
			rates[i] = v
		}
	}
	slots := slices.Clone(c.slots)
	for i := range slots {
		s := &slots[i]
		had, missing := false, []string{}
		s.step, s.state = 0, [maxState]*tensor.Tensor{}
		for k, name := range s.names {
			if name == "" {
				continue
			}
			name = stateName(i, name)
			t := take(name)
			if t == nil {
				missing = append(missing, name)
				continue
			}
			had = true
			switch w := s.param.Value(); {
			case !slices.Equal(t.Shape(), w.Shape()):
				report("%s has shape %v, the parameter has %v", name, t.Shape(), w.Shape())
			case t.DType() != w.DType():
				report("%s is %v, the parameter %v", name, t.DType(), w.DType())
			default:
				s.state[k] = t
			}
		}
		if c.steps {
			name := stateName(i, "step")
			if t := take(name); t == nil {
				missing = append(missing, name)
			} else if n, ok := number(t); !ok || !(n >= 0 && n < 1<<53) || n != math.Floor(n) {
				had = true
				report("%s is not a number of steps", name)
			} else {
				had = true
				s.step = int(n)
			}
		} else if had {
			s.step = 1 // no longer the first
		}
		if had && len(missing) > 0 {
			report("missing: %s", strings.Join(missing, ", "))
		}
	}
	if len(left) > 0 {
		report("unknown: %s", strings.Join(slices.Sorted(maps.Keys(left)), ", "))
	}
	if len(wrong) > 0 {
		of := "1 parameter"
		if n := len(c.slots); n != 1 {
			of = fmt.Sprintf("%d parameters", n)
		}
		return fmt.Errorf("optim: the state does not fit this %s of %s; load it into an optimizer made as the one that was saved: %s",
			c.name, of, strings.Join(wrong, "; "))
	}
	for i := range slots {
		for k, t := range slots[i].state {
			if t != nil {
				slots[i].state[k] = t.Detach().Clone()
			}
		}
	}
	c.slots = slots
	for i, r := range c.rates {
		*r.lr = rates[i]
	}
	return nil
}

func stateName(param int, name string) string { return fmt.Sprintf("%d.%s", param, name) }

func rateName(group int) string { return fmt.Sprintf("param_groups.%d.lr", group) }

// number is the value of a tensor of one number.
func number(t *tensor.Tensor) (v float64, ok bool) {
	if t.Numel() != 1 || t.DType() == tensor.Bool {
		return 0, false
	}
	return t.Item(), true
}
