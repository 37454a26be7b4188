package nd

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// CrossEntropyArgs are the numbers of a cross-entropy.
type CrossEntropyArgs struct {
	Smoothing float64 // this much of every target is spread evenly over the classes
	Ignore    []int64 // labels that do not count
	Reduction Reduction
}

func cpuFindLabel(labels *Array, classes int, ignore []int64) (at int, value int64) {
	for i, v := range Slice[int64](labels)[:labels.Numel()] {
		if (v < 0 || v >= int64(classes)) && !slices.Contains(ignore, v) {
			return i, v
		}
	}
	return -1, 0
}

// entropy is a cross-entropy seen as one of rows of classes.
type entropy[T kernel.Float] struct {
	CrossEntropyArgs
	lines
	soft   bool    // the target is probabilities
	probs  []T     // if soft: as many as logits
	labels []int64 // if not: one a row
	weight []T     // one a class, or nil
}

func newEntropy[T kernel.Float](x, target, weight *Array, a CrossEntropyArgs) entropy[T] {
	e := entropy[T]{CrossEntropyArgs: a, lines: linesOf(x, classDim(x))}
	if target.Type == Int64 {
		e.labels = Slice[int64](target)[:e.count()]
	} else {
		e.soft, e.probs = true, Slice[T](target)
	}
	if weight != nil {
		e.weight = Slice[T](weight)
	}
	return e
}

// classDim is the dimension of the classes: [classes] or [batch, classes, ...].
func classDim(x *Array) int { return min(int(x.Rank)-1, 1) }

// base is where row r begins; its classes are inner apart.
func (e *entropy[T]) base(r int) int { return r/e.inner*e.n*e.inner + r%e.inner }

// label is the class of row r; counts is false if it is ignored.
func (e *entropy[T]) label(r int) (class int, counts bool) {
	y := e.labels[r]
	return int(y), !slices.Contains(e.Ignore, y)
}

func (e *entropy[T]) weightOf(class int) float64 {
	if e.weight == nil {
		return 1
	}
	return float64(e.weight[class])
}

// loss of row r, and its weight in the mean.
func (e *entropy[T]) loss(logp []T, r int) (loss, weight float64) {
	at := e.base(r)
	if e.soft {
		even := e.Smoothing / float64(e.n)
		for c := range e.n {
			k := at + c*e.inner
			loss -= float64(logp[k]) * ((1-e.Smoothing)*float64(e.probs[k]) + even) * e.weightOf(c)
		}
		return loss, 1
	}
	y, counts := e.label(r)
	if !counts {
		return 0, 0
	}
	weight = e.weightOf(y)
	loss = -weight * float64(logp[at+y*e.inner])
	if e.Smoothing == 0 {
		return loss, weight
	}
	even := 0.0
	for c := range e.n {
		even -= e.weightOf(c) * float64(logp[at+c*e.inner])
	}
	return (1-e.Smoothing)*loss + e.Smoothing/float64(e.n)*even, weight
}

// norm is what the sum of the losses is divided by.
func (e *entropy[T]) norm() float64 {
	switch {
	case e.Reduction != ReductionMean:
		return 1
	case e.soft:
		return float64(e.count())
	}
	sum := 0.0
	for r := range e.labels {
		if y, counts := e.label(r); counts {
			sum += e.weightOf(y)
		}
	}
	return sum
}

// factor is by how much row r's gradient is multiplied.
func factor[T kernel.Float](g []T, r int, reduction Reduction, norm float64) float64 {
	if reduction == ReductionNone {
		return float64(g[r])
	}
	return float64(g[0]) / norm
}

func cpuCrossEntropy(loss, logp, x, target, weight *Array, a CrossEntropyArgs) {
	if x.Type == Float32 {
		crossEntropy[float32](loss, logp, x, target, weight, a)
	} else {
		crossEntropy[float64](loss, logp, x, target, weight, a)
	}
}

func crossEntropy[T kernel.Float](loss, logp, x, target, weight *Array, a CrossEntropyArgs) {
	e := newEntropy[T](x, target, weight, a)
	if logp == nil {
		logp = x
	} else {
		softmax[T](logp, x, classDim(x), LogSoftmax)
	}
	out, lp, rows := Slice[T](loss), Slice[T](logp), e.count()
	dense := e.soft || e.Smoothing != 0
	small := rows < expGrain && (!dense || rows*e.n < expGrain)
	if small && a.Reduction != ReductionNone {
		total, norm := 0.0, 0.0
		for r := range rows {
			l, w := e.loss(lp, r)
			total += l
			norm += w
		}
		out[0] = reduced[T](total, norm, a.Reduction)
		return
	}
	e.losses(out, lp)
}

// losses is crossEntropy on the pool. The losses are added in the order of the rows,
// whatever the threads.
func (e entropy[T]) losses(out, logp []T) {
	sums := make([][2]float64, e.count())
	pool.For(len(sums), max(1, expGrain/max(e.n, 1)), func(lo, hi int) {
		for r := lo; r < hi; r++ {
			sums[r][0], sums[r][1] = e.loss(logp, r)
		}
	})
	total, norm := 0.0, 0.0
	for r, s := range sums {
		if e.Reduction == ReductionNone {
			out[r] = T(s[0])
		}
		total += s[0]
		norm += s[1]
	}
	if e.Reduction != ReductionNone {
		out[0] = reduced[T](total, norm, e.Reduction)
	}
}

func reduced[T kernel.Float](total, norm float64, r Reduction) T {
	if r == ReductionMean {
		return T(total / norm)
	}
	return T(total)
}

func cpuCrossEntropyBack(dx, g, logp, target, weight *Array, given bool, a CrossEntropyArgs) {
	if dx.Type == Float32 {
		crossEntropyBack[float32](dx, g, logp, target, weight, given, a)
	} else {
		crossEntropyBack[float64](dx, g, logp, target, weight, given, a)
	}
}

// crossEntropyBack: of the loss -k * sum_c(q_c * logp_c) with Q = sum_c(q_c) the
// gradient by the logits is k * (e^logp_c * Q - q_c), and by given
// log-probabilities -k * q_c.
func crossEntropyBack[T kernel.Float](dx, g, logp, target, weight *Array, given bool, a CrossEntropyArgs) {
	e := newEntropy[T](dx, target, weight, a)
	d, gs, norm := Slice[T](dx), Slice[T](g), e.norm()
	var lp []T
	if given {
		cpuFill(dx, 0)
	} else {
		lp = Slice[T](logp)
	}
	if e.count()*e.n < expGrain {
		e.gradients(d, lp, gs, norm, 0, e.count())
		return
	}
	e.gradientsOnPool(d, lp, gs, norm)
}

func (e entropy[T]) gradientsOnPool(d, logp, g []T, norm float64) {
	pool.For(e.count(), max(1, expGrain/max(e.n, 1)), func(lo, hi int) { e.gradients(d, logp, g, norm, lo, hi) })
}

// gradients of rows lo to hi of d; logp is nil if d holds zeros because the
// log-probabilities were given.
func (e *entropy[T]) gradients(d, logp, g []T, norm float64, lo, hi int) {
	s := scratches.Get().(*scratch)
	factors, weights := blockOf[T](s, 0), e.weights()
	for ; lo < hi; lo += block {
		end := min(lo+block, hi)
		if logp != nil {
			for r := lo; r < end; r++ {
				factors[r-lo] = T(factor(g, r, e.Reduction, norm) * e.mass(r, weights))
			}
			e.exponentials(d, logp, factors, lo, end)
		}
		for r := lo; r < end; r++ {
			e.takeOff(d, r, factor(g, r, e.Reduction, norm))
		}
	}
	scratches.Put(s)
}

// exponentials writes e^logp of rows lo to hi, each times its factor.
func (e *entropy[T]) exponentials(d, logp, factors []T, lo, hi int) {
	if e.inner == 1 {
		kernel.ScaledExp(d[lo*e.n:hi*e.n], logp[lo*e.n:], factors, e.n)
		return
	}
	for lo < hi { // rows side by side
		run := min(hi-lo, e.inner-lo%e.inner)
		for c := range e.n {
			at := e.base(lo) + c*e.inner
			p := d[at:][:run]
			kernel.Unary(kernel.Exp, p, logp[at:][:run], 0, 0)
			kernel.Binary(kernel.Mul, p, p, factors)
		}
		lo, factors = lo+run, factors[run:]
	}
}

// weights is the sum of the classes' weights.
func (e *entropy[T]) weights() float64 {
	if e.weight == nil {
		return float64(e.n)
	}
	sum := 0.0
	for _, w := range e.weight[:e.n] {
		sum += float64(w)
	}
	return sum
}

// mass is the sum of the coefficients of row r, of weights with the given sum.
func (e *entropy[T]) mass(r int, weights float64) float64 {
	if e.labels != nil {
		class, counts := e.label(r)
		if !counts {
			return 0
		}
		return (1-e.Smoothing)*e.weightOf(class) + e.Smoothing/float64(e.n)*weights
	}
	at, sum := e.base(r), 0.0
	for c := range e.n {
		sum += e.spread(r, at, c, 0)
	}
	return sum
}

// takeOff subtracts k times the coefficients of row r from its gradient, which is 0
// if the row is ignored.
func (e *entropy[T]) takeOff(d []T, r int, k float64) {
	at, n, step := e.base(r), e.n, e.inner
	var class int
	if e.labels != nil {
		var counts bool
		class, counts = e.label(r)
		switch {
		case !counts: // whatever its log-probabilities are
			for c := range n {
				d[at+c*step] = 0
			}
			return
		case e.Smoothing == 0:
			d[at+class*step] -= T(k * e.weightOf(class))
			return
		case e.weight == nil && step == 1:
			row := d[at:][:n]
			kernel.BinaryScalar(kernel.Sub, row, row, T(k*e.Smoothing/float64(n)), false)
			row[class] -= T(k * (1 - e.Smoothing))
			return
		}
	}
	for c := range n {
		d[at+c*step] -= T(k * e.spread(r, at, c, class))
	}
}

// spread is the coefficient of class c in row r, which begins at and has the given
// label (if there are labels).
func (e *entropy[T]) spread(r, at, c, class int) float64 {
	w := e.weightOf(c)
	even := e.Smoothing / float64(e.n) * w
	switch {
	case e.soft:
		return (1-e.Smoothing)*float64(e.probs[at+c*e.inner])*w + even
	case c == class:
		return (1-e.Smoothing)*w + even
	}
	return even
}

func cpuCrossEntropySpread(q, target, weight *Array, a CrossEntropyArgs) {
	if q.Type == Float32 {
		crossEntropySpread[float32](q, target, weight, a)
	} else {
		crossEntropySpread[float64](q, target, weight, a)
	}
}

func crossEntropySpread[T kernel.Float](q, target, weight *Array, a CrossEntropyArgs) {
	e := newEntropy[T](q, target, weight, a)
	d, norm := Slice[T](q), e.norm()
	for r := range e.count() {
		at, class, counts := e.base(r), 0, true
		if e.labels != nil {
			class, counts = e.label(r)
		}
		for c := range e.n {
			v := 0.0
			if counts {
				v = e.spread(r, at, c, class) / norm
			}
			d[at+c*e.inner] = T(v)
		}
	}
}
