package data

import "github.com/lumen-ml/lumen/tensor"

// rows is the first dimension of a tensor cut into items, whatever the element type.
type rows interface {
	item(i int) *tensor.Tensor
	// gather returns the rows idx as one tensor, in old's memory if possible.
	gather(old *tensor.Tensor, idx []int) *tensor.Tensor
}

type rowsOf[T tensor.Element] struct {
	data  []T
	shape []int // of one row
	size  int   // elements of one row
}

func newRows(t *tensor.Tensor) rows {
	switch t.DType() {
	case tensor.Float32:
		return newRowsOf[float32](t)
	case tensor.Float64:
		return newRowsOf[float64](t)
	case tensor.Int64:
		return newRowsOf[int64](t)
	case tensor.Int32:
		return newRowsOf[int32](t)
	case tensor.Uint8:
		return newRowsOf[uint8](t)
	default:
		return newRowsOf[bool](t)
	}
}

func newRowsOf[T tensor.Element](t *tensor.Tensor) *rowsOf[T] {
	r := &rowsOf[T]{data: tensor.Data[T](t), shape: t.Shape()[1:], size: 1}
	for _, d := range r.shape {
		r.size *= d
	}
	return r
}

func (r *rowsOf[T]) row(i int) []T { return r.data[i*r.size:][:r.size] }

func (r *rowsOf[T]) item(i int) *tensor.Tensor { return tensor.FromSlice(r.row(i), r.shape...) }

func (r *rowsOf[T]) gather(old *tensor.Tensor, idx []int) *tensor.Tensor {
	return tensor.Refill(old, func(data []T) {
		for k, i := range idx {
			copy(data[k*r.size:], r.row(i))
		}
	}, append([]int{len(idx)}, r.shape...)...)
}
