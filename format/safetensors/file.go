package safetensors

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/lumen-ml/lumen/tensor"
)

// File is an open safetensors file whose header has been read and checked; the tensors are read when asked for. Its
// methods may be called from several goroutines at once, Close excepted.
type File struct {
	path   string
	r      io.ReaderAt
	closer io.Closer
	header *header
	data   int64 // where the data start
	index  map[string]int
}

// Info says what a file holds under a name.
type Info struct {
	DType string // as the format writes it: "F32", "BF16" ...
	Shape []int  // empty for a scalar
	Bytes int64  // of its data in the file
}

// Open opens a file, reads its header and checks it against the file's size. Close it after use. For a pipe use [Read].
func Open(path string) (*File, error) {
	o, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := o.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = bad("it is a folder, a device or a pipe, expected a regular file")
	}
	var f *File
	if err == nil {
		f, err = NewFile(o, info.Size())
	}
	if err != nil {
		o.Close()
		return nil, at(path, err)
	}
	f.path, f.closer = path, o
	return f, nil
}

// NewFile is [Open] for a file of size bytes that is elsewhere: in memory (a [bytes.Reader]), inside another file (an
// [io.SectionReader]).
func NewFile(r io.ReaderAt, size int64) (*File, error) {
	if size < lengthBytes+2 {
		return nil, tooShort(size)
	}
	var length [lengthBytes]byte
	if err := readAt(r, length[:], 0); err != nil {
		return nil, err
	}
	n, err := headerLength(length)
	if err != nil {
		return nil, err
	}
	if n > size-lengthBytes {
		return nil, shortHeader(size, n)
	}
	text := make([]byte, n)
	if err := readAt(r, text, lengthBytes); err != nil {
		return nil, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return nil, err
	}
	f := &File{r: r, header: h, data: lengthBytes + n, index: make(map[string]int, len(h.entries))}
	if given, want := size-f.data, h.dataBytes(); given < want {
		return nil, bad("the header describes %d bytes of data and the file has %d: it was cut short", want, given)
	} else if given > want {
		return nil, bad("the header describes %d bytes of data and the file has %d: nothing may follow the last tensor", want, given)
	}
	for i := range h.entries {
		f.index[h.entries[i].name] = i
	}
	return f, nil
}

// readAt fills b. A reader may report the end of the file together with the last bytes.
func readAt(r io.ReaderAt, b []byte, offset int64) error {
	n, err := r.ReadAt(b, offset)
	if n == len(b) {
		return nil
	}
	if errors.Is(err, io.EOF) {
		return bad("it ends at byte %d, which is less than its size: it was cut short while it was read", offset+int64(n))
	}
	return err
}

// Names returns the tensors' names in the order of their data in the file.
func (f *File) Names() []string {
	names := make([]string, len(f.header.entries))
	for i := range f.header.entries {
		names[i] = f.header.entries[i].name
	}
	return names
}

// Metadata returns a copy of the strings kept beside the tensors; empty if there are none.
func (f *File) Metadata() map[string]string {
	m := map[string]string{}
	maps.Copy(m, f.header.metadata)
	return m
}

// Info returns what the file holds under a name, without reading its data. ok is false where there is no such name.
func (f *File) Info(name string) (info Info, ok bool) {
	i, ok := f.index[name]
	if !ok {
		return Info{}, false
	}
	e := &f.header.entries[i]
	return Info{DType: e.dtype, Shape: slices.Clone(e.shape), Bytes: e.end - e.start}, true
}

// Tensor reads one tensor. F16 and BF16 become float32.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	i, ok := f.index[name]
	if !ok {
		return nil, at(f.path, badTensor(name, "there is no such tensor among the %d of the file", len(f.header.entries)))
	}
	e := &f.header.entries[i]
	t, err := decode(io.NewSectionReader(f.r, f.data+e.start, e.end-e.start), e, true)
	return t, at(f.path, err)
}

// Tensors reads all tensors. F16 and BF16 become float32.
func (f *File) Tensors() (map[string]*tensor.Tensor, error) {
	tensors := make(map[string]*tensor.Tensor, len(f.header.entries))
	for _, name := range f.Names() {
		t, err := f.Tensor(name)
		if err != nil {
			return nil, err
		}
		tensors[name] = t
	}
	return tensors, nil
}

// Close closes the file. Tensors that were read stay good. It does nothing to a reader given to [NewFile].
func (f *File) Close() error {
	if f.closer == nil {
		return nil
	}
	return f.closer.Close()
}
