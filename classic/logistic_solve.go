package classic

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

const (
	// newtonWork is how many multiply-adds a matrix of second derivatives may cost for Newton's steps to be taken.
	newtonWork = 4e9
	// stalled is the gradient that is small enough where values of the function no longer tell steps apart, which is at
	// about the root of a float64's precision.
	stalled = 1e-7
	// flat is the share of its second derivative at 0 below which a direction is one in which the function falls for ever.
	flat = 1e-7
)

// minimize returns the theta where the objective is least, and how many steps that took.
func (f *objective) minimize(o LogisticOptions) (theta []float64, iterations int, err error) {
	theta = make([]float64, f.parameters())
	if o.NoPenalty {
		if err := f.independent(theta); err != nil {
			return nil, 0, err
		}
	}
	result, err := optimize.Minimize(optimize.Problem{Func: f.value, Grad: f.grad}, theta,
		&optimize.Settings{
			GradientThreshold: o.Tolerance,
			MajorIterations:   o.MaxIterations,
			// Once values repeat, Newton's steps go on by the gradient.
			Converger: &optimize.FunctionConverge{Relative: 1e-15, Iterations: 5},
		}, &optimize.LBFGS{Linesearcher: &optimize.MoreThuente{}, GradStopThreshold: math.NaN()})
	if result == nil { // the function is not finite at 0, which training has ruled out
		return nil, 0, err
	}
	// A line search that finds nothing lower ends with an error: how good the place is, the gradient says.
	theta, iterations = result.X, result.MajorIterations
	gradient := make([]float64, len(theta))
	f.grad(gradient, theta)
	size := floats.Norm(gradient, math.Inf(1))
	wanted := max(o.Tolerance, stalled)
	if n := float64(len(theta)); n*n*float64(len(f.at)) <= newtonWork {
		wanted = max(o.Tolerance, 1e-14)
		var steps int
		size, steps = f.newton(theta, gradient, size, wanted, o.MaxIterations-iterations)
		iterations += steps
	}
	if o.NoPenalty {
		if err := f.bounded(theta); err != nil {
			return nil, 0, err
		}
	}
	if !(size <= wanted) {
		return nil, 0, &NotConverged{iterations, size, o.Tolerance}
	}
	return theta, iterations, nil
}

// newton takes Newton's steps from theta, in place, while they make the gradient smaller; it returns the gradient's size
// and the number of steps.
func (f *objective) newton(theta, gradient []float64, size, wanted float64, most int) (float64, int) {
	steps := 0
	next, nextGradient := make([]float64, len(theta)), make([]float64, len(theta))
	for steps < min(most, 50) && size > wanted {
		var factor mat.Cholesky
		if !factor.Factorize(f.hessian(theta)) {
			break
		}
		var step mat.VecDense
		if err := factor.SolveVecTo(&step, mat.NewVecDense(len(gradient), gradient)); err != nil {
			break // badly conditioned: the step would be noise
		}
		nextSize := math.Inf(1)
		for length := 1.0; length > 1e-3 && !(nextSize < size); length /= 2 {
			copy(next, theta)
			floats.AddScaled(next, -length, step.RawVector().Data)
			f.grad(nextGradient, next)
			nextSize = floats.Norm(nextGradient, math.Inf(1))
		}
		if !(nextSize < size) {
			break
		}
		copy(theta, next)
		copy(gradient, nextGradient)
		size = nextSize
		steps++
	}
	return size, steps
}

// independent returns a *Dependent if features depend on each other, seen from theta = 0.
func (f *objective) independent(zero []float64) error {
	h := f.hessian(zero)
	var e mat.EigenSym
	if !e.Factorize(h, true) {
		return nil
	}
	values := e.Values(nil) // increasing
	if values[0] > 1e-12*values[len(values)-1] {
		return nil
	}
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	return &Dependent{f.greatest(vectors.ColView(0))}
}

// bounded returns a *Separated if in some direction hardly anything is left at theta of the second derivative at 0: the
// function is a slope without end there. The directions are the generalised eigenvectors of the two matrices.
func (f *objective) bounded(theta []float64) error {
	var factor mat.Cholesky
	if !factor.Factorize(f.hessian(make([]float64, len(theta)))) {
		return nil
	}
	var u mat.TriDense
	factor.UTo(&u)
	// U^-T H U^-1 with the Hessian at 0 being U^T U.
	var left, both mat.Dense
	if err := left.Solve(u.T(), f.hessian(theta)); err != nil {
		return nil
	}
	if err := both.Solve(u.T(), left.T()); err != nil {
		return nil
	}
	n := len(theta)
	ratio := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			ratio.SetSym(i, j, (both.At(i, j)+both.At(j, i))/2)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(ratio, false) || e.Values(nil)[0] > flat {
		return nil
	}
	return &Separated{f.greatest(mat.NewVecDense(n, theta))} // theta is a long way down that slope
}

// greatest is the feature with the greatest part in a direction of theta.
func (f *objective) greatest(direction mat.Vector) int {
	best, part := 0, 0.0
	for at := range f.parameters() {
		if v := math.Abs(direction.AtVec(at)); at%f.d < f.features && v > part {
			best, part = at%f.d, v
		}
	}
	return best
}
