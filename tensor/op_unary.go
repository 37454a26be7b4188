package tensor

import "github.com/lumen-ml/lumen/internal/kernel"

// unary computes an elementwise function of floats. The caller records it.
func unary(name string, k kernel.UnaryOp, t *Tensor, p, q float64) *Tensor {
	s := begin(name, t)
	if !t.a.Type.IsFloat() {
		floats(name, t)
	}
	y := like(s, t)
	t.device().Unary(k, &y.a, &t.a, p, q)
	return y
}

// unaryNumber is unary for functions that integers have too.
func unaryNumber(name string, k kernel.UnaryOp, t *Tensor, p, q float64) *Tensor {
	s := begin(name, t)
	if t.a.Type == Bool {
		badType(name, []*Tensor{t}, "numbers are wanted; convert with To")
	}
	y := like(s, t)
	t.device().Unary(k, &y.a, &t.a, p, q)
	return y
}

// gradient computes one of the kernels that take the result's gradient and a saved
// value; backward functions use it where no graph is wanted.
func gradient(k kernel.BinaryOp, g, saved *Tensor) *Tensor {
	y := like(begin(k.String(), g, saved), g)
	y.device().Binary(k, &y.a, &g.a, &saved.a)
	return y
}

// discard gives the memory of a forward's temporary, which nothing refers to, back to
// its Scope at once.
func (t *Tensor) discard() {
	if t.scope != nil {
		t.scope.release(t.a.Buf)
	}
}
