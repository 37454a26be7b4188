package tensorboard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// read counts the events and returns the error.
func read(r io.Reader) (n int, err error) {
	for _, err := range Read(r) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// TestDamaged: a wrong bit anywhere is found by a checksum, and a cut anywhere but between records is seen; the
// error has the place of the record, and the events before it are read.
func TestDamaged(t *testing.T) {
	b, ends := small(t)
	if n, err := read(bytes.NewReader(b)); n != len(ends) || err != nil || ends[len(ends)-1] != len(b) {
		t.Fatalf("%d events, %v; want %d", n, err, len(ends))
	}
	place := func(at int) (whole int, offset int64) {
		whole, _ = slices.BinarySearch(ends, at+1)
		if whole > 0 {
			offset = int64(ends[whole-1])
		}
		return whole, offset
	}
	for at := range b {
		for bit := range 8 {
			wrong := bytes.Clone(b)
			wrong[at] ^= 1 << bit
			n, err := read(bytes.NewReader(wrong))
			whole, offset := place(at)
			var format *FormatError
			if !errors.As(err, &format) || format.Offset != offset || n != whole || !strings.Contains(err.Error(), "checksum") {
				t.Fatalf("bit %d of byte %d is wrong: %d events, error %v; want %d, and an error of the record at byte %d", bit, at, n, err, whole, offset)
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("bit %d of byte %d is wrong: %v is told as a file that was cut off", bit, at, err)
			}
		}
		n, err := read(bytes.NewReader(b[:at]))
		whole, offset := place(at)
		if at == 0 || slices.Contains(ends, at) {
			if n != whole || err != nil {
				t.Fatalf("cut between records at byte %d: %d events, error %v; want %d", at, n, err, whole)
			}
			continue
		}
		var format *FormatError
		if !errors.As(err, &format) || format.Offset != offset || n != whole || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at byte %d: %d events, error %v; want %d, and an error of the record at byte %d", at, n, err, whole, offset)
		}
	}
}

// promising is the header of a record of so many bytes, checksum and all.
func promising(length uint64) []byte {
	var header [headerBytes]byte
	binary.LittleEndian.PutUint64(header[:], length)
	binary.LittleEndian.PutUint32(header[8:], checksum(header[:8]))
	return header[:]
}

// TestPromises: no memory is taken for bytes that do not come.
func TestPromises(t *testing.T) {
	for length, want := range map[uint64]string{
		1 << 30:        "the record has 1073741824 bytes and its checksum, and the file ends after 100 of them",
		math.MaxInt32:  "the record has 2147483647 bytes and its checksum, and the file ends after 100 of them",
		1 << 31:        "a message has at most 2147483647",
		math.MaxUint64: "a message has at most 2147483647",
	} {
		file := append(promising(length), make([]byte, 100)...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := read(bytes.NewReader(file))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes: error %v, want %q", length, err, want)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
			t.Errorf("%d bytes: %d bytes of memory were taken", length, took)
		}
	}
}

// framed is a file of records with these data, after the first event.
func framed(messages ...[]byte) []byte {
	var b []byte
	for _, m := range append([][]byte{encode(&Event{FileVersion: Version})}, messages...) {
		header, footer := frame(m)
		b = append(append(append(b, header[:]...), m...), footer[:]...)
	}
	return b
}

// field1 is a message with one field that holds bytes.
func field1(n protowire.Number, b []byte) []byte {
	var m message
	m.bytes(n, b)
	return m
}

// tensorOf is an event with a tensor.
func tensorOf(dtype int, shape []int, values func(m *message)) []byte {
	var m message
	m.integer(tensorDType, dtype)
	m.bytes(tensorShape, encodeShape(shape))
	if values != nil {
		values(&m)
	}
	var v message
	v.text(valueTag, "x")
	v.bytes(valueTensor, m)
	return field1(eventSummary, field1(summaryValue, v))
}

// TestMalformed: whole records with contents that cannot be.
func TestMalformed(t *testing.T) {
	var histogram message
	histogram.doubles(histoBucket, []float64{1, 2})
	var wall message
	wall.double(eventWallTime, 1e300)
	var images message
	images.text(valueTag, "x")
	images.bytes(valueTensor, func() []byte {
		var m message
		m.integer(tensorDType, typeString)
		m.bytes(tensorShape, encodeShape([]int{2}))
		m.bytes(tensorStringVal, []byte("wide"))
		m.bytes(tensorStringVal, []byte("2"))
		return m
	}())
	images.bytes(valueMetadata, field1(metadataPluginData, field1(pluginDataName, []byte(pluginImages))))
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"other version":   {framedAlone(encode(&Event{FileVersion: "brain.Event:1"})), `the first event has the file version "brain.Event:1"`},
		"no version":      {framedAlone(encode(&Event{Step: 1})), `the first event has the file version ""`},
		"not a message":   {framed([]byte{0xff, 0xff}), "wire format"},
		"cut message":     {framed([]byte{0x2a, 0x05, 0x0a}), "field 5 of one of its messages is cut off"},
		"wall time":       {framed(wall), "its wall time is 1e+300 seconds"},
		"limits":          {framed(field1(eventSummary, field1(summaryValue, field1(valueHisto, histogram)))), "a histogram has 2 buckets and 0 limits"},
		"odd list":        {framed(field1(eventSummary, field1(summaryValue, field1(valueHisto, field1(histoBucket, make([]byte, 9)))))), "of 8 bytes each has 9 bytes"},
		"odd varints":     {framed(tensorOf(typeInt32, []int{1}, func(m *message) { m.bytes(tensorIntVal, []byte{0x80}) })), "cut off"},
		"negative length": {framed(tensorOf(typeFloat, []int{-1}, nil)), "shape [-1]"},
		"long":            {framed(tensorOf(typeFloat, []int{1 << 40}, nil)), "shape [1099511627776]"},
		"large":           {framed(tensorOf(typeFloat, []int{1 << 20, 1 << 20}, nil)), "more than 2147483647 elements"},
		"large fill":      {framed(tensorOf(typeFloat, []int{1 << 21}, func(m *message) { m.bytes(tensorFloatVal, make([]byte, 4)) })), "has 1 values"},
		"too many":        {framed(tensorOf(typeFloat, []int{1}, func(m *message) { m.bytes(tensorFloatVal, make([]byte, 8)) })), "shape [1] has 2 values"},
		"content":         {framed(tensorOf(typeDouble, []int{2}, func(m *message) { m.bytes(tensorContent, make([]byte, 8)) })), "of 8 bytes has 8 bytes"},
		"strings":         {framed(tensorOf(typeString, []int{2}, nil)), "has 0 strings"},
		"image sizes":     {framed(field1(eventSummary, field1(summaryValue, images))), `the width "wide"`},
	} {
		_, err := read(bytes.NewReader(c.file))
		var format *FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want a *FormatError with %q", name, err, c.want)
		}
	}
}

func framedAlone(m []byte) []byte {
	header, footer := frame(m)
	return append(append(header[:], m...), footer[:]...)
}

// TestUnknown: what this package does not read is passed over.
func TestUnknown(t *testing.T) {
	var m message
	m.integer(eventStep, 5)
	m.bytes(9, []byte("a meta graph"))
	m = protowire.AppendTag(m, 77, protowire.StartGroupType)
	m = protowire.AppendTag(m, 77, protowire.EndGroupType)
	m = protowire.AppendFixed32(protowire.AppendTag(m, 78, protowire.Fixed32Type), 1)
	m.bytes(eventStep, []byte("not a step"))
	m.integer(eventSummary, 1)
	audio := field1(eventSummary, field1(summaryValue, field1(6, []byte("sound"))))
	nine := tensorOf(typeFloat, []int{1, 1, 1, 1, 1, 1, 1, 1, 1}, nil)
	half := tensorOf(19, []int{1}, nil)
	var events []Event
	for e, err := range Read(bytes.NewReader(framed(m, audio, nine, half))) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if len(events) != 5 || events[1].Step != 5 || events[1].Values != nil {
		t.Fatalf("events %+v", events)
	}
	for _, e := range events[2:] {
		if len(e.Values) != 1 || e.Values[0].Data != nil {
			t.Errorf("values %+v, want one without data", e.Values)
		}
	}
}

// TestReaderErrors: an error of the reader is passed on, not taken for the end.
func TestReaderErrors(t *testing.T) {
	b, _ := small(t)
	broken := errors.New("the line went dead")
	for n := range len(b) + 1 {
		if _, err := read(io.MultiReader(bytes.NewReader(b[:n]), failing{broken})); !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: error %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	b, ends := small(t)
	path := filepath.Join(dir, "events.out.tfevents.1")
	if err := os.WriteFile(path, b[:len(b)-1], 0o666); err != nil {
		t.Fatal(err)
	}
	n := 0
	var last error
	for _, err := range ReadFile(path) {
		if last = err; err == nil {
			n++
		}
	}
	var format *FormatError
	if n != len(ends)-1 || !errors.As(last, &format) || format.Path != path || !strings.Contains(last.Error(), path) {
		t.Errorf("%d events, error %v; want %d and one that names the file", n, last, len(ends)-1)
	}
	for range ReadFile(path) {
		break
	}
	for _, err := range ReadFile(filepath.Join(dir, "missing")) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %v, want fs.ErrNotExist", err)
		}
	}
}

// FuzzRead: whatever a file holds, and whatever a whole record holds, is read or refused.
func FuzzRead(f *testing.F) {
	b, _ := small(f)
	f.Add(b)
	paths, err := filepath.Glob(filepath.Join("testdata", "golden", "*.tfevents"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		r := records{r: bytes.NewReader(b)}
		for data, err := r.read(); err == nil; data, err = r.read() {
			f.Add(bytes.Clone(data))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, file := range [][]byte{b, framed(b)} {
			for e, err := range Read(bytes.NewReader(file)) {
				var format *FormatError
				if err != nil && !errors.As(err, &format) {
					t.Fatalf("error %v of type %T", err, err)
				}
				for _, v := range e.Values {
					if h, ok := v.Data.(*Histogram); ok && len(h.Buckets) != len(h.BucketLimits) {
						t.Fatalf("a histogram with %d buckets and %d limits", len(h.Buckets), len(h.BucketLimits))
					}
				}
			}
		}
	})
}

// TestNegativeStep: it is read as TensorBoard's own reader does.
func TestNegativeStep(t *testing.T) {
	b := protowire.AppendTag(nil, eventStep, protowire.VarintType)
	minus := int64(-5)
	b = protowire.AppendVarint(b, uint64(minus))
	for e, err := range Read(bytes.NewReader(framed(b))) {
		if err != nil || e.FileVersion == "" && e.Step != -5 {
			t.Errorf("step %d, %v", e.Step, err)
		}
	}
}
