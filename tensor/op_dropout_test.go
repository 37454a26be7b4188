package tensor_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/tensor"
)

var (
	_ = op(row{Name: "Dropout", Func: tensor.Dropout, NoGolden: "random; covered by TestDropout and TestDropoutGradients"})
	_ = op(row{Name: "FeatureDropout", Func: tensor.FeatureDropout, NoGolden: "random; covered by TestFeatureDropout and TestDropoutGradients"})
)

func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func TestDropout(t *testing.T) {
	defer pool.SetThreads(pool.Threads())
	x := tensor.Ones(300, 401)
	for _, p := range []float64{0.1, 0.5, 0.9} {
		pool.SetThreads(1)
		y := tensor.Data[float32](tensor.Dropout(x, p, stream(7)))
		pool.SetThreads(3)
		if !slices.Equal(y, tensor.Data[float32](tensor.Dropout(x, p, stream(7)))) {
			t.Errorf("p = %v: the mask depends on the number of threads", p)
		}
		if slices.Equal(y, tensor.Data[float32](tensor.Dropout(x, p, stream(8)))) {
			t.Errorf("p = %v: another seed gave the same mask", p)
		}
		zeros, pairs := 0, 0
		for i, v := range y {
			switch v {
			case 0:
				zeros++
				if i > 0 && y[i-1] == 0 {
					pairs++
				}
			case float32(1 / (1 - p)):
			default:
				t.Fatalf("p = %v: an element became %v", p, v)
			}
		}
		n := float64(len(y))
		if off := math.Abs(float64(zeros) - p*n); off > 5*math.Sqrt(n*p*(1-p)) {
			t.Errorf("p = %v: %d of %v elements dropped", p, zeros, n)
		}
		if off := math.Abs(float64(pairs) - p*p*n); off > 8*math.Sqrt(n*p*p) { // neighbours are independent
			t.Errorf("p = %v: %d of %v neighbours dropped together", p, pairs, n)
		}
	}
}

func TestDropoutEnds(t *testing.T) {
	x := tensor.FromSlice([]float32{1, float32(math.Inf(1)), float32(math.NaN())})
	r := stream(1)
	if tensor.Dropout(x, 0, r) != x || r.Uint64() != stream(1).Uint64() {
		t.Error("p = 0 changes something")
	}
	if tensor.Dropout(x, 0, nil) != x {
		t.Error("p = 0 needs no random stream")
	}
	leaf := tensor.FromSlice([]float32{1, 2, 3}).RequireGrad()
	y := tensor.Dropout(leaf, 1, stream(1))
	y.Sum().Backward()
	if zero := []float32{0, 0, 0}; !slices.Equal(tensor.Data[float32](y), zero) || !slices.Equal(tensor.Data[float32](leaf.Grad()), zero) {
		t.Errorf("p = 1 gives %v with gradient %v", y, leaf.Grad())
	}
	if n := tensor.Dropout(tensor.Zeros(0, 3), 0.5, stream(1)).Numel(); n != 0 {
		t.Errorf("%d elements of none", n)
	}
	if n := tensor.FeatureDropout(tensor.Zeros(2, 3, 0), 0.5, stream(1)).Numel(); n != 0 {
		t.Errorf("%d elements of none", n)
	}
}

// Whole channels are dropped, each on its own.
func TestFeatureDropout(t *testing.T) {
	y := tensor.Data[float32](tensor.FeatureDropout(tensor.Ones(40, 50, 3, 4), 0.25, stream(5)))
	dropped := 0
	for c := range 40 * 50 {
		part := y[c*12:][:12]
		for _, v := range part {
			if v != part[0] || v != 0 && v != float32(1/0.75) {
				t.Fatalf("channel %d became %v", c, part)
			}
		}
		if part[0] == 0 {
			dropped++
		}
	}
	if dropped < 400 || dropped > 600 {
		t.Errorf("%d of 2000 channels dropped, about 500 are wanted", dropped)
	}
	if y := tensor.Data[float32](tensor.FeatureDropout(tensor.Ones(4, 50), 0.5, stream(5))); !slices.Contains(y, 0) || !slices.Contains(y, 2) {
		t.Errorf("[batch, channels] gave %v", y)
	}
}

func TestDropoutGradients(t *testing.T) {
	x := tensor.Linspace(-2, 2, 24).To(tensor.Float64).Reshape(2, 3, 4)
	for name, f := range map[string]func(x *tensor.Tensor, p float64, rng *rand.Rand) *tensor.Tensor{
		"Dropout": tensor.Dropout, "FeatureDropout": tensor.FeatureDropout} {
		squared := func(xs []*tensor.Tensor) *tensor.Tensor { return f(xs[0].Mul(xs[0]).Permute(0, 1, 2), 0.4, stream(3)) }
		if err := gradcheck.Func(squared, []*tensor.Tensor{x}, gradcheck.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		second := func(xs []*tensor.Tensor) *tensor.Tensor {
			leaf := xs[0]
			if !leaf.Tracked() {
				leaf = leaf.Detach().RequireGrad()
			}
			return tensor.GradOf(squared([]*tensor.Tensor{leaf}).Sum(), []*tensor.Tensor{leaf}, tensor.BackwardOptions{CreateGraph: true})[0]
		}
		if err := gradcheck.Func(second, []*tensor.Tensor{x}, gradcheck.Options{}); err != nil {
			t.Errorf("%s, second derivative: %v", name, err)
		}
	}
}

func TestDropoutMisuse(t *testing.T) {
	x := tensor.Ones(2, 3)
	misuse[*tensor.ShapeError](t, "between 0 and 1, not 1.5", func() { tensor.Dropout(x, 1.5, stream(1)) })
	misuse[*tensor.ShapeError](t, "not NaN", func() { tensor.Dropout(x, math.NaN(), stream(1)) })
	misuse[*tensor.ShapeError](t, "not nil", func() { tensor.Dropout(x, 0.5, nil) })
	misuse[*tensor.ShapeError](t, "[batch, channels, ...]", func() { tensor.FeatureDropout(tensor.Ones(3), 0.5, stream(1)) })
	misuse[*tensor.DTypeError](t, "floats", func() { tensor.Dropout(x.To(tensor.Int64), 0.5, stream(1)) })
}
