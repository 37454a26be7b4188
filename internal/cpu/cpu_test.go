package cpu

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	have := []string{Generic, AVX2}
	tests := []struct {
		wish, path string
		says       []string // parts of the error, none when it is fine
	}{
		{"", AVX2, nil},
		{"generic", Generic, nil},
		{"avx2", AVX2, nil},
		{"avx512", Generic, []string{"LUMEN_CPU", `"avx512"`, "lacks", "generic, avx2"}},
		{"AVX2", Generic, []string{`"AVX2"`, "does not exist", "generic, avx2, avx512, neon"}},
		{"fast", Generic, []string{`"fast"`, "does not exist"}},
	}
	for _, test := range tests {
		path, err := choose(test.wish, have)
		if path != test.path || (err == nil) != (test.says == nil) {
			t.Errorf("choose(%q) = %q, %v", test.wish, path, err)
		}
		for _, part := range test.says {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("choose(%q): %q does not say %q", test.wish, err, part)
			}
		}
	}
}

func TestForce(t *testing.T) {
	before := Path()
	defer Force(before)
	var heard []string
	OnChange(func(path string) { heard = append(heard, path) })
	if err := Force("generic"); err != nil || Path() != Generic {
		t.Errorf("Force(generic): %v, path %q", err, Path())
	}
	if err := Force("warp"); err == nil || Path() != Generic || !strings.Contains(err.Error(), "--cpu") {
		t.Errorf("Force(warp): %v, path %q", err, Path())
	}
	if want := []string{before, Generic}; !slices.Equal(heard, want) {
		t.Errorf("listener heard %v, want %v", heard, want)
	}
}

func TestAvailable(t *testing.T) {
	have := Available()
	if have[0] != Generic || !slices.Contains(have, Path()) {
		t.Errorf("available %v, path %q", have, Path())
	}
	t.Logf("paths %v, features %v", have, Features())
}

func ExampleForce() {
	if err := Force("generic"); err != nil {
		fmt.Println(err)
	}
	fmt.Println(Path())
	// Output: generic
}
