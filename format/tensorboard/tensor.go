package tensorboard

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// mostRepeated is how many elements a tensor may have that are not all written: a message may say a shape and one value, which
// then fills it.
const mostRepeated = 1 << 20

// decodeTensor reads a TensorProto: a *tensor.Tensor, a Text, or nil where Lumen has no such type.
func decodeTensor(b []byte) (any, error) {
	var (
		dtype    int
		shape    = []int{}
		content  []byte
		floats   []float64 // float_val and double_val
		integers []int64   // int_val, int64_val and bool_val
		text     = Text{}
	)
	integer := func(bits uint64) { integers = append(integers, int64(bits)) }
	err := each(b, func(f field) error {
		f.integer(tensorDType, &dtype)
		if b, ok := f.message(tensorShape); ok {
			var err error
			shape, err = decodeShape(b)
			return err
		}
		if b, ok := f.message(tensorContent); ok {
			content = b
		}
		if b, ok := f.message(tensorStringVal); ok {
			text = append(text, string(b))
		}
		for _, err := range []error{
			f.list(tensorFloatVal, protowire.Fixed32Type, func(bits uint64) { floats = append(floats, float64(math.Float32frombits(uint32(bits)))) }),
			f.doubles(tensorDoubleVal, &floats),
			f.list(tensorIntVal, protowire.VarintType, integer),
			f.list(tensorInt64Val, protowire.VarintType, integer),
			f.list(tensorBoolVal, protowire.VarintType, integer),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n, err := elements(shape)
	if err != nil {
		return nil, err
	}
	if len(shape) > tensor.MaxDims {
		return nil, nil
	}
	order := binary.LittleEndian
	switch dtype {
	case typeString:
		if len(text) != n {
			return nil, fmt.Errorf("a tensor of shape %v has %d strings", shape, len(text))
		}
		return text, nil
	case typeFloat:
		return made(shape, n, content, 4, floats, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) })
	case typeDouble:
		return made(shape, n, content, 8, floats, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) })
	case typeInt32:
		return made(shape, n, content, 4, integers, func(b []byte) int32 { return int32(order.Uint32(b)) })
	case typeUint8:
		return made(shape, n, content, 1, integers, func(b []byte) uint8 { return b[0] })
	case typeInt64:
		return made(shape, n, content, 8, integers, func(b []byte) int64 { return int64(order.Uint64(b)) })
	case typeBool:
		x, err := made(shape, n, content, 1, integers, func(b []byte) uint8 { return min(b[0], 1) })
		if err != nil {
			return nil, err
		}
		return x.(*tensor.Tensor).To(tensor.Bool), nil
	}
	return nil, nil
}

// elements is how many a shape has.
func elements(shape []int) (int, error) {
	n, empty := 1, false
	for _, d := range shape {
		if d < 0 || d > math.MaxInt32 {
			return 0, fmt.Errorf("a tensor has the shape %v", shape)
		}
		empty = empty || d == 0
	}
	if empty {
		return 0, nil
	}
	for _, d := range shape {
		if n *= d; n > math.MaxInt32 {
			return 0, fmt.Errorf("a tensor has the shape %v, more than %d elements", shape, math.MaxInt32)
		}
	}
	return n, nil
}

type numeric interface {
	float32 | float64 | int32 | int64 | uint8
}

// made is a tensor of n elements: of content, where each has so many bytes, or of values, the last of which fills what is
// missing.
func made[T numeric, V float64 | int64](shape []int, n int, content []byte, width int, values []V, one func([]byte) T) (any, error) {
	if len(content) > 0 {
		if len(content) != n*width {
			return nil, fmt.Errorf("a tensor of shape %v with elements of %d bytes has %d bytes", shape, width, len(content))
		}
	} else if len(values) > n || len(values) < n && n > mostRepeated {
		return nil, fmt.Errorf("a tensor of shape %v has %d values", shape, len(values))
	}
	data := make([]T, n)
	var last T
	for i := range data {
		switch {
		case len(content) > 0:
			last = one(content[i*width:])
		case i < len(values):
			last = T(values[i])
		}
		data[i] = last
	}
	return tensor.FromSlice(data, shape...), nil
}
