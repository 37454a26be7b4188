package safetensors

import (
	"bytes"
	"flag"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// keep lets testdata/check_python.py have what the tests wrote.
var keep = flag.String("keep", "", "folder in which TestGoldens leaves the files it writes")

func golden(name string) string { return filepath.Join("testdata", "golden", name+".safetensors") }

// same fails the test unless a and b have one type, one shape and the same bits.
func same(t *testing.T, name string, got, want *tensor.Tensor) {
	t.Helper()
	if got == nil {
		t.Errorf("%q is missing", name)
		return
	}
	if got.DType() != want.DType() || !slices.Equal(got.Shape(), want.Shape()) {
		t.Errorf("%q is %v %v, want %v %v", name, got.DType(), got.Shape(), want.DType(), want.Shape())
		return
	}
	if a, b := rawBytes(t, got), rawBytes(t, want); !bytes.Equal(a, b) {
		t.Errorf("%q has the bytes % x, want % x", name, a, b)
	}
}

func rawBytes(t *testing.T, x *tensor.Tensor) []byte {
	var b bytes.Buffer
	if err := encode(&b, x); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sameTensors(t *testing.T, got, want map[string]*tensor.Tensor) {
	t.Helper()
	for name, x := range want {
		same(t, name, got[name], x)
	}
	if len(got) != len(want) {
		t.Errorf("%d tensors, want %d", len(got), len(want))
	}
}

// goldenContents is what testdata/make_golden.py put into the files, in Lumen's own words.
func goldenContents() map[string]map[string]*tensor.Tensor {
	inf := float32(math.Inf(1))
	negativeZero := float32(math.Copysign(0, -1))
	u8 := make([]uint8, 256)
	for i := range u8 {
		u8[i] = uint8(i)
	}
	one := func(v float32) *tensor.Tensor { return tensor.FromSlice([]float32{v}) }
	return map[string]map[string]*tensor.Tensor{
		"types": {
			"f32":      tensor.FromSlice([]float32{0.1, negativeZero, inf, -inf, 0x1p-126, math.MaxFloat32}, 2, 3),
			"f32_bits": tensor.FromSlice([]float32{math.Float32frombits(1), math.Float32frombits(0x7fc00000), math.Float32frombits(0x7fc12345)}),
			"f64":      tensor.FromSlice([]float64{0.1, 0x1p-1022, math.MaxFloat64, math.Inf(-1), math.SmallestNonzeroFloat64}),
			"i64":      tensor.FromSlice([]int64{math.MinInt64, math.MaxInt64, 0, -1}, 2, 2),
			"i32":      tensor.FromSlice([]int32{math.MinInt32, math.MaxInt32, 0, -1}),
			"u8":       tensor.FromSlice(u8, 2, 128),
			"bool":     tensor.FromSlice([]bool{true, false, true}),
		},
		"shapes": {
			"scalar_f32":    tensor.FromSlice([]float32{2.5}, []int{}...),
			"scalar_i64":    tensor.FromSlice([]int64{-7}, []int{}...),
			"scalar_bool":   tensor.FromSlice([]bool{true}, []int{}...),
			"one":           tensor.FromSlice([]float64{3.5}, 1, 1, 1),
			"empty":         tensor.FromSlice([]float32{}, 0),
			"empty_rows":    tensor.FromSlice([]float64{}, 0, 3),
			"empty_columns": tensor.FromSlice([]int32{}, 2, 0),
			"empty_u8":      tensor.FromSlice([]uint8{}, 4, 0, 5),
			"eight":         tensor.FromSlice([]int32{0, 1, 2, 3, 4, 5}, 1, 2, 1, 1, 3, 1, 1, 1),
		},
		"names": {
			"":                                one(1),
			"plain.0.weight":                  one(2),
			"Größe":                           one(3),
			"重み":                              one(4),
			"🔥":                               one(5),
			`quote " backslash \ slash / <&>`: one(6),
			"controls \b\f\n\r\t\x01\x1f\x7f": one(7),
			"separators \u2028\u2029":         one(8),
		},
		"nothing": {},
	}
}

// TestGoldens: what the Python package wrote is read as what it was given, and writing the same contents gives the same
// bytes.
func TestGoldens(t *testing.T) {
	for name, want := range goldenContents() {
		t.Run(name, func(t *testing.T) {
			f, err := Open(golden(name))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got, err := f.Tensors()
			if err != nil {
				t.Fatal(err)
			}
			sameTensors(t, got, want)

			dir := *keep
			if dir == "" {
				dir = t.TempDir()
			}
			path := filepath.Join(dir, name+".safetensors")
			if err := SaveWith(path, want, Options{Metadata: f.Metadata()}); err != nil {
				t.Fatal(err)
			}
			ours, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := os.ReadFile(golden(name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(ours, theirs) {
				t.Errorf("the same contents give\n%q\nand the Python package\n%q", ours, theirs)
			}
			streamed, err := Read(bytes.NewReader(theirs))
			if err != nil {
				t.Fatal(err)
			}
			sameTensors(t, streamed, want)
		})
	}
}

// TestGoldensHalf: each F16 and BF16 tensor is read as what PyTorch's float() makes of it.
func TestGoldensHalf(t *testing.T) {
	f, err := Open(golden("half"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.Tensors()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, x := range got {
		kind, _ := f.Info(name)
		if kind.DType == "F32" {
			continue
		}
		want, ok := got[name+".as_f32"]
		if !ok {
			t.Fatalf("%s has no reference beside it", name)
		}
		same(t, name, x, want)
		compared++
	}
	if compared != 6 {
		t.Errorf("%d tensors compared, want 6", compared)
	}
	if *keep != "" {
		if err := SaveWith(filepath.Join(*keep, "half.safetensors"), got, Options{Metadata: f.Metadata()}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGoldensMetadata: the keys' order is the Python package's whim, so the bytes are not compared.
func TestGoldensMetadata(t *testing.T) {
	f, err := Open(golden("metadata"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m := f.Metadata()
	for key, want := range map[string]string{"note": "Ünïcödé, \"quotes\"\nand lines", "": "empty key", "empty value": ""} {
		if got, ok := m[key]; !ok || got != want {
			t.Errorf("metadata %q is %q (%v), want %q", key, got, ok, want)
		}
	}
	if m["versions"] == "" || len(m) != 4 {
		t.Errorf("metadata %q, want the versions that wrote it and three more", m)
	}
	m["note"] = "changed"
	if again := f.Metadata(); again["note"] == "changed" {
		t.Error("Metadata hands out the file's own map")
	}
	if *keep != "" {
		tensors, err := f.Tensors()
		if err != nil {
			t.Fatal(err)
		}
		if err := SaveWith(filepath.Join(*keep, "metadata.safetensors"), tensors, Options{Metadata: f.Metadata()}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestForeignTypes: a file with types that Lumen does not have can be listed, the rest of it be read, and the error names
// file, tensor, type and what to do.
func TestForeignTypes(t *testing.T) {
	path := golden("foreign")
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[string]string{"i8": "I8", "i16": "I16", "u16": "U16", "u32": "U32", "u64": "U64", "c64": "C64", "f8_e4m3": "F8_E4M3", "f8_e5m2": "F8_E5M2", "f32": "F32"}
	if names := slices.Sorted(slices.Values(f.Names())); !slices.Equal(names, slices.Sorted(maps.Keys(want))) {
		t.Errorf("names %q", names)
	}
	for name, dtype := range want {
		info, ok := f.Info(name)
		if !ok || info.DType != dtype || !reflect.DeepEqual(info.Shape, []int{1}) || info.Bytes != int64(dtypes[rank(dtype)].bits/8) {
			t.Errorf("%s: %+v (%v), want one %s", name, info, ok, dtype)
		}
		x, err := f.Tensor(name)
		if name == "f32" {
			if err != nil {
				t.Fatal(err)
			}
			same(t, name, x, tensor.FromSlice([]float32{1.5}))
			continue
		}
		if err == nil {
			t.Errorf("%s: read without an error", name)
			continue
		}
		for _, part := range []string{path, `"` + name + `"`, dtype + " ", "store it"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error %q does not say %q", name, err, part)
			}
		}
	}
	if _, err := Load(path); err == nil {
		t.Error("Load passes over tensors that it cannot read")
	}
}
