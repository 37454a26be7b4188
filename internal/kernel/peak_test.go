package kernel

import (
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func TestPeak(t *testing.T) {
	for _, path := range cpu.Available() {
		flops := Peak(path)
		t.Logf("%s: %.1f GFLOP/s", path, flops/1e9)
		if has := path == cpu.AVX2 || path == cpu.AVX512; has != (flops > 0) {
			t.Errorf("%s: %v", path, flops)
		}
	}
	if Peak("none") != 0 {
		t.Error("a path that does not exist has a peak")
	}
}
