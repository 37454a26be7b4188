package tensor_test

import (
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var sink *tensor.Tensor

// BenchmarkOverheadAdd and BenchmarkOverheadAddTracked are what an operation costs
// besides its arithmetic.
func BenchmarkOverheadAdd(b *testing.B) {
	x, y := tensor.Ones(1), tensor.Ones(1)
	b.ReportAllocs()
	for b.Loop() {
		sink = x.Add(y)
	}
}

func BenchmarkOverheadAddTracked(b *testing.B) {
	x, y := tensor.Ones(1).RequireGrad(), tensor.Ones(1).RequireGrad()
	b.ReportAllocs()
	for b.Loop() {
		sink = x.Add(y)
	}
}

// TestSmallResults: a result of few elements is one allocation, with a node two.
func TestSmallResults(t *testing.T) {
	x, y := tensor.Ones(1), tensor.Ones(1)
	if n := testing.AllocsPerRun(100, func() { sink = x.Add(y) }); n > 1 {
		t.Errorf("adding two numbers allocates %v objects", n)
	}
	x.RequireGrad()
	if n := testing.AllocsPerRun(100, func() { sink = x.Add(y) }); n > 2 {
		t.Errorf("adding two numbers, recorded, allocates %v objects", n)
	}
}
