package kernels

import (
	"fmt"
	"strings"
	"testing"
)

func TestKernels(t *testing.T) {
	for _, k := range All() {
		if !strings.HasPrefix(k.Name, "kernel_") || k.Note == "" || !(k.Operations > 0) {
			t.Errorf("%+v", k)
		}
		if k.Operations < 3e7 {
			k.Make()()
		}
	}
	if Peak() < 0 {
		t.Error("a peak below 0")
	}
}

// TestOperations: LeNet's first convolution multiplies 5x5 for each of 64x6x28x28 results.
func TestOperations(t *testing.T) {
	for _, k := range All() {
		want := map[string]float64{
			"kernel_conv_lenet_1": 2 * 25 * 64 * 6 * 28 * 28, "kernel_conv_depthwise_128_28": 2 * 9 * 32 * 128 * 28 * 28,
			"kernel_conv_resnet_stem_224": 2 * 147 * 64 * 112 * 112, "kernel_gemm_64x784x128": 2 * 64 * 784 * 128,
		}[k.Name]
		if want != 0 && k.Operations != want {
			t.Errorf("%s: %g operations, %g are right", k.Name, k.Operations, want)
		}
	}
}

func ExampleAll() {
	for _, k := range All()[:2] {
		fmt.Println(k.Name, k.Operations)
	}
	// Output:
	// kernel_gemm_64 524288
	// kernel_gemm_128 4.194304e+06
}
