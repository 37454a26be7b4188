package safetensors

import (
	"errors"
	"io"

	"github.com/lumen-ml/lumen/tensor"
)

// Load returns the tensors of a file by name. F16 and BF16 become float32. [Open] has the metadata as well, and reads
// single tensors.
func Load(path string) (map[string]*tensor.Tensor, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Tensors()
}

// Read returns the tensors of a stream by name. It reads to the end of the stream, where the last tensor's data must end
// too. F16 and BF16 become float32.
func Read(r io.Reader) (map[string]*tensor.Tensor, error) {
	var length [lengthBytes]byte
	if n, err := io.ReadFull(r, length[:]); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, tooShort(int64(n))
		}
		return nil, err
	}
	n, err := headerLength(length)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, n))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) < n {
		return nil, shortHeader(lengthBytes+int64(len(text)), n)
	}
	h, err := parseHeader(text)
	if err != nil {
		return nil, err
	}
	tensors := make(map[string]*tensor.Tensor, len(h.entries))
	for i := range h.entries {
		e := &h.entries[i]
		t, err := decode(r, e, false)
		if err != nil {
			return nil, err
		}
		tensors[e.name] = t
	}
	var rest [1]byte
	switch _, err := io.ReadFull(r, rest[:]); {
	case err == nil:
		return nil, bad("the stream goes on after the %d bytes of data that the header describes", h.dataBytes())
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return tensors, nil
}

func tooShort(size int64) error {
	return bad("it has %d bytes, and a safetensors file has at least 10 (the header's length in 8, then the header)", size)
}

func shortHeader(size, length int64) error {
	return bad("it has %d bytes, and its first 8 promise a header of %d more: it was cut short or is not a safetensors file", size, length)
}
