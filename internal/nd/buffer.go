package nd

import (
	"math"
	"sync/atomic"
	"unsafe"
)

// Align is the alignment of the CPU's buffers in bytes: one cache line, one
// AVX-512 register.
const Align = 64

// Slack is how many bytes behind a CPU buffer's end may be read, though not written: a
// kernel loads whole registers there instead of masking its last ones. [Slice] shows
// it as capacity; memory inside a [Small] has none.
const Slack = 64

// Buffer is memory of a device: an opaque handle for everybody but its device.
//
// Gen counts the owners of the memory: a step's memory is taken over by a later
// step, and whoever remembers the older generation must not read it. Version
// counts changes in place, so that backward can tell a changed saved value.
type Buffer struct {
	Device  *Device
	Gen     uint32
	Version uint32
	Home    uint32 // who recycles the memory: it goes back to nobody else; 0: nobody does
	State   BufferState
	slack   uint8  // readable bytes behind the end
	Uses    uint16 // of a Temp buffer: how many nodes have it as their gradient; MaxUses: that many or more
	// Pinned buffers are never recycled: somebody outside a step holds them. It is
	// atomic, since several goroutines may detach one tensor.
	Pinned atomic.Bool
	// Recorded is the version of the last change in place that autograd recorded, 0 if
	// there was none: a view made before that does not know of it.
	Recorded uint32
	Owner    any // whoever spends this buffer along with its own, if it is a step's

	data *byte // the CPU's memory, nil if it is empty
	size int
}

// MaxUses is where a buffer's Uses stay, up and down.
const MaxUses = math.MaxUint16

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
func (b *Buffer) Bytes() int { return b.size }

// memory is the CPU's memory; its capacity counts the slack.
func (b *Buffer) memory() []byte {
	return unsafe.Slice(b.data, b.size+int(b.slack))[:b.size]
}

// Large buffers begin at four places of a page in turn. At the same place of theirs, where Go's allocator puts all of them, a loop over
// several (c = a + b) loses 5 to 8 % to loads that the processor takes for those of what was just stored, by the lowest 12 bits of the address.
const staggered = 256 << 10

// buffers counts the large ones.
var buffers atomic.Uint32

// NewBuffer allocates n zeroed bytes on the CPU, aligned to [Align], with [Slack] bytes
// behind them.
func NewBuffer(n int) *Buffer {
	b := &Buffer{Device: CPU}
	if n == 0 {
		return b
	}
	skip := 0
	if n >= staggered {
		skip = int(buffers.Add(1)%4) << 10
	}
	m := make([]byte, n+Slack+Align-8+skip)
	preferHugePages(m)
	m = m[skip:]
	if r := int(uintptr(unsafe.Pointer(&m[0])) & (Align - 1)); r != 0 {
		m = m[Align-r:]
	}
	b.data, b.size, b.slack = &m[0], n, Slack
	return b
}

// SmallBytes is the size of the memory inside a [Small].
const SmallBytes = 16

// Small is a buffer of the CPU with its memory inside, for results of up to 4 float32s:
// whoever embeds it needs no further allocation. It must not be copied once in use.
type Small struct {
	Buffer
	words [SmallBytes / 8]uint64
}

// Init makes s, which is new, a buffer of n zeroed bytes, 1 to SmallBytes.
func (s *Small) Init(n int) *Buffer {
	s.Device = CPU
	s.data, s.size = (*byte)(unsafe.Pointer(&s.words)), n
	return &s.Buffer
}

// Slice is the CPU memory of a from its first element on, as elements of type T.
// It ends with the buffer, not with the array; its capacity counts the slack behind
// the buffer. T must be a's element type.
func Slice[T Element](a *Array) []T {
	b := a.Buf
	if b.size == 0 {
		return nil
	}
	var v T
	size := int(unsafe.Sizeof(v))
	return unsafe.Slice((*T)(unsafe.Pointer(b.data)), (b.size+int(b.slack))/size)[a.Off : b.size/size]
}

// Scribble sets every byte, to show in tests who reads what it has not written.
func (b *Buffer) Scribble(v byte) {
	m := b.memory()
	for i := range m {
		m[i] = v
	}
}

// Few is the memory of the first n of a's elements, which lie side by side on the CPU:
// [Slice] for arrays of a few float32s.
func Few(a *Array, n int) []float32 {
	return unsafe.Slice((*float32)(unsafe.Add(unsafe.Pointer(a.Buf.data), 4*a.Off)), n)
}
