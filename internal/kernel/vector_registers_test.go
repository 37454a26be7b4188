package kernel

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVectorRegistersOfAVX2: with more than 16 registers in use the generator takes those
// that only AVX-512 has, and Go's assembler then writes instructions that AVX2 lacks.
func TestVectorRegistersOfAVX2(t *testing.T) {
	files, err := filepath.Glob("*_asm_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatal("no generated assembly here", err)
	}
	beyond := regexp.MustCompile(`\b([XYZ](1[6-9]|2\d|3[01])|Z\d+|K[0-7])\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		narrow := 0
		for _, kernel := range strings.Split(string(text), "\nTEXT ")[1:] {
			name, body, _ := strings.Cut(kernel, "(SB)")
			if strings.Contains(name, "512") {
				continue
			}
			narrow++
			if r := beyond.FindString(body); r != "" {
				t.Errorf("%s: %s uses the register %s", file, name, r)
			}
		}
		if narrow == 0 {
			t.Errorf("%s has no kernel for AVX2", file)
		}
	}
}
