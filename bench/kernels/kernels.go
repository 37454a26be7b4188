package kernels

import (
	"fmt"

	"github.com/lumen-ml/lumen/bench/workloads"
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

// Kernel is one kernel at one size.
type Kernel struct {
	Name, Note string
	Operations float64       // of a call
	Make       func() func() // prepares the operands and returns the call
}

// All returns the kernels that are timed.
func All() []Kernel {
	var all []Kernel
	for _, n := range []int{64, 128, 256, 512, 1024, 2048} {
		all = append(all, product(fmt.Sprintf("kernel_gemm_%d", n), n, n, n, false, false))
	}
	all = append(all,
		product("kernel_gemm_64x784x128", 64, 784, 128, false, false),
		product("kernel_gemm_nt_64x784x128", 64, 784, 128, false, true),
		product("kernel_gemm_tn_128x64x784", 128, 64, 784, true, false),
		product("kernel_gemm_8192x576x64", 8192, 576, 64, false, false),
		product("kernel_gemm_nt_512", 512, 512, 512, false, true),
		product("kernel_gemm_tn_512", 512, 512, 512, true, false),
	)
	for _, c := range []struct {
		name                       string
		batch, in, out, side, size int
		stride, padding, groups    int
	}{
		{name: "lenet_1", batch: 64, in: 1, out: 6, side: 28, size: 5, padding: 2},
		{name: "lenet_2", batch: 64, in: 6, out: 16, side: 14, size: 5},
		{name: "resnet_64_32", batch: 32, in: 64, out: 64, side: 32, size: 3, padding: 1},
		{name: "resnet_128_16", batch: 32, in: 128, out: 128, side: 16, size: 3, padding: 1},
		{name: "resnet_512_4", batch: 32, in: 512, out: 512, side: 4, size: 3, padding: 1},
		{name: "resnet_stem_224", batch: 1, in: 3, out: 64, side: 224, size: 7, stride: 2, padding: 3},
		{name: "pointwise_256_14", batch: 32, in: 256, out: 256, side: 14, size: 1},
		{name: "depthwise_128_28", batch: 32, in: 128, out: 128, side: 28, size: 3, padding: 1, groups: 128},
	} {
		o := tensor.ConvOptions{Stride: c.stride, Padding: c.padding, Groups: c.groups}
		all = append(all, convolution("kernel_conv_"+c.name, c.batch, c.in, c.out, c.side, c.size, o))
	}
	return all
}

// Peak is how many operations a second the threads that products use could do at most.
func Peak() float64 {
	return kernel.Peak(kernel.Active().Path) * float64(pool.Threads())
}

// product multiplies row-major matrices; ta and tb say which of them lies transposed.
func product(name string, m, k, n int, ta, tb bool) Kernel {
	note := "float32 product, M x K x N"
	ars, acs, brs, bcs := k, 1, n, 1
	if ta {
		ars, acs, note = 1, m, "the same, the left one transposed"
	}
	if tb {
		brs, bcs, note = 1, k, "the same, the right one transposed"
	}
	return Kernel{Name: name, Note: note, Operations: 2 * float64(m) * float64(k) * float64(n), Make: func() func() {
		a := tensor.Data[float32](workloads.NewNumbers(name+"/a").Normal(m, k))
		b := tensor.Data[float32](workloads.NewNumbers(name+"/b").Normal(k, n))
		c := make([]float32, m*n)
		return func() { kernel.Gemm(m, n, k, a, ars, acs, b, brs, bcs, c, n, false) }
	}}
}

// convolution is the forward pass with a bias and ReLU.
func convolution(name string, batch, in, out, side, size int, o tensor.ConvOptions) Kernel {
	groups, stride := max(o.Groups, 1), max(o.Stride, 1)
	result := (side+2*o.Padding-size)/stride + 1
	o.Activation = tensor.ActReLU
	return Kernel{
		Name: name, Note: fmt.Sprintf("forward with bias and ReLU, [%d %d %d %d], %d of %dx%d", batch, in, side, side, out, size, size),
		Operations: 2 * float64(batch) * float64(out) * float64(result*result) * float64(in/groups*size*size),
		Make: func() func() {
			x := workloads.NewNumbers(name+"/x").Normal(batch, in, side, side)
			w := workloads.NewNumbers(name+"/w").Normal(out, in/groups, size, size)
			b := workloads.NewNumbers(name + "/b").Normal(out)
			var scope tensor.Scope
			x, w, b = scope.Within(x), scope.Within(w), scope.Within(b)
			return func() {
				scope.Reset()
				tensor.Conv2d(x, w, b, o)
			}
		},
	}
}
