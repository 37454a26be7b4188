package safetensors

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// maxLength is the greatest number of elements of a tensor, and of each dimension.
const maxLength = math.MaxInt32

// chunkBytes is how much is read or written at once: a multiple of every element's size.
const chunkBytes = 256 << 10

var order = binary.LittleEndian

// decode reads the elements of e from r, which stands at the first. known says that r is known to have as many bytes as
// e promises; otherwise memory grows with what arrives.
func decode(r io.Reader, e *entry, known bool) (*tensor.Tensor, error) {
	if !readable(e.dtype) {
		return nil, badTensor(e.name, "its dtype %s is one that Lumen has no tensors of; %s", e.dtype, advice(e.dtype))
	}
	if len(e.shape) > tensor.MaxDims {
		return nil, badTensor(e.name, "shape %v has %d dimensions; a tensor has at most %d", e.shape, len(e.shape), tensor.MaxDims)
	}
	if e.elements > maxLength || slices.ContainsFunc(e.shape, func(d int) bool { return d > maxLength }) {
		return nil, badTensor(e.name, "shape %v is too large: a tensor and each of its dimensions has at most %d elements", e.shape, maxLength)
	}
	switch e.dtype {
	case "F32":
		return elements(r, e, known, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) })
	case "F64":
		return elements(r, e, known, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) })
	case "I64":
		return elements(r, e, known, func(b []byte) int64 { return int64(order.Uint64(b)) })
	case "I32":
		return elements(r, e, known, func(b []byte) int32 { return int32(order.Uint32(b)) })
	case "F16":
		return elements(r, e, known, func(b []byte) float32 { return float16(order.Uint16(b)) })
	case "BF16":
		return elements(r, e, known, func(b []byte) float32 { return bfloat16(order.Uint16(b)) })
	case "U8":
		return elements(r, e, known, func(b []byte) uint8 { return b[0] })
	}
	wrong := -1
	t, err := elements(r, e, known, func(b []byte) bool {
		if b[0] > 1 {
			wrong = int(b[0])
		}
		return b[0] != 0
	})
	if err == nil && wrong >= 0 {
		return nil, badTensor(e.name, "a BOOL has the value %d, expected 0 or 1", wrong)
	}
	return t, err
}

// elements reads a tensor whose elements one turns from bytes into values.
func elements[T tensor.Element](r io.Reader, e *entry, known bool, one func([]byte) T) (*tensor.Tensor, error) {
	bytes := e.end - e.start
	size := 0
	if e.elements > 0 {
		size = int(bytes / int64(e.elements))
	}
	var values []T
	if known {
		values = make([]T, 0, e.elements)
	}
	chunk := make([]byte, min(chunkBytes, bytes))
	for left := bytes; left > 0; left -= int64(len(chunk)) {
		chunk = chunk[:min(int64(len(chunk)), left)]
		if n, err := io.ReadFull(r, chunk); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, badTensor(e.name, "the file ends after %d of its %d bytes: it was cut short", bytes-left+int64(n), bytes)
			}
			return nil, err
		}
		values = slices.Grow(values, len(chunk)/size)
		for i := 0; i < len(chunk); i += size {
			values = append(values, one(chunk[i:i+size]))
		}
	}
	return tensor.FromSlice(values, e.shape...), nil
}
