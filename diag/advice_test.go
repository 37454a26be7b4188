package diag_test

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// TestAdvisedRate: with a rate that is far too high the rate to try follows from the update ratio, and the task is learned with it.
func TestAdvisedRate(t *testing.T) {
	rates := regexp.MustCompile(`rate of about ([0-9.e+-]+) in the place of`)
	c := newClouds(1)
	sick := patient{net: initialised(deep(2, c.inputs, c.classes, relu), 1), batch: c.batch, lr: 100, steps: 60}
	least, named := math.Inf(1), map[string]bool{}
	for _, f := range sick.examine() {
		for _, m := range rates.FindAllStringSubmatch(f.Advice, -1) {
			rate, err := strconv.ParseFloat(m[1], 64)
			if err != nil || rate > 0.3 {
				t.Errorf("%s advises %q, which is no cure", f.Rule, f.Advice)
			}
			least = min(least, rate)
			named[f.Rule] = true
		}
		if strings.Contains(f.Advice, "ten or a hundred") || strings.Contains(f.Advice, "ten times below") {
			t.Errorf("%s: %s", f.Rule, f.Advice)
		}
	}
	if !named["exploding gradient"] {
		t.Fatalf("a rate was named by %v", named)
	}
	c = newClouds(1)
	well := patient{net: initialised(deep(2, c.inputs, c.classes, relu), 1), batch: c.batch, lr: least, steps: 60}
	if told := alarms(well.examine()); told != "" {
		t.Errorf("with the advised rate of %g:\n%s", least, told)
	}
}

// TestAdviceWithoutRatio: where no update was measured, the advice is how to look.
func TestAdviceWithoutRatio(t *testing.T) {
	d := diag.NewDiagnosis([]diag.Rule{diag.ExplodingGradient{}, diag.Diverging{}})
	d.Step(&probe.Step{Step: 1, Loss: 2, GradNorm: 1, LR: 100})
	told := d.Step(&probe.Step{Step: 2, Loss: 1e20, GradNorm: 1e9, LR: 100})
	if len(told) != 2 {
		t.Fatalf("told %+v", told)
	}
	for _, f := range told {
		if !strings.Contains(f.Advice, "below 100 by factors of ten, down to 0.0001") {
			t.Errorf("%s: %s", f.Rule, f.Advice)
		}
	}
}

// TestWorseAtAHundredfold: what explodes by a factor of ten a step is worse at every second step, not at each.
func TestWorseAtAHundredfold(t *testing.T) {
	d := diag.NewDiagnosis([]diag.Rule{diag.ExplodingGradient{}})
	phases := ""
	for step := range 12 {
		for _, f := range d.Step(&probe.Step{Step: step + 1, Loss: 1, GradNorm: 2 * math.Pow10(step)}) {
			phases += string(f.Phase) + " " + f.Severity.String() + " " + strconv.Itoa(f.Step) + "; "
		}
	}
	if want := "opened warning 4; worse error 6; worse error 8; worse error 10; worse error 12; "; phases != want {
		t.Errorf("told %q, want %q", phases, want)
	}
}

// TestAbsurdLoss: a run too short for every window is not summed up as healthy.
func TestAbsurdLoss(t *testing.T) {
	for _, c := range []struct {
		last, evaluated float64
		rule            string
	}{{2, 2, ""}, {1e20, 2, "loss diverging"}, {math.NaN(), 2, "non-finite"}, {2, 1e20, "loss diverging"}, {2, math.NaN(), "non-finite"}, {2, math.Inf(1), "non-finite"}, {1e20, 1e20, "loss diverging"}} {
		d := diag.NewDiagnosis(nil)
		d.Step(&probe.Step{Step: 1, Loss: 2.3, GradNorm: 1})
		d.Step(&probe.Step{Step: 2, Loss: c.last, GradNorm: 1})
		d.Evaluated("the test examples", 2, c.evaluated)
		all := d.Findings()
		if c.rule == "" {
			if len(all) > 0 {
				t.Errorf("%+v: %+v", c, all)
			}
			continue
		}
		if len(all) != 1 || all[0].Rule != c.rule || all[0].Severity != diag.Error || strings.Contains(diag.Summary(all), "no finding") {
			t.Errorf("%+v: %+v", c, all)
		}
	}
}

// TestUnusedThatMoves: weights without a gradient that weight decay still changes are not said to stay as they are.
func TestUnusedThatMoves(t *testing.T) {
	for _, decay := range []float64{0, 0.1} {
		m := nn.NewSequential(nn.NewLinear(4, 4), nn.NewLinear(4, 2))
		nn.Init(m, 1)
		o := optim.DefaultSGD()
		o.WeightDecay = decay
		opt := optim.NewSGD(nn.Parameters(m), o)
		p := nn.Training(1)
		var out bytes.Buffer
		stop := diag.Watch(p, m, opt, diag.Options{Rules: []diag.Rule{diag.UnusedParameter{}}, Out: &out})
		for range 45 {
			opt.ZeroGrad()
			first := m.Modules[0].Forward(p, tensor.Ones(2, 4)).MulScalar(0)
			nn.CrossEntropy(m.Modules[1].Forward(p, first), tensor.FromSlice([]int64{0, 1})).Backward()
			opt.Step()
		}
		stop()
		text := strings.Join(strings.Fields(out.String()), " ")
		if stays, moves := strings.Contains(text, "as they are"), strings.Contains(text, "weight decay alone"); stays != (decay == 0) || moves != (decay > 0) {
			t.Errorf("weight decay %g: %s", decay, text)
		}
	}
}

// TestAnomalyInDiagnosis: the finding has the operation and the line that anomaly mode found, in a loop that goes on and in one
// that it ends.
func TestAnomalyInDiagnosis(t *testing.T) {
	for _, goesOn := range []bool{true, false} {
		m := nn.NewSequential(nn.NewLinear(4, 4), nn.NewLinear(4, 2))
		nn.Init(m, 1)
		opt := optim.NewSGD(nn.Parameters(m), optim.DefaultSGD())
		p := nn.Training(1)
		var o probe.AnomalyOptions
		if goesOn {
			o.Found = func(*probe.AnomalyError) {}
		}
		a := probe.DetectAnomaly(p, m, opt, o)
		var told []diag.Finding
		stop := diag.Watch(p, m, opt, diag.Options{Anomaly: a, OnFinding: func(f diag.Finding) { told = append(told, f) }, Rules: []diag.Rule{diag.NonFinite{}}})
		func() {
			defer func() {
				if _, ok := recover().(*probe.AnomalyError); ok == goesOn {
					t.Errorf("goes on %v, ended by the anomaly %v", goesOn, ok)
				}
			}()
			defer stop()
			for range 3 {
				opt.ZeroGrad()
				y := m.Modules[0].Forward(p, tensor.Ones(2, 4)).ReLU().Neg().AddScalar(-1).Log()
				nn.CrossEntropy(m.Modules[1].Forward(p, y), tensor.FromSlice([]int64{0, 1})).Backward()
				opt.Step()
			}
		}()
		a.Stop()
		if len(told) != 1 || told[0].Rule != "non-finite" || told[0].Layer != "0" || told[0].Step != 1 || told[0].Value != 1 ||
			!strings.Contains(told[0].Message, "log in 0 (called at ") || !strings.Contains(told[0].Message, "advice_test.go:") || !strings.Contains(told[0].Advice, "domain") {
			t.Errorf("goes on %v: told %+v", goesOn, told)
		}
	}
}
