package main

import (
	"iter"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// averaged is a network that in inference looks at several views of every image, moved and mirrored as in training, and
// returns the logarithm of the mean of its probabilities. In training it sees the image as it comes. Where the network
// takes smaller images than there are it gets the middle of each.
type averaged struct {
	net   nn.Module
	size  int // of the network's images, or 0 if it takes them as they are
	views []view
}

// view is a copy of an image, moved down and to the right with zeros coming in, and then mirrored.
type view struct {
	dy, dx int
	flip   bool
}

// The views of ConvNetJS's demonstrations are drawn at random each time, four crops for MNIST and six copies for
// CIFAR-10; these are as many, as far from the middle as the random ones are on average, and the same for every image.
var (
	fourCrops = []view{{-1, -1, false}, {-1, 1, false}, {1, -1, false}, {1, 1, false}}
	sixCopies = []view{{0, 0, false}, {0, 0, true}, {-1, 1, false}, {-1, 1, true}, {1, -1, false}, {1, -1, true}}
)

// withMirror is the image and its mirror image.
var withMirror = []view{{0, 0, false}, {0, 0, true}}

// Children gives the network's own names to its parameters.
func (a *averaged) Children() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { yield("", a.net) }
}

// Forward returns the network's logits [N, classes] for x [N, channels, height, width].
func (a *averaged) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if p.IsTraining(a) {
		return a.net.Forward(p, a.view(x, view{}))
	}
	var sum *tensor.Tensor
	for _, v := range a.views {
		y := a.net.Forward(p, a.view(x, v)).Softmax(1)
		if sum != nil {
			y = y.Add(sum)
		}
		sum = y
	}
	return sum.MulScalar(1 / float64(len(a.views))).Log()
}

// view makes a copy of each image.
func (a *averaged) view(x *tensor.Tensor, v view) *tensor.Tensor {
	height, width := x.Size(2), x.Size(3)
	h, w := height, width
	if a.size > 0 {
		h, w = a.size, a.size
	}
	// the view's first row and column in x; what lies outside is zero
	top, left := (height-h)/2-v.dy, (width-w)/2-v.dx
	before, after := max(-top, 0), max(top+h-height, 0)
	beforeX, afterX := max(-left, 0), max(left+w-width, 0)
	x = x.Slice(2, max(top, 0), top+h-after, 1).Slice(3, max(left, 0), left+w-afterX, 1)
	if before+after+beforeX+afterX > 0 {
		x = x.Pad([]int{beforeX, afterX, before, after}, tensor.PadZero, 0)
	}
	if v.flip {
		x = x.Flip(3)
	}
	return x
}
