package tensor_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// A step of one layer as a training loop does it: forward, backward, and the
// step's memory taken over by the next.
func benchConv(b *testing.B, x, w []int, inputGradient bool, o tensor.ConvOptions) {
	r := rand.New(rand.NewPCG(1, 2))
	xs, ws, bs := uniform(r, x...).To(tensor.Float32), uniform(r, w...).To(tensor.Float32), uniform(r, w[0]).To(tensor.Float32)
	g := uniform(r, tensor.Conv2d(xs, ws, bs, o).Shape()...).To(tensor.Float32)
	var scope tensor.Scope
	b.ReportAllocs()
	for b.Loop() {
		scope.TakeOver()
		in, weight, bias := scope.Within(xs), scope.Leaf(ws, nil), scope.Leaf(bs, nil)
		if inputGradient {
			in = scope.Leaf(xs, nil)
		}
		tensor.Conv2d(in, weight, bias, o).BackwardWith(tensor.BackwardOptions{Gradient: g})
	}
}

func BenchmarkConvLeNet1(b *testing.B) {
	benchConv(b, []int{64, 1, 28, 28}, []int{6, 1, 5, 5}, false, tensor.ConvOptions{Padding: 2})
}

func BenchmarkConvLeNet2(b *testing.B) {
	benchConv(b, []int{64, 6, 14, 14}, []int{16, 6, 5, 5}, true, tensor.ConvOptions{})
}

func BenchmarkConvResNet(b *testing.B) {
	benchConv(b, []int{8, 64, 32, 32}, []int{64, 64, 3, 3}, true, tensor.ConvOptions{Padding: 1})
}

func BenchmarkConvResNetLast(b *testing.B) {
	benchConv(b, []int{8, 512, 4, 4}, []int{512, 512, 3, 3}, true, tensor.ConvOptions{Padding: 1})
}

func BenchmarkConv1x1(b *testing.B) {
	benchConv(b, []int{8, 64, 32, 32}, []int{64, 64, 1, 1}, true, tensor.ConvOptions{})
}

func BenchmarkConvDepthwise(b *testing.B) {
	benchConv(b, []int{8, 64, 32, 32}, []int{64, 1, 3, 3}, true, tensor.ConvOptions{Groups: 64, Padding: 1})
}

func BenchmarkConvOneImage(b *testing.B) {
	benchConv(b, []int{1, 16, 112, 112}, []int{32, 16, 3, 3}, true, tensor.ConvOptions{Padding: 1})
}

func BenchmarkMaxPool(b *testing.B) {
	x := uniform(rand.New(rand.NewPCG(1, 2)), 64, 6, 28, 28).To(tensor.Float32)
	g := uniform(rand.New(rand.NewPCG(1, 3)), 64, 6, 14, 14).To(tensor.Float32)
	var scope tensor.Scope
	b.ReportAllocs()
	for b.Loop() {
		scope.TakeOver()
		scope.Leaf(x, nil).MaxPool2d(2).BackwardWith(tensor.BackwardOptions{Gradient: g})
	}
}
