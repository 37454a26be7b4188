package tensor

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/nd"
)

// CrossEntropyOptions of [SoftmaxCrossEntropy]. The zero value is PyTorch's default.
type CrossEntropyOptions struct {
	// Weight has one factor a class, [classes], in the type of the logits; nil means 1.
	// The mean divides by the weights of the labels that count. It is a constant: it
	// gets no gradient.
	Weight *Tensor `json:",omitempty"`
	// LabelSmoothing, 0 to 1, is how much of every target is spread evenly over the
	// classes.
	LabelSmoothing float64 `json:",omitempty"`
	// Ignore lists labels that do not count, besides -100, which never does (PyTorch's
	// default ignore_index).
	Ignore []int64 `json:",omitempty"`
	// Reduction of the losses: mean, sum or none.
	Reduction Reduction `json:",omitempty"`
}

// SoftmaxCrossEntropy is torch.nn.functional.cross_entropy: the negative
// log-likelihood of target under the softmax of logits, [batch, classes, d1, ...] or
// [classes], in one pass that does not overflow.
//
// target is either int64 labels, of the logits' shape without the classes, or float
// probabilities of the logits' shape and type. The loss of label y is
//
//	-(1-s)*w[y]*logp[y] - s/classes * sum_c w[c]*logp[c]
//
// with s the smoothing, and 0 for an ignored label; of probabilities p it is
// -sum_c w[c]*((1-s)*p[c] + s/classes)*logp[c]. The mean is over the weights of the
// labels that count, NaN if none does, or over the number of distributions.
//
// It panics with an *IndexError that names the label and its place if a label is
// none of the classes and not ignored. A target that is tracked gets a gradient too.
func SoftmaxCrossEntropy(logits, target *Tensor, o CrossEntropyOptions) *Tensor {
	const op = "SoftmaxCrossEntropy"
	notNil(op, logits, target)
	s := begin(op, logits, target, o.Weight)
	floats(op, logits)
	if !(o.LabelSmoothing >= 0 && o.LabelSmoothing <= 1) {
		badShape(op, []*Tensor{logits, target}, "the label smoothing must lie between 0 and 1, not %v", o.LabelSmoothing)
	}
	if target.a.Type.IsFloat() {
		sameType(op, logits, target)
		if logits.a.Rank == 0 || !nd.SameShape(&logits.a, &target.a) {
			badShape(op, []*Tensor{logits, target}, "probabilities must have the shape of the logits, [batch, classes, ...]; labels are int64, see To")
		}
		if logits.a.Size(classDim(logits)) == 0 {
			badShape(op, []*Tensor{logits, target}, "a distribution needs at least one class")
		}
		checkClassWeight(op, logits, o.Weight)
		checkReduction(op, logits, o.Reduction)
		if target.Tracked() {
			return soft(logits, target, o)
		}
	} else {
		checkLabels(op, logits, target, o.Weight, o.Ignore, o.Reduction)
	}
	x := logits.contiguous()
	logp := like(s, x)
	a := nd.CrossEntropyArgs{Smoothing: o.LabelSmoothing, Ignore: ignored(o.Ignore), Reduction: o.Reduction}
	return entropy(s, "cross_entropy", logits, x, logp, target, o.Weight, a)
}

// entropy computes and records the loss of checked operands; x is logits, contiguous.
func entropy(s *Scope, name string, logits, x, logp, target, weight *Tensor, a nd.CrossEntropyArgs) *Tensor {
	target = target.contiguous()
	if weight != nil {
		weight = weight.contiguous()
	}
	var dims [MaxDims]int32
	rank := 0
	if a.Reduction == ReductionNone {
		d := classDim(x)
		for i := range int(x.a.Rank) {
			if i != d {
				dims[rank] = x.a.Dims[i]
				rank++
			}
		}
	}
	loss := shaped(s, x.device(), x.a.Type, dims, rank)
	loss.device().CrossEntropy(&loss.a, arrayOf(logp), &x.a, &target.a, arrayOf(weight), a)
	if n := record(name, backEntropy, loss, logits, target); n != nil {
		n.save(0, logits)
		n.save(1, logp)
		n.save(2, target)
		n.save(3, weight)
		n.f[0], n.i[0] = a.Smoothing, int(a.Reduction)
		if len(a.Ignore) > 1 {
			n.attr = a.Ignore
		}
	}
	return loss
}

// backEntropy: of -sum(q*logp) the gradient by the logits is softmax*sum(q) - q, by
// log-probabilities -q, both times the loss's gradient.
func backEntropy(c *context) {
	a := nd.CrossEntropyArgs{Smoothing: c.n.f[0], Ignore: alwaysIgnored, Reduction: Reduction(c.n.i[0])}
	if more, ok := c.n.attr.([]int64); ok {
		a.Ignore = more
	}
	logp, target, weight := c.saved(1), c.saved(2), c.saved(3)
	in := c.n.edge(0).node
	y := shaped(begin(c.n.name, c.grad, target), c.grad.device(), in.dtype, in.dims, int(in.rank))
	if !c.create {
		g := c.grad.contiguous()
		y.device().CrossEntropyBack(&y.a, &g.a, arrayOf(logp), &target.a, arrayOf(weight), logp == nil, a)
		c.set(0, y)
		return
	}
	y.device().CrossEntropySpread(&y.a, &target.a, arrayOf(weight), a)
	g, d := c.grad, classDim(y)
	if a.Reduction == ReductionNone {
		g = g.Unsqueeze(d)
	}
	if logp == nil {
		c.set(0, g.Mul(y.Neg()))
		return
	}
	c.set(0, g.Mul(c.saved(0).Softmax(d).Mul(y.SumKeep(d)).Sub(y)))
}

// soft is the cross-entropy with probabilities that get a gradient, composed.
func soft(logits, target *Tensor, o CrossEntropyOptions) *Tensor {
	d := classDim(logits)
	n := logits.a.Size(d)
	q := target.MulScalar(1 - o.LabelSmoothing).AddScalar(o.LabelSmoothing / float64(n))
	if o.Weight != nil {
		shape := make([]int, int(logits.a.Rank)-d)
		for i := range shape {
			shape[i] = 1
		}
		shape[0] = n
		q = q.Mul(logits.scope.Within(o.Weight).Reshape(shape...))
	}
	return reduceLoss(logits.LogSoftmax(d).Mul(q).Sum(d).Neg(), o.Reduction)
}

// alwaysIgnored is PyTorch's default ignore_index.
var alwaysIgnored = []int64{-100}

func ignored(more []int64) []int64 {
	if len(more) == 0 {
		return alwaysIgnored
	}
	return append(slices.Clone(alwaysIgnored), more...)
}

// classDim is the dimension of the classes in [batch, classes, ...] or [classes].
func classDim(x *Tensor) int { return min(int(x.a.Rank)-1, 1) }

// checkLabels panics unless target holds one label for each distribution of x.
func checkLabels(op string, x, target, weight *Tensor, ignore []int64, r Reduction) {
	if target.a.Type != Int64 {
		badType(op, []*Tensor{x, target}, "labels are int64; convert the target with To(tensor.Int64)")
	}
	rank := int(x.a.Rank)
	fits := rank > 0 && int(target.a.Rank) == rank-1
	if fits {
		d, k := classDim(x), 0
		for i := range rank {
			if i != d {
				fits = fits && x.a.Dims[i] == target.a.Dims[k]
				k++
			}
		}
	}
	if !fits {
		badShape(op, []*Tensor{x, target}, "the labels must have the shape of [batch, classes, ...] without the classes")
	}
	checkClassWeight(op, x, weight)
	checkReduction(op, x, r)
	n := x.a.Size(classDim(x))
	checkIndices(op, target, n, ignored(ignore), "class", "classes")
}

// checkIndices panics with an *IndexError if one of the int64s in idx is not in
// [0, n) and not among those allowed besides.
func checkIndices(op string, idx *Tensor, n int, besides []int64, what, plural string) {
	c := idx.contiguous()
	at, v := c.device().FindLabel(&c.a, n, besides)
	if at < 0 {
		return
	}
	place := make([]int, idx.a.Rank)
	for i := len(place) - 1; i >= 0; i-- {
		place[i] = at % idx.a.Size(i)
		at /= idx.a.Size(i)
	}
	badIndex(op, idx, int(v), "%s %d at %v is not one of the %d %s, which count from 0", what, v, place, n, plural)
}

func checkClassWeight(op string, x, weight *Tensor) {
	if weight == nil {
		return
	}
	sameType(op, x, weight)
	if weight.a.Rank != 1 || weight.a.Size(0) != x.a.Size(classDim(x)) {
		badShape(op, []*Tensor{x, weight}, "the weight must have one number for each of the %d classes", x.a.Size(classDim(x)))
	}
}
