package train_test

import (
	"math"
	"testing"

	"github.com/lumen-ml/lumen/train"
)

// TestFigure: a loss is a word of a line, however large it is.
func TestFigure(t *testing.T) {
	for loss, want := range map[float64]string{0: "0.0000", 2.302585: "2.3026", 99999.5: "99999.5000", -3e30: "-3e+30", 1.23456e30: "1.235e+30", math.Inf(1): "+Inf"} {
		if got := train.Figure(loss); got != want {
			t.Errorf("%g is %q, want %q", loss, got, want)
		}
	}
	if got := train.Figure(math.NaN()); got != "NaN" {
		t.Error(got)
	}
}
