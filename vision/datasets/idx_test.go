package datasets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// idx is WriteIDX into memory.
func idx(t testing.TB, elements []byte, dims ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteIDX(&b, elements, dims...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func packed(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ramp is n bytes that do not repeat soon.
func ramp(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*i>>8 + 7*i)
	}
	return b
}

func TestIDXRoundTrip(t *testing.T) {
	for _, dims := range [][]int{{1}, {5}, {2, 3}, {3, 4, 5}, {1, 1, 1, 1, 1, 1, 1, 2}, {3, 1 << 20}} {
		n := 1
		for _, d := range dims {
			n *= d
		}
		want := ramp(n)
		plain := idx(t, want, dims...)
		for name, content := range map[string][]byte{"plain": plain, "packed": packed(t, plain)} {
			for _, r := range []io.Reader{bytes.NewReader(content), iotest.DataErrReader(bytes.NewReader(content))} {
				got, gotDims, err := ReadIDX(r)
				if err != nil || !bytes.Equal(got, want) || !slices.Equal(gotDims, dims) {
					t.Errorf("%s %v: %d elements %v, %v", name, dims, len(got), gotDims, err)
				}
			}
		}
	}
	if got := idx(t, []byte{7, 8}, 2, 1); !bytes.Equal(got, []byte{0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 7, 8}) {
		t.Errorf("written as % x", got)
	}
}

func TestIDXErrors(t *testing.T) {
	good := idx(t, ramp(24), 2, 3, 4)
	huge := []byte{0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 1, 9, 0, 0, 1, 9} // 60000 x 265 x 265: 4.2 GB
	large := []byte{0, 0, 8, 2, 0, 0, 0x40, 0, 0, 1, 0, 0}               // 16384 x 65536: 1 GB
	zipped := packed(t, good)
	badSum := slices.Clone(zipped)
	badSum[len(badSum)-8] ^= 1
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"nothing", nil, "ends after 0 bytes, within the header"},
		{"cut in the magic", good[:3], "ends after 3 bytes, within the header"},
		{"cut in the lengths", good[:9], "ends after 9 bytes, within the header"},
		{"cut in the elements", good[:30], "promises 24 bytes (2 x 3 x 4), which a file of 30 bytes cannot hold"},
		{"a web page", []byte("<!DOCTYPE html>"), "begins with the bytes 3c 21 44 4f: an IDX file begins with 00 00 08"},
		{"floats", []byte{0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0}, "element type is 0d (float): unsigned bytes (08) are wanted"},
		{"no type", []byte{0, 0, 0x44, 1, 0, 0, 0, 1, 0}, "element type is 44 (unknown)"},
		{"no dimensions", []byte{0, 0, 8, 0, 1}, "it has 0 dimensions: 1 to 8"},
		{"9 dimensions", append([]byte{0, 0, 8, 9}, make([]byte, 40)...), "it has 9 dimensions"},
		{"a length of 0", []byte{0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 0}, "dimension 1 has length 0"},
		{"more than 2 GB", huge, "promises more than 2147483647 bytes"},
		{"one length of 4 GB", []byte{0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff}, "promises more than 2147483647 bytes"},
		{"1 GB in 12 bytes", large, "promises 1073741824 bytes (16384 x 65536), which a file of 12 bytes cannot hold"},
		{"1 GB packed in few bytes", packed(t, large), "cannot hold"},
		{"trailing bytes", append(slices.Clone(good), 1), "more bytes follow after the 24"},
		{"trailing bytes, packed", packed(t, append(slices.Clone(good), 1)), "more bytes follow after the 24"},
		{"a gzip header alone", zipped[:5], "damaged or cut off"},
		{"gzip cut in the middle", zipped[:len(zipped)/2], "damaged or cut off"},
		{"gzip cut in its checksum", zipped[:len(zipped)-3], "damaged or cut off"},
		{"gzip with a wrong checksum", badSum, "damaged or cut off: gzip: invalid checksum"},
		{"garbage after the gzip", append(slices.Clone(zipped), 1, 2, 3), "damaged or cut off"},
		{"gzip of a broken stream", append(slices.Clone(zipped[:10]), bytes.Repeat([]byte{0xff}, 20)...), "flate: corrupt input"},
	} {
		path := filepath.Join(t.TempDir(), "train-images-idx3-ubyte")
		if err := os.WriteFile(path, c.content, 0o666); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readIDXFile(path, 3); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v\nwant the file's name and %q", c.name, err, c.want)
		}
		if _, _, err := ReadIDX(bytes.NewReader(c.content)); err == nil {
			t.Errorf("%s: read without its size it is accepted", c.name)
		}
	}
	if _, _, err := readNamedIDX("labels", bytes.NewReader(good), int64(len(good)), 1); err == nil || !strings.Contains(err.Error(), "labels: the elements have 3 dimensions [2 3 4], 1 are wanted") {
		t.Errorf("images for labels: %v", err)
	}
	broken := errors.New("the disk is broken")
	if _, _, err := ReadIDX(io.MultiReader(bytes.NewReader(good[:20]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a failing reader gives %v", err)
	}
}

// A promise does not cost memory, even where the size of the file is not known.
func TestIDXAllocatesWhatIsThere(t *testing.T) {
	large := []byte{0, 0, 8, 2, 0, 0, 0x40, 0, 0, 1, 0, 0}
	for name, content := range map[string][]byte{"plain": large, "packed": packed(t, large)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := ReadIDX(bytes.NewReader(content))
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; err == nil || got > 4<<20 {
			t.Errorf("%s: %d bytes allocated for a file of %d, error %v", name, got, len(content), err)
		}
	}
}

func TestWriteIDXRefuses(t *testing.T) {
	for want, dims := range map[string][]int{
		"with 0 dimensions":                         {},
		"with 9 dimensions":                         {1, 1, 1, 1, 1, 1, 1, 1, 6},
		"the shape 6 x 0: lengths of at least 1":    {6, 0},
		"the shape -2 x -3: lengths":                {-2, -3},
		"at most 2147483647 elements":               {1 << 20, 1 << 20},
		"the shape 2 x 2: 6 elements are given, 4 ": {2, 2},
	} {
		var b bytes.Buffer
		if err := WriteIDX(&b, make([]byte, 6), dims...); err == nil || !strings.Contains(err.Error(), want) || b.Len() > 0 {
			t.Errorf("%v: %v, %d bytes written", dims, err, b.Len())
		}
	}
	broken := errors.New("no space left")
	for after := range 2 {
		if err := WriteIDX(&failing{after, broken}, make([]byte, 6), 6); !errors.Is(err, broken) {
			t.Errorf("a writer that fails at write %d: %v", after, err)
		}
	}
}

// failing is a writer that fails after some writes.
type failing struct {
	good int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if f.good--; f.good < 0 {
		return 0, f.err
	}
	return len(p), nil
}

func FuzzReadIDX(f *testing.F) {
	good := idx(f, ramp(24), 2, 3, 4)
	for _, content := range [][]byte{good, packed(f, good), good[:20], packed(f, good)[:20], nil, {0, 0, 8, 1, 0, 0, 0, 1, 5},
		{0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 1, 9, 0, 0, 1, 9}, {0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff}, {0x1f, 0x8b, 8}} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		elements, dims, err := ReadIDX(bytes.NewReader(content))
		sized, sizedDims, sizedErr := readNamedIDX("file", bytes.NewReader(content), int64(len(content)), len(dims))
		if (err == nil) != (sizedErr == nil) {
			t.Fatalf("without the size: %v; with it: %v", err, sizedErr)
		}
		if err != nil {
			if elements != nil || dims != nil {
				t.Fatal("values beside an error")
			}
			return
		}
		if !bytes.Equal(elements, sized) || !slices.Equal(dims, sizedDims) {
			t.Fatal("knowing the size changes what is read")
		}
		again, againDims, err := ReadIDX(bytes.NewReader(idx(t, elements, dims...)))
		if err != nil || !bytes.Equal(again, elements) || fmt.Sprint(againDims) != fmt.Sprint(dims) {
			t.Fatalf("written and read again: %v, %v", againDims, err)
		}
	})
}
