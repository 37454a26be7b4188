package probe_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// full is a record in which everything occurs.
func full() *probe.Step {
	nan, inf := math.NaN(), math.Inf(1)
	s := probe.Summary{Count: 4, Mean: nan, Std: 0.1, MeanAbs: 1e-30, Norm: inf, Min: -inf, Max: 3, Zeros: 0.25, NonFinite: 0.5,
		Histogram: &probe.Histogram{Low: -1, High: 3, Counts: []int{1, 0, 2}}}
	bare := probe.Summary{Count: 1, Mean: 2}
	return &probe.Step{Step: 20, Loss: nan, LR: 0.01, GradNorm: inf, Input: &s, Labels: []int{3, 0},
		Layers: []probe.Layer{{Name: "fc1.relu", Op: "relu", Shape: []int{2, 2}, Output: s, Grad: &bare, Units: 2, Dead: []int{1}, Example: 1},
			{Name: "fc1.tanh", Op: "tanh", Shape: []int{2, 2}, Output: bare, Saturated: 0.5}},
		Params: []probe.Param{{Name: "fc1.weight", Shape: []int{2, 2}, Weight: bare, Grad: &s, UpdateRatio: inf},
			{Name: "fc1.bias", Shape: []int{}, Frozen: true, Weight: bare}}}
}

const fullJSON = `{"step":20,"loss":"NaN","lr":0.01,"grad_norm":"Inf",` +
	`"input":{"count":4,"mean":"NaN","std":0.1,"mean_abs":1e-30,"norm":"Inf","min":"-Inf","max":3,"zeros":0.25,"nonfinite":0.5,"histogram":{"low":-1,"high":3,"counts":[1,0,2]}},` +
	`"labels":[3,0],"layers":[{"name":"fc1.relu","op":"relu","shape":[2,2],` +
	`"output":{"count":4,"mean":"NaN","std":0.1,"mean_abs":1e-30,"norm":"Inf","min":"-Inf","max":3,"zeros":0.25,"nonfinite":0.5,"histogram":{"low":-1,"high":3,"counts":[1,0,2]}},` +
	`"grad":{"count":1,"mean":2,"std":0,"mean_abs":0,"norm":0,"min":0,"max":0,"zeros":0,"nonfinite":0},"saturated":0,"units":2,"dead":[1],"example":1},` +
	`{"name":"fc1.tanh","op":"tanh","shape":[2,2],"output":{"count":1,"mean":2,"std":0,"mean_abs":0,"norm":0,"min":0,"max":0,"zeros":0,"nonfinite":0},"saturated":0.5,"units":0,"example":0}],` +
	`"params":[{"name":"fc1.weight","shape":[2,2],"frozen":false,"weight":{"count":1,"mean":2,"std":0,"mean_abs":0,"norm":0,"min":0,"max":0,"zeros":0,"nonfinite":0},` +
	`"grad":{"count":4,"mean":"NaN","std":0.1,"mean_abs":1e-30,"norm":"Inf","min":"-Inf","max":3,"zeros":0.25,"nonfinite":0.5,"histogram":{"low":-1,"high":3,"counts":[1,0,2]}},"update_ratio":"Inf"},` +
	`{"name":"fc1.bias","shape":[],"frozen":true,"weight":{"count":1,"mean":2,"std":0,"mean_abs":0,"norm":0,"min":0,"max":0,"zeros":0,"nonfinite":0},"update_ratio":0}]}`

func TestJSON(t *testing.T) {
	got, err := json.Marshal(full())
	if err != nil || string(got) != fullJSON {
		t.Errorf("%v\n%s\nwant\n%s", err, got, fullJSON)
	}
	again(t, []byte(fullJSON))
	for what, s := range map[string]*probe.Step{
		`{"step":3,"loss":0.5,"lr":0.1,"grad_norm":2}`:                         {Step: 3, Loss: 0.5, LR: 0.1, GradNorm: 2},
		`{"step":3,"loss":0.5,"lr":0.1,"grad_norm":2,"layers":[],"params":[]}`: {Step: 3, Loss: 0.5, LR: 0.1, GradNorm: 2, Layers: []probe.Layer{}, Params: []probe.Param{}},
	} {
		got, err := json.Marshal(s)
		if err != nil || string(got) != what {
			t.Errorf("%v: %s, want %s", err, got, what)
		}
		var back probe.Step
		if err := json.Unmarshal(got, &back); err != nil || back.Sampled() != s.Sampled() {
			t.Errorf("%s comes back as %+v, %v", got, back, err)
		}
	}
}

// again reads a record and writes it: the same text.
func again(t *testing.T, text []byte) {
	t.Helper()
	var s probe.Step
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(s)
	if err != nil || string(got) != string(text) {
		t.Errorf("%v\n%s\ncomes back as\n%s", err, text, got)
	}
}

// TestJSONOfARun: what a real step gives goes through JSON without a loss.
func TestJSONOfARun(t *testing.T) {
	m := newNet()
	p := nn.Training(1)
	opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
	var texts [][]byte
	probe.Start(p, m, opt, probe.Options{Every: 1, Histograms: 1}, func(s *probe.Step) {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, b)
	})
	xs, ys := batches(t, 2, 8)
	for i, x := range xs {
		opt.ZeroGrad()
		nn.CrossEntropy(m.Forward(p, x), ys[i]).Backward()
		opt.Step()
	}
	for _, text := range texts {
		again(t, text)
	}
}

func TestJSONErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"step":-1}`:                                                       "step is -1",
		`{"loss":"nan"}`:                                                    `"nan" is no number`,
		`{"layers":[{"name":"a","units":-2}]}`:                              `layer "a": units is -2`,
		`{"layers":[{"name":"a","dead":[0,-2]}]}`:                           `layer "a": dead is -2`,
		`{"params":[{"name":"w","shape":[3,-1]}]}`:                          `parameter "w": shape is -1`,
		`{"input":{"count":-1}}`:                                            "count is -1",
		`{"input":{"histogram":{"counts":[-4]}}}`:                           "counts is -4",
		`{"params":[{"name":"w","weight":{"mean":true}}]}`:                  "true is no number",
		`{"layers":[{"name":"a","output":{"count":99999999999999999999}}]}`: "count",
		`[]`: "array",
	} {
		if err := json.Unmarshal([]byte(text), new(probe.Step)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; it should say %q", text, err, want)
		}
	}
}

// FuzzStep: whatever is read is written and read again as the same.
func FuzzStep(f *testing.F) {
	f.Add([]byte(fullJSON))
	f.Add([]byte(`{"step":1,"loss":"Inf","layers":[null],"params":null,"input":null}`))
	if b, err := os.ReadFile("testdata/autopsy.json"); err == nil {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s probe.Step
		if json.Unmarshal(text, &s) != nil {
			return
		}
		var dead probe.DeadUnits
		dead.Add(&s)
		_ = dead.String()
		first, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again(t, first)
	})
}

// TestJSONKeepsNothing: a record does not share memory with the step's tensors.
func TestJSONKeepsNothing(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(8, 8), nn.NewReLU())
	nn.Init(m, 1)
	p := nn.Training(1)
	opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
	var records []*probe.Step
	var texts []string
	probe.Start(p, m, opt, probe.Options{Every: 1, Histograms: 1}, func(s *probe.Step) {
		b, _ := json.Marshal(s)
		records, texts = append(records, s), append(texts, string(b))
	})
	for i := range 4 {
		opt.ZeroGrad()
		m.Forward(p, randn(uint64(i), 16, 8)).Sum().Backward()
		opt.Step()
	}
	for _, q := range nn.Parameters(m) {
		q.Value().CopyFrom(tensor.Zeros(q.Shape()...))
	}
	for i, s := range records {
		if b, _ := json.Marshal(s); string(b) != texts[i] {
			t.Errorf("the record of step %d has changed", s.Step)
		}
	}
}
