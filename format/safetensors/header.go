package safetensors

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

const (
	lengthBytes   = 8           // of the number in front of the header
	maxHeader     = 100_000_000 // bytes, as in the reference implementation
	metadataKey   = "__metadata__"
	headerPadding = 8 // the header is padded so that the data start at a multiple of this
)

// entry is what the header says of one tensor.
type entry struct {
	name       string
	dtype      string // one of dtypes
	shape      []int  // never nil
	elements   int
	start, end int64 // from the first byte of the data
}

// header is the checked header of a file.
type header struct {
	entries  []entry // in the order of their data
	metadata map[string]string
}

// dataBytes is where the last tensor ends.
func (h *header) dataBytes() int64 {
	if len(h.entries) == 0 {
		return 0
	}
	return h.entries[len(h.entries)-1].end
}

// headerLength reads the number in front of the header and checks it.
func headerLength(b [lengthBytes]byte) (int64, error) {
	n := binary.LittleEndian.Uint64(b[:])
	if n > maxHeader {
		return 0, bad("its first 8 bytes promise a header of %d bytes, and at most %d are allowed: it is not a safetensors file", n, maxHeader)
	}
	if n < 2 {
		return 0, bad("its first 8 bytes promise a header of %d bytes, and the shortest, {}, has 2: it is not a safetensors file", n)
	}
	return int64(n), nil
}

// parseHeader reads and checks a header: JSON, names, types, and that the tensors fill their data without holes or
// overlaps.
func parseHeader(text []byte) (*header, error) {
	h, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	for i := range h.entries {
		if err := h.entries[i].check(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(h.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end))
	})
	var end int64
	for i := range h.entries {
		e := &h.entries[i]
		switch {
		case e.start > end:
			return nil, badTensor(e.name, "its data start at byte %d and the tensor before it ends at byte %d: a hole, where data must follow each other directly", e.start, end)
		case e.start < end:
			return nil, badTensor(e.name, "its data start at byte %d and those of tensor %q end at byte %d: they overlap, where data must follow each other directly",
				e.start, h.entries[i-1].name, end)
		}
		end = e.end
	}
	return h, nil
}

// check compares the offsets with the type and the shape, and counts the elements.
func (e *entry) check() error {
	kind := rank(e.dtype)
	if kind < 0 {
		return badTensor(e.name, "there is no dtype %q; expected F32, F64, I64, I32, U8, BOOL, F16, BF16 or another of the format", e.dtype)
	}
	if e.end < e.start {
		return badTensor(e.name, "data_offsets [%d, %d] end before they start", e.start, e.end)
	}
	elements := uint64(1)
	if slices.Contains(e.shape, 0) {
		elements = 0
	}
	for _, d := range e.shape {
		high, low := bits.Mul64(elements, uint64(d))
		if high != 0 {
			return badTensor(e.name, "shape %v has more elements than 64 bits can count", e.shape)
		}
		elements = low
	}
	high, total := bits.Mul64(elements, dtypes[kind].bits)
	if high != 0 {
		return badTensor(e.name, "shape %v of %s has more bits than 64 bits can count", e.shape, e.dtype)
	}
	if total%8 != 0 {
		return badTensor(e.name, "shape %v of %s takes %d bits, which are no whole bytes", e.shape, e.dtype, total)
	}
	if given := uint64(e.end - e.start); given != total/8 {
		return badTensor(e.name, "shape %v of %s takes %d bytes, and data_offsets [%d, %d] hold %d", e.shape, e.dtype, total/8, e.start, e.end, given)
	}
	e.elements = int(elements)
	return nil
}
