package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// contiguousOf is a new float64 array with random values of quarters, so that sums are
// exact in any order.
func contiguousOf(r *rand.Rand, shape ...int) *Array {
	a := &Array{Type: Float64}
	a.SetShape(shape)
	a.Buf = NewBuffer(a.Numel() * 8)
	v := Slice[float64](a)
	for i := range v {
		v[i] = float64(r.IntN(65)-32) / 4
	}
	return a
}

// views are arrays of one shape that lie differently in memory.
func views(r *rand.Rand, shape ...int) map[string]*Array {
	n := len(shape)
	out := map[string]*Array{"contiguous": contiguousOf(r, shape...)}
	back := slices.Clone(shape)
	slices.Reverse(back)
	t := contiguousOf(r, back...)
	slices.Reverse(t.Dims[:n])
	slices.Reverse(t.Strides[:n])
	out["transposed"] = t
	if n > 0 {
		wide := slices.Clone(shape)
		wide[n-1] = 2*wide[n-1] + 1
		s := contiguousOf(r, wide...)
		s.Dims[n-1], s.Strides[n-1], s.Off = int32(shape[n-1]), 2, 1
		out["sliced"] = s
		narrow := slices.Clone(shape)
		narrow[0] = 1
		var dims [MaxDims]int32
		for i, d := range shape {
			dims[i] = int32(d)
		}
		b := contiguousOf(r, narrow...).Broadcast(dims, n)
		out["broadcast"] = &b
	}
	if n > 1 {
		swapped := slices.Clone(shape)
		swapped[0], swapped[1] = swapped[1], swapped[0]
		s := contiguousOf(r, swapped...)
		s.Dims[0], s.Dims[1] = s.Dims[1], s.Dims[0]
		s.Strides[0], s.Strides[1] = s.Strides[1], s.Strides[0]
		out["swapped"] = s
	}
	return out
}

// values lists a's elements in row-major order, one by one.
func values(a *Array) []float64 {
	v := Slice[float64](a)
	out := make([]float64, 0, a.Numel())
	for i := range a.Numel() {
		at := 0
		for d := int(a.Rank) - 1; d >= 0; d-- {
			at += i % a.Size(d) * a.Stride(d)
			i /= a.Size(d)
		}
		out = append(out, v[at])
	}
	return out
}

func blank(shape ...int) *Array {
	a := &Array{Type: Float64}
	a.SetShape(shape)
	a.Buf = NewBuffer(a.Numel() * 8)
	v := Slice[float64](a)
	for i := range v {
		v[i] = math.NaN()
	}
	return a
}

var testShapes = [][]int{{}, {1}, {7}, {0}, {3, 0, 2}, {5, 3}, {1, 4, 1}, {2, 3, 4, 5}, {40, 1030}, {1030, 40}, {2, 33000}, {70, 5, 130}, {2, 2, 2, 2, 2, 2, 2, 2}}

func threads(t *testing.T, n int) {
	t.Helper()
	old := pool.Threads()
	pool.SetThreads(n)
	t.Cleanup(func() { pool.SetThreads(old) })
}

func TestCopy(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(1, 1))
	for _, shape := range testShapes {
		for from, x := range views(r, shape...) {
			for to, d := range views(r, shape...) {
				if to == "broadcast" {
					continue
				}
				cpuCopy(d, x)
				if !slices.Equal(values(d), values(x)) {
					t.Errorf("%v from %s to %s: other values", shape, from, to)
				}
			}
		}
	}
}

func TestUnaryAndBinary(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(2, 2))
	for _, shape := range testShapes {
		xs, ys, ds := views(r, shape...), views(r, shape...), views(r, shape...)
		delete(ds, "broadcast")
		for nx, x := range xs {
			a := values(x)
			for nd, d := range ds {
				cpuUnary(kernel.MulScalar, d, x, 3, 0)
				got := values(d)
				for i, v := range a {
					if got[i] != 3*v {
						t.Fatalf("%v %s to %s: element %d is %v, want %v", shape, nx, nd, i, got[i], 3*v)
					}
				}
			}
			for ny, y := range ys {
				b := values(y)
				for nd, d := range ds {
					cpuBinary(kernel.Sub, d, x, y)
					got := values(d)
					for i := range got {
						if got[i] != a[i]-b[i] {
							t.Fatalf("%v %s - %s to %s: element %d is %v, want %v", shape, nx, ny, nd, i, got[i], a[i]-b[i])
						}
					}
				}
			}
		}
	}
}

// TestBinaryInPlace: the result may be either operand.
func TestBinaryInPlace(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(3, 3))
	for name, y := range views(r, 300, 200) {
		for _, left := range []bool{true, false} {
			x := contiguousOf(r, 300, 200)
			a, b := values(x), values(y)
			if left {
				cpuBinary(kernel.Sub, x, x, y)
			} else {
				cpuBinary(kernel.Sub, x, y, x)
				a, b = b, a
			}
			for i, got := range values(x) {
				if got != a[i]-b[i] {
					t.Fatalf("%s, result at the left: %v: element %d is %v, want %v", name, left, i, got, a[i]-b[i])
				}
			}
		}
	}
}

func TestBroadcastShape(t *testing.T) {
	for _, c := range []struct{ a, b, want []int }{
		{[]int{3, 1}, []int{1, 4}, []int{3, 4}}, {[]int{}, []int{2}, []int{2}}, {[]int{0}, []int{1}, []int{0}},
		{[]int{1}, []int{0, 3}, []int{0, 3}}, {[]int{2, 3}, []int{3, 2}, nil}, {[]int{0}, []int{2}, nil},
	} {
		var a, b Array
		a.SetShape(c.a)
		b.SetShape(c.b)
		dims, rank, ok := BroadcastShape(&a, &b)
		if ok != (c.want != nil) {
			t.Errorf("%v with %v: %v", c.a, c.b, ok)
			continue
		}
		for i, d := range c.want {
			if rank != len(c.want) || int(dims[i]) != d {
				t.Errorf("%v with %v gives %v, want %v", c.a, c.b, dims[:rank], c.want)
			}
		}
	}
}

func TestReduce(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(4, 4))
	for _, shape := range testShapes {
		for name, x := range views(r, shape...) {
			elements := values(x)
			for mask := range 1 << len(shape) {
				if len(shape) > 4 && mask%7 != 0 {
					continue
				}
				kept := slices.Clone(shape)
				for i := range kept {
					if mask>>i&1 == 1 {
						kept[i] = 1
					}
				}
				for _, op := range []kernel.ReduceOp{kernel.Sum, kernel.Max, kernel.SumSquares, kernel.SumAbs} {
					d := blank(kept...)
					cpuReduce(op, d, x, uint8(mask))
					want := reduceNaive(op, elements, shape, mask, d.Numel())
					if got := values(d); !slices.Equal(got, want) {
						t.Fatalf("%v of %v %s over %b: %v, want %v", op, shape, name, mask, head(got), head(want))
					}
				}
				mean, m2 := blank(kept...), blank(kept...)
				cpuMeanVar(mean, m2, x, uint8(mask))
				momentsNaive(t, fmt.Sprintf("%v %s over %b", shape, name, mask), values(mean), values(m2), elements, shape, mask)
			}
		}
	}
}

// TestCumSum goes over lines that lie together and apart, and over more columns than go
// on together.
func TestCumSum(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(7, 7))
	for _, shape := range append(slices.Clone(testShapes), []int{5, 2*block + 3}, []int{2, 4, block + 1}) {
		for name, x := range views(r, shape...) {
			for dim := range shape {
				step := 1 // between neighbours along dim
				for _, n := range shape[dim+1:] {
					step *= n
				}
				want := values(x)
				for i := range want {
					if i/step%shape[dim] > 0 {
						want[i] += want[i-step]
					}
				}
				d := blank(shape...)
				cpuCumSum(d, x, dim)
				if got := values(d); !slices.Equal(got, want) {
					t.Fatalf("%v %s along %d: %v, want %v", shape, name, dim, head(got), head(want))
				}
			}
		}
	}
}

func head(v []float64) []float64 { return v[:min(len(v), 8)] }

// target is where element i of the shape goes when the dimensions in mask are reduced.
func target(i int, shape []int, mask int) int {
	at, scale := 0, 1
	for d := len(shape) - 1; d >= 0; d-- {
		if mask>>d&1 == 0 {
			at += i % shape[d] * scale
			scale *= shape[d]
		}
		i /= shape[d]
	}
	return at
}

func reduceNaive(op kernel.ReduceOp, v []float64, shape []int, mask, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = kernel.Identity[float64](op)
	}
	for i, x := range v {
		o := &out[target(i, shape, mask)]
		switch op {
		case kernel.Max:
			*o = max(*o, x)
		case kernel.SumSquares:
			*o += x * x
		case kernel.SumAbs:
			*o += math.Abs(x)
		default:
			*o += x
		}
	}
	return out
}

func momentsNaive(t *testing.T, what string, mean, m2, v []float64, shape []int, mask int) {
	t.Helper()
	if len(mean) == 0 {
		return
	}
	count := float64(len(v) / len(mean))
	wantMean, wantM2 := make([]float64, len(mean)), make([]float64, len(mean))
	for i, x := range v {
		wantMean[target(i, shape, mask)] += x / count
	}
	for i, x := range v {
		k := target(i, shape, mask)
		wantM2[k] += (x - wantMean[k]) * (x - wantMean[k])
	}
	for k := range mean {
		if math.Abs(mean[k]-wantMean[k]) > 1e-9 || math.Abs(m2[k]-wantM2[k]) > 1e-8*(1+wantM2[k]) {
			t.Fatalf("%s: mean and squares at %d are %v, %v; want %v, %v", what, k, mean[k], m2[k], wantMean[k], wantM2[k])
		}
	}
}

// TestReduceThreads: the bits of a reduction do not depend on the number of threads.
func TestReduceThreads(t *testing.T) {
	threads(t, 1)
	r := rand.New(rand.NewPCG(5, 5))
	for _, shape := range [][]int{{200000}, {2, 100000}, {100000, 3}, {700, 300}, {8, 30, 500}} {
		x := &Array{Type: Float32}
		x.SetShape(shape)
		x.Buf = NewBuffer(x.Numel() * 4)
		for i, v := 0, Slice[float32](x); i < len(v); i++ {
			v[i] = float32(r.NormFloat64())
		}
		for mask := 1; mask < 1<<len(shape); mask++ {
			kept := slices.Clone(shape)
			for i := range kept {
				if mask>>i&1 == 1 {
					kept[i] = 1
				}
			}
			var first []float32
			for _, n := range []int{1, 2, 3, 8} {
				pool.SetThreads(n)
				d, mean, m2 := Array{Type: Float32}, Array{Type: Float32}, Array{Type: Float32}
				var bits []float32
				for _, a := range []*Array{&d, &mean, &m2} {
					a.SetShape(kept)
					a.Buf = NewBuffer(a.Numel() * 4)
				}
				cpuReduce(kernel.Sum, &d, x, uint8(mask))
				cpuMeanVar(&mean, &m2, x, uint8(mask))
				bits = append(append(append(bits, Slice[float32](&d)...), Slice[float32](&mean)...), Slice[float32](&m2)...)
				if first == nil {
					first = bits
				} else if !slices.Equal(bits, first) {
					t.Errorf("%v over %b: %d threads give other bits than one", shape, mask, n)
				}
			}
		}
	}
}

func TestMatMulBatches(t *testing.T) {
	threads(t, 2)
	r := rand.New(rand.NewPCG(6, 6))
	for _, c := range []struct{ a, b, d []int }{
		{[]int{3, 4}, []int{4, 5}, []int{3, 5}}, {[]int{6, 3, 4}, []int{6, 4, 2}, []int{6, 3, 2}}, {[]int{1, 3, 4}, []int{6, 4, 2}, []int{6, 3, 2}},
		{[]int{2, 1, 3, 4}, []int{1, 3, 4, 2}, []int{2, 3, 3, 2}}, {[]int{1, 3, 4}, []int{1, 4, 2}, []int{1, 3, 2}}, {[]int{5, 3, 0}, []int{5, 0, 2}, []int{5, 3, 2}},
		{[]int{0, 3, 4}, []int{0, 4, 2}, []int{0, 3, 2}}, {[]int{1, 1, 1, 1, 1, 2, 3, 4}, []int{1, 1, 1, 1, 1, 2, 4, 2}, []int{1, 1, 1, 1, 1, 2, 3, 2}},
	} {
		for na, a := range views(r, c.a...) {
			for nb, b := range views(r, c.b...) {
				for _, accumulate := range []bool{false, true} {
					d := contiguousOf(r, c.d...)
					before := values(d)
					cpuMatMul(d, a, b, accumulate)
					rank := len(c.d)
					m, n, k := c.d[rank-2], c.d[rank-1], c.a[rank-1]
					var dims [MaxDims]int32
					for i, v := range c.d {
						dims[i] = int32(v)
					}
					ad, bd := dims, dims
					ad[rank-2], ad[rank-1], bd[rank-2], bd[rank-1] = int32(m), int32(k), int32(k), int32(n)
					ab, bb := a.Broadcast(ad, rank), b.Broadcast(bd, rank)
					av, bv := values(&ab), values(&bb)
					for i, got := range values(d) {
						batch, row, column := i/(m*n), i/n%m, i%n
						want := 0.0
						if accumulate {
							want = before[i]
						}
						for l := range k {
							want += av[(batch*m+row)*k+l] * bv[(batch*k+l)*n+column]
						}
						if math.Abs(got-want) > 1e-9 {
							t.Fatalf("%v %s times %v %s, accumulate %v: element %d is %v, want %v", c.a, na, c.b, nb, accumulate, i, got, want)
						}
					}
				}
			}
		}
	}
}

func TestConvert(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for name, x := range views(r, 30, 70) {
		d := &Array{Type: Int32}
		d.SetShape([]int{30, 70})
		d.Buf = NewBuffer(d.Numel() * 4)
		cpuCopy(d, x)
		want := values(x)
		for i, got := range Slice[int32](d) {
			if got != int32(want[i]) {
				t.Fatalf("%s: element %d is %d, want %d", name, i, got, int32(want[i]))
			}
		}
	}
}

// TestBufferSlack: kernels rely on the alignment and on what may be read behind the end.
func TestBufferSlack(t *testing.T) {
	for _, n := range []int{1, 3, 8, 60, 64, 65, 1000, 4096, 1 << 20} {
		a := Array{Buf: NewBuffer(n), Type: Uint8}
		s := Slice[uint8](&a)
		if len(s) != n || cap(s)-len(s) < 64 {
			t.Errorf("%d bytes: length %d, %d bytes of slack", n, len(s), cap(s)-len(s))
		}
		if p := uintptr(unsafe.Pointer(&s[0])); p%64 != 0 {
			t.Errorf("%d bytes: memory at %#x", n, p)
		}
		for _, v := range s[:cap(s)] {
			if v != 0 {
				t.Errorf("%d bytes: not cleared", n)
			}
		}
	}
	var small Small
	a := Array{Buf: small.Init(12), Type: Float32}
	if s := Slice[float32](&a); len(s) != 3 || cap(s) > 8 {
		t.Errorf("a small buffer of 12 bytes: length %d, capacity %d", len(s), cap(s))
	}
}
