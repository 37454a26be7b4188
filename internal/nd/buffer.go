package nd

import (
	"sync/atomic"
	"unsafe"
)

// Align is the alignment of the CPU's buffers in bytes: one cache line, one
// AVX-512 register.
const Align = 64

// Buffer is memory of a device: an opaque handle for everybody but its device.
//
// Gen counts the owners of the memory: a step's memory is taken over by a later
// step, and whoever remembers the older generation must not read it. Version
// counts changes in place, so that backward can tell a changed saved value.
type Buffer struct {
	Device  *Device
	Gen     uint32
	Version uint32
	Class   uint8 // size class, for whoever recycles buffers
	State   BufferState
	// Pinned buffers are never recycled: somebody outside a step holds them. It is
	// atomic, since several goroutines may detach one tensor.
	Pinned atomic.Bool
	// Recorded is the version of the last change in place that autograd recorded, 0 if
	// there was none: a view made before that does not know of it.
	Recorded uint32
	Owner    any // whoever spends this buffer along with its own, if it is a step's

	mem []byte // the CPU's memory
}

// BufferState says where in its life a recycled buffer is.
type BufferState uint8

// A buffer that nobody recycles is Plain for ever. A step's buffer is Live, then
// Spent (its graph is done, the values still readable), then Free. One made inside
// a backward is Temp, then Free.
const (
	Plain BufferState = iota
	Live
	Temp
	Spent
	Free
)

// Bytes is the size of the buffer.
func (b *Buffer) Bytes() int { return len(b.mem) }

// NewBuffer allocates n zeroed bytes on the CPU, aligned to [Align].
func NewBuffer(n int) *Buffer {
	b := &Buffer{Device: CPU}
	if n == 0 {
		return b
	}
	m := make([]byte, n+Align-8)
	if r := int(uintptr(unsafe.Pointer(&m[0])) & (Align - 1)); r != 0 {
		m = m[Align-r:]
	}
	b.mem = m[:n:n]
	return b
}

// Slice is the CPU memory of a from its first element on, as elements of type T.
// It ends with the buffer, not with the array. T must be a's element type.
func Slice[T Element](a *Array) []T {
	m := a.Buf.mem
	if len(m) == 0 {
		return nil
	}
	var v T
	size := int(unsafe.Sizeof(v))
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(m))), len(m)/size)[a.Off:]
}

// Scribble sets every byte, to show in tests who reads what it has not written.
func (b *Buffer) Scribble(v byte) {
	for i := range b.mem {
		b.mem[i] = v
	}
}
