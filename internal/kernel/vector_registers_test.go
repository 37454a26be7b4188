package kernel

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestVectorRegistersOfAVX2: with more than 16 registers in use the generator takes those
// that only AVX-512 has, and Go's assembler then writes instructions that AVX2 lacks.
func TestVectorRegistersOfAVX2(t *testing.T) {
	text, err := os.ReadFile("vector_asm_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	beyond := regexp.MustCompile(`\b([XYZ](1[6-9]|2\d|3[01])|Z\d+|K[0-7])\b`)
	for _, kernel := range strings.Split(string(text), "\nTEXT ")[1:] {
		name, body, _ := strings.Cut(kernel, "(SB)")
		if r := beyond.FindString(body); strings.HasSuffix(name, "256") && r != "" {
			t.Errorf("%s uses the register %s", name, r)
		}
	}
}
