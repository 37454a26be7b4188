package probe

import (
	"math"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// Chain is linear layers one after the other, with an activation behind all but the last.
type Chain struct {
	Layers     []*nn.Linear
	Activation func(z *tensor.Tensor) *tensor.Tensor
}

// Forward returns the last layer's result, [batch, out], for x [batch, in].
func (c *Chain) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	for i, l := range c.Layers {
		x = l.Forward(p, x)
		if i+1 < len(c.Layers) {
			x = c.Activation(x)
		}
	}
	return x
}

// Link is what one layer of a chain does to the gradient. With x the layer's input, z = W x + b,
// h = a(z) (h = z behind the last layer) and L the loss,
//
//	dL/dz = dL/dh * a'(z)    element by element
//	dL/dx = W^T dL/dz
//	dL/dW = dL/dz x^T        summed over the batch
//
// so that |dL/dx| / |dL/dh| is the product of two factors. All norms are Euclidean and over
// the whole batch.
type Link struct {
	K int // from 1 at the input

	MeanAbsGradW float64 // mean |dL/dW|
	MeanAbsGradX float64 // mean |dL/dx|

	FactorActivation float64 // |dL/dh * a'(z)| / |dL/dh|; 1 behind the last layer
	FactorWeights    float64 // |W^T (dL/dh * a'(z))| / |dL/dh * a'(z)|

	NormBehind float64 // |dL/dh|, of the gradient that comes in
	NormBefore float64 // |dL/dx|, of the one that Backward measured

	MeanDerivative float64 // mean a'(z)
	MostDerivative float64 // max a'(z)
	Saturated      float64 // share of a'(z) below a hundredth of 1
}

// Ratio is |dL/dx| / |dL/dh| as Backward measured it: FactorActivation * FactorWeights but
// for rounding.
func (l Link) Ratio() float64 { return l.NormBefore / l.NormBehind }

// Autopsy runs one forward and backward through c and returns the loss and each layer's
// part, from the input on. Gradients are those of loss, which is called with the chain's
// result; they are added to the parameters' as always, so clear them before. The two
// factors are computed from the values of z and W, in float64, and not from what Backward found.
// It panics with a *tensor.ShapeError where Forward does.
func Autopsy(p *nn.Pass, c *Chain, x *tensor.Tensor, loss func(pred *tensor.Tensor) *tensor.Tensor) (float64, []Link) {
	n := len(c.Layers)
	behind, before, zs := make([][]float64, n), make([][]float64, n), make([]*tensor.Tensor, n)
	hear := func(t *tensor.Tensor, into *[]float64) {
		t.OnGrad(func(g *tensor.Tensor) { *into = doubles(g) })
	}
	h := x.Detach().RequireGrad()
	for i, l := range c.Layers {
		hear(h, &before[i])
		z := l.Forward(p, h)
		zs[i] = z.Detach()
		h = z
		if i+1 < n {
			h = c.Activation(z)
		}
		hear(h, &behind[i])
	}
	value := loss(h)
	result := value.Item()
	value.Backward()
	links := make([]Link, n)
	for i, l := range c.Layers {
		links[i] = link(c, i, l, behind[i], before[i], zs[i])
	}
	return result, links
}

func link(c *Chain, i int, l *nn.Linear, behind, before []float64, z *tensor.Tensor) Link {
	k := Link{K: i + 1, MeanAbsGradW: meanAbs(doubles(l.Weight.Grad())), MeanAbsGradX: meanAbs(before),
		NormBehind: norm(behind), NormBefore: norm(before), FactorActivation: 1, MeanDerivative: 1, MostDerivative: 1}
	delta := behind
	if i+1 < len(c.Layers) {
		derivative := derivatives(c.Activation, z)
		delta = make([]float64, len(behind))
		sum, small := 0.0, 0
		k.MostDerivative = math.Inf(-1)
		for j, d := range derivative {
			delta[j] = behind[j] * d
			sum += d
			k.MostDerivative = max(k.MostDerivative, d)
			if math.Abs(d) < 0.01 {
				small++
			}
		}
		k.MeanDerivative, k.Saturated = sum/float64(len(derivative)), float64(small)/float64(len(derivative))
		k.FactorActivation = norm(delta) / k.NormBehind
	}
	w := l.Weight.Value().To(tensor.Float64)
	back := tensor.FromSlice(delta, z.Size(0), z.Size(1)).MatMul(w)
	k.FactorWeights = norm(tensor.Data[float64](back)) / norm(delta)
	return k
}

// derivatives is a'(z), element by element, whatever a is.
func derivatives(a func(*tensor.Tensor) *tensor.Tensor, z *tensor.Tensor) []float64 {
	in := z.To(tensor.Float64).Detach().RequireGrad()
	return tensor.Data[float64](tensor.GradOf(a(in).Sum(), []*tensor.Tensor{in}, tensor.BackwardOptions{})[0])
}

func doubles(t *tensor.Tensor) []float64 {
	if t == nil {
		panic("probe: Autopsy: a layer has no gradient: it is frozen, or the loss does not depend on it")
	}
	return tensor.Data[float64](t.To(tensor.Float64))
}

// norm scales by the greatest element, so that no square of a vanished gradient is zero.
func norm(v []float64) float64 {
	most := 0.0
	for _, x := range v {
		if a := math.Abs(x); !(a <= most) {
			most = a
		}
	}
	if most == 0 || math.IsInf(most, 0) || math.IsNaN(most) {
		return most
	}
	sum := 0.0
	for _, x := range v {
		sum += x / most * (x / most)
	}
	return most * math.Sqrt(sum)
}

func meanAbs(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += math.Abs(x)
	}
	return sum / float64(len(v))
}
