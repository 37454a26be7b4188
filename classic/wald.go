package classic

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/lumen-ml/lumen/tensor"
)

// Wald says how well the data determine the coefficients of a fit without a penalty, by the curvature of the likelihood at
// its top: large samples scatter normally around the true coefficients with these standard errors.
type Wald struct {
	Coef      WaldTest // shaped as LogisticRegression.Coef
	Intercept WaldTest // shaped as LogisticRegression.Intercept; NaN with NoIntercept
}

// WaldTest holds standard errors, z = coefficient / standard error, and the two-sided probability of a |z| as great or
// greater if the coefficient were 0.
type WaldTest struct {
	StandardError, Z, P *tensor.Tensor
}

// Wald returns standard errors of a fit with NoPenalty, and nil of one with a penalty, where they would mean nothing. With
// more than two classes they are those of the coefficients that Coef returns, which add up to 0 over the classes. Class
// weights are taken as numbers of samples.
func (m *LogisticRegression) Wald() *Wald {
	m.fitted("LogisticRegression.Wald")
	return m.wald
}

// wald inverts the information matrix at theta; w and b are the coefficients in the features' own units.
func (f *objective) wald(theta []float64, w *mat.Dense, b []float64) *Wald {
	size := f.parameters()
	covariance := mat.NewSymDense(size, nil)
	var factor mat.Cholesky
	if !factor.Factorize(f.hessian(theta)) || factor.InverseTo(covariance) != nil {
		covariance.Zero()
		for i := range size {
			covariance.SetSym(i, i, math.NaN())
		}
	}
	// What hessian filled up is not known from the data, but fixed: it has no variance.
	for j := range f.d {
		for k := 0; k < f.logits && f.free(j); k++ {
			for l := k; l < f.logits; l++ {
				at, to := k*f.d+j, l*f.d+j
				covariance.SetSym(at, to, covariance.At(at, to)-1/float64(f.logits))
			}
		}
	}
	coef, intercept := mat.NewDense(f.logits, f.features, nil), make([]float64, f.logits)
	direction := mat.NewVecDense(size, nil)
	for k := range f.logits {
		// b = theta_intercept - sum of theta_j mean_j / spread_j
		direction.Zero()
		for j := range f.features {
			coef.Set(k, j, math.Sqrt(covariance.At(k*f.d+j, k*f.d+j)/f.total)/f.spread[j])
			direction.SetVec(k*f.d+j, -f.mean[j]/f.spread[j])
		}
		intercept[k] = math.NaN()
		if f.d > f.features {
			direction.SetVec(k*f.d+f.features, 1)
			intercept[k] = math.Sqrt(mat.Inner(direction, covariance, direction) / f.total)
		}
	}
	return &Wald{
		Coef:      waldTest(w.RawMatrix().Data, coef.RawMatrix().Data, f.logits, f.features),
		Intercept: waldTest(b, intercept, f.logits),
	}
}

func waldTest(values, errors []float64, shape ...int) WaldTest {
	z, p := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		z[i] = v / errors[i]
		p[i] = math.Erfc(math.Abs(z[i]) / math.Sqrt2) // both tails of the normal distribution
	}
	return WaldTest{tensor.FromSlice(errors, shape...), tensor.FromSlice(z, shape...), tensor.FromSlice(p, shape...)}
}
