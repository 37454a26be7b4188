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
	{"Sigmoid", "activation_grad.go", "return gradient(kernel.SigmoidGrad, g, y)", "return gradient(kernel.SigmoidGrad, g, y).Neg()", wrong},
	{"MatMul", "op_matmul.go", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}))", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}).Neg())", wrong},
	{"Linear", "op_linear.go", "c.set(i, d)", "c.set(i, d.Neg())", wrong},
	{"MaxPool2d", "op_maxpool.go", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w))", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w).Neg())", wrong},
	{"Concat", "op_concat.go", "c.set(i, c.grad.Slice(d, at, at+n, 1))", "c.set(i, c.grad.Slice(d, at, at+n, 1).Neg())", wrong},
	{"Conv2d", "trilinear.go", "c.set(2, bias)", "c.set(2, bias.Neg())", wrong},
	{"Tanh", "activation_grad.go", "tracked := g.node != nil || y.node != nil", "tracked := false", lost},
}
