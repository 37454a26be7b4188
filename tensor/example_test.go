package tensor_test

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

func Example() {
	w := tensor.FromNested([][]float32{{1, 2}, {3, 4}}).RequireGrad()
	x := tensor.FromNested([][]float32{{1, -1}})
	loss := x.MatMul(w).Sum()
	loss.Backward()
	fmt.Println(loss.Item())
	fmt.Println(w.Grad())
	// Output:
	// -4
	// tensor([[ 1.,  1.],
	//         [-1., -1.]])
}

func ExampleFromSlice() {
	x := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	fmt.Println(x)
	fmt.Println(x.Shape(), x.DType(), x.Numel())
	// Output:
	// tensor([[1., 2., 3.],
	//         [4., 5., 6.]])
	// [2 3] float32 6
}

func ExampleFromNested() {
	fmt.Println(tensor.FromNested([][]int{{1, 2}, {3, 4}}))
	// Output:
	// tensor([[1, 2],
	//         [3, 4]])
}

func ExampleArange() {
	fmt.Println(tensor.Arange(0, 1, 0.25))
	fmt.Println(tensor.Linspace(0, 1, 5))
	// Output:
	// tensor([0.0000, 0.2500, 0.5000, 0.7500])
	// tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
}

func ExampleData() {
	x := tensor.Arange(0, 4, 1).Reshape(2, 2).Transpose(0, 1)
	fmt.Println(tensor.Data[float32](x))
	// Output: [0 2 1 3]
}

// The same seed gives the same numbers.
func ExampleRandn() {
	a := tensor.Randn(rand.New(rand.NewPCG(1, 2)), 2, 2)
	b := tensor.Randn(rand.New(rand.NewPCG(1, 2)), 2, 2)
	fmt.Println(a.Eq(b).All().Item() == 1)
	// Output: true
}

// Views share memory with the tensor that they were taken from.
func ExampleTensor_Slice() {
	x := tensor.Arange(0, 12, 1).Reshape(3, 4)
	v := x.Slice(1, 0, 4, 2)
	fmt.Println(v)
	v.ZeroInPlace()
	fmt.Println(x)
	// Output:
	// tensor([[ 0.,  2.],
	//         [ 4.,  6.],
	//         [ 8., 10.]])
	// tensor([[ 0.,  1.,  0.,  3.],
	//         [ 0.,  5.,  0.,  7.],
	//         [ 0.,  9.,  0., 11.]])
}

func ExampleTensor_Select() {
	x := tensor.Arange(0, 6, 1).Reshape(2, 3)
	fmt.Println(x.Select(0, -1))
	fmt.Println(x.Select(1, 0))
	// Output:
	// tensor([3., 4., 5.])
	// tensor([0., 3.])
}

func ExampleTensor_Split() {
	for _, part := range tensor.Arange(0, 5, 1).Split(2, 0) {
		fmt.Println(part)
	}
	// Output:
	// tensor([0., 1.])
	// tensor([2., 3.])
	// tensor([4.])
}

func ExampleConcat() {
	a, b := tensor.Zeros(2), tensor.Ones(2)
	fmt.Println(tensor.Concat(0, a, b))
	fmt.Println(tensor.Stack(1, a, b))
	// Output:
	// tensor([0., 0., 1., 1.])
	// tensor([[0., 1.],
	//         [0., 1.]])
}

func ExampleTensor_Reshape() {
	x := tensor.Arange(0, 6, 1)
	fmt.Println(x.Reshape(2, -1).Shape(), x.Unsqueeze(0).Shape(), x.Reshape(1, 2, 3).Flatten(1).Shape())
	// Output: [2 3] [1 6] [1 6]
}

func ExampleTensor_Expand() {
	fmt.Println(tensor.FromSlice([]float32{1, 2}, 2, 1).Expand(2, 3))
	// Output:
	// tensor([[1., 1., 1.],
	//         [2., 2., 2.]])
}

func ExampleTensor_Repeat() {
	fmt.Println(tensor.FromSlice([]int64{1, 2}).Repeat(2, 2))
	// Output:
	// tensor([[1, 2, 1, 2],
	//         [1, 2, 1, 2]])
}

func ExampleTensor_Gt() {
	x := tensor.FromSlice([]float32{-1, 0, 2})
	positive := x.GtScalar(0)
	fmt.Println(positive)
	fmt.Println(positive.Any(), positive.All())
	fmt.Println(x.MaskedFill(positive, 9))
	fmt.Println(x.MaskedSelect(positive.Not()))
	fmt.Println(tensor.Where(positive, x, x.Neg()))
	// Output:
	// tensor([false, false,  true])
	// tensor(true) tensor(false)
	// tensor([-1.,  0.,  9.])
	// tensor([-1.,  0.])
	// tensor([1., -0., 2.])
}

func ExampleTensor_Gather() {
	probabilities := tensor.FromNested([][]float32{{0.1, 0.9}, {0.8, 0.2}})
	classes := tensor.FromNested([][]int64{{1}, {0}})
	fmt.Println(probabilities.Gather(1, classes))
	// Output:
	// tensor([[0.9000],
	//         [0.8000]])
}

// The rows of a table, as an embedding takes them; a row taken twice gets both
// gradients.
func ExampleTensor_IndexSelect() {
	table := tensor.FromNested([][]float32{{1, 2}, {3, 4}, {5, 6}}).RequireGrad()
	words := tensor.FromSlice([]int64{2, 0, 2})
	rows := table.IndexSelect(0, words)
	rows.Sum().Backward()
	fmt.Println(rows.Detach())
	fmt.Println(table.Grad())
	// Output:
	// tensor([[5., 6.],
	//         [1., 2.],
	//         [5., 6.]])
	// tensor([[1., 1.],
	//         [0., 0.],
	//         [2., 2.]])
}

func ExampleTensor_ScatterAdd() {
	votes := tensor.FromSlice([]int64{0, 2, 2, 0, 2})
	fmt.Println(tensor.Zeros(3).ScatterAdd(0, votes, tensor.Ones(5)))
	// Output: tensor([2., 0., 3.])
}

func ExampleTensor_TopK() {
	x := tensor.FromSlice([]float32{3, 1, 4, 1, 5})
	values, positions := x.TopK(2, 0)
	fmt.Println(values, positions)
	values, positions = x.Sort(0)
	fmt.Println(values, positions)
	// Output:
	// tensor([5., 4.]) tensor([4, 2])
	// tensor([1., 1., 3., 4., 5.]) tensor([1, 3, 0, 2, 4])
}

func ExampleTensor_Max() {
	x := tensor.FromNested([][]float32{{1, 7, 2}, {6, 3, 6}})
	values, positions := x.Max(1)
	fmt.Println(values, positions)
	fmt.Println(x.MaxAll().Item(), x.ArgMin(0))
	// Output:
	// tensor([7., 6.]) tensor([1, 0])
	// 7 tensor([0, 1, 0])
}

func ExampleTensor_Flip() {
	x := tensor.Arange(0, 4, 1)
	fmt.Println(x.Flip(0))
	fmt.Println(x.Roll([]int{1}, []int{0}))
	fmt.Println(x.CumSum(0))
	// Output:
	// tensor([3., 2., 1., 0.])
	// tensor([3., 0., 1., 2.])
	// tensor([0., 1., 3., 6.])
}

// A mask that keeps a position from looking ahead.
func ExampleTensor_Triu() {
	fmt.Println(tensor.Ones(3, 3).Triu(1).To(tensor.Bool))
	// Output:
	// tensor([[false,  true,  true],
	//         [false, false,  true],
	//         [false, false, false]])
}

// A result takes a change in place into its history.
func ExampleTensor_SetSlice() {
	x := tensor.FromSlice([]float32{1, 2, 3}).RequireGrad()
	y := tensor.Zeros(4)
	y.SetSlice(0, 0, 3, 1, x.Mul(x))
	y.Sum().Backward()
	fmt.Println(y.Detach())
	fmt.Println(x.Grad())
	// Output:
	// tensor([1., 4., 9., 0.])
	// tensor([2., 4., 6.])
}

// Higher derivatives: of x^3 at 2.
func ExampleGradOf() {
	x := tensor.Scalar(2).RequireGrad()
	y := x.Mul(x).Mul(x)
	create := tensor.BackwardOptions{CreateGraph: true}
	first := tensor.GradOf(y, []*tensor.Tensor{x}, create)[0]
	second := tensor.GradOf(first, []*tensor.Tensor{x}, create)[0]
	fmt.Println(first.Item(), second.Item())
	// Output: 12 12
}

// RequireGrad on a result keeps its gradient too; OnGrad sees it as it passes.
func ExampleTensor_RequireGrad() {
	x := tensor.FromSlice([]float32{1, 2}).RequireGrad()
	h := x.MulScalar(3).RequireGrad()
	h.OnGrad(func(g *tensor.Tensor) { fmt.Println("passing", g) })
	h.Mul(h).Sum().Backward()
	fmt.Println(h.Grad())
	fmt.Println(x.Grad())
	// Output:
	// passing tensor([ 6., 12.])
	// tensor([ 6., 12.])
	// tensor([18., 36.])
}

// Misuse panics with a sentence that says what was given and what was expected.
func ExampleMisuse() {
	defer func() {
		err := recover().(tensor.Misuse)
		var shape *tensor.ShapeError
		if errors.As(err, &shape) {
			fmt.Println(shape.Op, shape.Shapes, shape.Want)
		}
	}()
	tensor.Zeros(2, 3).Add(tensor.Zeros(2))
	// Output: Add [[2 3] [2]] aligned at the right, lengths must be equal or 1
}

// The results of a step are valid until the next forward after its Backward.
func ExampleScope() {
	var step tensor.Scope
	w := step.Leaf(tensor.Ones(8), nil)
	for range 2 {
		step.TakeOver() // nn.Pass does this
		y := w.MulScalar(2)
		y.Sum().Backward()
		fmt.Println(y.Detach().Sum().Item(), w.Grad().Sum().Item())
	}
	// Output:
	// 16 16
	// 16 32
}
