package filters_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// BenchmarkFilter2D shows what a kernel costs where the image is in the cache and where it
// is not.
func BenchmarkFilter2D(b *testing.B) {
	for _, kernel := range []struct {
		name   string
		kernel *tensor.Tensor
	}{{"gaussian5", filters.Gaussian(5, 1.1)}, {"sobel", filters.SobelX()}, {"sharpen", filters.Sharpen()}, {"motion9", filters.MotionBlur(9, 30)}} {
		for _, dtype := range []tensor.DType{tensor.Float32, tensor.Uint8} {
			for _, height := range []int{32, 1080} {
				b.Run(fmt.Sprintf("%s/%v/1920x%d", kernel.name, dtype, height), func(b *testing.B) {
					var scope tensor.Scope
					x := scope.Within(tensor.FullOf(dtype, 7, height, 1920))
					for b.Loop() {
						scope.Reset()
						filters.Filter2D(x, kernel.kernel, filters.Options{})
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(height*1920)*1000, "ns/kpixel")
				})
			}
		}
	}
}
