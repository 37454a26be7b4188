package nd

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// convNets are the convolutions of the networks that are measured against others.
var convNets = []struct {
	name string
	convCase
}{
	{"lenet1", squareCase(64, 1, 28, 6, 5, 1, 2)}, {"lenet2", squareCase(64, 6, 14, 16, 5, 1, 0)},
	{"mnist1", squareCase(20, 1, 24, 8, 5, 1, 2)}, {"mnist2", squareCase(20, 8, 12, 16, 5, 1, 2)},
	{"cifar1", squareCase(4, 3, 32, 16, 5, 1, 2)}, {"cifar2", squareCase(4, 16, 16, 20, 5, 1, 2)}, {"cifar3", squareCase(4, 20, 8, 20, 5, 1, 2)},
	{"tutorial1", squareCase(64, 3, 32, 6, 5, 1, 0)},
	{"resnet64", squareCase(8, 64, 32, 64, 3, 1, 1)}, {"resnet128", squareCase(8, 128, 16, 128, 3, 1, 1)},
	{"resnet256", squareCase(16, 256, 8, 256, 3, 1, 1)}, {"resnet512", squareCase(32, 512, 4, 512, 3, 1, 1)},
	{"resnet128s2", squareCase(8, 64, 32, 128, 3, 2, 1)}, {"resnet512s2", squareCase(32, 256, 8, 512, 3, 2, 1)},
	{"resnet128p", squareCase(8, 64, 32, 128, 1, 2, 0)}, {"stem224", squareCase(1, 3, 224, 64, 7, 2, 3)},
	{"gauss1080", convCase{1, 1, 1080, 1920, 1, 5, 5, ConvGeometry{1, 1, 2, 2, 1, 1, 1}}},
	{"depthwise", convCase{8, 64, 32, 32, 64, 3, 3, ConvGeometry{1, 1, 1, 1, 1, 1, 64}}},
}

// BenchmarkConvolution measures the three sides of a convolution.
func BenchmarkConvolution(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range convNets {
		oh, ow := c.y()
		x, w, y := guarded(r, Float32, c.n, c.c, c.h, c.w), guarded(r, Float32, c.o, c.c/c.g.Groups, c.kh, c.kw), guarded(r, Float32, c.n, c.o, oh, ow)
		bias := guarded(r, Float32, c.o)
		flops := 2 * float64(c.n*c.o*oh*ow) * float64(c.c/c.g.Groups*c.kh*c.kw)
		for _, side := range []struct {
			name string
			f    func()
		}{
			{"forward", func() { cpuConv2d(y, x, w, bias, kernel.ActReLU, c.g) }},
			{"input", func() { cpuConv2dInput(x, y, w, nil, c.g) }},
			{"weight", func() { cpuConv2dWeight(w, x, y, c.g) }},
		} {
			b.Run(fmt.Sprint(c.name, "/", side.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					side.f()
				}
				b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
