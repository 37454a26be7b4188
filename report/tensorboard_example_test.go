package report_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/report"
)

// The graph of a small network, as TensorBoard draws it.
func ExampleGraph() {
	net := nn.NewSequential(nn.NewLinear(4, 3), nn.NewReLU(), nn.NewLinear(3, 2))
	g, err := report.Graph(net, 1, 4)
	if err != nil {
		panic(err)
	}
	for _, n := range g.Nodes {
		fmt.Println(n.Name, n.Shape, "from", n.Inputs)
	}
	// Output:
	// input [1 4] from []
	// 0/weight [3 4] from []
	// 0/bias [3] from []
	// 0/linear [1 3] from [input 0/weight 0/bias]
	// 1/relu [1 3] from [0/linear]
	// 2/weight [2 3] from []
	// 2/bias [2] from []
	// 2/linear [1 2] from [1/relu 2/weight 2/bias]
}
