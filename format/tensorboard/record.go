package tensorboard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
)

const (
	headerBytes = 12 // the length of the data and its checksum
	footerBytes = 4  // the checksum of the data
	// maxRecord is how long a protocol buffer's message may be.
	maxRecord = math.MaxInt32
	// atOnce is how much memory is taken for a record before its bytes have come.
	atOnce = 1 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the masked CRC-32C: a checksum of data that hold checksums themselves would be weak.
func checksum(b []byte) uint32 {
	return bits.RotateLeft32(crc32.Checksum(b, castagnoli), -15) + 0xa282ead8
}

// frame returns what stands in front of the data and behind it.
func frame(data []byte) (header [headerBytes]byte, footer [footerBytes]byte) {
	binary.LittleEndian.PutUint64(header[:], uint64(len(data)))
	binary.LittleEndian.PutUint32(header[8:], checksum(header[:8]))
	binary.LittleEndian.PutUint32(footer[:], checksum(data))
	return header, footer
}

// records reads one record after another.
type records struct {
	r      io.Reader
	offset int64 // where the record at hand begins
	next   int64 // where the one after it does
	data   bytes.Buffer
}

// read returns the data of the next record, good until the call after; io.EOF if there is none.
func (r *records) read() ([]byte, error) {
	r.offset = r.next
	var header [headerBytes]byte
	switch n, err := io.ReadFull(r.r, header[:]); {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, r.cut("it ends %d bytes after the record's beginning, which has %d of length and checksum", n, headerBytes)
	case err != nil:
		return nil, err
	}
	length := binary.LittleEndian.Uint64(header[:])
	if got, want := checksum(header[:8]), binary.LittleEndian.Uint32(header[8:]); got != want {
		return nil, r.bad("the record's length, %d, has the checksum %08x, and %08x is written behind it: the file is damaged, or no event file", length, got, want)
	}
	if length > maxRecord {
		return nil, r.bad("the record has %d bytes, and a message has at most %d", length, maxRecord)
	}
	want := int64(length) + footerBytes
	r.data.Reset()
	r.data.Grow(int(min(want, atOnce)))
	n, err := io.CopyN(&r.data, r.r, want)
	switch {
	case errors.Is(err, io.EOF):
		return nil, r.cut("the record has %d bytes and its checksum, and the file ends after %d of them", length, n)
	case err != nil:
		return nil, err
	}
	data := r.data.Bytes()[:length]
	footer := r.data.Bytes()[length:]
	if got, want := checksum(data), binary.LittleEndian.Uint32(footer); got != want {
		return nil, r.bad("the record's %d bytes have the checksum %08x, and %08x is written behind them: the file is damaged", length, got, want)
	}
	r.next += headerBytes + want
	return data, nil
}

func (r *records) bad(format string, args ...any) error {
	return &FormatError{Offset: r.offset, Problem: fmt.Sprintf(format, args...)}
}

func (r *records) cut(format string, args ...any) error {
	return &FormatError{Offset: r.offset, Problem: fmt.Sprintf(format, args...) + ": it was cut off, or is still being written", cause: io.ErrUnexpectedEOF}
}
