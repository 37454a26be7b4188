package tensor_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(row{Name: "Randn", Func: tensor.Randn, NoGolden: "random; covered by TestRandn"})
	_ = op(row{Name: "Rand", Func: tensor.Rand, NoGolden: "random; covered by TestRand"})
	_ = op(row{Name: "RandInt", Func: tensor.RandInt, NoGolden: "random; covered by TestRandInt"})
	_ = op(row{Name: "RandPerm", Func: tensor.RandPerm, NoGolden: "random; covered by TestRandPerm"})
	_ = op(row{Name: "Bernoulli", Func: tensor.Bernoulli, NoGolden: "random; covered by TestBernoulli"})
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// moments are the mean and the standard deviation.
func moments(t *tensor.Tensor) (mean, deviation float64) {
	v := tensor.Data[float64](t.To(tensor.Float64))
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		deviation += (x - mean) * (x - mean) / float64(len(v))
	}
	return mean, math.Sqrt(deviation)
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, not within %v of %v", what, got, tolerance, want)
	}
}

func TestRandn(t *testing.T) {
	x := tensor.Randn(seeded(1), 100, 200)
	mean, deviation := moments(x)
	near(t, "the mean", mean, 0, 0.03)
	near(t, "the deviation", deviation, 1, 0.03)
	reproducible(t, func(r *rand.Rand) *tensor.Tensor { return tensor.Randn(r, 2, 3) }, "float32 [2 3]")
	if x := tensor.Randn(seeded(1)); x.Dim() != 0 || x.Numel() != 1 {
		t.Errorf("no shape gives %v", x.Shape())
	}
}

func TestRand(t *testing.T) {
	x := tensor.Rand(seeded(1), 20000)
	mean, deviation := moments(x)
	near(t, "the mean", mean, 0.5, 0.01)
	near(t, "the deviation", deviation, 1/math.Sqrt(12), 0.01)
	for _, v := range tensor.Data[float32](x) {
		if v < 0 || v >= 1 {
			t.Fatalf("%v is outside [0, 1)", v)
		}
	}
	reproducible(t, func(r *rand.Rand) *tensor.Tensor { return tensor.Rand(r, 4) }, "float32 [4]")
}

func TestRandInt(t *testing.T) {
	var seen [5]int
	for _, v := range tensor.Data[int64](tensor.RandInt(seeded(1), -2, 3, 5000)) {
		seen[v+2]++
	}
	for i, n := range seen {
		near(t, fmt.Sprintf("the count of %d", i-2), float64(n), 1000, 150)
	}
	for _, v := range tensor.Data[int64](tensor.RandInt(seeded(1), math.MinInt64, math.MaxInt64, 100)) {
		if v == math.MaxInt64 {
			t.Error("the upper limit was drawn")
		}
	}
	reproducible(t, func(r *rand.Rand) *tensor.Tensor { return tensor.RandInt(r, 0, 1000, 3) }, "int64 [3]")
	misuse[*tensor.IndexError](t, "must be greater than the lower, 3", func() { tensor.RandInt(seeded(1), 3, 3, 2) })
}

func TestRandPerm(t *testing.T) {
	v := tensor.Data[int64](tensor.RandPerm(seeded(1), 50))
	if slices.IsSorted(v) {
		t.Error("nothing was moved")
	}
	slices.Sort(v)
	for i, x := range v {
		if x != int64(i) {
			t.Fatalf("%d is missing", i)
		}
	}
	reproducible(t, func(r *rand.Rand) *tensor.Tensor { return tensor.RandPerm(r, 20) }, "int64 [20]")
	misuse[*tensor.ShapeError](t, "negative", func() { tensor.RandPerm(seeded(1), -1) })
}

func TestBernoulli(t *testing.T) {
	mean, deviation := moments(tensor.Bernoulli(seeded(1), 0.2, 10, 2000))
	near(t, "the mean", mean, 0.2, 0.01)
	near(t, "the deviation", deviation, 0.4, 0.01) // of ones and zeros only: sqrt(p(1-p))
	for p, want := range map[float64]float64{0: 0, 1: 1} {
		mean, deviation = moments(tensor.Bernoulli(seeded(1), p, 100))
		near(t, "the mean", mean, want, 1e-12)
		near(t, "the deviation", deviation, 0, 1e-12)
	}
	reproducible(t, func(r *rand.Rand) *tensor.Tensor { return tensor.Bernoulli(r, 0.5, 40) }, "float32 [40]")
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		misuse[*tensor.ShapeError](t, "between 0 and 1", func() { tensor.Bernoulli(seeded(1), p, 2) })
	}
}

// reproducible checks that equal seeds give equal tensors, others do not, and that a
// generator goes on from one call to the next.
func reproducible(t *testing.T, f func(r *rand.Rand) *tensor.Tensor, kind string) {
	t.Helper()
	text := func(x *tensor.Tensor) string { return fmt.Sprint(tensor.Data[float64](x.To(tensor.Float64))) }
	x := f(seeded(7))
	if got := fmt.Sprint(x.DType(), x.Shape()); got != kind {
		t.Errorf("the tensor is %s, not %s", got, kind)
	}
	if text(x) != text(f(seeded(7))) {
		t.Error("one seed gave two tensors")
	}
	if text(x) == text(f(seeded(8))) {
		t.Error("two seeds gave one tensor")
	}
	r := seeded(7)
	f(r)
	if text(x) == text(f(r)) {
		t.Error("the generator did not go on")
	}
}
