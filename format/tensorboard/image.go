package tensorboard

import (
	"bytes"
	"image"
	"image/png"

	"github.com/lumen-ml/lumen/tensor"
)

// gridColumns is how many pictures of a batch stand in a row, as PyTorch has it.
const gridColumns = 8

// picture is 8-bit samples, channel after channel.
type picture struct {
	channels, height, width int
	samples                 []uint8
}

// pictureOf takes a picture [height, width] or [channels, height, width].
func pictureOf(op string, x *tensor.Tensor) picture {
	const want = "a picture is [height, width] or [channels, height, width] with 1, 3 or 4 channels; AddImages takes a batch"
	if x == nil {
		misuse(op, nil, want)
	}
	shape := x.Shape()
	if len(shape) == 2 {
		shape = append([]int{1}, shape...)
	}
	if len(shape) != 3 || !drawable(shape) {
		misuse(op, x, want)
	}
	return picture{shape[0], shape[1], shape[2], samples(op, x)}
}

// gridOf lays out pictures [n, channels, height, width] row by row, without space between them.
func gridOf(op string, x *tensor.Tensor) picture {
	const want = "pictures are [n, channels, height, width] with 1, 3 or 4 channels; AddImage takes a single one"
	if x == nil {
		misuse(op, nil, want)
	}
	shape := x.Shape()
	if len(shape) != 4 || shape[0] < 1 || !drawable(shape[1:]) {
		misuse(op, x, want)
	}
	n, c, h, w := shape[0], shape[1], shape[2], shape[3]
	columns := min(n, gridColumns)
	rows := (n + columns - 1) / columns
	sheet := picture{c, rows * h, columns * w, make([]uint8, c*rows*h*columns*w)}
	from := samples(op, x)
	for i := range n {
		for channel := range c {
			for y := range h {
				to := (channel*sheet.height+i/columns*h+y)*sheet.width + i%columns*w
				copy(sheet.samples[to:], from[:w])
				from = from[w:]
			}
		}
	}
	return sheet
}

// drawable reports whether channels, height and width are a picture's.
func drawable(shape []int) bool {
	return (shape[0] == 1 || shape[0] == 3 || shape[0] == 4) && shape[1] > 0 && shape[2] > 0
}

// samples are x's elements as 8 bits: of uint8 themselves; of floats from 0 to 1, 255 times as much without the fraction, in
// float32 as PyTorch computes it, what lies beyond is 0 or 255, and NaN 0.
func samples(op string, x *tensor.Tensor) []uint8 {
	switch x.DType() {
	case tensor.Uint8:
		return tensor.Data[uint8](x)
	case tensor.Float32:
		return scaled(tensor.Data[float32](x))
	case tensor.Float64:
		return scaled(tensor.Data[float64](x))
	}
	panic(&tensor.DTypeError{Op: op, DTypes: []tensor.DType{x.DType()}, Want: "a picture is uint8, or a float from 0 to 1; convert with To", Where: tensor.Caller()})
}

func scaled[T float32 | float64](values []T) []uint8 {
	s := make([]uint8, len(values))
	for i, v := range values {
		if f := float32(v) * 255; f >= 255 {
			s[i] = 255
		} else if f > 0 { // not NaN
			s[i] = uint8(f)
		}
	}
	return s
}

// encoded is the picture as PNG.
func (p picture) encoded() (Image, error) {
	var b bytes.Buffer
	err := png.Encode(&b, p.image())
	return Image{Width: p.width, Height: p.height, Channels: p.channels, Encoded: b.Bytes()}, err
}

func (p picture) image() image.Image {
	bounds := image.Rect(0, 0, p.width, p.height)
	if p.channels == 1 {
		return &image.Gray{Pix: p.samples, Stride: p.width, Rect: bounds}
	}
	m := image.NewNRGBA(bounds)
	plane := p.width * p.height
	for i := range plane {
		alpha := uint8(0xff)
		if p.channels == 4 {
			alpha = p.samples[3*plane+i]
		}
		copy(m.Pix[4*i:], []uint8{p.samples[i], p.samples[plane+i], p.samples[2*plane+i], alpha})
	}
	return m
}
