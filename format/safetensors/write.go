package safetensors

import (
	"cmp"
	"encoding/binary"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/tensor"
)

// Options say what else goes into a file.
type Options struct {
	Metadata map[string]string // strings kept beside the tensors
}

// Save writes tensors to a file, replacing it as a whole: when that fails, an old file is untouched. The tensors need not
// be contiguous; equal contents give equal bytes.
func Save(path string, tensors map[string]*tensor.Tensor) error {
	return SaveWith(path, tensors, Options{})
}

// SaveWith is [Save] with options.
func SaveWith(path string, tensors map[string]*tensor.Tensor, o Options) error {
	entries, head, err := layout(tensors, o.Metadata)
	if err != nil {
		return at(path, err)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error { return write(w, entries, head, tensors) })
}

// Write writes tensors to a stream. Nothing has been written if a name or a tensor is refused.
func Write(w io.Writer, tensors map[string]*tensor.Tensor) error {
	return WriteWith(w, tensors, Options{})
}

// WriteWith is [Write] with options.
func WriteWith(w io.Writer, tensors map[string]*tensor.Tensor, o Options) error {
	entries, head, err := layout(tensors, o.Metadata)
	if err != nil {
		return err
	}
	return write(w, entries, head, tensors)
}

// layout orders the tensors and makes the header, its length in front.
func layout(tensors map[string]*tensor.Tensor, metadata map[string]string) ([]entry, []byte, error) {
	entries := make([]entry, 0, len(tensors))
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		t := tensors[name]
		switch {
		case t == nil:
			return nil, nil, badTensor(name, "it is nil, expected a tensor")
		case name == metadataKey:
			return nil, nil, badTensor(name, "that name is taken by the format; give the tensor another")
		case !utf8.ValidString(name):
			return nil, nil, badTensor(name, "the name is not UTF-8 text")
		}
		entries = append(entries, entry{name: name, dtype: written[t.DType()], shape: t.Shape(), elements: t.Numel()})
	}
	// By name they are already; wide types first keeps every tensor's data aligned to its element.
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(rank(b.dtype), rank(a.dtype)) })
	var end int64
	for i := range entries {
		e := &entries[i]
		e.start = end
		end += int64(e.elements) * int64(dtypes[rank(e.dtype)].bits/8)
		e.end = end
	}

	head := make([]byte, lengthBytes, 256+128*len(entries))
	head = append(head, '{')
	if len(metadata) > 0 {
		head = append(quote(head, metadataKey), ":{"...)
		for i, key := range slices.Sorted(maps.Keys(metadata)) {
			if !utf8.ValidString(key) || !utf8.ValidString(metadata[key]) {
				return nil, nil, bad("%s: %q: %q is not UTF-8 text", metadataKey, key, metadata[key])
			}
			if i > 0 {
				head = append(head, ',')
			}
			head = append(quote(head, key), ':')
			head = quote(head, metadata[key])
		}
		head = append(head, '}')
	}
	for i := range entries {
		if i > 0 || len(metadata) > 0 {
			head = append(head, ',')
		}
		head = entries[i].appendJSON(head)
	}
	head = append(head, '}')
	for len(head)%headerPadding != 0 {
		head = append(head, ' ')
	}
	length := len(head) - lengthBytes
	if length > maxHeader {
		return nil, nil, bad("names, shapes and metadata need a header of %d bytes, and at most %d are allowed; use shorter metadata", length, maxHeader)
	}
	binary.LittleEndian.PutUint64(head, uint64(length))
	return entries, head, nil
}

func (e *entry) appendJSON(b []byte) []byte {
	b = append(quote(b, e.name), `:{"dtype":`...)
	b = append(quote(b, e.dtype), `,"shape":[`...)
	for i, d := range e.shape {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(d), 10)
	}
	b = append(b, `],"data_offsets":[`...)
	b = append(strconv.AppendInt(b, e.start, 10), ',')
	return append(strconv.AppendInt(b, e.end, 10), "]}"...)
}

// quote appends s as a JSON string with the escapes of the reference implementation and no others; encoding/json escapes
// more, which would give other bytes.
func quote(b []byte, s string) []byte {
	const hexadecimal = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\f':
			b = append(b, `\f`...)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c < ' ':
			b = append(b, `\u00`...)
			b = append(b, hexadecimal[c>>4], hexadecimal[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func write(w io.Writer, entries []entry, head []byte, tensors map[string]*tensor.Tensor) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	for i := range entries {
		if err := encode(w, tensors[entries[i].name]); err != nil {
			return err
		}
	}
	return nil
}

// encode writes the elements of t.
func encode(w io.Writer, t *tensor.Tensor) error {
	switch t.DType() {
	case tensor.Float32:
		return values(w, tensor.Data[float32](t), func(b []byte, v float32) []byte { return order.AppendUint32(b, math.Float32bits(v)) })
	case tensor.Float64:
		return values(w, tensor.Data[float64](t), func(b []byte, v float64) []byte { return order.AppendUint64(b, math.Float64bits(v)) })
	case tensor.Int64:
		return values(w, tensor.Data[int64](t), func(b []byte, v int64) []byte { return order.AppendUint64(b, uint64(v)) })
	case tensor.Int32:
		return values(w, tensor.Data[int32](t), func(b []byte, v int32) []byte { return order.AppendUint32(b, uint32(v)) })
	case tensor.Uint8:
		return values(w, tensor.Data[uint8](t), func(b []byte, v uint8) []byte { return append(b, v) })
	}
	return values(w, tensor.Data[bool](t), func(b []byte, v bool) []byte {
		if v {
			return append(b, 1)
		}
		return append(b, 0)
	})
}

// values writes vs in chunks, one value after another appended by one.
func values[T tensor.Element](w io.Writer, vs []T, one func([]byte, T) []byte) error {
	const widest = 8
	chunk := make([]byte, 0, min(chunkBytes, widest*len(vs)))
	for len(vs) > 0 {
		n := min(len(vs), chunkBytes/widest)
		chunk = chunk[:0]
		for _, v := range vs[:n] {
			chunk = one(chunk, v)
		}
		if _, err := w.Write(chunk); err != nil {
			return err
		}
		vs = vs[n:]
	}
	return nil
}
