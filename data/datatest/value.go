package datatest

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// value is a tensor's content, comparable bit for bit. The zero value stands for no tensor.
type value struct {
	present bool
	dtype   tensor.DType
	shape   []int
	bits    []byte
}

func valueOf(t *tensor.Tensor) value {
	if t == nil {
		return value{}
	}
	v := value{present: true, dtype: t.DType(), shape: t.Shape()}
	switch v.dtype {
	case tensor.Float32:
		v.bits = bitsOf(tensor.Data[float32](t), func(f float32) uint64 { return uint64(math.Float32bits(f)) })
	case tensor.Float64:
		v.bits = bitsOf(tensor.Data[float64](t), math.Float64bits)
	case tensor.Int64:
		v.bits = bitsOf(tensor.Data[int64](t), func(i int64) uint64 { return uint64(i) })
	case tensor.Int32:
		v.bits = bitsOf(tensor.Data[int32](t), func(i int32) uint64 { return uint64(i) })
	case tensor.Uint8:
		v.bits = tensor.Data[uint8](t)
	default:
		v.bits = bitsOf(tensor.Data[bool](t), func(b bool) uint64 {
			if b {
				return 1
			}
			return 0
		})
	}
	return v
}

func bitsOf[T any](elements []T, bits func(T) uint64) []byte {
	out := make([]byte, 0, 8*len(elements))
	for _, e := range elements {
		u := bits(e)
		out = append(out, byte(u), byte(u>>8), byte(u>>16), byte(u>>24), byte(u>>32), byte(u>>40), byte(u>>48), byte(u>>56))
	}
	return out
}

// append stacks another item, of n in all.
func (v value) append(it value, n int) value {
	if !v.present && it.present {
		v = value{present: true, dtype: it.dtype, shape: append([]int{n}, it.shape...)}
	}
	v.bits = append(v.bits, it.bits...)
	return v
}

func (v value) alike(o value) bool {
	return v.present == o.present && v.dtype == o.dtype && slices.Equal(v.shape, o.shape)
}

func (v value) equal(o value) bool { return v.alike(o) && bytes.Equal(v.bits, o.bits) }

func (v value) String() string {
	if !v.present {
		return "nothing"
	}
	return fmt.Sprintf("%v%v", v.dtype, v.shape)
}
