package gradcheck_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func ExampleFunc() {
	x := tensor.FromSlice([]float64{0.5, -1, 2})
	right := func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Mul(xs[0]) }
	fmt.Println(gradcheck.Func(right, []*tensor.Tensor{x}, gradcheck.Options{}))
	// One factor is cut off from the graph: half of the gradient is lost.
	half := func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Mul(xs[0].Detach()) }
	err := gradcheck.Func(half, []*tensor.Tensor{x}, gradcheck.Options{})
	report := err.(*gradcheck.Error)
	fmt.Printf("%d of %d off; %s[%d]: %.3f instead of %.3f\n", len(report.Mismatches), report.Checked,
		report.Mismatches[0].Input, report.Mismatches[0].Index[0], report.Mismatches[0].Analytic, report.Mismatches[0].Numeric)
	// Output:
	// <nil>
	// 3 of 3 off; input 0[0]: 0.711 instead of 1.421
}

func ExampleModule() {
	model := nn.NewSequential(nn.NewLinear(3, 4), nn.NewGELU(), nn.NewDropout(0.5), nn.NewLinear(4, 2))
	nn.Init(model, 1)
	x := tensor.Linspace(-1, 1, 6).Reshape(2, 3)
	labels := tensor.FromSlice([]int64{0, 1})
	fmt.Println(gradcheck.Module(model, x, nn.CrossEntropy, labels, gradcheck.Options{}))
	// Output: <nil>
}
