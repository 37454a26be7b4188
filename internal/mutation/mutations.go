package main

// What must notice a wrong gradient, and one that CreateGraph leaves untracked.
var (
	wrong = []string{"TestGradients", "TestGolden"}
	lost  = []string{"TestSecondGradients"}
)

// mutations are ten wrong backwards, flipped signs of ten kinds of operation, and one
// that is right but never differentiable.
var mutations = []mutation{
	{"Sub", "op_sub.go", "c.set(1, c.grad.Neg())", "c.set(1, c.grad)", wrong},
	{"Div", "op_div.go", "c.set(1, g.Mul(c.saved(0).Div(o)).Neg())", "c.set(1, g.Mul(c.saved(0).Div(o)))", wrong},
	{"Exp", "op_exp.go", "c.set(0, c.grad.Mul(c.saved(0))) }", "c.set(0, c.grad.Mul(c.saved(0)).Neg()) }", wrong},
	{"Log", "op_log.go", "c.set(0, c.grad.Div(c.saved(0))) }", "c.set(0, c.grad.Div(c.saved(0)).Neg()) }", wrong},
	{"Sigmoid", "op_sigmoid.go", "c.set(0, gradient(kernel.SigmoidGrad, c.grad, y))", "c.set(0, gradient(kernel.SigmoidGrad, c.grad, y).Neg())", wrong},
	{"MatMul", "op_matmul.go", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}))", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}).Neg())", wrong},
	{"Linear", "op_linear.go", "c.set(0, g.MatMul(c.saved(1)))", "c.set(0, g.MatMul(c.saved(1)).Neg())", wrong},
	{"MaxPool2d", "op_maxpool.go", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w))", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w).Neg())", wrong},
	{"Concat", "op_concat.go", "c.set(i, c.grad.Slice(d, at, at+n, 1))", "c.set(i, c.grad.Slice(d, at, at+n, 1).Neg())", wrong},
	{"Conv2d", "trilinear.go", "c.set(2, biasGradient(c.grad))\n\t}\n}\n\n// conv2dInput", "c.set(2, biasGradient(c.grad).Neg())\n\t}\n}\n\n// conv2dInput", wrong},
	{"Tanh", "op_tanh.go", "if !c.create {", "if true {", lost},
}
