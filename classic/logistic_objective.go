package classic

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// objective is the function that a logistic regression minimises, divided by C and the sum of the samples' weights, so
// that it is a mean, in the coefficients of standardised features:
//
//	f(theta) = sum_i s_i loss_i / S  +  sum penalty_j theta_kj^2 / 2
//
// theta holds, for each logit, the coefficient of each feature and, with an intercept, one more.
type objective struct {
	x        *mat.Dense // [n, d], standardised, the last column ones for the intercept
	at       []int      // each sample's class
	s        []float64  // each sample's weight over the sum of all
	total    float64    // that sum
	classes  int
	logits   int // 1 for two classes
	d        int // features, and 1 for the intercept
	features int
	penalty  []float64 // of each feature
	mean     []float64 // what was taken from each feature
	spread   []float64 // what it was divided by

	z, gradient *mat.Dense // scratch [n, logits], [logits, d]
}

func newObjective(x *mat.Dense, at []int, classes int, weights []float64, o LogisticOptions) *objective {
	n, features := x.Dims()
	f := &objective{at: at, classes: classes, logits: classes, features: features, d: features,
		s: make([]float64, n), penalty: make([]float64, features), mean: make([]float64, features), spread: make([]float64, features)}
	if classes == 2 {
		f.logits = 1
	}
	if !o.NoIntercept {
		f.d++
	}
	for i, k := range at {
		f.s[i] = weights[k]
		f.total += weights[k]
	}
	for i := range f.s {
		f.s[i] /= f.total
	}
	f.x = mat.NewDense(n, f.d, nil)
	column := make([]float64, n)
	for j := range features {
		mat.Col(column, j, x)
		f.mean[j], f.spread[j] = standard(column, !o.NoIntercept)
		for i, v := range column {
			f.x.Set(i, j, (v-f.mean[j])/f.spread[j])
		}
		if !o.NoPenalty {
			f.penalty[j] = 1 / (o.C * f.total * f.spread[j] * f.spread[j])
		}
	}
	for i := 0; i < n && !o.NoIntercept; i++ {
		f.x.Set(i, features, 1)
	}
	f.z = mat.NewDense(n, f.logits, nil)
	f.gradient = mat.NewDense(f.logits, f.d, nil)
	return f
}

// standard returns a column's mean and standard deviation; without centre, where there is no intercept to take the mean
// up again, 0 and its root mean square. A column that does not vary is left as large as it is.
func standard(column []float64, centre bool) (mean, spread float64) {
	n := float64(len(column))
	// Scaled by the greatest, so that no square overflows.
	greatest := 0.0
	for _, v := range column {
		greatest = max(greatest, math.Abs(v))
	}
	if greatest == 0 {
		return 0, 1
	}
	if centre {
		for _, v := range column {
			mean += v / n
		}
	}
	var squares float64
	for _, v := range column {
		r := (v - mean) / greatest
		squares += r * r / n
	}
	spread = greatest * math.Sqrt(squares)
	if spread <= 1e-13*greatest { // rounding, no variation
		if centre {
			mean = column[0]
		}
		return mean, 1
	}
	return mean, spread
}

// parameters is the length of theta.
func (f *objective) parameters() int { return f.logits * f.d }

// forward sets f.z to the logits, turns them into probabilities and returns the mean loss with the penalty.
func (f *objective) forward(theta []float64) float64 {
	w := mat.NewDense(f.logits, f.d, theta)
	f.z.Mul(f.x, w.T())
	var loss float64
	z := f.z.RawMatrix().Data
	if f.logits == 1 {
		for i, v := range z {
			if f.at[i] == 1 {
				loss += f.s[i] * softplus(-v)
			} else {
				loss += f.s[i] * softplus(v)
			}
			z[i] = sigmoid(v)
		}
	} else {
		for i := range f.at {
			row := z[i*f.logits : (i+1)*f.logits]
			logit := row[f.at[i]]
			loss += f.s[i] * (softmax(row) - logit)
		}
	}
	for k := range f.logits {
		for j, penalty := range f.penalty {
			v := theta[k*f.d+j]
			loss += penalty * v * v / 2
		}
	}
	return loss
}

// value is the objective.
func (f *objective) value(theta []float64) float64 { return f.forward(theta) }

// grad sets gradient to that of the objective.
func (f *objective) grad(gradient, theta []float64) {
	f.forward(theta)
	z := f.z.RawMatrix().Data
	for i, class := range f.at {
		row := z[i*f.logits : (i+1)*f.logits]
		if f.logits == 1 {
			row[0] -= float64(class)
		} else {
			row[class]--
		}
		for k := range row {
			row[k] *= f.s[i]
		}
	}
	f.gradient.Mul(f.z.T(), f.x)
	copy(gradient, f.gradient.RawMatrix().Data)
	for k := range f.logits {
		for j, penalty := range f.penalty {
			gradient[k*f.d+j] += penalty * theta[k*f.d+j]
		}
	}
}

// hessian is the matrix of second derivatives, filled up where it is singular by nature: with more than two classes the
// same change to every logit's coefficient changes no probability, so where no penalty holds that direction its second
// derivative is 0. There it is made 1. Gradients are orthogonal to these directions and the solution stays on the one
// among the equals whose coefficients add up to 0 over the classes, which is what L-BFGS finds from 0, too.
func (f *objective) hessian(theta []float64) *mat.SymDense {
	f.forward(theta)
	n, d := len(f.at), f.d
	h := mat.NewSymDense(f.parameters(), nil)
	scaled := mat.NewDense(n, d, nil)
	var block mat.Dense
	for k := range f.logits {
		for l := k; l < f.logits; l++ {
			for i := range n {
				p := f.z.At(i, k)
				weight := -f.s[i] * p * f.z.At(i, l)
				if k == l {
					weight = f.s[i] * p * (1 - p)
				}
				from, to := f.x.RawRowView(i), scaled.RawRowView(i)
				for j, v := range from {
					to[j] = weight * v
				}
			}
			block.Mul(f.x.T(), scaled)
			for a := range d {
				for b := range d {
					if k < l || a <= b {
						h.SetSym(k*d+a, l*d+b, block.At(a, b))
					}
				}
			}
		}
	}
	for k := range f.logits {
		for j, penalty := range f.penalty {
			h.SetSym(k*d+j, k*d+j, h.At(k*d+j, k*d+j)+penalty)
		}
	}
	for j := range d {
		if !f.free(j) {
			continue
		}
		for k := range f.logits {
			for l := k; l < f.logits; l++ {
				h.SetSym(k*d+j, l*d+j, h.At(k*d+j, l*d+j)+1/float64(f.logits))
			}
		}
	}
	return h
}

// free reports whether the coefficients of column j have the direction that hessian fills up.
func (f *objective) free(j int) bool {
	return f.logits > 1 && (j >= f.features || f.penalty[j] == 0)
}

// original turns theta into the coefficients of the features as they were given, [logits, features], and the intercepts.
func (f *objective) original(theta []float64) (w *mat.Dense, b []float64) {
	w, b = mat.NewDense(f.logits, f.features, nil), make([]float64, f.logits)
	for k := range f.logits {
		if f.d > f.features {
			b[k] = theta[k*f.d+f.features]
		}
		for j := range f.features {
			v := theta[k*f.d+j] / f.spread[j]
			w.Set(k, j, v)
			b[k] -= v * f.mean[j]
		}
	}
	return w, b
}
