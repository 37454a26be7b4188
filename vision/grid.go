package vision

import (
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// GridOptions say how a sheet of pictures looks; names and meanings are those of
// torchvision's make_grid.
type GridOptions struct {
	NRow     int     // pictures in a row; 0 means 8
	Padding  int     // pixels between pictures and around all
	PadValue float64 // of these pixels and of places without a picture
	// Normalize, of floats, brings what lies in the range to 0 to 1: the ValueRange, from
	// low to high, if it is not zero, else the least and the greatest value of all pictures,
	// or with ScaleEach of each.
	Normalize, ScaleEach bool
	ValueRange           [2]float64
}

// DefaultGrid is what MakeGrid uses without options: 8 in a row, 2 pixels of black between.
func DefaultGrid() GridOptions { return GridOptions{NRow: 8, Padding: 2} }

// MakeGrid lays out pictures [n, channels, height, width] on one, [channels, height',
// width'], row by row; grey ones become red, green and blue. A single picture, of 2 or 3
// dimensions too, comes back without padding. The element type stays.
func MakeGrid(x *tensor.Tensor, o ...GridOptions) *tensor.Tensor {
	options := DefaultGrid()
	if len(o) == 1 {
		options = o[0]
	}
	if options.NRow == 0 {
		options.NRow = 8
	}
	if len(o) > 1 || options.NRow < 1 || options.Padding < 0 || options.Padding > 1<<16 {
		misuse("MakeGrid", x, "one GridOptions with NRow above 0 and Padding from 0 to 65536 is wanted, not %+v", o)
	}
	if x == nil || x.Dim() < 2 || x.Dim() > 4 || x.Numel() == 0 {
		misuse("MakeGrid", x, "pictures [n, channels, height, width] with pixels are wanted")
	}
	for x.Dim() < 4 {
		x = x.Unsqueeze(0)
	}
	if options.Normalize {
		x = normalized(x, options)
	}
	n, h, w := x.Size(0), x.Size(2), x.Size(3)
	if x.Size(1) == 1 {
		x = x.Expand(n, 3, h, w)
	}
	c := x.Size(1)
	if n == 1 {
		return x.Squeeze(0).Clone()
	}
	columns := min(options.NRow, n)
	rows := (n + columns - 1) / columns
	p := options.Padding
	// Every picture has its padding behind and below; the sheet has the rest before and above.
	x = x.Pad([]int{0, p, 0, p}, tensor.PadZero, options.PadValue)
	if missing := rows*columns - n; missing > 0 {
		x = tensor.Concat(0, x, tensor.FullOf(x.DType(), options.PadValue, missing, c, h+p, w+p))
	}
	x = x.Reshape(rows, columns, c, h+p, w+p).Permute(2, 0, 3, 1, 4).Reshape(c, rows*(h+p), columns*(w+p))
	return x.Pad([]int{p, 0, p, 0}, tensor.PadZero, options.PadValue)
}

// normalized brings the values of x, or of each of its pictures, to 0 to 1.
func normalized(x *tensor.Tensor, o GridOptions) *tensor.Tensor {
	if !x.DType().IsFloat() {
		wrongType("MakeGrid", x, "Normalize is for floats; convert with To(tensor.Float32)")
	}
	if o.ValueRange != [2]float64{} && !(o.ValueRange[0] < o.ValueRange[1]) {
		misuse("MakeGrid", x, "a ValueRange from low to high is wanted, not %v", o.ValueRange)
	}
	scaled := func(x *tensor.Tensor) *tensor.Tensor {
		low, high := o.ValueRange[0], o.ValueRange[1]
		if low == high {
			low, high = x.MinAll().Item(), x.MaxAll().Item()
		}
		return x.Clamp(low, high).SubScalar(low).DivScalar(math.Max(high-low, 1e-5))
	}
	if !o.ScaleEach {
		return scaled(x)
	}
	each := make([]*tensor.Tensor, x.Size(0))
	for i := range each {
		each[i] = scaled(x.Select(0, i))
	}
	return tensor.Stack(0, each...)
}
