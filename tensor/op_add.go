package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

const addKernel = kernel.Add

// binary computes an elementwise function of two operands of one type, broadcast
// against each other as in NumPy. The caller records it.
func binary(name string, k kernel.BinaryOp, t, o *Tensor) *Tensor {
	if y := tiny(k, t, o); y != nil {
		return y
	}
	notNil(name, t, o)
	s := begin(name, t, o)
	if t.a.Type != o.a.Type {
		sameType(name, t, o)
	}
	if t.a.Type == Bool {
		badType(name, []*Tensor{t, o}, "numbers are wanted; convert with To, or use And, Or, Xor")
	}
	var y *Tensor
	if nd.SameShape(&t.a, &o.a) {
		y = like(s, t)
	} else {
		dims, rank := broadcast(name, t, o)
		y = shaped(s, t.device(), t.a.Type, dims, rank)
	}
	t.device().Binary(k, &y.a, &t.a, &o.a)
	return y
}

// broadcast is the shape of two operands stretched to each other.
func broadcast(name string, t, o *Tensor) ([MaxDims]int32, int) {
	dims, rank, ok := nd.BroadcastShape(&t.a, &o.a)
	if !ok {
		badShape(name, []*Tensor{t, o}, "aligned at the right, lengths must be equal or 1")
	}
	return dims, rank
}

// Add returns t + o, broadcast as in NumPy.
func (t *Tensor) Add(o *Tensor) *Tensor {
	y := binary("Add", kernel.Add, t, o)
	recordBare("add", backAdd, y, t, o)
	return y
}

func backAdd(c *context) {
	c.set(0, c.grad)
	c.set(1, c.grad)
}
