package optim_test

import (
	"encoding/json"
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// A line through points of y = 2x - 1.
func Example() {
	slope, intercept := nn.NewParamOf(tensor.Zeros(1)), nn.NewParamOf(tensor.Zeros(1))
	x := tensor.FromSlice([]float32{-1, 0, 1, 2})
	y := tensor.FromSlice([]float32{-3, -1, 1, 3})

	o := optim.DefaultSGD()
	o.LR, o.Momentum = 0.05, 0.9
	opt := optim.NewSGD([]*nn.Param{slope, intercept}, o)
	p := nn.Training(1)
	for range 200 {
		miss := x.Mul(p.Use(slope)).Add(p.Use(intercept)).Sub(y)
		loss := miss.Mul(miss).Mean()
		opt.ZeroGrad()
		loss.Backward()
		opt.Step()
	}
	fmt.Printf("%.3f %.3f\n", slope.Value().Item(), intercept.Value().Item())
	// Output: 2.000 -1.000
}

// Biases get no weight decay.
func ExampleNewAdamWGroups() {
	weight, bias := nn.NewParamOf(tensor.Ones(2, 2)), nn.NewParamOf(tensor.Ones(2))
	plain := optim.DefaultAdamW()
	plain.WeightDecay = 0
	opt := optim.NewAdamWGroups([]optim.Group[optim.AdamWOptions]{
		{Params: []*nn.Param{weight}, Options: optim.DefaultAdamW()},
		{Params: []*nn.Param{bias}, Options: plain},
	})
	weight.SetGrad(tensor.Zeros(2, 2))
	bias.SetGrad(tensor.Zeros(2))
	opt.Step()
	fmt.Printf("%.5f %.5f\n", tensor.Data[float32](weight.Value()), tensor.Data[float32](bias.Value()))
	// Output: [0.99999 0.99999 0.99999 0.99999] [1.00000 1.00000]
}

// An optimizer that goes on where another one stopped.
func ExampleAdam() {
	w := nn.NewParamOf(tensor.FromSlice([]float32{1, -1}))
	opt := optim.NewAdam([]*nn.Param{w}, optim.DefaultAdam())
	w.SetGrad(tensor.FromSlice([]float32{0.5, -4}))
	opt.Step()
	fmt.Println(w.Value())

	resumed := optim.NewAdam([]*nn.Param{w}, optim.DefaultAdam())
	if err := resumed.LoadState(opt.State()); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(resumed.State()["0.step"].Item(), resumed.LR())

	err := resumed.LoadState(map[string]*tensor.Tensor{"0.sum": tensor.Zeros(2)})
	fmt.Println(err)
	// Output:
	// tensor([ 0.9990, -0.9990])
	// 1 0.001
	// optim: the state does not fit this Adam of 1 parameter; load it into an optimizer made as the one that was saved: unknown: 0.sum
}

func ExampleAdamOptions() {
	text, err := json.Marshal(optim.DefaultAdam())
	fmt.Println(string(text), err)
	fmt.Printf("%+v\n", optim.DefaultRMSprop())
	// Output:
	// {"lr":0.001,"beta1":0.9,"beta2":0.999,"eps":1e-8,"weight_decay":0,"amsgrad":false,"maximize":false} <nil>
	// {LR:0.01 Alpha:0.99 Eps:1e-08 WeightDecay:0 Momentum:0 Centered:false Maximize:false}
}

// The loop asks the schedule and sets the rate.
func ExampleSchedule() {
	w := nn.NewParamOf(tensor.Zeros(1))
	opt := optim.NewSGD([]*nn.Param{w}, optim.DefaultSGD())
	var schedule optim.Schedule = optim.LinearWarmup{Steps: 2, StartFactor: 0.5, Then: optim.CosineAnnealingLR{LR: 0.1, TMax: 4}}
	for step := range 7 {
		opt.SetLR(schedule.At(step))
		fmt.Printf("%.4f ", opt.LR())
	}
	// Output: 0.0500 0.0750 0.1000 0.0854 0.0500 0.0146 0.0000
}

func ExampleReduceOnPlateau() {
	o := optim.DefaultReduceOnPlateau()
	o.Factor, o.Patience = 0.5, 1
	schedule := optim.NewReduceOnPlateau(0.1, o)
	for epoch, loss := range []float64{2, 1, 1, 1, 0.9} {
		schedule.Report(loss)
		fmt.Print(schedule.At(epoch+1), " ")
	}
	// Output: 0.1 0.1 0.1 0.05 0.05
}

func ExampleOneCycleLR() {
	s := optim.OneCycleLR{MaxLR: 1, TotalSteps: 10, AnnealStrategy: optim.AnnealLinear, DivFactor: 10}
	for step := range 10 {
		fmt.Printf("%.2f ", s.At(step))
	}
	// Output: 0.10 0.55 1.00 0.86 0.71 0.57 0.43 0.29 0.14 0.00
}

func ExampleClipGradNorm() {
	w := nn.NewParamOf(tensor.Zeros(2))
	w.SetGrad(tensor.FromSlice([]float32{3, 4}))
	norm := optim.ClipGradNorm([]*nn.Param{w}, 1)
	fmt.Printf("%.0f %.2f\n", norm, tensor.Data[float32](w.Grad()))
	// Output: 5 [0.60 0.80]
}

func ExampleClipGradValue() {
	w := nn.NewParamOf(tensor.Zeros(3))
	w.SetGrad(tensor.FromSlice([]float32{-3, 0.5, 2}))
	optim.ClipGradValue([]*nn.Param{w}, 1)
	fmt.Println(tensor.Data[float32](w.Grad()))
	// Output: [-1 0.5 1]
}
