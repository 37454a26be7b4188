package nd_test

import (
	"fmt"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// The sum of every column of a transposed view, which shares its buffer.
func Example() {
	x := nd.Array{Buf: nd.NewBuffer(6 * nd.Float32.Size()), Type: nd.Float32}
	x.SetShape([]int{2, 3})
	copy(nd.Slice[float32](&x), []float32{1, 2, 3, 4, 5, 6})

	t := x
	t.Dims[0], t.Dims[1] = x.Dims[1], x.Dims[0]
	t.Strides[0], t.Strides[1] = x.Strides[1], x.Strides[0]

	sums := nd.Array{Buf: nd.NewBuffer(2 * nd.Float32.Size()), Type: nd.Float32}
	sums.SetShape([]int{1, 2})
	const columns = 1 << 0 // a bit for every dimension that is summed over
	nd.CPU.Reduce(kernel.Sum, &sums, &t, columns)
	fmt.Println(t.Shape(), t.Contiguous(), nd.Slice[float32](&sums))
	// Output: [3 2] false [6 15]
}
