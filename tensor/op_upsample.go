package tensor

import (
	"math"

	"github.com/lumen-ml/lumen/internal/nd"
)

// UpsampleMode says how values between pixels are found.
type UpsampleMode uint8

// The modes of Upsample.
const (
	Nearest  UpsampleMode = iota // the pixel at floor(place * input / output)
	Bilinear                     // a weighted mean of the four pixels around the place
)

var upsampleNames = [...]string{"nearest", "bilinear"}

// String is PyTorch's name of the mode: "nearest".
func (m UpsampleMode) String() string { return nameOf(upsampleNames[:], int(m), "UpsampleMode") }

// MarshalText writes the name, so that options in a run's record are readable.
func (m UpsampleMode) MarshalText() ([]byte, error) {
	return textOf(upsampleNames[:], int(m), "upsampling mode")
}

// UnmarshalText reads a name that MarshalText writes.
func (m *UpsampleMode) UnmarshalText(text []byte) error {
	i, err := parseName(upsampleNames[:], text, "upsampling mode")
	*m = UpsampleMode(i)
	return err
}

// UpsampleOptions are the options of Upsample. Exactly one of Size, Scale and
// ScaleHW is set.
type UpsampleOptions struct {
	Size    [2]int     // rows and columns of the result
	Scale   float64    // the result has floor(H*Scale) rows and floor(W*Scale) columns
	ScaleHW [2]float64 // a factor for rows and one for columns
	Mode    UpsampleMode
	// AlignCorners, with Bilinear, takes pixels as points and keeps the corner ones in
	// the corners; without it pixels are squares and the edges are kept.
	AlignCorners bool
}

// Upsample changes the size of the images t [N, C, H, W] or [C, H, W], up or down, as
// torch.nn.functional.interpolate: places are worked out from the scale where one
// is given, else from the sizes. There is no smoothing when an image shrinks.
func (t *Tensor) Upsample(o UpsampleOptions) *Tensor {
	const op = "Upsample"
	given := []*Tensor{t}
	t.checkImage(op)
	rank := int(t.a.Rank)
	h, w := t.a.Size(rank-2), t.a.Size(rank-1)
	if int(o.Mode) >= len(upsampleNames) {
		badIndex(op, t, int(o.Mode), "there is no such UpsampleMode; use Nearest or Bilinear")
	}
	if o.AlignCorners && o.Mode == Nearest {
		badShape(op, given, "AlignCorners needs Mode Bilinear")
	}
	set := 0
	for _, is := range []bool{o.Size != [2]int{}, o.Scale != 0, o.ScaleHW != [2]float64{}} {
		if is {
			set++
		}
	}
	if set != 1 {
		badShape(op, given, "exactly one of Size, Scale and ScaleHW must be set, not %d of them", set)
	}
	v := nd.Interpolation{Bilinear: o.Mode == Bilinear, AlignCorners: o.AlignCorners, ScaleH: o.ScaleHW[0], ScaleW: o.ScaleHW[1]}
	if o.Scale != 0 {
		v.ScaleH, v.ScaleW = o.Scale, o.Scale
	}
	oh, ow := o.Size[0], o.Size[1]
	if o.Size == [2]int{} {
		if !(v.ScaleH > 0 && v.ScaleW > 0) || float64(h)*v.ScaleH > nd.MaxElements || float64(w)*v.ScaleW > nd.MaxElements {
			badShape(op, given, "the scales must be above 0 and give a size that can be, not %v and %v", v.ScaleH, v.ScaleW)
		}
		oh, ow = int(math.Floor(float64(h)*v.ScaleH)), int(math.Floor(float64(w)*v.ScaleW))
	}
	if h < 1 || w < 1 || oh < 1 || ow < 1 {
		badShape(op, given, "input and result need at least one row and one column; the result would be %d x %d", oh, ow)
	}
	shape := t.Shape()
	shape[rank-2], shape[rank-1] = oh, ow
	checkShape(op, shape)
	return t.upsample(v, oh, ow)
}

func (t *Tensor) upsample(v nd.Interpolation, oh, ow int) *Tensor {
	y := t.planes(begin("Upsample", t), oh, ow)
	y.device().Upsample(&y.a, &t.contiguous().a, v)
	if n := record("upsample", backUpsample, y, t); n != nil {
		n.attr = v
	}
	return y
}

func backUpsample(c *context) {
	h, w := c.plane()
	c.set(0, c.grad.upsampleBack(c.n.attr.(nd.Interpolation), h, w))
}

// upsampleBack is the transpose of upsample from images of h x w.
func (t *Tensor) upsampleBack(v nd.Interpolation, h, w int) *Tensor {
	y := t.planes(begin("Upsample", t), h, w)
	y.device().UpsampleBack(&y.a, &t.contiguous().a, v)
	if n := record("upsample_backward", backUpsampleBack, y, t); n != nil {
		n.attr = v
	}
	return y
}

func backUpsampleBack(c *context) {
	oh, ow := c.plane()
	c.set(0, c.grad.upsample(c.n.attr.(nd.Interpolation), oh, ow))
}
