package tensor

import "slices"

// Einsum sums products of elements as the specification says, which gives every
// dimension of every operand a letter:
//
//	Einsum("ij,jk->ik", a, b)        // a matrix product
//	Einsum("ii", a)                  // the trace
//	Einsum("...ij->...ji", a)        // transposed matrices
//	Einsum("bhqd,bhkd->bhqk", q, k)  // scores of attention
//
// Operands are multiplied where they share a letter, and summed over the letters that
// the result lacks. A letter twice in one operand takes the diagonal. "..." stands for
// any further dimensions, aligned at the right. Dimensions of one letter have equal
// lengths or 1. Without "->" the result has the ellipsis and then the letters that
// occur once, in the order of the alphabet, capitals first. The operands must be float
// and are contracted from left to right, as matrix products.
//
// The rules are torch.einsum's.
func Einsum(spec string, ts ...*Tensor) *Tensor {
	parsed, err := parseEinsum(spec)
	if err != nil {
		badShape("Einsum", ts, "%v", err)
	}
	if len(parsed.operands) != len(ts) {
		badShape("Einsum", ts, "%q names %s, given are %d", spec, plural(len(parsed.operands), "operand"), len(ts))
	}
	notNil("Einsum", ts...)
	floats("Einsum", ts...)
	e := einsum{spec: spec, given: ts}
	e.label(parsed)
	terms := make([]term, len(ts))
	for i, t := range ts {
		terms[i] = e.diagonal(term{t, e.labels[i]})
	}
	e.stretch(terms)
	x := terms[0]
	for i := 1; i < len(terms); i++ {
		later := func(l label) bool {
			return slices.Contains(e.result, l) ||
				slices.ContainsFunc(terms[i+1:], func(o term) bool { return slices.Contains(o.labels, l) })
		}
		x = e.contract(x, terms[i], later)
	}
	x = e.sumOut(x, func(l label) bool { return slices.Contains(e.result, l) })
	return x.arrange(e.result)
}

// label is a letter, or for the dimensions of an ellipsis their negative position
// from the right.
type label int

// term is an operand, or a partial result, with the labels of its dimensions.
type term struct {
	t      *Tensor
	labels []label
}

// einsum is the state of one call.
type einsum struct {
	spec   string
	given  []*Tensor
	labels [][]label // of every operand's dimensions
	result []label
}

// label gives the dimensions that an ellipsis covers labels of their own.
func (e *einsum) label(s einsumSpec) {
	most := 0
	for i, list := range s.operands {
		rank := int(e.given[i].a.Rank)
		covered := rank - len(list)
		dots := slices.Contains(list, ellipsis)
		if dots {
			covered++
		}
		if covered < 0 || covered > 0 && !dots {
			badShape("Einsum", e.given, "operand %d of %q has %s, the tensor %s", i, e.spec,
				plural(rank-covered, "subscript"), plural(rank, "dimension"))
		}
		if dots {
			most = max(most, covered)
		}
		e.labels = append(e.labels, expandEllipsis(list, covered))
	}
	e.result = expandEllipsis(s.result, most)
	e.checkRank(len(e.result))
}

func expandEllipsis(list []rune, covered int) []label {
	out := make([]label, 0, MaxDims)
	for _, r := range list {
		if r != ellipsis {
			out = append(out, label(r))
			continue
		}
		for k := covered; k > 0; k-- {
			out = append(out, label(-k))
		}
	}
	return out
}

func (e *einsum) checkRank(n int) {
	if n > MaxDims {
		badShape("Einsum", e.given, "%q makes a result or a partial product of %d dimensions, at most %d are possible; "+
			"order the operands so that letters are summed earlier", e.spec, n, MaxDims)
	}
}

// diagonal brings dimensions with one letter to one.
func (e *einsum) diagonal(x term) term {
	for i := 0; i < len(x.labels); i++ {
		for {
			j := i + 1 + slices.Index(x.labels[i+1:], x.labels[i])
			if j == i {
				break
			}
			n := x.t.Size(i)
			if x.t.Size(j) != n {
				badShape("Einsum", e.given, "the letter %q of %q stands for lengths %d and %d of one operand", rune(x.labels[i]), e.spec, n, x.t.Size(j))
			}
			// Bring dimension j behind i, merge the two and take every (n+1)th element.
			order := make([]int, 0, len(x.labels))
			shape := make([]int, 0, len(x.labels))
			for k := range x.labels {
				switch k {
				case i:
					order = append(order, i, j)
					shape = append(shape, n*n)
				case j:
				default:
					order = append(order, k)
					shape = append(shape, x.t.Size(k))
				}
			}
			x = term{x.t.Permute(order...).Reshape(shape...).Slice(i, 0, n*n, n+1), slices.Delete(slices.Clone(x.labels), j, j+1)}
		}
	}
	return x
}

// stretch repeats dimensions of length 1 to the length that their label has elsewhere.
func (e *einsum) stretch(terms []term) {
	length := map[label]int{}
	for _, x := range terms {
		for i, l := range x.labels {
			n := x.t.Size(i)
			have, ok := length[l]
			switch {
			case !ok || have == 1:
				length[l] = n
			case n != have && n != 1 && l < 0:
				badShape("Einsum", e.given, "the ellipses of %q cover lengths %d and %d, which do not broadcast", e.spec, have, n)
			case n != have && n != 1:
				badShape("Einsum", e.given, "the letter %q of %q stands for lengths %d and %d", rune(l), e.spec, have, n)
			}
		}
	}
	for k, x := range terms {
		shape := x.t.Shape()
		for i, l := range x.labels {
			shape[i] = length[l]
		}
		terms[k].t = x.t.Expand(shape...)
	}
}

// contract multiplies two terms and sums over the labels that no one needs later.
func (e *einsum) contract(x, y term, later func(label) bool) term {
	x = e.sumOut(x, func(l label) bool { return later(l) || slices.Contains(y.labels, l) })
	y = e.sumOut(y, func(l label) bool { return later(l) || slices.Contains(x.labels, l) })
	var both, sum, left, right []label
	for _, l := range x.labels {
		switch {
		case !slices.Contains(y.labels, l):
			left = append(left, l)
		case later(l):
			both = append(both, l)
		default:
			sum = append(sum, l)
		}
	}
	for _, l := range y.labels {
		if !slices.Contains(x.labels, l) {
			right = append(right, l)
		}
	}
	out := slices.Concat(both, left, right)
	e.checkRank(len(out))
	if len(sum) == 0 { // nothing to sum: products of single elements
		a := x.arrange(slices.Concat(both, left))
		shape := a.Shape()
		for range right {
			shape = append(shape, 1)
		}
		b := y.arrange(slices.Concat(both, right))
		between := append(b.Shape()[:len(both):len(both)], slices.Repeat([]int{1}, len(left))...)
		return term{a.Reshape(shape...).Mul(b.Reshape(append(between, b.Shape()[len(both):]...)...)), out}
	}
	a, b := x.arrange(slices.Concat(both, left, sum)), y.arrange(slices.Concat(both, sum, right))
	batch, m, k := a.Shape()[:len(both)], a.Shape()[len(both):len(both)+len(left)], a.Shape()[len(both)+len(left):]
	n := b.Shape()[len(both)+len(sum):]
	if len(batch) > MaxDims-2 {
		batch = []int{numel(batch)}
	}
	matrices := func(t *Tensor, rows, columns int) *Tensor {
		return t.Reshape(slices.Concat(batch, []int{rows, columns})...)
	}
	product := matrices(a, numel(m), numel(k)).MatMul(matrices(b, numel(k), numel(n)))
	return term{product.Reshape(slices.Concat(a.Shape()[:len(both)], m, n)...), out}
}

// sumOut sums over the labels that nobody needs.
func (e *einsum) sumOut(x term, needed func(label) bool) term {
	var dims []int
	var rest []label
	for i, l := range x.labels {
		if needed(l) {
			rest = append(rest, l)
		} else {
			dims = append(dims, i)
		}
	}
	if len(dims) == 0 {
		return x
	}
	return term{x.t.Sum(dims...), rest}
}

// arrange brings the dimensions into the order of the given labels, which are all of
// the term's.
func (x term) arrange(labels []label) *Tensor {
	if slices.Equal(x.labels, labels) {
		return x.t
	}
	order := make([]int, len(labels))
	for i, l := range labels {
		order[i] = slices.Index(x.labels, l)
	}
	return x.t.Permute(order...)
}

// numel is the number of elements of a shape.
func numel(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
