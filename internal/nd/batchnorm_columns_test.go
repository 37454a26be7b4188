package nd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// TestBatchNormColumns: vectors and small planes, which are taken as rows of columns, and larger ones, give what the
// formula written out gives, in training and not, with the same bits on one thread and on two.
func TestBatchNormColumns(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	normal := func(shape ...int) *Array {
		a := contiguousOf(r, shape...)
		for i, v := range Slice[float64](a) {
			Slice[float64](a)[i] = float64(float32(3 + v/5))
		}
		return a
	}
	for _, shape := range [][]int{
		{5, 3}, {40, 7}, {64, 600}, {2, 1100}, {6, 3, 1, 2}, {9, 50, 3, 3}, {20, 40, 4, 4}, {4, 37, 4, 8}, {4, 5, 3, 11}, {1, 3, 2},
	} {
		for _, training := range []bool{true, false} {
			t.Run(fmt.Sprint(shape, training), func(t *testing.T) {
				c := shape[1]
				x, g := normal(shape...), normal(shape...)
				w, b, rm, rv := normal(c), normal(c), normal(c), normal(c)
				for i, v := range Slice[float64](rv) {
					Slice[float64](rv)[i] = float64(float32(0.5 + math.Abs(v)))
				}
				a := BatchNormArgs{Training: training, Momentum: 0.25, Eps: 1e-3, Activation: kernel.ActReLU}
				want := plainBatchNorm(x, g, w, b, rm, rv, a)
				for _, single := range []bool{false, true} {
					convert, tolerance := func(a *Array) *Array { return copied(a) }, 1e-10
					if single {
						convert, tolerance = floats32, 3e-5
					}
					var first [][]float64
					for _, n := range []int{1, 2} {
						threads(t, n)
						got := runBatchNorm(convert, x, g, w, b, rm, rv, a)
						if n == 1 {
							first = got
						}
						for k, name := range []string{"result", "mean", "rstd", "running mean", "running variance", "dx", "dw", "db"} {
							size := 1.0
							for _, v := range want[k] {
								size = max(size, math.Abs(v))
							}
							for i, v := range want[k] {
								if d := math.Abs(got[k][i] - v); !(d <= tolerance*size) {
									t.Fatalf("float32 %v, %s, element %d: %v, not %v", single, name, i, got[k][i], v)
								}
							}
							if !slices.Equal(got[k], first[k]) {
								t.Errorf("float32 %v, %s: other bits with %d threads", single, name, n)
							}
						}
					}
				}
			})
		}
	}
}

// copied is a contiguous copy.
func copied(a *Array) *Array {
	b := *a
	b.Buf, b.Off = NewBuffer(a.Numel()*a.Type.Size()), 0
	b.SetContiguous()
	cpuCopy(&b, a)
	return &b
}

// runBatchNorm is the operation and its gradients, of arrays brought to a type by convert.
func runBatchNorm(convert func(*Array) *Array, x, g, w, b, rm, rv *Array, a BatchNormArgs) (out [][]float64) {
	x, g, w, b, rm, rv = convert(x), convert(g), convert(w), convert(b), convert(rm), convert(rv)
	dst, dx, dw, db, c := copied(x), copied(x), copied(w), copied(w), x.Size(1)
	mean, rstd := blank(c), blank(c)
	cpuBatchNorm(dst, mean, rstd, x, w, b, rm, rv, a)
	cpuBatchNormBack(dx, dw, db, g, x, w, mean, rstd, a.Training)
	for _, v := range []*Array{dst, mean, rstd, rm, rv, dx, dw, db} {
		wide := blank(v.Shape()...)
		cpuCopy(wide, v)
		out = append(out, values(wide))
	}
	return out
}

// plainBatchNorm is the formula, channel by channel; the gradients are of the result before the activation.
func plainBatchNorm(x, g, w, b, rm, rv *Array, a BatchNormArgs) [][]float64 {
	batch, c, rest := channels(x)
	xs, gs, ws, bs, n := values(x), values(g), values(w), values(b), float64(batch*rest)
	out := [][]float64{make([]float64, len(xs)), make([]float64, c), make([]float64, c), values(rm), values(rv),
		make([]float64, len(xs)), make([]float64, c), make([]float64, c)}
	for k := range c {
		each := func(f func(i int)) {
			for i := range batch {
				for j := range rest {
					f((i*c+k)*rest + j)
				}
			}
		}
		mean, variance := out[3][k], out[4][k]
		if a.Training {
			mean, variance = 0, 0
			each(func(i int) { mean += xs[i] / n })
			each(func(i int) { variance += (xs[i] - mean) * (xs[i] - mean) / n })
			out[3][k] += a.Momentum * (mean - out[3][k])
			out[4][k] += a.Momentum * (variance*n/(n-1) - out[4][k])
		}
		rstd, weight, bias := 1/math.Sqrt(variance+a.Eps), ws[k], bs[k]
		out[1][k], out[2][k] = mean, rstd
		var sum, dot float64
		each(func(i int) {
			h := (xs[i] - mean) * rstd
			out[0][i] = max(0, h*weight+bias)
			sum += gs[i]
			dot += gs[i] * h
		})
		out[6][k], out[7][k] = dot, sum
		if !a.Training {
			sum, dot = 0, 0
		}
		each(func(i int) { out[5][i] = weight * rstd * (gs[i] - sum/n - (xs[i]-mean)*rstd*dot/n) })
	}
	return out
}
