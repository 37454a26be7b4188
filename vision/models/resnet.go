package models

import (
	"fmt"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// ResNetStem is how a ResNet begins.
type ResNetStem uint8

const (
	// StemImageNet is the paper's: a 7x7 convolution and a max pooling, both with stride
	// 2, so that the residual blocks see a quarter of the height and width.
	StemImageNet ResNetStem = iota
	// StemCIFAR is for images of about 32 x 32: a 3x3 convolution with stride 1 and no
	// pooling.
	StemCIFAR
)

func (s ResNetStem) String() string {
	switch s {
	case StemImageNet:
		return "imagenet"
	case StemCIFAR:
		return "cifar"
	}
	return fmt.Sprintf("ResNetStem(%d)", uint8(s))
}

// ResNetOptions are the options of a ResNet; the zero value is torchvision's default.
type ResNetOptions struct {
	Classes  int // 0 means 1000
	Channels int // of the images; 0 means 3
	Stem     ResNetStem
	// ZeroInitResidual starts the last batch norm of every block with weights 0, so that
	// each block begins as the identity (Goyal et al. 2017, "Accurate, Large Minibatch
	// SGD"; torchvision's zero_init_residual).
	ZeroInitResidual bool
}

// ResNet is the residual network of He, Zhang, Ren and Sun, "Deep Residual Learning for
// Image Recognition" (2015), with basic blocks, under the names and with the
// initialisation of torchvision.models.resnet18 and resnet34: convolutions without bias
// start normal with variance 2 / (out * kernel²), fc as PyTorch's Linear.
type ResNet struct {
	Conv1                          *nn.Conv2d
	BN1                            *nn.BatchNorm2d
	Layer1, Layer2, Layer3, Layer4 *nn.Sequential // of *BasicBlock, 64, 128, 256, 512 channels
	FC                             *nn.Linear
	Options                        ResNetOptions
}

// NewResNet18 returns the network of 18 layers, 2 blocks at each of 4 sizes: 11,689,512
// parameters for 1000 classes; 11,173,962 for 10 with StemCIFAR. It panics with a
// *tensor.ShapeError on options that make no network.
func NewResNet18(o ...ResNetOptions) *ResNet {
	return newResNet("NewResNet18", [4]int{2, 2, 2, 2}, o)
}

// NewResNet34 returns the network of 34 layers, 3, 4, 6 and 3 blocks: 21,797,672
// parameters for 1000 classes. It panics with a *tensor.ShapeError on options that make
// no network.
func NewResNet34(o ...ResNetOptions) *ResNet {
	return newResNet("NewResNet34", [4]int{3, 4, 6, 3}, o)
}

func newResNet(op string, blocks [4]int, options []ResNetOptions) *ResNet {
	o := one(op, options)
	o.Classes = orDefault(op, "Classes", o.Classes, 1000)
	o.Channels = orDefault(op, "Channels", o.Channels, 3)
	n := &ResNet{Options: o, BN1: nn.NewBatchNorm2d(64, nn.BatchNormOptions{Activation: tensor.ActReLU})}
	switch o.Stem {
	case StemImageNet:
		n.Conv1 = newConv(o.Channels, 64, 7, nn.ConvOptions{Stride: 2, Padding: 3, NoBias: true})
	case StemCIFAR:
		n.Conv1 = newConv(o.Channels, 64, 3, nn.ConvOptions{Padding: 1, NoBias: true})
	default:
		badSize(op, "there is no %v; use StemImageNet or StemCIFAR", o.Stem)
	}
	n.Layer1 = newResLayer(64, 64, 1, blocks[0])
	n.Layer2 = newResLayer(64, 128, 2, blocks[1])
	n.Layer3 = newResLayer(128, 256, 2, blocks[2])
	n.Layer4 = newResLayer(256, 512, 2, blocks[3])
	n.FC = nn.NewLinear(512, o.Classes)
	if o.ZeroInitResidual {
		for _, layer := range []*nn.Sequential{n.Layer1, n.Layer2, n.Layer3, n.Layer4} {
			for _, block := range layer.Modules {
				block.(*BasicBlock).BN2.Weight.SetInitializer(nn.Zeros())
			}
		}
	}
	return n
}

// newResLayer is a row of blocks, the first of which changes channels and size.
func newResLayer(in, out, stride, blocks int) *nn.Sequential {
	row := nn.NewSequential(NewBasicBlock(in, out, stride))
	for range blocks - 1 {
		row.Modules = append(row.Modules, NewBasicBlock(out, out, 1))
	}
	return row
}

// Forward returns the logits [N, classes] for x [N, channels, H, W]. Any size will do;
// training needs more than one value a channel at the last blocks: two images, or more
// than 32 rows (StemCIFAR: 8).
func (n *ResNet) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = n.BN1.Forward(p, n.Conv1.Forward(p, x))
	if n.Options.Stem == StemImageNet {
		x = x.MaxPool2d(3, tensor.PoolOptions{Stride: 2, Padding: 1})
	}
	x = n.Layer1.Forward(p, x)
	x = n.Layer2.Forward(p, x)
	x = n.Layer3.Forward(p, x)
	x = n.Layer4.Forward(p, x)
	return n.FC.Forward(p, x.AdaptiveAvgPool2d(1, 1).Flatten(1))
}
