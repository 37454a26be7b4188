package nn_test

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// net is the model of the README and of the package's Examples.
type net struct {
	Conv1, Conv2 *nn.Conv2d
	FC1, FC2     *nn.Linear
	Drop         *nn.Dropout
}

func newNet() *net {
	return &net{
		Conv1: nn.NewConv2d(1, 2, 3, nn.ConvOptions{Padding: 1}),
		Conv2: nn.NewConv2d(2, 3, 3, nn.ConvOptions{Padding: 1}),
		FC1:   nn.NewLinear(3*2*2, 6),
		FC2:   nn.NewLinear(6, 4),
		Drop:  nn.NewDropout(0.2),
	}
}

func (n *net) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.Conv2.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1)).ReLU()
	return n.FC2.Forward(p, n.Drop.Forward(p, x))
}

// leNet is LeNet-5 for 28 x 28 images.
type leNet struct {
	Conv1, Conv2  *nn.Conv2d
	FC1, FC2, FC3 *nn.Linear
}

func newLeNet() *leNet {
	return &leNet{
		Conv1: nn.NewConv2d(1, 6, 5, nn.ConvOptions{Padding: 2}),
		Conv2: nn.NewConv2d(6, 16, 5),
		FC1:   nn.NewLinear(400, 120),
		FC2:   nn.NewLinear(120, 84),
		FC3:   nn.NewLinear(84, 10),
	}
}

func (n *leNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.Conv1.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.Conv2.Forward(p, x).ReLU().MaxPool2d(2)
	x = n.FC1.Forward(p, x.Flatten(1)).ReLU()
	x = n.FC2.Forward(p, x).ReLU()
	return n.FC3.Forward(p, x)
}

// block is a residual block.
type block struct {
	Conv1      *nn.Conv2d
	BN1        *nn.BatchNorm2d
	Conv2      *nn.Conv2d
	BN2        *nn.BatchNorm2d
	Downsample *nn.Sequential // nil: the shapes agree
}

func newBlock(in, out, stride int) *block {
	b := &block{
		Conv1: nn.NewConv2d(in, out, 3, nn.ConvOptions{Stride: stride, Padding: 1, NoBias: true}),
		BN1:   nn.NewBatchNorm2d(out),
		Conv2: nn.NewConv2d(out, out, 3, nn.ConvOptions{Padding: 1, NoBias: true}),
		BN2:   nn.NewBatchNorm2d(out),
	}
	if stride > 1 {
		b.Downsample = nn.NewSequential(nn.NewConv2d(in, out, 1, nn.ConvOptions{Stride: stride, NoBias: true}), nn.NewBatchNorm2d(out))
	}
	return b
}

func (b *block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y := b.BN1.Forward(p, b.Conv1.Forward(p, x)).ReLU()
	y = b.BN2.Forward(p, b.Conv2.Forward(p, y))
	if b.Downsample != nil {
		x = b.Downsample.Forward(p, x)
	}
	return y.Add(x).ReLU()
}

// stem is embedded in resNet, whose names it shares.
type stem struct {
	Conv1 *nn.Conv2d
	BN1   *nn.BatchNorm2d
}

// resNet is a small residual network with one of everything that names can be made
// of.
type resNet struct {
	stem
	Layers    []*nn.Sequential
	Attention *nn.MultiheadAttention
	Norm      *nn.LayerNorm
	Heads     map[string]*nn.Linear
	Bias      *nn.Param `lumen:"head_bias"`
	Tied      *nn.Linear
	Notes     string
	teacher   *nn.Linear `lumen:"-"`
}

func newResNet() *resNet {
	r := &resNet{
		stem: stem{nn.NewConv2d(3, 4, 3, nn.ConvOptions{NoBias: true}), nn.NewBatchNorm2d(4)},
		Layers: []*nn.Sequential{
			nn.NewSequential(newBlock(4, 4, 1), newBlock(4, 4, 1)),
			nn.NewSequential(newBlock(4, 8, 2)),
		},
		Attention: nn.NewMultiheadAttention(8, 2),
		Norm:      nn.NewLayerNorm(8),
		Heads:     map[string]*nn.Linear{"fine": nn.NewLinear(8, 10), "coarse": nn.NewLinear(8, 2)},
		Bias:      nn.NewParam(nn.Zeros(), 10),
		Notes:     "a field that holds nothing",
	}
	r.Tied = r.Heads["fine"]
	r.teacher = r.Heads["coarse"]
	return r
}

func (r *resNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = r.BN1.Forward(p, r.Conv1.Forward(p, x)).ReLU()
	for _, l := range r.Layers {
		x = l.Forward(p, x)
	}
	tokens := x.Flatten(2).Transpose(1, 2)
	tokens = r.Norm.Forward(p, r.Attention.Forward(p, tokens).Add(tokens)).Mean(1)
	coarse := r.teacher.Forward(p, tokens)
	return r.Tied.Forward(p, tokens).Add(p.Use(r.Bias)).Add(coarse.SumKeep(1))
}

// noise is seeded numbers of a shape.
func noise(seed uint64, shape ...int) *tensor.Tensor {
	return nn.Normal{}.Draw(newRand(seed), shape...)
}
