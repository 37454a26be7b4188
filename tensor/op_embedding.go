package tensor

// EmbeddingOptions of [Embedding].
type EmbeddingOptions struct {
	// Padding lists rows that get no gradient (PyTorch's padding_idx); negative numbers
	// count from the end.
	Padding []int `json:",omitempty"`
}

// Embedding looks up rows of weight, [rows, width], by number: idx is int64 of any
// shape and the result has that shape followed by width. The gradient of a row is
// the sum over its uses, in the order of idx. It panics with an *IndexError that
// names the number and its place if there is no such row.
func Embedding(weight, idx *Tensor, o EmbeddingOptions) *Tensor {
	const op = "Embedding"
	notNil(op, weight, idx)
	begin(op, weight, idx)
	floats(op, weight)
	if weight.a.Rank != 2 {
		badShape(op, []*Tensor{weight, idx}, "the weight must be [rows, width]")
	}
	if idx.a.Type != Int64 {
		badType(op, []*Tensor{weight, idx}, "row numbers are int64; convert them with To(tensor.Int64)")
	}
	if idx.a.Rank == MaxDims {
		badShape(op, []*Tensor{weight, idx}, "the result would have more than %d dimensions", MaxDims)
	}
	rows := weight.a.Size(0)
	var padding []int64
	for _, p := range o.Padding {
		r := p
		if r < 0 {
			r += rows
		}
		if r < 0 || r >= rows {
			badIndex(op, weight, p, "the padding row must be between %d and %d", -rows, rows-1)
		}
		padding = append(padding, int64(r))
	}
	checkIndices(op, idx, rows, nil, "row", "rows of the weight")
	return weight.lookUp(idx.contiguous(), padding, false)
}

// lookUp takes rows; with blank those of the padding are zeros instead.
func (t *Tensor) lookUp(idx *Tensor, padding []int64, blank bool) *Tensor {
	s := begin("Embedding", t, idx)
	dims, rank := idx.a.Dims, int(idx.a.Rank)
	dims[rank] = t.a.Dims[1]
	checkSize("Embedding", dims, rank+1)
	y := shaped(s, t.device(), t.a.Type, dims, rank+1)
	w := t.contiguous()
	zeros := padding
	if !blank {
		zeros = nil
	}
	y.device().Embedding(&y.a, &w.a, &idx.a, zeros)
	if n := record("embedding", backEmbedding, y, t); n != nil {
		n.save(0, idx)
		n.i[0] = t.a.Size(0)
		n.attr = padding
	}
	return y
}

func backEmbedding(c *context) {
	c.set(0, c.grad.gatherUses(c.saved(0), c.n.i[0], c.n.attr.([]int64)))
}

// gatherUses adds up the rows of t that belong to the same row of the weight:
// lookUp's transposed map.
func (t *Tensor) gatherUses(idx *Tensor, rows int, padding []int64) *Tensor {
	s := begin("Embedding", t, idx)
	y := result(s, t.device(), t.a.Type, rows, t.a.Size(-1+int(t.a.Rank)))
	g := t.contiguous()
	y.device().EmbeddingBack(&y.a, &g.a, &idx.a, padding)
	if n := record("embedding_back", backGatherUses, y, t); n != nil {
		n.save(0, idx)
		n.attr = padding
	}
	return y
}

func backGatherUses(c *context) {
	c.set(0, c.grad.lookUp(c.saved(0), c.n.attr.([]int64), true))
}

// checkSize is checkShape for a shape as an array.
func checkSize(op string, dims [MaxDims]int32, rank int) {
	shape := make([]int, rank)
	for i := range shape {
		shape[i] = int(dims[i])
	}
	checkShape(op, shape)
}
