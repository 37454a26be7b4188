package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Reshape returns t with another shape of as many elements; one length may be -1
// and is then worked out. It is a view where t's strides allow it, else a copy.
func (t *Tensor) Reshape(shape ...int) *Tensor {
	s := begin("Reshape", t)
	if len(shape) > MaxDims {
		badShape("Reshape", []*Tensor{t}, "at most %d dimensions are possible, not %v", MaxDims, shape)
	}
	var dims [MaxDims]int32
	known, guess, empty := 1, -1, false
	for i, d := range shape {
		switch {
		case d == -1 && guess < 0:
			guess = i
		case d < 0:
			badShape("Reshape", []*Tensor{t}, "one length may be -1 and none smaller, in %v", shape)
		case d > nd.MaxElements:
			badShape("Reshape", []*Tensor{t}, "the shape %v has another number of elements", shape)
		case d == 0:
			empty = true
		case known*d > nd.MaxElements:
			known = nd.MaxElements + 1 // whatever else follows: too many, unless empty
			dims[i] = int32(d)
		default:
			known *= d
			dims[i] = int32(d)
		}
	}
	if empty {
		known = 0
	}
	n := t.Numel()
	if guess >= 0 {
		if known == 0 || n%known != 0 {
			badShape("Reshape", []*Tensor{t}, "%s cannot fill %v", plural(n, "element"), shape)
		}
		dims[guess] = int32(n / known)
		known = n
	}
	if known != n {
		badShape("Reshape", []*Tensor{t}, "%s cannot fill %v", plural(n, "element"), shape)
	}
	return t.reshape(s, dims, len(shape))
}

// reshape is Reshape to a shape that has as many elements; beyond rank it is 0.
func (t *Tensor) reshape(s *Scope, dims [MaxDims]int32, rank int) *Tensor {
	if int(t.a.Rank) == rank && t.a.Dims == dims {
		return t
	}
	y := t.view(s)
	y.a.Rank, y.a.Dims = uint8(rank), dims
	y.a.Strides = [MaxDims]int32{}
	if !reshapeStrides(&y.a, &t.a) {
		y.a.Strides = [MaxDims]int32{}
		y.a.SetContiguous()
		y.a.Off, y.seen = 0, 0
		y.alloc(t.device())
		c := y.a
		c.Rank, c.Dims, c.Strides = t.a.Rank, t.a.Dims, [MaxDims]int32{}
		c.SetContiguous()
		t.device().Copy(&c, &t.a)
	}
	record("reshape", backReshape, y, t)
	return y
}

func backReshape(c *context) {
	n := c.n.edge(0).node
	c.set(0, c.grad.reshape(begin("Reshape", c.grad), n.dims, int(n.rank)))
}

// reshapeStrides works out the strides of y, whose shape is given, as a view of x;
// false if there are none. Runs of x's dimensions that lie without gaps are split
// and merged freely.
func reshapeStrides(y, x *nd.Array) bool {
	if x.Contiguous() {
		y.SetContiguous()
		return true
	}
	i, j := 0, 0 // dimensions of x and of y
	xr, yr := int(x.Rank), int(y.Rank)
	for i < xr {
		if x.Dims[i] == 1 {
			i++
			continue
		}
		// the longest run of x from i on that is one stretch
		k := i
		n := int(x.Dims[i])
		last := i
		for m := i + 1; m < xr; m++ {
			if x.Dims[m] == 1 {
				k = m
				continue
			}
			if x.Strides[last] != x.Strides[m]*x.Dims[m] {
				break
			}
			n *= int(x.Dims[m])
			last, k = m, m
		}
		// dimensions of y that make up n
		p, from := 1, j
		for j < yr && p < n {
			p *= int(y.Dims[j])
			j++
		}
		if p != n {
			return false
		}
		st := int(x.Strides[last])
		for q := j - 1; q >= from; q-- {
			y.Strides[q] = int32(st)
			st *= int(y.Dims[q])
		}
		i = k + 1
	}
	for ; j < yr; j++ { // trailing ones
		y.Strides[j] = 1
	}
	return true
}

// Flatten merges the dimensions from start on into one; a scalar becomes one
// dimension of length 1.
func (t *Tensor) Flatten(start int) *Tensor {
	begin("Flatten", t)
	if t.a.Rank == 0 {
		return t.Reshape(1)
	}
	d := t.dim("Flatten", start)
	var dims [MaxDims]int32
	n := int32(1)
	for i, length := range t.a.Dims[:t.a.Rank] {
		if i < d {
			dims[i] = length
		} else {
			n *= length
		}
	}
	dims[d] = n
	return t.reshape(begin("Reshape", t), dims, d+1)
}

// Squeeze removes dimension dim if its length is 1, and returns t itself if not.
func (t *Tensor) Squeeze(dim int) *Tensor {
	begin("Squeeze", t)
	d := t.dim("Squeeze", dim)
	if t.a.Dims[d] != 1 {
		return t
	}
	return t.without(d)
}

// without is t, with a single element along d, without that dimension.
func (t *Tensor) without(d int) *Tensor {
	shape := t.Shape()
	return t.Reshape(append(shape[:d], shape[d+1:]...)...)
}

// Unsqueeze inserts a dimension of length 1 before dimension dim; -1 appends it.
func (t *Tensor) Unsqueeze(dim int) *Tensor {
	begin("Unsqueeze", t)
	d := t.newDim("Unsqueeze", dim)
	shape := make([]int, 0, MaxDims)
	old := t.Shape()
	shape = append(shape, old[:d]...)
	shape = append(shape, 1)
	return t.Reshape(append(shape, old[d:]...)...)
}

// newDim is where a new dimension goes, given by a place that may count from the end.
func (t *Tensor) newDim(op string, dim int) int {
	r := int(t.a.Rank)
	if r == MaxDims {
		badShape(op, []*Tensor{t}, "there are %d dimensions already, the most that are possible", MaxDims)
	}
	d := dim
	if d < 0 {
		d += r + 1
	}
	if d < 0 || d > r {
		badIndex(op, t, dim, "the dimension must be between %d and %d", -r-1, r)
	}
	return d
}
