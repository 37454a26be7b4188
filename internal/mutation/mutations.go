package main

// mutations are ten wrong backwards: flipped signs, of ten kinds of operation.
var mutations = []mutation{
	{"Sub", "op_sub.go", "c.set(1, c.grad.Neg())", "c.set(1, c.grad)"},
	{"Div", "op_div.go", "c.set(1, g.Mul(c.saved(0).Div(o)).Neg())", "c.set(1, g.Mul(c.saved(0).Div(o)))"},
	{"Exp", "op_exp.go", "c.set(0, c.grad.Mul(c.saved(0))) }", "c.set(0, c.grad.Mul(c.saved(0)).Neg()) }"},
	{"Log", "op_log.go", "c.set(0, c.grad.Div(c.saved(0))) }", "c.set(0, c.grad.Div(c.saved(0)).Neg()) }"},
	{"Sigmoid", "op_sigmoid.go", "c.set(0, gradient(kernel.SigmoidGrad, c.grad, y))", "c.set(0, gradient(kernel.SigmoidGrad, c.grad, y).Neg())"},
	{"MatMul", "op_matmul.go", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}))", "c.set(1, a.Transpose(-1, -2).matMul(c.grad, []*Tensor{a, c.grad}).Neg())"},
	{"Linear", "op_linear.go", "c.set(0, g.MatMul(c.saved(1)))", "c.set(0, g.MatMul(c.saved(1)).Neg())"},
	{"MaxPool2d", "op_maxpool.go", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w))", "c.set(0, c.grad.scatterPlanes(c.saved(0), h, w).Neg())"},
	{"Concat", "op_concat.go", "c.set(i, c.grad.Slice(d, at, at+n, 1))", "c.set(i, c.grad.Slice(d, at, at+n, 1).Neg())"},
	{"Conv2d", "trilinear.go", "c.set(2, biasGradient(c.grad))\n\t}\n}\n\n// conv2dInput", "c.set(2, biasGradient(c.grad).Neg())\n\t}\n}\n\n// conv2dInput"},
}
