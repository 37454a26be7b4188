package optim_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/optim"
)

// TestSchedules compares the learning rates of 120 steps with PyTorch's.
func TestSchedules(t *testing.T) {
	schedules := map[string]optim.Schedule{
		"step":            optim.StepLR{LR: 0.1, StepSize: 15, Gamma: 0.5},
		"multi_step":      optim.MultiStepLR{LR: 0.1, Milestones: []int{80, 20, 20, 50}, Gamma: 0.3},
		"exponential":     optim.ExponentialLR{LR: 0.1, Gamma: 0.97},
		"cosine":          optim.CosineAnnealingLR{LR: 0.1, TMax: 50, EtaMin: 0.001},
		"cosine_to_zero":  optim.CosineAnnealingLR{LR: 0.1, TMax: 119},
		"restarts":        optim.CosineAnnealingWarmRestarts{LR: 0.1, T0: 25, EtaMin: 0.002},
		"restarts_longer": optim.CosineAnnealingWarmRestarts{LR: 0.1, T0: 10, TMult: 2},
		"one_cycle":       optim.OneCycleLR{MaxLR: 0.4, TotalSteps: 120},
		"one_cycle_linear": optim.OneCycleLR{MaxLR: 0.4, TotalSteps: 120, AnnealStrategy: optim.AnnealLinear,
			PctStart: 0.21, DivFactor: 10, FinalDivFactor: 50},
		"one_cycle_three": optim.OneCycleLR{MaxLR: 0.4, TotalSteps: 120, ThreePhase: true},
		"one_cycle_three_linear": optim.OneCycleLR{MaxLR: 0.4, TotalSteps: 120, ThreePhase: true,
			AnnealStrategy: optim.AnnealLinear, PctStart: 0.4},
		"linear":           optim.LinearLR{LR: 0.1, StartFactor: 0.25, EndFactor: 0.75, TotalIters: 40},
		"linear_down":      optim.LinearLR{LR: 0.1, StartFactor: 1, EndFactor: 0, TotalIters: 100},
		"polynomial":       optim.PolynomialLR{LR: 0.1, TotalIters: 100},
		"polynomial_2":     optim.PolynomialLR{LR: 0.1, TotalIters: 90, Power: 2},
		"lambda":           optim.LambdaLR{LR: 0.1, Lambda: func(step int) float64 { return 1 / float64(1+step) }},
		"warmup_cosine":    optim.LinearWarmup{Steps: 20, StartFactor: 0.05, Then: optim.CosineAnnealingLR{LR: 0.1, TMax: 100}},
		"warmup_from_zero": optim.LinearWarmup{Steps: 30, Then: optim.Constant{LR: 0.1}},
	}
	wants := golden[map[string][]float64](t, "schedules.json")
	if len(wants) != len(schedules) {
		t.Errorf("there are goldens of %d schedules, %d are tested", len(wants), len(schedules))
	}
	for name, s := range schedules {
		if len(wants[name]) != 120 {
			t.Errorf("%s: golden of %d steps", name, len(wants[name]))
		}
		for step, want := range wants[name] {
			// PyTorch multiplies up from step to step and ends a little beside zero
			if got := s.At(step); !(math.Abs(got-want) <= 1e-6*want+1e-15) {
				t.Errorf("%s at step %d: %v, PyTorch has %v", name, step, got, want)
				break
			}
		}
	}
}

// TestScheduleEdges looks beyond the ends, where PyTorch stops or where lengths are
// as small as can be.
func TestScheduleEdges(t *testing.T) {
	one := optim.OneCycleLR{MaxLR: 1, TotalSteps: 10}
	for _, test := range []struct {
		what      string
		got, want float64
	}{
		{"Constant far on", optim.Constant{LR: 0.3}.At(1 << 40), 0.3},
		{"OneCycleLR after its end", one.At(1000), one.At(9)},
		{"OneCycleLR of one step", optim.OneCycleLR{MaxLR: 1, TotalSteps: 1}.At(0), 1.0 / 25 / 1e4},
		{"OneCycleLR that only climbs", optim.OneCycleLR{MaxLR: 1, TotalSteps: 5, PctStart: 1}.At(4), 1},
		{"OneCycleLR whose climb ends at once", optim.OneCycleLR{MaxLR: 1, TotalSteps: 4, PctStart: 0.25}.At(0), 1},
		{"PolynomialLR after its end", optim.PolynomialLR{LR: 1, TotalIters: 5, Power: 3}.At(9), 0},
		{"CosineAnnealingLR a period on", optim.CosineAnnealingLR{LR: 1, TMax: 7}.At(14 << 30), 1},
		{"CosineAnnealingWarmRestarts far on", optim.CosineAnnealingWarmRestarts{LR: 1, T0: 1, TMult: 2}.At(1<<40 - 1), 1},
		{"LinearWarmup without steps", optim.LinearWarmup{Then: optim.StepLR{LR: 1, StepSize: 1, Gamma: 0.5}}.At(1), 0.5},
		{"MultiStepLR without milestones", optim.MultiStepLR{LR: 0.2, Gamma: 0.1}.At(5), 0.2},
	} {
		if !(math.Abs(test.got-test.want) <= 1e-15) {
			t.Errorf("%s: %v, want %v", test.what, test.got, test.want)
		}
	}
}

func TestScheduleMisuse(t *testing.T) {
	for _, test := range []struct {
		s    optim.Schedule
		step int
		want string
	}{
		{optim.Constant{LR: 1}, -1, "Constant.At: the step is -1; steps count from 0"},
		{optim.Constant{LR: -1}, 0, "Constant.At: LR is -1; 0 or more is wanted"},
		{optim.StepLR{StepSize: 1, Gamma: 0.1}, 0, "LR is 0"},
		{optim.StepLR{LR: 1, StepSize: 1}, 0, "Gamma is 0; a number above 0 is wanted"},
		{optim.MultiStepLR{LR: 1}, 0, "Gamma is 0"},
		{optim.ExponentialLR{LR: 1}, 0, "Gamma is 0"},
		{optim.CosineAnnealingLR{LR: math.NaN(), TMax: 1}, 0, "LR is NaN"},
		{optim.CosineAnnealingWarmRestarts{LR: 1, T0: 1, EtaMin: -1}, 0, "EtaMin is -1"},
		{optim.LinearLR{LR: 1, StartFactor: math.NaN(), TotalIters: 1}, 0, "StartFactor is NaN"},
		{optim.LinearWarmup{Steps: 5, StartFactor: -1, Then: optim.Constant{LR: 1}}, 0, "StartFactor is -1"},
		{optim.PolynomialLR{TotalIters: 1}, 0, "LR is 0"},
		{optim.OneCycleLR{TotalSteps: 5}, 0, "MaxLR is 0"},
		{optim.OneCycleLR{MaxLR: 1, TotalSteps: 5, DivFactor: -3}, 0, "DivFactor is -3"},
		{optim.StepLR{LR: 1, Gamma: 0.1}, 0, "StepSize is 0; 1 or more is wanted"},
		{optim.CosineAnnealingLR{LR: 1}, 0, "TMax is 0"},
		{optim.CosineAnnealingWarmRestarts{LR: 1}, 0, "T0 is 0"},
		{optim.CosineAnnealingWarmRestarts{LR: 1, T0: 1, TMult: -2}, 0, "TMult is -2"},
		{optim.OneCycleLR{MaxLR: 1}, 0, "TotalSteps is 0"},
		{optim.OneCycleLR{MaxLR: 1, TotalSteps: 5, PctStart: 1.5}, 0, "PctStart is 1.5"},
		{optim.OneCycleLR{MaxLR: 1, TotalSteps: 5, AnnealStrategy: "log"}, 0, `AnnealStrategy is "log"; "cos" or "linear"`},
		{optim.LinearLR{LR: 1}, 0, "TotalIters is 0"},
		{optim.LinearWarmup{Steps: 5}, 0, "Then is nil"},
		{optim.PolynomialLR{LR: 1}, 0, "TotalIters is 0"},
		{optim.LambdaLR{LR: 1}, 0, "Lambda is nil"},
		{optim.ExponentialLR{LR: 1}, -5, "the step is -5"},
		{optim.MultiStepLR{LR: 1}, -5, "the step is -5"},
	} {
		wantMisuse(t, test.want, func() { test.s.At(test.step) })
	}
}
