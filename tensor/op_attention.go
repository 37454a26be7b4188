package tensor

import (
	"math"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/internal/nd"
)

// AttentionOptions of [ScaledDotProductAttention]. The zero value is PyTorch's
// default.
type AttentionOptions struct {
	// Mask broadcasts to the scores, [..., L, S]. Bools: true means that the query may
	// see the key. Floats of the queries' type are added to the scores.
	Mask *Tensor `json:",omitempty"`
	// Causal lets query i see the keys 0 to i only, besides what Mask says.
	Causal bool `json:",omitempty"`
	// Scale multiplies the scores; 0 means 1/sqrt(E).
	Scale float64 `json:",omitempty"`
	// Dropout is the probability with which a weight is dropped, drawn from RNG.
	Dropout float64    `json:",omitempty"`
	RNG     *rand.Rand `json:"-"`
}

// ScaledDotProductAttention is the function of that name in torch.nn.functional
// (Vaswani et al. 2017):
//
//	softmax(q k^T * scale + mask) v
//
// for queries q [..., L, E], keys k [..., S, E] and values v [..., S, V]; the leading
// dimensions broadcast and the result is [..., L, V]. A query that may see no key at
// all gets zeros.
func ScaledDotProductAttention(q, k, v *Tensor, o AttentionOptions) *Tensor {
	const op = "ScaledDotProductAttention"
	notNil(op, q, k, v)
	begin(op, q, k, v, o.Mask)
	floats(op, q, k, v)
	all := []*Tensor{q, k, v}
	if min(q.a.Rank, k.a.Rank, v.a.Rank) < 2 || q.Size(-1) != k.Size(-1) || k.Size(-2) != v.Size(-2) {
		badShape(op, all, "queries [..., L, E], keys [..., S, E] and values [..., S, V] are wanted")
	}
	scale := o.Scale
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(q.Size(-1)))
	}
	scores := q.MulScalar(scale).MatMul(k.Transpose(-1, -2))
	kind := nd.PlainSoftmax
	if o.Mask != nil {
		m := o.Mask
		if dims, rank, ok := nd.BroadcastShape(&scores.a, &m.a); !ok || rank != int(scores.a.Rank) || dims != scores.a.Dims {
			badShape(op, append(all, m), "the mask must broadcast to the scores, %v", scores.Shape())
		}
		if m.a.Type == Bool {
			m = Where(m, FullOf(scores.a.Type, 0), FullOf(scores.a.Type, math.Inf(-1)))
		}
		sameType(op, scores, m)
		scores, kind = scores.Add(m), nd.SafeSoftmax
	}
	if o.Causal {
		scores, kind = scores.Add(causalBars(scores)), nd.SafeSoftmax
	}
	return Dropout(scores.softmax(op, -1, kind), o.Dropout, o.RNG).MatMul(v)
}

// causalBars is -Inf above the diagonal of the scores' last two dimensions.
func causalBars(scores *Tensor) *Tensor {
	queries, keys := scores.Size(-2), scores.Size(-1)
	y := FullOf(scores.a.Type, math.Inf(-1), queries, keys)
	for i := range queries {
		row := y.a
		row.Rank, row.Dims[0], row.Strides[0] = 1, int32(min(i+1, keys)), 1
		row.Off += i * keys
		y.device().Fill(&row, 0)
	}
	return y
}
