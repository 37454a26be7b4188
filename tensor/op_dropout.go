package tensor

import "math/rand/v2"

// Dropout returns t with each element replaced by 0 with probability p and the
// others multiplied by 1/(1-p), so that the expected value stays (Srivastava et al.
// 2014; inverted as in PyTorch). p = 0 returns t and draws nothing, p = 1 gives
// zeros. x must be float.
//
// One number is drawn from rng. The mask follows from it and from the positions
// alone, so it does not depend on the number of threads. It is not stored.
func Dropout(x *Tensor, p float64, rng *rand.Rand) *Tensor { return drop("Dropout", x, p, rng, 0) }

// FeatureDropout is [Dropout] of whole channels of x, [batch, channels, ...]: the
// elements of a channel of one image are dropped or kept together (PyTorch's
// dropout1d, dropout2d and dropout3d; Tompson et al. 2015).
func FeatureDropout(x *Tensor, p float64, rng *rand.Rand) *Tensor {
	notNil("FeatureDropout", x)
	if x.a.Rank < 2 {
		badShape("FeatureDropout", []*Tensor{x}, "[batch, channels, ...] is wanted")
	}
	return drop("FeatureDropout", x, p, rng, 2)
}

// drop makes one decision for each index into the leading dimensions; into all if
// lead is 0.
func drop(op string, x *Tensor, p float64, rng *rand.Rand, lead int) *Tensor {
	begin(op, x)
	floats(op, x)
	if !(p >= 0 && p <= 1) {
		badShape(op, []*Tensor{x}, "the probability must lie between 0 and 1, not %v", p)
	}
	if p == 0 {
		return x
	}
	if rng == nil {
		badShape(op, []*Tensor{x}, "a random stream is wanted, not nil")
	}
	run := 1
	if lead > 0 {
		for i := lead; i < int(x.a.Rank); i++ {
			run *= x.a.Size(i)
		}
	}
	return x.drop(run, rng.Uint64(), p)
}

// drop is linear in x: its gradient is the same operation with the same seed.
func (t *Tensor) drop(run int, seed uint64, p float64) *Tensor {
	s := begin("Dropout", t)
	x := t.contiguous()
	y := like(s, x)
	scale := 0.0
	if p < 1 {
		scale = 1 / (1 - p)
	}
	y.device().Dropout(&y.a, &x.a, max(run, 1), seed, p, scale)
	if n := record("dropout", backDropout, y, t); n != nil {
		n.i = [8]int{run, int(uint32(seed)), int(uint32(seed >> 32))}
		n.f[0] = p
	}
	return y
}

func backDropout(c *context) {
	seed := uint64(uint32(c.n.i[1])) | uint64(uint32(c.n.i[2]))<<32
	c.set(0, c.grad.drop(c.n.i[0], seed, c.n.f[0]))
}
