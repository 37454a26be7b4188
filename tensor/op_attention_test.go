package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "ScaledDotProductAttention", Func: tensor.ScaledDotProductAttention, Cases: attentionCases()})

func attentionCases() []opCase {
	inf := math.Inf(-1)
	q, k, v := in{Shape: []int{2, 3, 4}}, in{Shape: []int{2, 5, 4}}, in{Shape: []int{2, 5, 2}}
	bools := in{Shape: []int{3, 5}, Type: tensor.Bool, Values: []float64{1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1}}
	barred := in{Shape: []int{3, 5}, Type: tensor.Bool, Values: []float64{1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}}
	// Differences of weights that nearly cancel leave float32 four digits.
	run := func(label string, o tensor.AttentionOptions, torch string, in ...in) opCase {
		return opCase{Label: label, In: in, Tol: 1e-4, Torch: "F.scaled_dot_product_attention(x[0], x[1], x[2]" + torch + ")",
			F: one(func(x []*tensor.Tensor) *tensor.Tensor {
				o := o
				if len(x) > 3 {
					o.Mask = x[3]
				}
				return tensor.ScaledDotProductAttention(x[0], x[1], x[2], o)
			})}
	}
	kinks := func(c opCase) opCase {
		c.Kinks = true
		return c
	}
	return []opCase{
		run("", tensor.AttentionOptions{}, "", q, k, v),
		run("scale", tensor.AttentionOptions{Scale: 0.3}, ", scale=0.3", q, k, v),
		run("causal", tensor.AttentionOptions{Causal: true}, ", is_causal=True", q, k, v),
		run("causal with few keys", tensor.AttentionOptions{Causal: true}, ", is_causal=True", k, q, in{Shape: []int{2, 3, 2}}),
		run("bools", tensor.AttentionOptions{}, ", attn_mask=x[3]", q, k, v, bools),
		run("additive", tensor.AttentionOptions{}, ", attn_mask=x[3]", q, k, v, in{Shape: []int{2, 3, 5}}),
		run("additive row", tensor.AttentionOptions{}, ", attn_mask=x[3]", q, k, v, in{Shape: []int{1, 5}}),
		run("matrices", tensor.AttentionOptions{}, "", in{Shape: []int{3, 4}}, in{Shape: []int{5, 4}}, in{Shape: []int{5, 2}}),
		run("heads", tensor.AttentionOptions{Causal: true}, ", is_causal=True", in{Shape: []int{2, 2, 3, 2}}, in{Shape: []int{2, 2, 3, 2}}, in{Shape: []int{2, 2, 3, 2}}),
		run("query that sees nothing", tensor.AttentionOptions{}, ", attn_mask=x[3]", q, k, v, barred),
		kinks(run("additive that bars all", tensor.AttentionOptions{}, ", attn_mask=x[3]", in{Shape: []int{2, 4}}, in{Shape: []int{3, 4}}, in{Shape: []int{3, 2}},
			in{Shape: []int{2, 3}, Values: []float64{inf, inf, inf, 0, inf, 1}})),
		kinks(run("overflow", tensor.AttentionOptions{Scale: 1}, ", scale=1.0", in{Shape: []int{2, 1}, Values: []float64{1e4, -1e4}},
			in{Shape: []int{3, 1}, Values: []float64{1, 2, -3}}, in{Shape: []int{3, 2}})),
	}
}

// Dropout falls on the weights: with values of one, a row's sum becomes random
// around 1.
func TestAttentionDropout(t *testing.T) {
	q, v := normal(1, 50, 4), tensor.Ones(50, 1)
	run := func(seed uint64) []float32 {
		return tensor.Data[float32](tensor.ScaledDotProductAttention(q, q, v, tensor.AttentionOptions{Dropout: 0.3, RNG: stream(seed)}))
	}
	y := run(1)
	if !slices.Equal(y, run(1)) || slices.Equal(y, run(2)) {
		t.Error("the mask does not follow from the stream")
	}
	mean := 0.0
	for _, v := range y {
		mean += float64(v) / 50
	}
	if math.Abs(mean-1) > 0.1 || slices.Min(y) == slices.Max(y) {
		t.Errorf("rows add up to %v", y)
	}
}

func TestAttentionMisuse(t *testing.T) {
	q, k, v := tensor.Zeros(3, 4), tensor.Zeros(5, 4), tensor.Zeros(5, 2)
	misuse[*tensor.ShapeError](t, "keys [..., S, E]", func() { tensor.ScaledDotProductAttention(q, v, v, tensor.AttentionOptions{}) })
	misuse[*tensor.ShapeError](t, "values [..., S, V]", func() { tensor.ScaledDotProductAttention(q, k, q, tensor.AttentionOptions{}) })
	misuse[*tensor.ShapeError](t, "queries [..., L, E]", func() { tensor.ScaledDotProductAttention(tensor.Zeros(4), k, v, tensor.AttentionOptions{}) })
	misuse[*tensor.ShapeError](t, "broadcast to the scores, [3 5]", func() {
		tensor.ScaledDotProductAttention(q, k, v, tensor.AttentionOptions{Mask: tensor.OnesOf(tensor.Bool, 2, 3, 5)})
	})
	misuse[*tensor.DTypeError](t, "equal", func() {
		tensor.ScaledDotProductAttention(q, k, v, tensor.AttentionOptions{Mask: tensor.OnesOf(tensor.Int64, 3, 5)})
	})
	misuse[*tensor.ShapeError](t, "random stream", func() { tensor.ScaledDotProductAttention(q, k, v, tensor.AttentionOptions{Dropout: 0.5}) })
}
