package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// file is a file with this header and so many bytes of data.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	return append(b, make([]byte, data)...)
}

func tensorHeader(fields string) string { return `{"x":{` + fields + `}}` }

// TestRubbish: each kind of damage is found by Read, Open and Load, in words that say what and where.
func TestRubbish(t *testing.T) {
	const good = `"dtype":"F32","shape":[2],"data_offsets":[0,8]`
	promise := func(n uint64) []byte { return append(binary.LittleEndian.AppendUint64(nil, n), "{}      "...) }
	nested := strings.Repeat("[", 20_000)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "it has 0 bytes"},
		{"seven bytes", []byte("1234567"), "it has 7 bytes"},
		{"no header", file("", 0), "a header of 0 bytes|it has 8 bytes"},
		{"huge header", promise(1 << 63), "a header of 9223372036854775808 bytes, and at most 100000000"},
		{"header over the limit", promise(100_000_001), "a header of 100000001 bytes, and at most 100000000"},
		{"header longer than the file", promise(99_000_000), "it has 16 bytes, and its first 8 promise a header of 99000000 more"},
		{"text", []byte("GIF89a, and so on for a while"), "it is not a safetensors file"},
		{"not an object", file(`[1,2]`, 0), "does not start with {"},
		{"space in front", file(` {}`, 0), "does not start with {"},
		{"not UTF-8", file("{\"\xff\":1}", 0), "is not UTF-8"},
		{"not JSON", file(`{"x":}`, 0), "not JSON"},
		{"cut JSON", file(`{"x":{"dtype":"F32"`, 0), "ends inside"},
		{"cut behind a name", file(`{"x"`, 0), "ends inside"},
		{"more JSON", file(`{}{}`, 0), "goes on after its closing brace"},
		{"NUL padding", file("{}\x00\x00", 0), "goes on after its closing brace"},
		{"tensor is a number", file(`{"x":1}`, 0), `tensor "x" is 1, expected an object`},
		{"equal names", file(`{"x":{`+good+`},"x":{`+good+`}}`, 8), `the name "x" twice`},
		{"equal names, one escaped", file(`{"x":{`+good+`},"\u0078":{`+good+`}}`, 8), `the name "x" twice`},
		{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), `the name "__metadata__" twice`},
		{"metadata key twice", file(`{"__metadata__":{"a":"1","a":"2"}}`, 0), `the key "a" twice`},
		{"metadata number", file(`{"__metadata__":{"a":1}}`, 0), `the value of "a" is 1, expected a string`},
		{"metadata object", file(`{"__metadata__":{"a":{}}}`, 0), `the value of "a" is {, expected a string`},
		{"metadata null", file(`{"__metadata__":null}`, 0), "expected an object"},
		{"field twice", file(tensorHeader(good+`,"dtype":"F32"`), 8), `tensor "x": dtype stands there twice`},
		{"no dtype", file(tensorHeader(`"shape":[2],"data_offsets":[0,8]`), 8), `tensor "x": dtype is missing`},
		{"no shape", file(tensorHeader(`"dtype":"F32","data_offsets":[0,8]`), 8), `tensor "x": shape is missing`},
		{"no offsets", file(tensorHeader(`"dtype":"F32","shape":[2]`), 8), `tensor "x": data_offsets is missing`},
		{"dtype number", file(tensorHeader(`"dtype":32,"shape":[2],"data_offsets":[0,8]`), 8), "dtype is 32, expected a string"},
		{"unknown dtype", file(tensorHeader(`"dtype":"F31","shape":[2],"data_offsets":[0,8]`), 8), `there is no dtype "F31"`},
		{"shape is a number", file(tensorHeader(`"dtype":"F32","shape":2,"data_offsets":[0,8]`), 8), "shape is 2, expected an array"},
		{"shape of strings", file(tensorHeader(`"dtype":"F32","shape":["2"],"data_offsets":[0,8]`), 8), "shape has a member 2, expected whole numbers"},
		{"negative length", file(tensorHeader(`"dtype":"F32","shape":[-2],"data_offsets":[0,8]`), 8), "shape has a member -2, expected whole numbers"},
		{"fractional length", file(tensorHeader(`"dtype":"F32","shape":[2.0],"data_offsets":[0,8]`), 8), "shape has a member 2.0, expected whole numbers"},
		{"length over 64 bits", file(tensorHeader(`"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]`), 8), "shape has a member 99999999999999999999"},
		{"nested shape", file(tensorHeader(`"dtype":"F32","shape":[[2]],"data_offsets":[0,8]`), 8), "shape has a member [, expected whole numbers"},
		{"three offsets", file(tensorHeader(`"dtype":"F32","shape":[2],"data_offsets":[0,8,8]`), 8), "data_offsets has 3 numbers, expected 2"},
		{"backward offsets", file(tensorHeader(`"dtype":"F32","shape":[2],"data_offsets":[8,0]`), 8), "data_offsets [8, 0] end before they start"},
		{"elements overflow", file(tensorHeader(`"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,8]`), 8), "more elements than 64 bits"},
		{"bytes overflow", file(tensorHeader(`"dtype":"F64","shape":[4294967296,2147483648],"data_offsets":[0,8]`), 8), "more bits than 64 bits"},
		{"no whole bytes", file(tensorHeader(`"dtype":"F4","shape":[3],"data_offsets":[0,2]`), 2), "takes 12 bits"},
		{"too few bytes", file(tensorHeader(`"dtype":"F32","shape":[2,3],"data_offsets":[0,20]`), 20), "shape [2 3] of F32 takes 24 bytes, and data_offsets [0, 20] hold 20"},
		{"bytes for a length of 0", file(tensorHeader(`"dtype":"F32","shape":[0,3],"data_offsets":[0,12]`), 12), "takes 0 bytes"},
		{"hole in front", file(tensorHeader(`"dtype":"F32","shape":[2],"data_offsets":[4,12]`), 12), `tensor "x": its data start at byte 4 and the tensor before it ends at byte 0: a hole`},
		{"hole between", file(`{"x":{`+good+`},"y":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}}`, 10), `tensor "y": its data start at byte 9 and the tensor before it ends at byte 8: a hole`},
		{"overlap", file(`{"x":{`+good+`},"y":{"dtype":"U8","shape":[4],"data_offsets":[7,11]}}`, 11), `tensor "y": its data start at byte 7 and those of tensor "x" end at byte 8`},
		{"same data twice", file(`{"x":{`+good+`},"y":{`+good+`}}`, 8), "they overlap"},
		{"cut data", file(tensorHeader(good), 7), "cut short"},
		{"no data", file(tensorHeader(good), 0), "cut short"},
		{"more data", file(tensorHeader(good), 9), "goes on after|nothing may follow"},
		{"data of nothing", file(`{}`, 1), "goes on after|nothing may follow"},
		{"nested too deeply", file(tensorHeader(`"extra":`+nested), 0), "not JSON"},
		{"4 GB promised", file(tensorHeader(`"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]`), 8), "cut short"},
		{"nine dimensions", file(tensorHeader(`"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]`), 1), "has 9 dimensions; a tensor has at most 8"},
		{"long and empty", file(tensorHeader(`"dtype":"U8","shape":[0,2147483648],"data_offsets":[0,0]`), 0), "is too large"},
		{"bool of 2", append(file(tensorHeader(`"dtype":"BOOL","shape":[2],"data_offsets":[0,2]`), 1), 2), "a BOOL has the value 2, expected 0 or 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "rubbish.safetensors")
			if err := os.WriteFile(path, c.file, 0o644); err != nil {
				t.Fatal(err)
			}
			check := func(what string, err error, path string) {
				t.Helper()
				var format *FormatError
				if !errors.As(err, &format) {
					t.Errorf("%s: error %v, want a *FormatError", what, err)
					return
				}
				if format.Path != path || !strings.Contains(err.Error(), path) {
					t.Errorf("%s: the error %q does not name %q", what, err, path)
				}
				found := false
				for want := range strings.SplitSeq(c.want, "|") {
					found = found || strings.Contains(err.Error(), want)
				}
				if !found {
					t.Errorf("%s: the error %q does not say %q", what, err, c.want)
				}
			}
			_, err := Load(path)
			check("Load", err, path)
			_, err = Read(bytes.NewReader(c.file))
			check("Read", err, "")
		})
	}
}

// TestPromisesCostNothing: what a file claims is not allocated before it is there.
func TestPromisesCostNothing(t *testing.T) {
	claims := map[string][]byte{
		"header": append(binary.LittleEndian.AppendUint64(nil, maxHeader), "{"...),
		"data":   file(tensorHeader(`"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]`), 8),
	}
	for name, b := range claims {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, readError := Read(bytes.NewReader(b))
			_, openError := NewFile(bytes.NewReader(b), int64(len(b)))
			runtime.ReadMemStats(&after)
			if readError == nil || openError == nil {
				t.Fatalf("accepted: %v, %v", readError, openError)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 4<<20 {
				t.Errorf("%d bytes were allocated for a file of %d", n, len(b))
			}
		})
	}
}

// TestHeaderFreedom: what the format allows though nobody writes it so.
func TestHeaderFreedom(t *testing.T) {
	for name, b := range map[string][]byte{
		"spaces and order": file("{ \"y\" : { \"data_offsets\":[1, 2],\n\"shape\":[ ],\"dtype\":\"U8\"},\t\"x\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]} }   \n", 2),
		"unknown fields":   file(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"stride":[1],"more":{"a":[null,{}]}}}`, 2),
		"no padding":       file(`{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2),
		"empty metadata":   file(`{"__metadata__":{},"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 2),
	} {
		t.Run(name, func(t *testing.T) {
			tensors, err := Read(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if tensors["x"] == nil {
				t.Error("x is missing")
			}
			f, err := NewFile(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			if f.Names()[0] != "x" {
				t.Errorf("the names are %q, want the order of the data", f.Names())
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	goldens, err := filepath.Glob(golden("*"))
	if err != nil || len(goldens) < 7 {
		f.Fatalf("%d goldens: %v", len(goldens), err)
	}
	for _, path := range goldens {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(file(tensorHeader(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), 8))
	f.Add(file(tensorHeader(`"dtype":"BOOL","shape":[2,0],"data_offsets":[0,0]`), 0))
	f.Add(file(`{"__metadata__":{"a":"b"},"x":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}`, 2))
	f.Fuzz(func(t *testing.T, b []byte) {
		streamed, streamError := Read(bytes.NewReader(b))
		opened, openError := NewFile(bytes.NewReader(b), int64(len(b)))
		if openError != nil {
			if streamError == nil {
				t.Fatalf("a stream is read, a file refused: %v", openError)
			}
			return
		}
		loaded, loadError := opened.Tensors()
		if (loadError == nil) != (streamError == nil) {
			t.Fatalf("file: %v, stream: %v", loadError, streamError)
		}
		if loadError != nil {
			return
		}
		sameTensors(t, streamed, loaded)
		// What was read can be written, and then is a fixed point.
		var first, second bytes.Buffer
		if err := WriteWith(&first, loaded, Options{Metadata: opened.Metadata()}); err != nil {
			t.Fatal(err)
		}
		again, err := NewFile(bytes.NewReader(first.Bytes()), int64(first.Len()))
		if err != nil {
			t.Fatal(err)
		}
		tensors, err := again.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		sameTensors(t, tensors, loaded)
		if err := WriteWith(&second, tensors, Options{Metadata: again.Metadata()}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("written twice: %s and %s", strconv.Quote(first.String()), strconv.Quote(second.String()))
		}
	})
}
