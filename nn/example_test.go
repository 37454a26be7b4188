package nn_test

import (
	"fmt"
	"slices"

	"maps"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// A layer of one's own is a struct with Params and a Forward that fetches them
// through the Pass.
type Scale struct {
	Factor *nn.Param
}

func (s *Scale) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Mul(p.Use(s.Factor))
}

func Example() {
	layer := &Scale{Factor: nn.NewParam(nn.Ones(), 3)}
	p := nn.Training(42)
	for range 20 { // gradient descent by hand; package optim has the optimizers
		y := layer.Forward(p, tensor.Ones(2, 3))
		loss := nn.MSE(y, tensor.Full(4, 2, 3))
		layer.Factor.ZeroGrad()
		loss.Backward()
		w := layer.Factor.Value()
		w.CopyFrom(w.Sub(layer.Factor.Grad()))
	}
	for name, v := range nn.State(layer) {
		fmt.Printf("%s %.2f\n", name, tensor.Data[float32](v))
	}
	// Output: factor [4.00 4.00 4.00]
}

func ExampleSequential() {
	model := nn.NewSequential(
		nn.NewConv2d(1, 8, 3, nn.ConvOptions{Padding: 1}), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewFlatten(), nn.NewLinear(8*14*14, 10),
	)
	for name, p := range nn.Named(model) {
		fmt.Println(name, p.Shape())
	}
	fmt.Println(nn.Predict(model, tensor.Zeros(5, 1, 28, 28)).Shape())
	// Output:
	// 0.weight [8 1 3 3]
	// 0.bias [8]
	// 4.weight [10 1568]
	// 4.bias [10]
	// [5 10]
}

func ExampleNewLinear() {
	l := nn.NewLinear(2, 3, nn.LinearOptions{NoBias: true, Activation: tensor.ActReLU})
	_, err := nn.LoadState(l, map[string]*tensor.Tensor{"weight": tensor.FromNested([][]float32{{1, 2}, {-1, 0}, {0, 3}})})
	fmt.Println(err, tensor.Data[float32](nn.Predict(l, tensor.FromNested([][]float32{{10, 1}}))))
	// Output: <nil> [12 0 3]
}

func ExampleNewConv2d() {
	l := nn.NewConv2d(3, 16, 5, nn.ConvOptions{Stride: 2, Padding: 2})
	fmt.Println(nn.Predict(l, tensor.Zeros(8, 3, 32, 32)).Shape())
	// Output: [8 16 16 16]
}

func ExampleNewBatchNorm1d() {
	l := nn.NewBatchNorm1d(1)
	l.Forward(nn.Training(1), tensor.FromSlice([]float32{0, 20}, 2, 1))
	fmt.Println(tensor.Data[float32](l.RunningMean.Value()), tensor.Data[float32](l.RunningVar.Value()))
	// Output: [1] [20.9]
}

func ExampleNewEmbedding() {
	l := nn.NewEmbedding(1000, 16)
	words := tensor.FromSlice([]int64{5, 17, 999}, 1, 3)
	fmt.Println(nn.Predict(l, words).Shape())
	// Output: [1 3 16]
}

func ExampleNewDropout() {
	l := nn.NewDropout(0.5)
	x := tensor.Ones(8)
	fmt.Println("inference", tensor.Data[float32](l.Forward(nn.Inference(), x)))
	same := slices.Equal(tensor.Data[float32](l.Forward(nn.Training(1), x)), tensor.Data[float32](l.Forward(nn.Training(1), x)))
	fmt.Println("the same seed drops the same:", same)
	// Output:
	// inference [1 1 1 1 1 1 1 1]
	// the same seed drops the same: true
}

func ExampleInit() {
	a, b := nn.NewLinear(4, 2), nn.NewLinear(4, 2)
	nn.Init(a, 42)
	nn.Init(b, 42)
	fmt.Println(slices.Equal(tensor.Data[float32](a.Weight.Value()), tensor.Data[float32](b.Weight.Value())))
	b.Weight.SetInitializer(nn.XavierNormal{Gain: nn.Gain("tanh")})
	fmt.Println(a.Weight.Initializer())
	fmt.Println(b.Weight.Initializer())
	// Output:
	// true
	// KaimingUniform(a=2.23606797749979, mode=fan_in, nonlinearity=leaky_relu)
	// XavierNormal(gain=1.6666666666666667)
}

func ExampleGain() {
	fmt.Printf("%.4f %.4f\n", nn.Gain("relu"), nn.Gain("leaky_relu", 0.2))
	// Output: 1.4142 1.3868
}

func ExampleState() {
	type Encoder struct {
		Conv1      *nn.Conv2d
		BatchNorm1 *nn.BatchNorm2d
		FC1        *nn.Linear
	}
	state := nn.State(&Encoder{nn.NewConv2d(1, 4, 3), nn.NewBatchNorm2d(4), nn.NewLinear(4, 2)})
	for _, name := range slices.Sorted(maps.Keys(state)) {
		fmt.Println(name, state[name].Shape())
	}
	// Output:
	// batch_norm1.bias [4]
	// batch_norm1.num_batches_tracked []
	// batch_norm1.running_mean [4]
	// batch_norm1.running_var [4]
	// batch_norm1.weight [4]
	// conv1.bias [4]
	// conv1.weight [4 1 3 3]
	// fc1.bias [2]
	// fc1.weight [2 4]
}

func ExampleLoadState() {
	l := nn.NewLinear(2, 3)
	_, err := nn.LoadState(l, map[string]*tensor.Tensor{"weight": tensor.Zeros(3, 4), "offset": tensor.Zeros(3)})
	fmt.Println(err)
	// Output: nn: the state does not fit the model: weight has shape [3 4], the model wants [3 2]; missing: bias; not in the model: offset; to load only a part, delete the other names from the state and set AllowMissing in LoadOptions
}

func ExampleClone() {
	model := nn.NewLinear(1, 1)
	shown := nn.Clone(model) // for inference beside training
	model.Weight.Value().CopyFrom(tensor.Full(2, 1, 1))
	model.Bias.Value().CopyFrom(tensor.Full(1, 1))
	err := nn.CopyState(shown, model) // between steps
	fmt.Println(nn.Predict(shown, tensor.Full(10, 1, 1)).Item(), err)
	// Output: 21 <nil>
}

func ExampleFreeze() {
	body, head := nn.NewLinear(4, 3), nn.NewLinear(3, 2)
	nn.Freeze(body)
	model := nn.NewSequential(body, head)
	model.Forward(nn.Training(1), tensor.Ones(1, 4)).Sum().Backward()
	fmt.Println(body.Weight.Grad() == nil, head.Weight.Grad() == nil)
	// Output: true false
}

func ExampleSummary() {
	model := nn.NewSequential(
		nn.NewConv2d(1, 6, 5, nn.ConvOptions{Padding: 2}), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewConv2d(6, 16, 5), nn.NewReLU(), nn.NewMaxPool2d(2),
		nn.NewFlatten(), nn.NewLinear(400, 120), nn.NewReLU(), nn.NewLinear(120, 84), nn.NewReLU(), nn.NewLinear(84, 10),
	)
	table, err := nn.Summary(model, 1, 1, 28, 28)
	fmt.Print(table)
	fmt.Println(err)
	// Output:
	// layer          output shape     parameters  multiply-adds    memory
	// -------------------------------------------------------------------
	// 0 (Conv2d)     [1, 6, 28, 28]          156        117,600  18.4 KiB
	// 1 (ReLU)       [1, 6, 28, 28]                              18.4 KiB
	// 2 (MaxPool2d)  [1, 6, 14, 14]                               4.6 KiB
	// 3 (Conv2d)     [1, 16, 10, 10]       2,416        240,000   6.2 KiB
	// 4 (ReLU)       [1, 16, 10, 10]                              6.2 KiB
	// 5 (MaxPool2d)  [1, 16, 5, 5]                                1.6 KiB
	// 6 (Flatten)    [1, 400]                                         0 B
	// 7 (Linear)     [1, 120]             48,120         48,000     480 B
	// 8 (ReLU)       [1, 120]                                       480 B
	// 9 (Linear)     [1, 84]              10,164         10,080     336 B
	// 10 (ReLU)      [1, 84]                                        336 B
	// 11 (Linear)    [1, 10]                 850            840      40 B
	// -------------------------------------------------------------------
	// total                               61,706        416,520  57.0 KiB
	// parameters take 241.0 KiB
	// <nil>
}

func ExampleCheckInput() {
	model := nn.NewSequential(nn.NewFlatten(), nn.NewLinear(784, 10))
	fmt.Println(nn.CheckInput(model, 64, 1, 28, 28))
	fmt.Println(nn.CheckInput(model, 64, 1, 32, 32) != nil)
	// Output:
	// <nil>
	// true
}

func ExampleCrossEntropy() {
	logits := tensor.FromNested([][]float32{{2, 0, 0}, {0, 0, 5}})
	labels := tensor.FromSlice([]int64{0, 1})
	fmt.Printf("%.4f\n", nn.CrossEntropy(logits, labels).Item())
	smooth := nn.CrossEntropyWith(nn.CrossEntropyOptions{LabelSmoothing: 0.1, Ignore: []int64{1}})
	fmt.Printf("%.4f\n", smooth(logits, labels).Item())
	// Output:
	// 2.6265
	// 0.3729
}

func ExampleHuberWith() {
	loss := nn.HuberWith(nn.HuberOptions{Delta: 2, Reduction: nn.ReductionNone})
	d := tensor.FromSlice([]float32{-1, 2, 10})
	fmt.Println(tensor.Data[float32](loss(d, tensor.Zeros(3))))
	// Output: [0.5 2 18]
}

func ExamplePass_Observe() {
	model := newNet() // its Forward calls ReLU and MaxPool2d on the results of its layers
	p := nn.Inference()
	p.Observe(model, func(e nn.Event) { fmt.Println(e.Name, e.Output.Shape()) })
	model.Forward(p, tensor.Zeros(1, 1, 8, 8))
	// Output:
	// conv1 [1 2 8 8]
	// conv1.relu [1 2 8 8]
	// conv1.max_pool2d [1 2 4 4]
	// conv2 [1 3 4 4]
	// conv2.relu [1 3 4 4]
	// conv2.max_pool2d [1 3 2 2]
	// conv2.reshape [1 12]
	// fc1 [1 6]
	// fc1.relu [1 6]
	// fc2 [1 4]
}

func ExamplePass_Eval() {
	body := nn.NewSequential(nn.NewLinear(4, 3), nn.NewBatchNorm1d(3))
	head := nn.NewLinear(3, 2)
	p := nn.Training(1)
	p.Eval(body) // uses its running statistics and gets no gradient
	head.Forward(p, body.Forward(p, tensor.Ones(2, 4))).Sum().Backward()
	fmt.Println(len(nn.Parameters(body)), nn.Parameters(body)[0].Grad() == nil, head.Weight.Grad() == nil)
	// Output: 4 true false
}

func ExampleReduce() {
	model := nn.NewLinear(1, 1)
	passes := []*nn.Pass{nn.Training(1), nn.Training(2)} // one a goroutine
	for i, p := range passes {
		model.Forward(p, tensor.Full(float64(i+1), 1, 1)).Sum().Backward()
	}
	nn.Reduce(passes...)
	fmt.Println(model.Weight.Grad().Item())
	// Output: 3
}
