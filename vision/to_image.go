package vision

import (
	"image"
	"image/color"

	"github.com/lumen-ml/lumen/tensor"
)

// ToImage returns a picture [height, width], [channels, height, width] or a batch of one,
// with 1 to 4 channels, as an image: of uint8 8 bits; of int32, 0 to 65535, 16 bits; floats
// from 0 to 1 become 8 bits by floor(255 x + 0.5), what lies beyond is black or full, as
// torchvision's save_image has it, NaN is black. An int32 beyond its range is taken as the
// end of it.
func ToImage(x *tensor.Tensor) image.Image {
	c, h, w := picture("ToImage", x)
	switch x.DType() {
	case tensor.Uint8:
		return image8(tensor.Data[uint8](x), c, h, w)
	case tensor.Int32:
		values := tensor.Data[int32](x)
		deep := make([]uint16, len(values))
		for i, v := range values {
			deep[i] = uint16(min(max(v, 0), 0xffff))
		}
		return image16(deep, c, h, w)
	case tensor.Float32:
		return image8(bytesOf(tensor.Data[float32](x)), c, h, w)
	case tensor.Float64:
		return image8(bytesOf(tensor.Data[float64](x)), c, h, w)
	}
	wrongType("ToImage", x, "a picture is uint8, int32 (16 bits) or a float from 0 to 1; convert with To")
	return nil
}

// picture returns the sizes of x, which must be one picture.
func picture(op string, x *tensor.Tensor) (c, h, w int) {
	if x == nil {
		misuse(op, nil, "a picture is wanted, not nil")
	}
	shape := x.Shape()
	if len(shape) == 4 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) == 2 {
		shape = append([]int{1}, shape...)
	}
	if len(shape) != 3 || shape[0] < 1 || shape[0] > 4 || shape[1] < 1 || shape[2] < 1 {
		misuse(op, x, "a picture is [height, width] or [channels, height, width] with 1 to 4 channels; MakeGrid lays out a batch")
	}
	return shape[0], shape[1], shape[2]
}

func bytesOf[T float32 | float64](values []T) []uint8 {
	out := make([]uint8, len(values))
	for i, v := range values {
		if v = v*255 + 0.5; v >= 255 {
			out[i] = 255
		} else if v > 0 { // not NaN
			out[i] = uint8(v)
		}
	}
	return out
}

func image8(x []uint8, c, h, w int) image.Image {
	plane := h * w
	switch c {
	case 1:
		return &image.Gray{Pix: x, Stride: w, Rect: image.Rect(0, 0, w, h)}
	case 3: // opaque: the same bytes as NRGBA, and the type that encoders are quick with
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range plane {
			copy(m.Pix[4*i:], []uint8{x[i], x[plane+i], x[2*plane+i], 0xff})
		}
		return m
	}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range plane {
		g, b := x[i], x[i]
		if c == 4 {
			g, b = x[plane+i], x[2*plane+i]
		}
		copy(m.Pix[4*i:], []uint8{x[i], g, b, x[(c-1)*plane+i]})
	}
	return m
}

func image16(x []uint16, c, h, w int) image.Image {
	at := func(channel, i int) uint16 { return x[channel*h*w+i] }
	bounds := image.Rect(0, 0, w, h)
	switch c {
	case 1:
		m := image.NewGray16(bounds)
		for i := range h * w {
			m.SetGray16(i%w, i/w, color.Gray16{Y: x[i]})
		}
		return m
	case 3:
		m := image.NewRGBA64(bounds)
		for i := range h * w {
			m.SetRGBA64(i%w, i/w, color.RGBA64{R: at(0, i), G: at(1, i), B: at(2, i), A: 0xffff})
		}
		return m
	}
	m := image.NewNRGBA64(bounds)
	for i := range h * w {
		g, b := 0, 0
		if c == 4 {
			g, b = 1, 2
		}
		m.SetNRGBA64(i%w, i/w, color.NRGBA64{R: at(0, i), G: at(g, i), B: at(b, i), A: at(c-1, i)})
	}
	return m
}
