package nn

import (
	"sync"

	"github.com/lumen-ml/lumen/tensor"
)

// Module is anything that turns a tensor into another within a Pass.
type Module interface {
	Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor
}

// predictors are inference Passes whose memory is used again by Predict.
var predictors = sync.Pool{New: func() any {
	p := Inference()
	p.Reset()
	return p
}}

// Predict runs m in inference on x and returns a result of its own: it may be kept
// and called from any number of goroutines at once.
func Predict(m Module, x *tensor.Tensor) *tensor.Tensor {
	wantModule("Predict", m)
	p := predictors.Get().(*Pass)
	y := m.Forward(p, p.Within(x)).Clone().Detach()
	p.Reset()
	predictors.Put(p)
	return y
}

// CheckInput reports whether m takes a batch of this shape: it runs m in inference
// on zeros of the parameters' type (int64 zeros if m asks for integers) and returns
// the *tensor.ShapeError or other Misuse that a real batch would panic with.
func CheckInput(m Module, shape ...int) error { return onZeros(m, shape, Inference) }

// onZeros runs m on zeros, each try under a Pass of its own, and returns what it
// panics with.
func onZeros(m Module, shape []int, pass func() *Pass) error {
	dtype := tensor.Float32
	for _, p := range Named(m) {
		dtype = p.dtype
		break
	}
	err := try(m, pass(), dtype, shape)
	if _, ok := err.(*tensor.DTypeError); ok && try(m, pass(), tensor.Int64, shape) == nil {
		return nil
	}
	return err
}

func try(m Module, p *Pass, dtype tensor.DType, shape []int) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case tensor.Misuse:
			err = r
		default:
			panic(r)
		}
	}()
	wantModule("CheckInput", m)
	if m.Forward(p, tensor.ZerosOf(dtype, shape...)) == nil {
		badSize("CheckInput", "Forward of %T returned nil", m)
	}
	return nil
}
