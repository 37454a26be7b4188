package probe_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// Four layers of one unit with weight 1, in the middle of the sigmoid, where its
// derivative is 1/4.
func ExampleAutopsy() {
	c := &probe.Chain{Activation: func(z *tensor.Tensor) *tensor.Tensor { return z.Sigmoid().AddScalar(-0.5) }}
	for range 4 {
		l := nn.NewLinear(1, 1, nn.LinearOptions{NoBias: true})
		nn.Init(l, 1)
		l.Weight.Value().CopyFrom(tensor.Ones(1, 1))
		c.Layers = append(c.Layers, l)
	}
	x := tensor.Zeros(1, 1)
	_, links := probe.Autopsy(nn.Training(1), c, x, func(pred *tensor.Tensor) *tensor.Tensor { return pred.Sum() })
	for _, l := range links {
		fmt.Printf("layer %d: |dL/dx| %.6f, activation %.2f, weights %.2f\n", l.K, l.NormBefore, l.FactorActivation, l.FactorWeights)
	}
	// Output:
	// layer 1: |dL/dx| 0.015625, activation 0.25, weights 1.00
	// layer 2: |dL/dx| 0.062500, activation 0.25, weights 1.00
	// layer 3: |dL/dx| 0.250000, activation 0.25, weights 1.00
	// layer 4: |dL/dx| 1.000000, activation 1.00, weights 1.00
}

// A watch of a user's own loop. The bias of the first layer is so low that its units never
// speak, and what little the network learns is the bias of the last.
func ExampleStart() {
	net := nn.NewSequential(nn.NewLinear(4, 3), nn.NewReLU(), nn.NewLinear(3, 2))
	nn.Init(net, 1)
	net.Modules[0].(*nn.Linear).Bias.Value().CopyFrom(tensor.Full(-100, 3))
	opt := optim.NewSGD(nn.Parameters(net), optim.DefaultSGD())
	p := nn.Training(1)
	stop := probe.Start(p, net, opt, probe.Options{Every: 2}, func(s *probe.Step) {
		fmt.Printf("step %d: loss %.4f, |gradient| %.4f\n", s.Step, s.Loss, s.GradNorm)
		for _, l := range s.Layers {
			if l.Units > 0 {
				fmt.Printf("  %s (%s): %d of %d units dead, %.0f %% zeros\n", l.Name, l.Op, len(l.Dead), l.Units, 100*l.Output.Zeros)
			}
		}
	})
	defer stop()
	x, y := tensor.Ones(2, 4), tensor.FromSlice([]int64{0, 1})
	for range 3 {
		loss := nn.CrossEntropy(net.Forward(p, x), y)
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
	}
	// Output:
	// step 1: loss 0.6932, |gradient| 0.0084
	//   1 (relu): 3 of 3 units dead, 100 % zeros
	// step 2: loss 0.6932, |gradient| 0.0084
	//   1 (relu): 3 of 3 units dead, 100 % zeros
	// step 3: loss 0.6932, |gradient| 0.0084
}

// A root of 0 has no slope: the forward is fine, and its backward is infinite.
func ExampleDetectAnomaly() {
	net := nn.NewSequential(nn.NewLinear(2, 3), nn.NewReLU())
	nn.Init(net, 1)
	p := nn.Training(1)
	a := probe.DetectAnomaly(p, net, nil, probe.AnomalyOptions{
		Found: func(e *probe.AnomalyError) { fmt.Println(e.Kind, e.Op, "after layer", e.Layer, "gradient", e.Result) },
	})
	defer a.Stop()
	net.Forward(p, tensor.Zeros(1, 2)).MulScalar(0).Sqrt().Sum().Backward()
	fmt.Println(len(a.Found().Operands), "operand:", a.Found().Operands[0])
	// Output:
	// backward sqrt after layer 1 gradient [1 3], all Inf
	// 1 operand: [1 3] 0 ... 0
}

// Where the time goes; the numbers differ from machine to machine.
func ExampleProfile() {
	net := nn.NewSequential(nn.NewLinear(8, 8), nn.NewReLU(), nn.NewLinear(8, 1))
	nn.Init(net, 1)
	p := nn.Training(1)
	opt := optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
	f := probe.Profile(p, net, opt, probe.ProfileOptions{Steps: 3})
	for range 4 { // the first is not measured
		opt.ZeroGrad()
		net.Forward(p, tensor.Ones(4, 8)).Sum().Backward()
		opt.Step()
	}
	n, _ := f.Steps()
	calls := map[string]int{}
	for _, r := range f.Rows() {
		calls[r.Op+" "+r.Phase] += r.Calls
	}
	fmt.Println(n, "steps:", calls["linear forward"], "linear forward,", calls["linear backward"], "linear backward,", calls["step optimizer"], "of the optimizer")
	// Output: 3 steps: 6 linear forward, 6 linear backward, 3 of the optimizer
}
