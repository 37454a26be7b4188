package kernel

// functions32 are the fast float32 versions of the operations that are a
// function of one number and nothing else.
var functions32 = [unaryOps]func(float32) float32{
	Exp: exp32, Expm1: expm1of32, Log: log32, Log1p: log1pOf32, Tanh: tanh32, Sigmoid: sigmoid32, SiLU: silu32,
	Erf: erf32, GELU: gelu32, GELUTanh: geluTanh32, Softplus: softplus32, LogSigmoid: logSigmoid32,
}

// unaryFloat32 does the operations that have a fast float32 version and says
// whether op is one. len(x) == len(dst).
func unaryFloat32(op UnaryOp, dst, x []float32, a float64) bool {
	x = x[:len(dst)]
	if f := functions32[op]; f != nil {
		for i, v := range x {
			dst[i] = f(v)
		}
		return true
	}
	if op != ELU {
		return false
	}
	alpha := float32(a)
	for i, v := range x {
		if !(v > 0) {
			v = alpha * expm1of32(v)
		}
		dst[i] = v
	}
	return true
}
