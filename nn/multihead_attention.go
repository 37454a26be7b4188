package nn

import "github.com/lumen-ml/lumen/tensor"

// MultiheadAttentionOptions are the options of a MultiheadAttention.
type MultiheadAttentionOptions struct {
	Dropout float64 // of the attention weights, in training
	NoBias  bool
	Causal  bool // a place sees itself and earlier places only
}

// MultiheadAttention is attention in several heads (torch.nn.MultiheadAttention with
// batch_first=True; Vaswani et al. 2017): input and result [N, L, width].
type MultiheadAttention struct {
	InProjWeight *Param // [3 width, width]: of queries, keys and values
	InProjBias   *Param // [3 width], nil with NoBias
	OutProj      *Linear
	Heads        int
	Options      MultiheadAttentionOptions
}

// NewMultiheadAttention returns a layer; heads must divide width.
func NewMultiheadAttention(width, heads int, o ...MultiheadAttentionOptions) *MultiheadAttention {
	const op = "NewMultiheadAttention"
	positive(op, "width", width)
	positive(op, "heads", heads)
	if width%heads != 0 {
		badSize(op, "a width of %d cannot be shared among %d heads", width, heads)
	}
	l := &MultiheadAttention{Heads: heads, Options: one(op, o)}
	if d := l.Options.Dropout; !(d >= 0 && d <= 1) {
		badSize(op, "the probability of dropout must lie between 0 and 1, not %g", d)
	}
	l.InProjWeight = NewParam(XavierUniform{}, 3*width, width)
	l.OutProj = NewLinear(width, width, LinearOptions{NoBias: l.Options.NoBias})
	if !l.Options.NoBias {
		l.InProjBias = NewParam(Zeros(), 3*width)
		l.OutProj.Bias.SetInitializer(Zeros())
	}
	return l
}

// Forward is self-attention: x [N, L, width] asks itself.
func (l *MultiheadAttention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Attend(p, x, x, x, nil)
}

// Attend returns, for every query [N, L, width], the values [N, S, width] weighted by
// how well their keys [N, S, width] fit. mask, if not nil, broadcasts to the scores
// [N, heads, L, S]: bools, true means that the query may see the key (the opposite of
// PyTorch's attn_mask, as in its scaled_dot_product_attention), or floats that are
// added.
func (l *MultiheadAttention) Attend(p *Pass, query, key, value, mask *tensor.Tensor) *tensor.Tensor {
	query, key, value = p.Enter(l, query), p.Adopt(key), p.Adopt(value)
	if l.InProjWeight == nil || l.OutProj == nil {
		badSize("MultiheadAttention", "the layer has no weights: make it with nn.NewMultiheadAttention")
	}
	width := l.InProjWeight.shape[1]
	for _, t := range []*tensor.Tensor{query, key, value} {
		if t.Dim() != 3 || t.Size(2) != width {
			badInput("MultiheadAttention", t, "inputs [N, L, %d] are wanted", width)
		}
	}
	weight, bias := p.Use(l.InProjWeight), p.Use(l.InProjBias)
	heads := func(t *tensor.Tensor, part int) *tensor.Tensor {
		w, b := weight.Slice(0, part*width, (part+1)*width, 1), bias
		if b != nil {
			b = b.Slice(0, part*width, (part+1)*width, 1)
		}
		y := tensor.Linear(t, w, b) // [N, L, width] to [N, heads, L, width/heads]
		return y.Reshape(y.Size(0), y.Size(1), l.Heads, width/l.Heads).Transpose(1, 2)
	}
	o := tensor.AttentionOptions{Mask: mask, Causal: l.Options.Causal}
	if l.Options.Dropout > 0 && p.IsTraining(l) {
		o.Dropout, o.RNG = l.Options.Dropout, p.Rand()
	}
	y := tensor.ScaledDotProductAttention(heads(query, 0), heads(key, 1), heads(value, 2), o)
	return l.OutProj.Forward(p, y.Transpose(1, 2).Reshape(query.Size(0), query.Size(1), width))
}

func (l *MultiheadAttention) operation() string { return "linear" }

// MultiplyAdds counts the projections of queries, keys and values, the scores and the
// weighted sums of self-attention; OutProj counts its own.
func (l *MultiheadAttention) MultiplyAdds(in, _ []int) int {
	return elements(in) * (3*l.InProjWeight.shape[1] + 2*in[1])
}
