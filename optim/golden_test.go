package optim_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// number is a float64 that may stand as "NaN", "Inf" or "-Inf".
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// golden reads testdata/name, which testdata/golden.py wrote with PyTorch.
func golden[T any](t *testing.T, name string) T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Torch string
		Data  T
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	pinned, err := os.ReadFile(filepath.Join("..", "testdata", "pytorch", "VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	if file.Torch != strings.TrimSpace(string(pinned)) {
		t.Fatalf("%s was made with PyTorch %q, not %s", name, file.Torch, pinned)
	}
	return file.Data
}

// updateCase is an entry of updates.json.
type updateCase struct {
	Optimizer string
	DType     string
	Groups    []json.RawMessage
	Weights   map[int][][]number
	State     map[string][]number
}

func (c *updateCase) dtype() tensor.DType {
	if c.DType == "float64" {
		return tensor.Float64
	}
	return tensor.Float32
}

var shapes = [][]int{{3, 4}, {5}, {2}}

// startWeights are those of golden.py.
func startWeights(dtype tensor.DType) []*nn.Param {
	params := make([]*nn.Param, len(shapes))
	for k, shape := range shapes {
		w := tensor.ZerosOf(tensor.Float64, shape...)
		values := make([]float64, w.Numel())
		for i := range values {
			values[i] = float64((5*i+3*k)%11-5) / 4
		}
		params[k] = nn.NewParamOf(tensor.FromSlice(values, shape...).To(dtype))
	}
	return params
}

// setGradients gives the parameters the gradients of golden.py for a step, counted
// from 0.
func setGradients(params []*nn.Param, step int) {
	for k, p := range params {
		if k == 2 || k == 0 && step < 3 || k == 1 && step%7 == 3 {
			p.SetGrad(nil)
			continue
		}
		c := make([]float64, p.Numel())
		for i := range c {
			c[i] = float64((7*i+13*step+5*k)%17-8) / 8 * math.Pow(2, -float64(step%5))
		}
		w := p.Value()
		p.SetGrad(w.MulScalar(0.25).Add(tensor.FromSlice(c, p.Shape()...).To(w.DType())))
	}
}

// build makes the optimizer of a case for params: in one group, or the first
// parameter in a group of its own.
func build(t *testing.T, c *updateCase, params []*nn.Param) optim.Optimizer {
	t.Helper()
	switch c.Optimizer {
	case "SGD":
		return construct(t, c, params, optim.DefaultSGD(), optim.NewSGD, optim.NewSGDGroups)
	case "Adam":
		return construct(t, c, params, optim.DefaultAdam(), optim.NewAdam, optim.NewAdamGroups)
	case "AdamW":
		return construct(t, c, params, optim.DefaultAdamW(), optim.NewAdamW, optim.NewAdamWGroups)
	case "RMSprop":
		return construct(t, c, params, optim.DefaultRMSprop(), optim.NewRMSprop, optim.NewRMSpropGroups)
	case "Adagrad":
		return construct(t, c, params, optim.DefaultAdagrad(), optim.NewAdagrad, optim.NewAdagradGroups)
	case "Adadelta":
		return construct(t, c, params, optim.DefaultAdadelta(), optim.NewAdadelta, optim.NewAdadeltaGroups)
	}
	t.Fatalf("unknown optimizer %s", c.Optimizer)
	return nil
}

// construct is build for one optimizer: byDefault are its default options, single and
// grouped its constructors.
func construct[O any, P optim.Optimizer](t *testing.T, c *updateCase, params []*nn.Param, byDefault O,
	single func([]*nn.Param, O) P, grouped func([]optim.Group[O]) P) optim.Optimizer {
	t.Helper()
	options := make([]O, len(c.Groups))
	for i, text := range c.Groups {
		options[i] = byDefault
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&options[i]); err != nil {
			t.Fatalf("%s %s: %v", c.Optimizer, text, err)
		}
	}
	if len(options) == 1 {
		return single(params, options[0])
	}
	return grouped([]optim.Group[O]{{Params: params[:1], Options: options[0]}, {Params: params[1:], Options: options[1]}})
}

// floats are a tensor's elements as float64.
func floats(t *tensor.Tensor) []float64 { return tensor.Data[float64](t.To(tensor.Float64)) }

// far is the greatest difference, relative to the greatest magnitude wanted; Inf if
// the lengths or what is not finite differ.
func far(got []float64, want []number) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	size, worst := 0.0, 0.0
	for i, w := range want {
		w := float64(w)
		switch {
		case math.IsNaN(w) && math.IsNaN(got[i]), math.IsInf(w, 0) && got[i] == w:
			continue
		case math.IsNaN(w) || math.IsNaN(got[i]) || math.IsInf(w, 0):
			return math.Inf(1)
		}
		size, worst = max(size, math.Abs(w)), max(worst, math.Abs(got[i]-w))
	}
	if worst == 0 {
		return 0
	}
	return worst / size
}

// TestUpdates runs every optimizer for 100 steps beside PyTorch's.
func TestUpdates(t *testing.T) {
	greatest := map[tensor.DType]float64{}
	for _, c := range golden[[]updateCase](t, "updates.json") {
		limit := 1e-12
		if c.dtype() == tensor.Float32 {
			limit = 5e-6
		}
		check := func(what string, got *tensor.Tensor, want []number) {
			t.Helper()
			d := far(floats(got), want)
			greatest[c.dtype()] = max(greatest[c.dtype()], d)
			if !(d <= limit) {
				t.Errorf("%s %s %s, %s: %v, PyTorch has %v: differs by %.2g", c.Optimizer, c.Groups, c.DType, what, got, want, d)
			}
		}
		params := startWeights(c.dtype())
		opt := build(t, &c, params)
		for step := range 100 {
			if step == 60 {
				opt.SetLR(opt.LR() * 0.5)
			}
			opt.ZeroGrad()
			setGradients(params, step)
			opt.Step()
			for k, want := range c.Weights[step+1] {
				check("weights", params[k].Value(), want)
			}
		}
		state := opt.State()
		for i := range c.Groups {
			delete(state, []string{"param_groups.0.lr", "param_groups.1.lr"}[i])
		}
		if len(state) != len(c.State) {
			t.Errorf("%s %s has %d entries of state, PyTorch %d", c.Optimizer, c.Groups, len(state), len(c.State))
		}
		for name, got := range state {
			check(name, got, c.State[name])
		}
	}
	t.Logf("greatest differences: %v", greatest)
}
