package nn

import "github.com/lumen-ml/lumen/tensor"

// To converts the parameters and float buffers below root to another float type.
// Gradients are forgotten. It panics with a *tensor.DTypeError on a type that is not a
// float.
func To(root any, dtype tensor.DType) {
	if !dtype.IsFloat() {
		panic(&tensor.DTypeError{Op: "nn.To", DTypes: []tensor.DType{dtype}, Want: "parameters are float32 or float64", Where: tensor.Caller()})
	}
	walk(root, func(_ string, v any) {
		switch v := v.(type) {
		case *Param:
			v.fill.Lock()
			v.dtype = dtype
			if v.filled.Load() {
				v.value = v.value.To(dtype).Detach()
			}
			v.fill.Unlock()
			v.ZeroGrad()
		case *Buffer:
			if v.value.DType().IsFloat() {
				v.value = v.value.To(dtype).Detach()
			}
		}
	})
}
