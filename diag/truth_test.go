package diag_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// TestNothingEndsInNaN: a finding that cannot be measured any more is not gone.
func TestNothingEndsInNaN(t *testing.T) {
	d := diag.NewDiagnosis([]diag.Rule{diag.ExplodingGradient{}, diag.NonFinite{}})
	phases := ""
	for step, norm := range []float64{1, 1e5, math.NaN(), math.NaN(), math.NaN(), math.NaN(), 1, 1, 1, 1} {
		for _, f := range d.Step(&probe.Step{Step: step + 1, Loss: 1, GradNorm: norm}) {
			phases += fmt.Sprintf("%d %s %s; ", f.Step, f.Rule, f.Phase)
		}
	}
	if want := "2 exploding gradient opened; 3 non-finite opened; 9 exploding gradient gone; 9 non-finite gone; "; phases != want {
		t.Errorf("told %q, want %q", phases, want)
	}
}

// TestDeadSince: the units that are named were dead since the step that is named, all of them.
func TestDeadSince(t *testing.T) {
	d := diag.NewDiagnosis([]diag.Rule{diag.DeadUnits{}})
	var told []diag.Finding
	for k := 1; k <= 8; k++ {
		dead := []int{0, 1, 2} // of 4; the last falls silent in the third sample
		if k >= 3 {
			dead = append(dead, 3)
		}
		told = append(told, d.Step(&probe.Step{Step: 10 * k, Layers: []probe.Layer{{Name: "a", Op: "linear"}, {Name: "b", Op: "linear"},
			{Name: "a.relu", Op: "relu", Units: 4, Dead: dead}}})...)
	}
	if len(told) != 2 || told[0].Phase != diag.Opened || told[1].Phase != diag.Worse {
		t.Fatalf("told %+v", told)
	}
	for i, want := range []string{"3 of the 4 units of a.relu (75 %) are 0 for every example since step 10 at the latest",
		"4 of the 4 units of a.relu (100 %) are 0 for every example since step 30 at the latest"} {
		if !strings.Contains(told[i].Message, want) || !strings.Contains(told[i].Message, "What comes into it, from a,") {
			t.Errorf("%q, want %q", told[i].Message, want)
		}
	}
	if told[1].Step != 70 {
		t.Errorf("worse at step %d, want 70: five samples after the fourth unit fell silent", told[1].Step)
	}
}

// TestAccumulatedLoss: the loss of a part of a step is not taken for one below chance.
func TestAccumulatedLoss(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(8, 16), nn.NewReLU(), nn.NewLinear(16, 4))
	nn.Init(m, 1)
	opt := optim.NewSGD(nn.Parameters(m), optim.SGDOptions{LR: 0.1})
	for _, scale := range []float64{1, 1.0 / 8} {
		p := nn.Training(1)
		var told []diag.Finding
		stop := diag.Watch(p, m, opt, diag.Options{Rules: []diag.Rule{diag.Initialisation{}}, OnFinding: func(f diag.Finding) { told = append(told, f) }})
		opt.ZeroGrad()
		for range 8 {
			nn.CrossEntropy(m.Forward(p, tensor.Ones(2, 8)), tensor.FromSlice([]int64{0, 3})).MulScalar(scale).Backward()
		}
		opt.Step()
		if stop(); len(told) > 0 {
			t.Errorf("scale %g: %+v", scale, told)
		}
	}
}

// TestWatchOfTheWrongPass: what cannot be heard is said, and is no finding.
func TestWatchOfTheWrongPass(t *testing.T) {
	m := nn.NewLinear(8, 4)
	nn.Init(m, 1)
	opt := optim.NewSGD(nn.Parameters(m), optim.SGDOptions{LR: 0.1})
	for _, c := range []struct {
		wrongPass bool
		root      any
		want      string
	}{{true, m, "no Backward was heard"}, {false, nn.NewLinear(8, 4), "No layer was seen at work"}} {
		p := nn.Training(1)
		watched := p
		if c.wrongPass {
			watched = nn.Training(2)
		}
		var out bytes.Buffer
		stop := diag.Watch(watched, c.root, opt, diag.Options{Out: &out})
		for range 20 {
			opt.ZeroGrad()
			nn.CrossEntropy(m.Forward(p, tensor.Ones(2, 8)), tensor.FromSlice([]int64{0, 3})).Backward()
			opt.Step()
		}
		stop()
		if got := strings.Join(strings.Fields(out.String()), " "); !strings.Contains(got, c.want) || strings.Contains(got, "NaN") {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestSaturatedByABias: the advice follows from what holds the units where they are.
func TestSaturatedByABias(t *testing.T) {
	for _, c := range []struct {
		bias float64
		want string
	}{{-200, "The bias holds them there: 0.bias is -200 on average"}, {0, "Smaller first weights"}} {
		d := diag.NewDiagnosis([]diag.Rule{diag.Saturation{}})
		var told []diag.Finding
		for k := range 5 {
			told = append(told, d.Step(&probe.Step{Step: 10 * (k + 1), Params: []probe.Param{{Name: "0.bias", Weight: probe.Summary{Count: 4, Mean: c.bias}}},
				Layers: []probe.Layer{{Name: "0", Op: "linear", Output: probe.Summary{Count: 4, Std: 9}}, {Name: "1", Op: "sigmoid", Saturated: 1}, {Name: "2", Op: "linear"}}})...)
		}
		if len(told) != 1 || !strings.HasPrefix(told[0].Advice, c.want) {
			t.Errorf("bias %g: %+v", c.bias, told)
		}
	}
}
