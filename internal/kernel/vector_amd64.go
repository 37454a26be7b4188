package kernel

import (
	"math"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// assemblyElements is the most that one call of a kernel in assembly does: it cannot
// be preempted.
const assemblyElements = 64 << 10

func init() {
	Register(&Table{
		Path: cpu.AVX512,
		Unary32: [unaryOps]func(dst, x []float32, a, b float64){
			Neg:        vectorUnary(vectorNeg512),
			Abs:        vectorUnary(vectorAbs512),
			Sign:       vectorUnary(vectorSign512),
			Square:     vectorUnary(vectorSquare512),
			Sqrt:       vectorUnary(vectorSqrt512),
			Rsqrt:      vectorUnary(vectorRsqrt512),
			Reciprocal: vectorUnary(vectorReciprocal512),
			ReLU:       vectorUnary(vectorReLU512),
			LeakyReLU:  vectorUnary(vectorLeakyReLU512),
			Clamp:      vectorUnary(vectorClamp512),
			Floor:      vectorUnary(vectorFloor512),
			Ceil:       vectorUnary(vectorCeil512),
			Round:      vectorUnary(vectorRound512),
			Trunc:      vectorUnary(vectorTrunc512),
			Exp:        vectorUnary(vectorExp512),
			Expm1:      vectorUnary(vectorExpm1512),
			Log:        vectorUnary(vectorLog512),
			Log1p:      vectorUnary(vectorLog1p512),
			Sigmoid:    vectorUnary(vectorSigmoid512),
			SiLU:       vectorUnary(vectorSiLU512),
			Tanh:       vectorUnary(vectorTanh512),
			Erf:        vectorUnary(vectorErf512),
			GELU:       vectorUnary(vectorGELU512),
			ELU:        vectorUnary(vectorELU512),
			Softplus:   vectorUnary(vectorSoftplus512),
			LogSigmoid: vectorUnary(vectorLogSigmoid512),
			AddScalar:  vectorWith(vectorAddScalar512),
			MulScalar:  vectorWith(vectorMulScalar512),
			DivScalar:  vectorWith(vectorDivScalar512),
		},
		Binary32: [binaryOps]func(dst, x, y []float32){
			Add:         vectorBinary(vectorAdd512),
			Sub:         vectorBinary(vectorSub512),
			Mul:         vectorBinary(vectorMul512),
			Div:         vectorBinary(vectorDiv512),
			Maximum:     vectorBinary(vectorMaximum512),
			Minimum:     vectorBinary(vectorMinimum512),
			ReLUGrad:    vectorBinary(vectorReLUGrad512),
			TanhGrad:    vectorBinary(vectorTanhGrad512),
			SigmoidGrad: vectorBinary(vectorSigmoidGrad512),
			AbsGrad:     vectorBinary(vectorAbsGrad512),
		},
		Scalar32: [binaryOps]func(dst, x []float32, y float32){
			Add:         vectorScalar(vectorAddScalar512),
			Sub:         vectorScalar(vectorSubScalar512),
			Mul:         vectorScalar(vectorMulScalar512),
			Div:         vectorScalar(vectorDivScalar512),
			Maximum:     vectorScalar(vectorMaximumScalar512),
			Minimum:     vectorScalar(vectorMinimumScalar512),
			ReLUGrad:    vectorScalar(vectorReLUGradScalar512),
			TanhGrad:    vectorScalar(vectorTanhGradScalar512),
			SigmoidGrad: vectorScalar(vectorSigmoidGradScalar512),
			AbsGrad:     vectorScalar(vectorAbsGradScalar512),
		},
		SGD32:  vectorSGD(vectorSGD512, vectorSGDMomentum512, vectorSGDNesterov512),
		Adam32: vectorAdam(vectorAdam512),
	})
	Register(&Table{
		Path: cpu.AVX2,
		Unary32: [unaryOps]func(dst, x []float32, a, b float64){
			Neg:        vectorUnary(vectorNeg256),
			Abs:        vectorUnary(vectorAbs256),
			Sign:       vectorUnary(vectorSign256),
			Square:     vectorUnary(vectorSquare256),
			Sqrt:       vectorUnary(vectorSqrt256),
			Rsqrt:      vectorUnary(vectorRsqrt256),
			Reciprocal: vectorUnary(vectorReciprocal256),
			ReLU:       vectorUnary(vectorReLU256),
			LeakyReLU:  vectorUnary(vectorLeakyReLU256),
			Clamp:      vectorUnary(vectorClamp256),
			Floor:      vectorUnary(vectorFloor256),
			Ceil:       vectorUnary(vectorCeil256),
			Round:      vectorUnary(vectorRound256),
			Trunc:      vectorUnary(vectorTrunc256),
			Exp:        vectorUnary(vectorExp256),
			Expm1:      vectorUnary(vectorExpm1256),
			Log:        vectorUnary(vectorLog256),
			Log1p:      vectorUnary(vectorLog1p256),
			Sigmoid:    vectorUnary(vectorSigmoid256),
			SiLU:       vectorUnary(vectorSiLU256),
			Tanh:       vectorUnary(vectorTanh256),
			Erf:        vectorUnary(vectorErf256),
			GELU:       vectorUnary(vectorGELU256),
			ELU:        vectorUnary(vectorELU256),
			Softplus:   vectorUnary(vectorSoftplus256),
			LogSigmoid: vectorUnary(vectorLogSigmoid256),
			AddScalar:  vectorWith(vectorAddScalar256),
			MulScalar:  vectorWith(vectorMulScalar256),
			DivScalar:  vectorWith(vectorDivScalar256),
		},
		Binary32: [binaryOps]func(dst, x, y []float32){
			Add:         vectorBinary(vectorAdd256),
			Sub:         vectorBinary(vectorSub256),
			Mul:         vectorBinary(vectorMul256),
			Div:         vectorBinary(vectorDiv256),
			Maximum:     vectorBinary(vectorMaximum256),
			Minimum:     vectorBinary(vectorMinimum256),
			ReLUGrad:    vectorBinary(vectorReLUGrad256),
			TanhGrad:    vectorBinary(vectorTanhGrad256),
			SigmoidGrad: vectorBinary(vectorSigmoidGrad256),
			AbsGrad:     vectorBinary(vectorAbsGrad256),
		},
		Scalar32: [binaryOps]func(dst, x []float32, y float32){
			Add:         vectorScalar(vectorAddScalar256),
			Sub:         vectorScalar(vectorSubScalar256),
			Mul:         vectorScalar(vectorMulScalar256),
			Div:         vectorScalar(vectorDivScalar256),
			Maximum:     vectorScalar(vectorMaximumScalar256),
			Minimum:     vectorScalar(vectorMinimumScalar256),
			ReLUGrad:    vectorScalar(vectorReLUGradScalar256),
			TanhGrad:    vectorScalar(vectorTanhGradScalar256),
			SigmoidGrad: vectorScalar(vectorSigmoidGradScalar256),
			AbsGrad:     vectorScalar(vectorAbsGradScalar256),
		},
		SGD32:  vectorSGD(vectorSGD256, vectorSGDMomentum256, vectorSGDNesterov256),
		Adam32: vectorAdam(vectorAdam256),
	})
}

// The wrappers of the kernels in vector_asm_amd64.s. Slices have been cut to one
// length, but for the state of the optimizers.

func vectorUnary(f func(dst, x *float32, n int, a, b float32)) func(dst, x []float32, a, b float64) {
	return func(dst, x []float32, a, b float64) {
		for x = x[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], n, float32(a), float32(b))
			dst, x = dst[n:], x[n:]
		}
	}
}

func vectorWith(f func(dst, x *float32, n int, y float32)) func(dst, x []float32, a, b float64) {
	g := vectorScalar(f)
	return func(dst, x []float32, a, _ float64) { g(dst, x, float32(a)) }
}

func vectorScalar(f func(dst, x *float32, n int, y float32)) func(dst, x []float32, y float32) {
	return func(dst, x []float32, y float32) {
		for x = x[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], n, y)
			dst, x = dst[n:], x[n:]
		}
	}
}

func vectorBinary(f func(dst, x, y *float32, n int)) func(dst, x, y []float32) {
	return func(dst, x, y []float32) {
		for x, y = x[:len(dst)], y[:len(dst)]; len(dst) > 0; {
			n := min(len(dst), assemblyElements)
			f(&dst[0], &x[0], &y[0], n)
			dst, x, y = dst[n:], x[n:], y[n:]
		}
	}
}

func vectorSGD(plain func(out, w, g *float32, n int, lr, decay, sign float32),
	momentum func(outW, outB, w, g, b *float32, n int, lr, decay, sign, keep, damp float32),
	nesterov func(outW, outB, w, g, b *float32, n int, lr, decay, sign, keep, damp, mu float32)) func(w, g, buf []float32, a SGDArgs) {
	return func(w, g, buf []float32, a SGDArgs) {
		lr, decay, sign := float32(a.LR), float32(a.WeightDecay), direction[float32](a.Maximize)
		g = g[:len(w)]
		if a.Momentum == 0 || buf == nil {
			for len(w) > 0 {
				n := min(len(w), assemblyElements)
				plain(&w[0], &w[0], &g[0], n, lr, decay, sign)
				w, g = w[n:], g[n:]
			}
			return
		}
		mu, damp := float32(a.Momentum), float32(1-a.Dampening)
		keep := mu
		buf = buf[:len(w)]
		if a.First {
			keep, damp = 0, 1
			clear(buf) // what it held, NaN included, must not come through
		}
		for len(w) > 0 {
			n := min(len(w), assemblyElements)
			if a.Nesterov {
				nesterov(&w[0], &buf[0], &w[0], &g[0], &buf[0], n, lr, decay, sign, keep, damp, mu)
			} else {
				momentum(&w[0], &buf[0], &w[0], &g[0], &buf[0], n, lr, decay, sign, keep, damp)
			}
			w, g, buf = w[n:], g[n:], buf[n:]
		}
	}
}

func vectorAdam(f func(outW, outM, outV, w, g, m, v *float32, n int,
	step, decay, sign, shrink, beta1, rest1, beta2, rest2, root, eps float32)) func(w, g, m, v, vmax []float32, a AdamArgs) {
	return func(w, g, m, v, vmax []float32, a AdamArgs) {
		if a.AMSGrad {
			adamGeneric(w, g, m, v, vmax, a)
			return
		}
		shrink, decay := float32(1), float32(a.WeightDecay)
		if a.Decoupled {
			shrink, decay = float32(1-a.LR*a.WeightDecay), 0
		}
		step := float32(a.LR / (1 - math.Pow(a.Beta1, float64(a.Step))))
		root := float32(1 / math.Sqrt(1-math.Pow(a.Beta2, float64(a.Step))))
		for g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]; len(w) > 0; {
			n := min(len(w), assemblyElements)
			f(&w[0], &m[0], &v[0], &w[0], &g[0], &m[0], &v[0], n, step, decay, direction[float32](a.Maximize), shrink,
				float32(a.Beta1), float32(1-a.Beta1), float32(a.Beta2), float32(1-a.Beta2), root, float32(a.Eps))
			w, g, m, v = w[n:], g[n:], m[n:], v[n:]
		}
	}
}
