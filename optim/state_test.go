package optim_test

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// run does the steps from to to-1 of golden.py, with a smaller learning rate from step
// 30 on.
func run(opt optim.Optimizer, params []*nn.Param, from, to int) {
	for step := from; step < to; step++ {
		if step == 30 {
			opt.SetLR(opt.LR() / 4)
		}
		opt.ZeroGrad()
		setGradients(params, step)
		opt.Step()
	}
}

// TestResume saves every optimizer at step 50 and goes on with another one of the same
// options: the weights must be the same to the last bit.
func TestResume(t *testing.T) {
	for _, c := range golden[[]updateCase](t, "updates.json") {
		params := startWeights(c.dtype())
		opt := build(t, &c, params)
		run(opt, params, 0, 50)
		state := opt.State()
		other := make([]*nn.Param, len(params))
		for k, p := range params {
			other[k] = nn.NewParamOf(p.Value())
		}
		run(opt, params, 50, 100) // must not show in the state that was taken

		resumed := build(t, &c, other)
		if err := resumed.LoadState(state); err != nil {
			t.Fatalf("%s %s: %v", c.Optimizer, c.Groups, err)
		}
		for _, s := range state {
			if s.DType().IsFloat() {
				tensor.UpdateScale(s, 3) // must not reach the optimizer
			}
		}
		run(resumed, other, 50, 100)
		for k := range params {
			if got, want := floats(other[k].Value()), floats(params[k].Value()); !slices.Equal(got, want) {
				t.Errorf("%s %s %s: parameter %d resumed to %v, without a pause %v", c.Optimizer, c.Groups, c.DType, k, got, want)
			}
		}
		if resumed.LR() != opt.LR() {
			t.Errorf("%s: learning rate %v after resuming, want %v", c.Optimizer, resumed.LR(), opt.LR())
		}
	}
}

func TestStateNames(t *testing.T) {
	o := optim.DefaultAdam()
	o.AMSGrad = true
	params := startWeights(tensor.Float32)
	opt := optim.NewAdam(params, o)
	if got, want := slices.Sorted(maps.Keys(opt.State())), []string{"param_groups.0.lr"}; !slices.Equal(got, want) {
		t.Errorf("state before the first step: %q, want %q", got, want)
	}
	run(opt, params, 0, 5)
	state := opt.State()
	want := []string{"0.exp_avg", "0.exp_avg_sq", "0.max_exp_avg_sq", "0.step",
		"1.exp_avg", "1.exp_avg_sq", "1.max_exp_avg_sq", "1.step", "param_groups.0.lr"}
	if got := slices.Sorted(maps.Keys(state)); !slices.Equal(got, want) {
		t.Errorf("state of %q, want %q", got, want)
	}
	// parameter 0 has no gradient in steps 0 to 2, parameter 1 in step 3
	if a, b := state["0.step"].Item(), state["1.step"].Item(); a != 2 || b != 4 {
		t.Errorf("steps %v and %v, want 2 and 4", a, b)
	}
}

func TestLoadStateErrors(t *testing.T) {
	good := func() map[string]*tensor.Tensor {
		params := startWeights(tensor.Float32)
		opt := optim.NewAdam(params, optim.DefaultAdam())
		run(opt, params, 0, 5)
		return opt.State()
	}
	for _, test := range []struct {
		change func(s map[string]*tensor.Tensor)
		want   string
	}{
		{func(s map[string]*tensor.Tensor) { delete(s, "1.exp_avg") }, "missing: 1.exp_avg"},
		{func(s map[string]*tensor.Tensor) { delete(s, "0.step") }, "missing: 0.step"},
		{func(s map[string]*tensor.Tensor) { s["0.momentum_buffer"] = tensor.Zeros(3, 4) }, "unknown: 0.momentum_buffer"},
		{func(s map[string]*tensor.Tensor) { s["7.step"] = tensor.Zeros() }, "unknown: 7.step"},
		{func(s map[string]*tensor.Tensor) { s["0.exp_avg"] = tensor.Zeros(4, 3) }, "0.exp_avg has shape [4 3], the parameter has [3 4]"},
		{func(s map[string]*tensor.Tensor) { s["1.exp_avg_sq"] = tensor.ZerosOf(tensor.Float64, 5) }, "1.exp_avg_sq is float64, the parameter float32"},
		{func(s map[string]*tensor.Tensor) { s["1.step"] = tensor.Scalar(1.5) }, "1.step is not a number of steps"},
		{func(s map[string]*tensor.Tensor) { s["1.step"] = tensor.Scalar(math.NaN()) }, "1.step is not a number of steps"},
		{func(s map[string]*tensor.Tensor) { s["1.step"] = tensor.Zeros(2) }, "1.step is not a number of steps"},
		{func(s map[string]*tensor.Tensor) { s["param_groups.0.lr"] = tensor.Scalar(-1) }, "param_groups.0.lr is not a learning rate"},
	} {
		state := good()
		test.change(state)
		params := startWeights(tensor.Float32)
		opt := optim.NewAdam(params, optim.AdamOptions{LR: 0.25, Beta2: 0.5, Eps: 1})
		run(opt, params, 0, 4)
		before := opt.State()
		err := opt.LoadState(state)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "Adam of 3 parameters") {
			t.Errorf("LoadState: %v; want an error with %q", err, test.want)
		}
		after := opt.State()
		for name, s := range before {
			if after[name] == nil || !slices.Equal(floats(after[name]), floats(s)) {
				t.Errorf("%s: a refused state changed %s", test.want, name)
			}
		}
		if len(after) != len(before) {
			t.Errorf("%s: a refused state changed the entries", test.want)
		}
	}
}

// TestLoadStateOfPyTorch: steps as floats, and no learning rates.
func TestLoadStateOfPyTorch(t *testing.T) {
	params := startWeights(tensor.Float32)
	opt := optim.NewRMSprop(params, optim.DefaultRMSprop())
	run(opt, params, 0, 10)
	err := opt.LoadState(map[string]*tensor.Tensor{"1.step": tensor.Scalar(12), "1.square_avg": tensor.Full(2, 5)})
	if err != nil {
		t.Fatal(err)
	}
	state := opt.State()
	if got, want := slices.Sorted(maps.Keys(state)), []string{"1.square_avg", "1.step", "param_groups.0.lr"}; !slices.Equal(got, want) {
		t.Errorf("state of %q, want %q", got, want)
	}
	if state["1.step"].Item() != 12 || state["1.step"].DType() != tensor.Int64 {
		t.Errorf("step %v", state["1.step"])
	}
}
