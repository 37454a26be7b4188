package nn

import "github.com/lumen-ml/lumen/tensor"

// HuberOptions are the options of Huber.
type HuberOptions struct {
	Delta     float64 // where the square becomes a line; 0 means 1
	Reduction Reduction
}

// Huber is the mean of d²/2 where |d| <= 1 and |d| - 1/2 elsewhere, with d = pred -
// target (torch.nn.HuberLoss).
func Huber(pred, target *tensor.Tensor) *tensor.Tensor {
	return HuberWith(HuberOptions{})(pred, target)
}

// HuberWith is Huber with another limit than 1: d²/2 where |d| <= Delta and
// Delta (|d| - Delta/2) elsewhere.
func HuberWith(o HuberOptions) Loss {
	notNegative("HuberWith", "Delta", o.Delta)
	return func(pred, target *tensor.Tensor) *tensor.Tensor {
		return huber("Huber", pred, target, orOne(o.Delta), 1, o.Reduction)
	}
}

// huber is scale c (d - c/2) with c = d clamped to ±delta, which is both branches in
// one, reduced.
func huber(op string, pred, target *tensor.Tensor, delta, scale float64, r Reduction) *tensor.Tensor {
	alike(op, pred, target)
	notEmpty(op, pred, r)
	d := pred.Sub(target)
	c := d.Clamp(-delta, delta)
	return reduce(op, c.Mul(d.Sub(c.MulScalar(0.5))).MulScalar(scale), r)
}
