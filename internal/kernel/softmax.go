package kernel

import "math"

// Softmax computes rows of n elements: dst[i] = e^(x[i]-max) / sum_j e^(x[j]-max), or
// with log its logarithm x[i] - max - log(sum). A row that is all -Inf, and one that
// holds NaN or +Inf, gives NaN as in PyTorch. dst may be x.
func Softmax[T Float](dst, x []T, n int, log bool) {
	if len(dst) == 0 {
		return
	}
	x = x[:len(dst)]
	if d, ok := as[float32](dst); ok {
		if f := Active().Softmax32; f != nil {
			x, _ := as[float32](x)
			f(d, x, n, log)
			return
		}
	}
	for ; len(dst) > 0; dst, x = dst[n:], x[n:] {
		softmaxGeneric(dst[:n], x[:n], log)
	}
}

// softmaxGeneric is one row.
func softmaxGeneric[T Float](dst, x []T, log bool) {
	m := maximum(x)
	if log {
		s := 0.0
		for _, v := range x {
			s += expOf(v - m)
		}
		shift := T(math.Log(s))
		for i, v := range x {
			dst[i] = v - m - shift
		}
		return
	}
	s := 0.0
	for i, v := range x {
		e := expOf(v - m)
		dst[i] = T(e)
		s += e
	}
	s = 1 / s
	for i, v := range dst {
		dst[i] = T(float64(v) * s)
	}
}

// SoftmaxBack computes the gradient of rows of n elements from the result y and the
// gradient g coming from above: dx = y * (g - sum(g*y)), or with log
// dx = g - e^y * sum(g). dx may be g or y.
func SoftmaxBack[T Float](dx, y, g []T, n int, log bool) {
	if len(dx) == 0 {
		return
	}
	y, g = y[:len(dx)], g[:len(dx)]
	if d, ok := as[float32](dx); ok {
		if f := Active().SoftmaxBack32; f != nil {
			y, _ := as[float32](y)
			g, _ := as[float32](g)
			f(d, y, g, n, log)
			return
		}
	}
	for ; len(dx) > 0; dx, y, g = dx[n:], y[n:], g[n:] {
		softmaxBackGeneric(dx[:n], y[:n], g[:n], log)
	}
}

// softmaxBackGeneric is one row.
func softmaxBackGeneric[T Float](dx, y, g []T, log bool) {
	if log {
		s := sum64(g)
		for i, v := range g {
			dx[i] = T(float64(v) - expOf(y[i])*s)
		}
		return
	}
	s := 0.0
	for i, v := range g {
		s += float64(v) * float64(y[i])
	}
	t := T(s)
	for i, v := range g {
		dx[i] = y[i] * (v - t)
	}
}

// ScaledExp computes rows of n elements, each with a factor of its own:
// dst[i] = e^x[i] * k, of x that are not above 0. dst may be x.
func ScaledExp[T Float](dst, x, k []T, n int) {
	if len(dst) == 0 {
		return
	}
	x = x[:len(dst)]
	if d, ok := as[float32](dst); ok && n < rowsAtOnce {
		if f := Active().ScaledExp32; f != nil {
			x, _ := as[float32](x)
			k, _ := as[float32](k)
			f(d, x, k, n)
			return
		}
	}
	for i := range len(dst) / n {
		row := dst[i*n:][:n]
		Unary(Exp, row, x[i*n:][:n], 0, 0)
		Unary(MulScalar, row, row, float64(k[i]), 0)
	}
}

// expOf is e^v in float64, with the digits that T needs.
func expOf[T Float](v T) float64 {
	if T(1)+0x1p-40 == 1 {
		return float64(exp32(float32(v)))
	}
	return math.Exp(float64(v))
}
