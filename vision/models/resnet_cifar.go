package models

import (
	"slices"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// CIFARResNetOptions are the options of a CIFARResNet; the zero value is the paper's
// ResNet-20 for CIFAR-10, but for its shortcuts.
type CIFARResNetOptions struct {
	Blocks []int // at each size, of two convolutions each, 0 or more; nil means 3, 3, 3
	// Width is the number of channels of the first convolution and of the blocks at the
	// first size; each further size has twice as many as the one before. 0 means 16.
	Width int
	// Pool halves the size by a max pooling, not by the first convolution's stride: the
	// convolution costs the same arithmetic and, with stride 1, less time.
	Pool     bool
	Classes  int // 0 means 10
	Channels int // of the images; 0 means 3
}

// CIFARResNet is the residual network for images of about 32 x 32 of He, Zhang, Ren and
// Sun, "Deep Residual Learning for Image Recognition" (2015), section 4.2: a 3x3
// convolution, then basic blocks at three sizes, each half the one before, then the mean
// over what is left and the classes. Other numbers of sizes and of blocks can be had; a
// first size without blocks saves much of the time, which most goes where images are
// large. Where the shape changes the shortcut is a 1x1 convolution with batch norm
// (option B of the paper), as in ResNet, and first values are as there.
type CIFARResNet struct {
	Conv1  *nn.Conv2d
	BN1    *nn.BatchNorm2d
	Layers []*nn.Sequential // of *BasicBlock, one for each size
	FC     *nn.Linear
	Pool   bool // before each of Layers but the first
}

// NewCIFARResNet returns the network: 272,474 parameters without options; 1,210,410 with
// Blocks 0, 1, 1, 1 and Width 32, which with Pool is the network of lumen train cifar10. It panics
// with a *tensor.ShapeError on options that make no network.
func NewCIFARResNet(options ...CIFARResNetOptions) *CIFARResNet {
	const op = "NewCIFARResNet"
	o := one(op, options)
	width := orDefault(op, "Width", o.Width, 16)
	blocks := o.Blocks
	if blocks == nil {
		blocks = []int{3, 3, 3}
	}
	if len(blocks) == 0 || slices.Min(blocks) < 0 {
		badSize(op, "Blocks must have at least one number, and none below 0, not %v", blocks)
	}
	n := &CIFARResNet{
		Conv1: newConv(orDefault(op, "Channels", o.Channels, 3), width, 3, nn.ConvOptions{Padding: 1, NoBias: true}),
		BN1:   nn.NewBatchNorm2d(width, nn.BatchNormOptions{Activation: tensor.ActReLU}),
		Pool:  o.Pool,
	}
	in := width
	for k, count := range blocks {
		layer := nn.NewSequential()
		for i := range count {
			stride := 1
			if k > 0 && i == 0 && !o.Pool {
				stride = 2
			}
			layer.Modules = append(layer.Modules, NewBasicBlock(in, width<<k, stride))
			in = width << k
		}
		n.Layers = append(n.Layers, layer)
	}
	n.FC = nn.NewLinear(in, orDefault(op, "Classes", o.Classes, 10))
	return n
}

// Forward returns the logits [N, classes] for x [N, channels, H, W]. Any size will do;
// training needs more than one value a channel at the last blocks.
func (n *CIFARResNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.BN1.Forward(p, n.Conv1.Forward(p, x))
	for k, layer := range n.Layers {
		if n.Pool && k > 0 {
			x = x.MaxPool2d(2)
		}
		x = layer.Forward(p, x)
	}
	return n.FC.Forward(p, x.AdaptiveAvgPool2d(1, 1).Flatten(1))
}
