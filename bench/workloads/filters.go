package workloads

import (
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

// images filters a grey image of 1920 x 1080 with zeros beyond its edge, as the peers do. As
// in elementwise, the Reset says that the last call's result is no longer wanted.
func images() []Workload {
	var all []Workload
	add := func(name, note string, kernel *tensor.Tensor) {
		all = append(all, Workload{Name: name, Note: note, Unit: "frame", Items: 1,
			make: func() (func(), error) {
				grey := make([]float32, 1080*1920)
				for i, numbers := 0, NewNumbers(name); i < len(grey); i++ {
					grey[i] = float32(int(256 * numbers.Next()))
				}
				var scope tensor.Scope
				x := scope.Within(tensor.FromSlice(grey, 1080, 1920))
				return func() {
					scope.Reset()
					filters.Filter2D(x, kernel, filters.Options{})
				}, nil
			}})
	}
	binomial := tensor.FromSlice([]float32{1, 4, 6, 4, 1}).DivScalar(16)
	add("filter_gauss5_1080p", "grey 1920x1080, 5x5 Gaussian", binomial.Unsqueeze(1).MatMul(binomial.Unsqueeze(0)))
	add("filter_sobel3_1080p", "grey 1920x1080, 3x3 Sobel x", filters.SobelX())
	return all
}
