package nd

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// Movement is the part of a device's table that moves elements.
type Movement struct {
	// Alloc gives zeroed memory of n bytes.
	Alloc func(n int) *Buffer
	// Fill sets every element of dst, of any strides; for bools non-zero is true.
	Fill func(dst *Array, v float64)
	// Copy broadcasts x to dst, of any strides, converting the element type. A float
	// becomes an integer by truncation; anything but 0 becomes true.
	Copy func(dst, x *Array)
}

var cpuMovement = Movement{Alloc: NewBuffer, Fill: cpuFill, Copy: cpuCopy}

// bits are unsigned words that stand for elements of their size where only bits move.
type bits interface{ uint8 | uint32 | uint64 }

// raw is Slice with the elements seen as words of the same size.
func raw[T bits](a *Array) []T {
	m := a.Buf.memory()
	if len(m) == 0 {
		return nil
	}
	var v T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(m))), len(m)/int(unsafe.Sizeof(v)))[a.Off:]
}

func cpuFill(dst *Array, v float64) {
	switch dst.Type {
	case Float32:
		fill(dst, float32(v))
	case Float64:
		fill(dst, v)
	case Int64:
		fill(dst, integer[int64](v))
	case Int32:
		fill(dst, integer[int32](v))
	case Uint8:
		fill(dst, integer[uint8](v))
	case Bool:
		fill(dst, v != 0)
	}
}

// integer is v as an integer, converted as Copy does.
func integer[T int64 | int32 | uint8](v float64) T {
	var out [1]T
	kernel.Convert(out[:], []float64{v})
	return out[0]
}

func fill[T Element](dst *Array, v T) {
	d := Slice[T](dst)
	if n := dst.Numel(); n < grain && dst.Contiguous() {
		for i := range d[:n] {
			d[i] = v
		}
		return
	}
	s := newNest(dst)
	sd := s.innerStride(0)
	s.split(func(off [maxOperands]int, n int) {
		if sd == 1 {
			row := d[off[0]:][:n]
			for i := range row {
				row[i] = v
			}
			return
		}
		for i := range n {
			d[off[0]+i*sd] = v
		}
	})
}

func cpuCopy(dst, x *Array) {
	if dst.Type == x.Type {
		switch dst.Type.Size() {
		case 4:
			move[uint32](dst, x)
		case 8:
			move[uint64](dst, x)
		default:
			move[uint8](dst, x)
		}
		return
	}
	switch x.Type {
	case Float32:
		convertFrom[float32](dst, x)
	case Float64:
		convertFrom[float64](dst, x)
	case Int64:
		convertFrom[int64](dst, x)
	case Int32:
		convertFrom[int32](dst, x)
	case Uint8:
		convertFrom[uint8](dst, x)
	case Bool:
		b := *x
		b.Type = Uint8 // a bool is a byte of 0 or 1
		cpuCopy(dst, &b)
	}
}

// move copies words of any strides.
func move[T bits](dst, x *Array) {
	d, xs := raw[T](dst), raw[T](x)
	if n := dst.Numel(); n < grain && SameShape(dst, x) && dst.Contiguous() && x.Contiguous() {
		copy(d[:n], xs[:n])
		return
	}
	s := newNest(dst, x)
	sd, sx := s.innerStride(0), s.innerStride(1)
	if moveTransposed(d, xs, &s) {
		return
	}
	s.split(func(off [maxOperands]int, n int) {
		switch {
		case sd == 1 && sx == 1:
			copy(d[off[0]:][:n], xs[off[1]:][:n])
		case sd == 1 && sx == 0:
			v := xs[off[1]]
			row := d[off[0]:][:n]
			for i := range row {
				row[i] = v
			}
		case sd == 1:
			row, src := d[off[0]:][:n], xs[off[1]:]
			for i := range row {
				row[i] = src[i*sx]
			}
		default:
			row, src := d[off[0]:], xs[off[1]:]
			for i := range n {
				row[i*sd] = src[i*sx]
			}
		}
	})
}

func convertFrom[S kernel.Number](dst, x *Array) {
	switch dst.Type {
	case Float32:
		convert(dst, x, kernel.Convert[float32, S])
	case Float64:
		convert(dst, x, kernel.Convert[float64, S])
	case Int64:
		convert(dst, x, kernel.Convert[int64, S])
	case Int32:
		convert(dst, x, kernel.Convert[int32, S])
	case Uint8:
		convert(dst, x, kernel.Convert[uint8, S])
	case Bool:
		convert(dst, x, kernel.ConvertToBool[S])
	}
}

func convert[D, S Element](dst, x *Array, f func([]D, []S)) {
	d, xs := Slice[D](dst), Slice[S](x)
	s := newNest(dst, x)
	s.tiles(false, func(t *tile) {
		out := destination(t, d)
		f(out, read(t, 1, xs))
		written(t, d, out)
	})
}
