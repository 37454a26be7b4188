package datasets

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lumen-ml/lumen/tensor"
)

// The IDX format, as the page of MNIST describes it: two zero bytes, one for the element type (08: unsigned byte), one
// for the number of dimensions, their lengths as big-endian 32-bit numbers, the elements in row-major order.

// maxIDX is the greatest number of elements read: what a tensor can hold.
const maxIDX = 1<<31 - 1

// deflateRatio is more than the deflate format can expand: 258 bytes from 2 bits (zlib's technical details give 1032).
const deflateRatio = 1032

// ReadIDX reads unsigned bytes in the IDX format, compressed with gzip or not, to the end of r. It returns the elements
// in row-major order and the lengths of the dimensions, 1 to 8 of them and none of them 0. Memory grows with what is
// really read, whatever the header promises.
func ReadIDX(r io.Reader) (elements []byte, dims []int, err error) {
	elements, dims, err = decodeIDX(r, -1)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %w", err)
	}
	return elements, dims, nil
}

// readIDXFile is ReadIDX of a file, which must have the given number of dimensions.
func readIDXFile(path string, want int) (elements []byte, dims []int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %w", err)
	}
	return readNamedIDX(path, f, info.Size(), want)
}

// readNamedIDX reads IDX of a known size in bytes, and names the file in errors.
func readNamedIDX(name string, r io.Reader, size int64, want int) (elements []byte, dims []int, err error) {
	elements, dims, err = decodeIDX(r, size)
	if err == nil && len(dims) != want {
		err = fmt.Errorf("the elements have %d dimensions %v, %d are wanted (3 for images, 1 for labels)", len(dims), dims, want)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: %s: %w", name, err)
	}
	return elements, dims, nil
}

// decodeIDX reads IDX, unpacking it if need be. size is the number of bytes in r, or -1 if that is not known.
func decodeIDX(r io.Reader, size int64) (elements []byte, dims []int, err error) {
	b := bufio.NewReader(r)
	if magic, err := b.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, nil, damaged(err)
		}
		limit := int64(-1)
		if size >= 0 {
			limit = size * deflateRatio
		}
		elements, dims, err = parseIDX(z, limit, size)
		return elements, dims, damaged(err)
	}
	return parseIDX(b, size, size)
}

// damaged explains errors of the gzip format.
func damaged(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, new(flate.CorruptInputError)) {
		return fmt.Errorf("the compressed file is damaged or cut off: %w; get it again", err)
	}
	return err
}

// parseIDX reads IDX that is not compressed. At most limit bytes can follow, from a file of size bytes; both are -1 if
// that is not known.
func parseIDX(r io.Reader, limit, size int64) (elements []byte, dims []int, err error) {
	var magic [4]byte
	if n, err := io.ReadFull(r, magic[:]); err != nil {
		return nil, nil, fmt.Errorf("it ends after %d bytes, within the header: %w", n, noEOF(err))
	}
	if magic[0] != 0 || magic[1] != 0 {
		return nil, nil, fmt.Errorf("it begins with the bytes % x: an IDX file begins with 00 00 08; this is another format", magic)
	}
	if magic[2] != 0x08 {
		return nil, nil, fmt.Errorf("its element type is %s: unsigned bytes (08) are wanted", elementType(magic[2]))
	}
	if magic[3] == 0 || magic[3] > tensor.MaxDims {
		return nil, nil, fmt.Errorf("it has %d dimensions: 1 to %d are possible", magic[3], tensor.MaxDims)
	}
	lengths := make([]byte, 4*int(magic[3]))
	if n, err := io.ReadFull(r, lengths); err != nil {
		return nil, nil, fmt.Errorf("it ends after %d bytes, within the header: %w", 4+n, noEOF(err))
	}
	total := int64(1)
	for len(lengths) > 0 {
		d := int64(binary.BigEndian.Uint32(lengths))
		lengths = lengths[4:]
		if d == 0 {
			return nil, nil, fmt.Errorf("dimension %d has length 0: the file holds nothing", len(dims))
		}
		if d > maxIDX || total*d > maxIDX {
			return nil, nil, fmt.Errorf("the header promises more than %d bytes, which is the most that is read", maxIDX)
		}
		total *= d
		dims = append(dims, int(d))
	}
	if header := int64(4 + 4*len(dims)); limit >= 0 && header+total > limit {
		return nil, nil, fmt.Errorf("the header promises %d bytes (%s), which a file of %d bytes cannot hold: it is damaged or cut off",
			total, times(dims), size)
	}
	elements, err = readAtMost(r, int(total))
	if err != nil {
		return nil, nil, err
	}
	if len(elements) < int(total) {
		return nil, nil, fmt.Errorf("it ends after %d of %d elements (%s): %w", len(elements), total, times(dims), io.ErrUnexpectedEOF)
	}
	// one byte more: that nothing follows, and for gzip that the checksum is right
	var more [1]byte
	switch n, err := io.ReadFull(r, more[:]); {
	case n > 0:
		return nil, nil, fmt.Errorf("more bytes follow after the %d that the header announces (%s)", total, times(dims))
	case err != io.EOF:
		return nil, nil, err
	}
	return elements, dims, nil
}

// readAtMost reads up to n bytes into memory that grows fourfold, so that it stays within four times of what was read.
func readAtMost(r io.Reader, n int) ([]byte, error) {
	read := 0
	buf := make([]byte, min(n, 1<<20))
	for {
		k, err := io.ReadFull(r, buf[read:])
		read += k
		switch {
		case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
			// of a compressed stream that breaks off too: the caller finds bytes missing
			return buf[:read], nil
		case err != nil:
			return nil, err
		case read == n:
			return buf, nil
		}
		grown := make([]byte, min(n, 4*len(buf)))
		copy(grown, buf)
		buf = grown
	}
}

// noEOF turns the end of a file at a place where more must follow into an error of its own.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func elementType(code byte) string {
	name, ok := map[byte]string{0x09: "signed byte", 0x0b: "short", 0x0c: "int", 0x0d: "float", 0x0e: "double"}[code]
	if !ok {
		name = "unknown"
	}
	return fmt.Sprintf("%02x (%s)", code, name)
}

// times is the shape as 60000 x 28 x 28.
func times(dims []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(dims), "[]"), " ", " x ")
}

// WriteIDX writes unsigned bytes in the IDX format. It refuses dimensions that ReadIDX would not take back or whose
// product is not len(elements).
func WriteIDX(w io.Writer, elements []byte, dims ...int) error {
	total := int64(1)
	header := []byte{0, 0, 0x08, byte(len(dims))}
	if len(dims) == 0 || len(dims) > tensor.MaxDims {
		return fmt.Errorf("datasets: WriteIDX with %d dimensions: 1 to %d are possible", len(dims), tensor.MaxDims)
	}
	for _, d := range dims {
		if d < 1 || d > maxIDX || total*int64(d) > maxIDX {
			return fmt.Errorf("datasets: WriteIDX with the shape %s: lengths of at least 1 and at most %d elements are possible", times(dims), maxIDX)
		}
		total *= int64(d)
		header = binary.BigEndian.AppendUint32(header, uint32(d))
	}
	if total != int64(len(elements)) {
		return fmt.Errorf("datasets: WriteIDX with the shape %s: %d elements are given, %d are wanted", times(dims), len(elements), total)
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	if _, err := w.Write(elements); err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	return nil
}
