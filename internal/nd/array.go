package nd

import "math"

// MaxDims is the greatest number of dimensions.
const MaxDims = 8

// MaxElements is the greatest number of elements of an array and of each
// dimension: shapes and strides are kept in 32 bits, which makes a tensor half as
// large and every small operation measurably faster.
const MaxElements = math.MaxInt32

// Array is a view of a buffer. Strides and the offset count elements.
type Array struct {
	Buf     *Buffer
	Off     int
	Gen     uint32 // the generation of Buf in which this view was made
	Type    DType
	Rank    uint8
	Dims    [MaxDims]int32
	Strides [MaxDims]int32
}

// Size is the length of dimension i.
func (a *Array) Size(i int) int { return int(a.Dims[i]) }

// Stride is the distance in elements between neighbours along dimension i.
func (a *Array) Stride(i int) int { return int(a.Strides[i]) }

// Numel is the number of elements; 1 for an array without dimensions.
func (a *Array) Numel() int {
	n := 1
	for _, d := range a.Dims[:a.Rank] {
		n *= int(d)
	}
	return n
}

// Shape is a copy of the shape.
func (a *Array) Shape() []int {
	s := make([]int, a.Rank)
	for i := range s {
		s[i] = int(a.Dims[i])
	}
	return s
}

// SetShape makes a a contiguous array of this shape; the caller has checked it.
func (a *Array) SetShape(shape []int) {
	a.Rank = uint8(len(shape))
	for i, d := range shape {
		a.Dims[i] = int32(d)
	}
	a.SetContiguous()
}

// SetContiguous sets row-major strides.
func (a *Array) SetContiguous() {
	n := 1
	for i := int(a.Rank) - 1; i >= 0; i-- {
		a.Strides[i] = int32(n)
		n *= max(int(a.Dims[i]), 1)
	}
}

// Contiguous reports whether the elements lie in row-major order without gaps.
func (a *Array) Contiguous() bool {
	n := 1
	for i := int(a.Rank) - 1; i >= 0; i-- {
		d := int(a.Dims[i])
		if d == 0 {
			return true
		}
		if d != 1 && int(a.Strides[i]) != n {
			return false
		}
		n *= d
	}
	return true
}

// Overlaps reports whether two elements of a share memory (a stride of 0).
func (a *Array) Overlaps() bool {
	for i, d := range a.Dims[:a.Rank] {
		if d > 1 && a.Strides[i] == 0 {
			return true
		}
	}
	return false
}

// SameShape reports whether a and b have equal shapes.
func SameShape(a, b *Array) bool {
	if a.Rank != b.Rank {
		return false
	}
	for i := range a.Rank {
		if a.Dims[i] != b.Dims[i] {
			return false
		}
	}
	return true
}

// BroadcastShape is NumPy's rule: align at the right, 1 stretches. ok is false
// where two lengths differ and neither is 1.
func BroadcastShape(a, b *Array) (shape [MaxDims]int32, rank int, ok bool) {
	rank = int(max(a.Rank, b.Rank))
	for k := 1; k <= rank; k++ {
		x, y := int32(1), int32(1)
		if k <= int(a.Rank) {
			x = a.Dims[int(a.Rank)-k]
		}
		if k <= int(b.Rank) {
			y = b.Dims[int(b.Rank)-k]
		}
		switch {
		case x == y, y == 1:
			shape[rank-k] = x
		case x == 1:
			shape[rank-k] = y
		default:
			return shape, rank, false
		}
	}
	return shape, rank, true
}

// Broadcast is a seen in a larger shape, without copying. The shape has been
// checked with [BroadcastShape].
func (a *Array) Broadcast(shape [MaxDims]int32, rank int) Array {
	b := *a
	b.Rank = uint8(rank)
	b.Dims = shape
	lead := rank - int(a.Rank)
	for i := range rank {
		b.Strides[i] = 0
		if i >= lead {
			if d := a.Dims[i-lead]; d == shape[i] && d != 1 {
				b.Strides[i] = a.Strides[i-lead]
			}
		}
	}
	return b
}
