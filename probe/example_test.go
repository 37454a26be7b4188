package probe_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/nn"
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
