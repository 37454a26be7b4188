package safetensors

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// TestRoundTripLarge crosses the chunks' borders, at odd lengths.
func TestRoundTripLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	n := 3*chunkBytes + 5
	floats, longs, bytesOf, bools := make([]float32, n), make([]int64, n/8), make([]uint8, n), make([]bool, n)
	for i := range n {
		floats[i] = math.Float32frombits(rng.Uint32())
		bytesOf[i] = uint8(rng.Uint32())
		bools[i] = rng.Uint32()&1 == 1
	}
	for i := range longs {
		longs[i] = int64(rng.Uint64())
	}
	want := map[string]*tensor.Tensor{
		"floats": tensor.FromSlice(floats), "longs": tensor.FromSlice(longs),
		"bytes": tensor.FromSlice(bytesOf), "bools": tensor.FromSlice(bools),
	}
	path := filepath.Join(t.TempDir(), "large.safetensors")
	if err := Save(path, want); err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	sameTensors(t, loaded, want)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// One byte less than asked for at a time: a pipe's way.
	streamed, err := Read(io.MultiReader(io.LimitReader(f, 11), oneLess{f}))
	if err != nil {
		t.Fatal(err)
	}
	sameTensors(t, streamed, want)
}

type oneLess struct{ r io.Reader }

func (o oneLess) Read(b []byte) (int, error) { return o.r.Read(b[:max(1, len(b)-1)]) }

// TestViews: a view is written as its elements, not as the memory it shares.
func TestViews(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	var b bytes.Buffer
	if err := Write(&b, map[string]*tensor.Tensor{"x": x.Permute(1, 0)}); err != nil {
		t.Fatal(err)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "x", got["x"], tensor.FromSlice([]float32{1, 4, 2, 5, 3, 6}, 3, 2))
}

// TestSameBytes: map order, clock and run leave no trace.
func TestSameBytes(t *testing.T) {
	metadata := map[string]string{}
	tensors := map[string]*tensor.Tensor{}
	for i := range 40 {
		name := strings.Repeat("n", i+1)
		metadata[name] = "value"
		tensors[name] = tensor.ZerosOf(tensor.DType(i%6), i%3)
	}
	var first []byte
	for range 5 {
		var b bytes.Buffer
		if err := WriteWith(&b, tensors, Options{Metadata: metadata}); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b.Bytes()
		}
		if !bytes.Equal(first, b.Bytes()) {
			t.Fatal("equal contents, other bytes")
		}
	}
}

func TestRefusedTensors(t *testing.T) {
	one := tensor.FromSlice([]float32{1})
	for name, c := range map[string]struct {
		tensors  map[string]*tensor.Tensor
		metadata map[string]string
		want     string
	}{
		"nil":               {map[string]*tensor.Tensor{"x": nil}, nil, `tensor "x": it is nil`},
		"taken name":        {map[string]*tensor.Tensor{"__metadata__": one}, nil, `tensor "__metadata__": that name is taken`},
		"name not UTF-8":    {map[string]*tensor.Tensor{"a\xff": one}, nil, "not UTF-8"},
		"metadata key":      {nil, map[string]string{"\xff": "a"}, "not UTF-8"},
		"metadata value":    {nil, map[string]string{"a": "\xff"}, "not UTF-8"},
		"header too large":  {nil, map[string]string{"a": strings.Repeat("a", maxHeader)}, "at most 100000000 are allowed"},
		"one of two is nil": {map[string]*tensor.Tensor{"a": one, "b": nil}, nil, `tensor "b": it is nil`},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "header too large" {
				t.Skip("takes some 500 MB")
			}
			var b bytes.Buffer
			err := WriteWith(&b, c.tensors, Options{Metadata: c.metadata})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written", b.Len())
			}
			path := filepath.Join(t.TempDir(), "x.safetensors")
			if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			err = SaveWith(path, c.tensors, Options{Metadata: c.metadata})
			var format *FormatError
			if !errors.As(err, &format) || format.Path != path {
				t.Errorf("error %v, want a *FormatError with the path", err)
			}
			if old, err := os.ReadFile(path); err != nil || string(old) != "old" {
				t.Errorf("the old file is %q, %v", old, err)
			}
		})
	}
}

// limited fails once it has taken so many bytes, as a full disk does.
type limited struct{ left int }

var errFull = errors.New("no space left on device")

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.left {
		n := l.left
		l.left = 0
		return n, errFull
	}
	l.left -= len(b)
	return len(b), nil
}

// TestFullDisk: wherever the writer fails, its error comes back.
func TestFullDisk(t *testing.T) {
	tensors := map[string]*tensor.Tensor{"a": tensor.Ones(5), "b": tensor.ZerosOf(tensor.Int64, 3)}
	var whole bytes.Buffer
	if err := Write(&whole, tensors); err != nil {
		t.Fatal(err)
	}
	for n := range whole.Len() {
		if err := Write(&limited{n}, tensors); !errors.Is(err, errFull) {
			t.Fatalf("a disk of %d bytes: error %v", n, err)
		}
	}
	if err := Write(&limited{whole.Len()}, tensors); err != nil {
		t.Fatal(err)
	}
}

// TestFailedSave: the file that was there stays, and nothing else does.
func TestFailedSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "no", "x.safetensors")
	err := Save(path, map[string]*tensor.Tensor{"x": tensor.Ones(1)})
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want that %s does not exist", err, path)
	}
	path = filepath.Join(dir, "x.safetensors")
	if err := Save(path, map[string]*tensor.Tensor{"x": tensor.Ones(1)}); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, map[string]*tensor.Tensor{"x": nil}); err == nil {
		t.Error("a nil tensor was saved")
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "x", got["x"], tensor.Ones(1))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder has %v, %v; want the file alone", entries, err)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.safetensors")
	want := map[string]*tensor.Tensor{
		"b": tensor.FromSlice([]float32{1, 2}, 2, 1), "a": tensor.FromSlice([]float32{3}, []int{}...), "c": tensor.FromSlice([]int64{4}),
	}
	if err := Save(path, want); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if names := f.Names(); !slices.Equal(names, []string{"c", "a", "b"}) {
		t.Errorf("names %q, want c (8 bytes an element), a, b", names)
	}
	if info, ok := f.Info("b"); !ok || info.DType != "F32" || !slices.Equal(info.Shape, []int{2, 1}) || info.Bytes != 8 {
		t.Errorf("b is %+v, %v", info, ok)
	}
	if _, ok := f.Info("d"); ok {
		t.Error("there is a d")
	}
	if _, err := f.Tensor("d"); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), `"d"`) {
		t.Errorf("error %v, want one that names file and tensor", err)
	}
	if m := f.Metadata(); m == nil || len(m) != 0 {
		t.Errorf("metadata %v, want an empty map", m)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				got, err := f.Tensors()
				if err != nil {
					t.Error(err)
					return
				}
				sameTensors(t, got, want)
			}
		})
	}
	group.Wait()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Tensor("a"); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("error %v after Close, want fs.ErrClosed", err)
	}
	if _, err := Open(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
	var format *FormatError
	if _, err := Open(dir); !errors.As(err, &format) || format.Path != dir {
		t.Errorf("error %v for a folder, want a *FormatError that names it", err)
	}
}

// TestFileCutWhileOpen: a file that shrinks after Open gives an error, not a tensor of zeros.
func TestFileCutWhileOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.safetensors")
	if err := Save(path, map[string]*tensor.Tensor{"x": tensor.Ones(100)}); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()-10); err != nil {
		t.Skip("an open file cannot be cut here:", err)
	}
	if _, err := f.Tensor("x"); err == nil || !strings.Contains(err.Error(), "after 390 of its 400 bytes") {
		t.Errorf("error %v, want that 390 of 400 bytes are there", err)
	}
}

// TestReaderErrors: an error of the reader is passed on, not taken for the end.
func TestReaderErrors(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, map[string]*tensor.Tensor{"x": tensor.Ones(10)}); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the line went dead")
	for n := range b.Len() + 1 {
		r := io.MultiReader(bytes.NewReader(b.Bytes()[:n]), failing{broken})
		if _, err := Read(r); !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: error %v", n, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
