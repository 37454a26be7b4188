package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// GroupNorm is torch.nn.functional.group_norm (Wu and He 2018): the channels of x,
// [batch, channels, ...], form equal groups of neighbours; each group of each
// element of the batch is brought to mean 0 and (biased) variance 1, then scaled and
// shifted by channel:
//
//	(x - mean) / sqrt(variance + eps) * weight + bias
//
// weight and bias are [channels] or nil.
func GroupNorm(x *Tensor, groups int, weight, bias *Tensor, eps float64) *Tensor {
	const op = "GroupNorm"
	c := checkImages(op, x, weight, bias, 2)
	if groups < 1 || c%groups != 0 {
		badShape(op, []*Tensor{x}, "%d channels do not make %d equal groups", c, groups)
	}
	if x.a.Size(0)*c/groups*volume(x, 2) == 1 {
		badShape(op, []*Tensor{x}, "expected more than 1 value per channel when training: a single value has no variance")
	}
	return groupNorm(op, "group_norm", x, x.a.Size(0), c, groups, weight, bias, eps)
}

// checkImages checks [batch, channels, ...] of at least the given rank and returns
// the number of channels.
func checkImages(op string, x, weight, bias *Tensor, rank int) int {
	begin(op, x, weight, bias)
	floats(op, x, weight, bias)
	if int(x.a.Rank) < rank {
		badShape(op, []*Tensor{x}, "[batch, channels, ...] of at least %d dimensions is wanted", rank)
	}
	checkChannels(op, x, x.a.Size(1), weight, bias)
	return x.a.Size(1)
}

// groupNorm sees x as [batch, channels, the rest].
func groupNorm(op, name string, x *Tensor, batch, channels, groups int, weight, bias *Tensor, eps float64) *Tensor {
	s := begin(op, x, weight, bias)
	mean := result(s, x.device(), Float64, batch*groups)
	rstd := result(s, x.device(), Float64, batch*groups)
	in, w, b := x.contiguous(), contiguousOrNil(weight), contiguousOrNil(bias)
	y := like(s, in)
	ya, xa := images(y, batch, channels), images(in, batch, channels)
	y.device().GroupNorm(&ya, &mean.a, &rstd.a, &xa, arrayOf(w), arrayOf(b), groups, eps)
	if n := record(name, backGroupNorm, y, x, weight, bias); n != nil {
		n.save(0, x)
		n.save(1, weight)
		n.save(2, mean)
		n.save(3, rstd)
		n.i = [8]int{batch, channels, groups}
		n.f[0] = eps
	}
	return y
}

// images is a contiguous tensor's array as [batch, channels, the rest].
func images(t *Tensor, batch, channels int) nd.Array {
	a := t.a
	a.SetShape([]int{batch, channels, a.Numel() / max(batch*channels, 1)})
	return a
}

func backGroupNorm(c *context) {
	x, w, mean, rstd := c.saved(0), c.saved(1), c.saved(2), c.saved(3)
	batch, n, groups := c.n.i[0], c.n.i[1], c.n.i[2]
	if !c.create {
		g, in, w := c.grad.contiguous(), x.contiguous(), contiguousOrNil(w)
		dx, dw, db := c.normGradients(g, in, n, false)
		ga, xa := images(g, batch, n), images(in, batch, n)
		g.device().GroupNormBack(arrayOf(dx), arrayOf(dw), arrayOf(db), &ga, &xa, arrayOf(w), &mean.a, &rstd.a, groups)
		c.setNorm(dx, dw, db)
		return
	}
	rest := x.Numel() / max(batch*n, 1)
	rows := func(t *Tensor) *Tensor { return t.Reshape(batch, groups, n/groups*rest) }
	byChannel := func(t *Tensor) *Tensor { return t.Reshape(batch, n, rest) }
	in := rows(x)
	deviation := in.Sub(in.MeanKeep(2))
	r := deviation.Square().MeanKeep(2).AddScalar(c.n.f[0]).Rsqrt()
	h, g := deviation.Mul(r), byChannel(c.grad)
	if c.needs(0) {
		v := g
		if w != nil {
			v = v.Mul(w.Reshape(n, 1))
		}
		v = rows(v)
		c.set(0, v.Sub(v.MeanKeep(2)).Sub(h.Mul(v.Mul(h).MeanKeep(2))).Mul(r).Reshape(x.Shape()...))
	}
	if c.needs(1) {
		c.set(1, g.Mul(byChannel(h)).Sum(0, 2).Reshape(c.inputShape(1)...))
	}
	if c.needs(2) {
		c.set(2, g.Sum(0, 2).Reshape(c.inputShape(2)...))
	}
}
