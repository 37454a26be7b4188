package workloads

import (
	"fmt"

	"github.com/lumen-ml/lumen/tensor"
)

func products() []Workload {
	type shape struct{ m, k, n int }
	shapes := []shape{{64, 784, 128}, {8192, 576, 64}}
	var all []Workload
	add := func(name, note string, s shape) {
		all = append(all, Workload{Name: name, Note: note, Unit: "flop", Items: 2 * float64(s.m) * float64(s.k) * float64(s.n),
			make: func() (func(), error) {
				a, b := NewNumbers(name+"/a").Normal(s.m, s.k), NewNumbers(name+"/b").Normal(s.k, s.n)
				out := tensor.Zeros(s.m, s.n)
				return func() { tensor.MatMulInto(out, a, b) }, nil
			}})
	}
	for _, n := range []int{128, 256, 512, 1024, 2048} {
		add(fmt.Sprintf("gemm_%d", n), "square, into given memory", shape{n, n, n})
	}
	for _, s := range shapes {
		add(fmt.Sprintf("gemm_%dx%dx%d", s.m, s.k, s.n), "M x K x N, into given memory", s)
	}
	return all
}

// elementwise makes a new tensor at every call. The Reset before it says that the last
// call's is no longer wanted, which Python's reference count finds out by itself.
func elementwise() []Workload {
	var all []Workload
	add := func(kind string, f func(x, y, square *tensor.Tensor) *tensor.Tensor) {
		name := "elem_" + kind + "_1m"
		all = append(all, Workload{Name: name, Note: "1M float32, result allocated", Unit: "element", Items: 1e6,
			make: func() (func(), error) {
				x, y := NewNumbers(name+"/x").Normal(1_000_000), NewNumbers(name+"/y").Normal(1_000_000)
				square := NewNumbers(name+"/square").Normal(1000, 1000)
				var scope tensor.Scope
				x, y, square = scope.Within(x), scope.Within(y), scope.Within(square)
				return func() {
					scope.Reset()
					f(x, y, square)
				}, nil
			}})
	}
	add("add", func(x, y, _ *tensor.Tensor) *tensor.Tensor { return x.Add(y) })
	add("relu", func(x, _, _ *tensor.Tensor) *tensor.Tensor { return x.ReLU() })
	add("sigmoid", func(x, _, _ *tensor.Tensor) *tensor.Tensor { return x.Sigmoid() })
	add("exp", func(x, _, _ *tensor.Tensor) *tensor.Tensor { return x.Exp() })
	add("softmax", func(_, _, square *tensor.Tensor) *tensor.Tensor { return square.Softmax(1) })
	add("sum", func(x, _, _ *tensor.Tensor) *tensor.Tensor { return x.Sum() })
	return all
}

func overheads() []Workload {
	return []Workload{
		{Name: "op_overhead_nograd", Note: "1-element add; ns an operation = best_ms*1e6", Unit: "op", Items: 1,
			make: func() (func(), error) {
				a, b := tensor.Ones(1), tensor.Ones(1)
				return func() { a.Add(b) }, nil
			}},
		{Name: "op_overhead_grad", Note: "the same with gradients recorded", Unit: "op", Items: 1,
			make: func() (func(), error) {
				a, b := tensor.Ones(1).RequireGrad(), tensor.Ones(1).RequireGrad()
				return func() { a.Add(b) }, nil
			}},
	}
}
