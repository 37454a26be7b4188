package kernel

import (
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// vectorLengths are odd and even ones around the widths of vectors, and some beyond
// one turn of the loops and one call of the assembly.
func vectorLengths() []int {
	var lengths []int
	for n := range 71 {
		lengths = append(lengths, n)
	}
	return append(lengths, 127, 1000, 4099, 64<<10+3)
}

// awkward returns n numbers, among them the ends of the range, at places that change
// with the seed.
func awkward(n int, seed uint64) []float32 {
	special := []float32{0, float32(math.Copysign(0, -1)), float32(inf), float32(-inf), float32(nan), 0x1p-149, -0x1p-130, 0x1p-126,
		math.MaxFloat32, -math.MaxFloat32, 88.5, -88.5, 1}
	x := random[float32](n, seed)
	for i := int(seed % 3); i < n; i += 3 {
		x[i] = special[(i/3+int(seed))%len(special)]
	}
	return x
}

// guards are what stands around a slice that a kernel must not touch.
const guards, guardValue = 19, 12345.5

// fenced returns a copy of x at an odd place between guards, and what checks them.
func fenced(t *testing.T, x []float32, shift int) (inside []float32, check func(what string)) {
	all := make([]float32, len(x)+2*guards)
	fillWith(all, guardValue)
	inside = all[guards-shift:][:len(x):len(x)]
	copy(inside, x)
	return inside, func(what string) {
		t.Helper()
		for i, v := range all {
			if v != guardValue && (i < guards-shift || i >= guards-shift+len(x)) {
				t.Fatalf("%s of %d elements wrote beside them", what, len(x))
			}
		}
	}
}

// sameBits fails the test where a and b differ in a bit; any NaN equals any other.
func sameBits(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i, v := range want {
		if math.Float32bits(got[i]) != math.Float32bits(v) && (v == v || got[i] == got[i]) {
			t.Fatalf("%s: element %d of %d is %v, want %v", what, i, len(want), got[i], v)
		}
	}
}

// eachTable runs f with the table of every path of this processor that has kernels.
func eachTable(t *testing.T, f func(t *testing.T, table *Table)) {
	for _, path := range cpu.Available() {
		if path != cpu.Generic {
			t.Run(path, func(t *testing.T) { f(t, Lookup(path)) })
		}
	}
}

// exactUnary are the operations whose result is the rounded formula, on every path.
var exactUnary = map[UnaryOp]bool{Neg: true, Abs: true, Sign: true, Square: true, Sqrt: true, Reciprocal: true, ReLU: true,
	LeakyReLU: true, Clamp: true, Floor: true, Ceil: true, Round: true, Trunc: true, AddScalar: true, MulScalar: true, DivScalar: true}

// TestVectorUnary holds every kernel against the reference over the lengths, between
// guards; the result of an element must not depend on its place.
func TestVectorUnary(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		for op := range unaryOps {
			f := table.Unary32[op]
			if f == nil {
				continue
			}
			long := awkward(64<<10+3, uint64(op))
			all := make([]float32, len(long))
			f(all, long, 0.3, 1.5)
			for _, n := range vectorLengths() {
				start := (n * 7) % (len(long) - n + 1)
				dst, check := fenced(t, make([]float32, n), n%guards)
				x, checkX := fenced(t, long[start:][:n], n%7)
				f(dst, x, 0.3, 1.5)
				check(op.String())
				checkX(op.String())
				sameBits(t, op.String()+" at another place", dst, all[start:][:n])
				f(x, x, 0.3, 1.5)
				sameBits(t, op.String()+" in place", x, dst)
			}
			want := make([]float32, len(long))
			unaryGeneric(op, want, long, 0.3, 1.5)
			if exactUnary[op] {
				sameBits(t, op.String(), all, want)
				continue
			}
			compare(t, op.String(), all, want, 4e-7, 0x1p-148)
		}
	})
}

func TestVectorBinary(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		for op := range binaryOps {
			f, g := table.Binary32[op], table.Scalar32[op]
			if f == nil {
				continue
			}
			longX, longY := awkward(64<<10+3, uint64(op)), awkward(64<<10+3, uint64(op)+1)
			all := make([]float32, len(longX))
			for _, n := range vectorLengths() {
				longX, longY, want := longX[:n], longY[:n], all[:n]
				dst, check := fenced(t, want, n%guards)
				x, _ := fenced(t, longX, n%7)
				y, _ := fenced(t, longY, n%5)
				binaryGeneric(op, want, x, y)
				f(dst, x, y)
				check(op.String())
				closeBits(t, op, dst, want, x)
				f(y, x, y)
				sameBits(t, op.String()+" in place", y, dst)
				for _, s := range []float32{0.7, 0, float32(nan), float32(-inf), -3} {
					for i := range want {
						all[i] = s
					}
					binaryGeneric(op, want, x, want)
					g(dst, x, s)
					check(op.String())
					closeBits(t, op, dst, want, x)
					if first := table.NumberFirst32[op]; first != nil {
						for i := range want {
							all[i] = s
						}
						binaryGeneric(op, want, want, x)
						first(dst, x, s)
						check(op.String())
						closeBits(t, op, dst, want, x)
					}
				}
			}
		}
	})
}

// closeBits: arithmetic has one right answer; TanhGrad, g * (1 - y*y), may round y*y or
// not.
func closeBits(t *testing.T, op BinaryOp, got, want, g []float32) {
	t.Helper()
	if op != TanhGrad {
		sameBits(t, op.String(), got, want)
		return
	}
	for i, v := range want {
		if !same(float64(got[i]), float64(v), 2e-7, 2e-7*math.Abs(float64(g[i]))+0x1p-148) {
			t.Fatalf("%v: element %d is %v, want %v", op, i, got[i], v)
		}
	}
}

// TestVectorOptimizers holds a step on every path against the reference, between guards.
func TestVectorOptimizers(t *testing.T) {
	sgd := []SGDArgs{{LR: 0.1}, {LR: 0.1, WeightDecay: 0.2, Maximize: true}, {LR: 0.1, Momentum: 0.9, Dampening: 0.3},
		{LR: 0.1, Momentum: 0.9, First: true}, {LR: 0.1, Momentum: 0.9, Nesterov: true, WeightDecay: 0.1}}
	adam := []AdamArgs{{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 3, WeightDecay: 0.1},
		{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 1, WeightDecay: 0.1, Decoupled: true, Maximize: true},
		{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 2, AMSGrad: true}}
	var rmsprop []RMSpropArgs
	for i := range 8 {
		a := RMSpropArgs{LR: 0.1, Alpha: 0.9, Eps: 1e-3, WeightDecay: 0.1 * float64(i%3), Centered: i&1 != 0, Maximize: i&4 != 0}
		if i&2 != 0 {
			a.Momentum = 0.9
		}
		rmsprop = append(rmsprop, a)
	}
	adagrad := []AdagradArgs{{LR: 0.1, Eps: 1e-10, Step: 1}, {LR: 0.1, Eps: 1e-10, LRDecay: 0.2, WeightDecay: 0.1, Step: 3, Maximize: true}}
	adadelta := []AdadeltaArgs{{LR: 1, Rho: 0.9, Eps: 1e-6}, {LR: 0.5, Rho: 0.8, Eps: 1e-6, WeightDecay: 0.1, Maximize: true}}
	eachTable(t, func(t *testing.T, table *Table) {
		for _, n := range []int{0, 1, 15, 16, 17, 33, 70, 1001, 64<<10 + 3} {
			sgd, adam, rmsprop, adagrad, adadelta := sgd, adam, rmsprop, adagrad, adadelta
			if testing.Short() && n > 64<<10 { // a second call of the assembly: once for each, with all operands
				sgd, adam, rmsprop, adagrad, adadelta = sgd[4:], adam[2:], rmsprop[3:4], adagrad[1:], adadelta[1:]
			}
			// step runs f on weights, gradient and three states between guards.
			step := func(f func(x [5][]float32)) (x [5][]float32) {
				var checks [5]func(string)
				for k := range x {
					x[k], checks[k] = fenced(t, random[float32](n, uint64(k)), k+n%7)
				}
				for i := range x[3] {
					x[3][i], x[4][i] = x[3][i]*x[3][i], x[4][i]*x[4][i]
				}
				f(x)
				for _, check := range checks {
					check("an optimizer")
				}
				return x
			}
			hold := func(what string, got, want [5][]float32) {
				t.Helper()
				for k := range got {
					compare(t, fmt.Sprint(what, " operand ", k), got[k], want[k], 2e-6, 1e-6)
				}
			}
			for _, a := range sgd {
				hold(fmt.Sprintf("%+v", a), step(func(x [5][]float32) { table.SGD32(x[0], x[1], x[2], a) }),
					step(func(x [5][]float32) { sgdGeneric(x[0], x[1], x[2], a) }))
			}
			for _, a := range adam {
				hold(fmt.Sprintf("%+v", a), step(func(x [5][]float32) { table.Adam32(x[0], x[1], x[2], x[3], x[4], a) }),
					step(func(x [5][]float32) { adamGeneric(x[0], x[1], x[2], x[3], x[4], a) }))
			}
			if table.RMSprop32 == nil {
				continue
			}
			for _, a := range rmsprop {
				hold(fmt.Sprintf("%+v", a), step(func(x [5][]float32) {
					addOne(x[3])
					table.RMSprop32(x[0], x[1], x[3], x[2], x[4], a)
				}), step(func(x [5][]float32) {
					addOne(x[3])
					rmspropGeneric(x[0], x[1], x[3], x[2], x[4], a)
				}))
			}
			for _, a := range adagrad {
				hold(fmt.Sprintf("%+v", a), step(func(x [5][]float32) { table.Adagrad32(x[0], x[1], x[3], a) }),
					step(func(x [5][]float32) { adagradGeneric(x[0], x[1], x[3], a) }))
			}
			for _, a := range adadelta {
				hold(fmt.Sprintf("%+v", a), step(func(x [5][]float32) { table.Adadelta32(x[0], x[1], x[3], x[4], a) }),
					step(func(x [5][]float32) { adadeltaGeneric(x[0], x[1], x[3], x[4], a) }))
			}
		}
	})
}

// addOne makes x large enough for a centred RMSprop: squares whose mean has a square.
func addOne(x []float32) {
	for i := range x {
		x[i] += 40
	}
}

func TestVectorStateIsFlushed(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		for _, n := range []int{1, 16, 37} {
			w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
			if table.RMSprop32 != nil {
				sq := make([]float32, n)
				fillWith(sq, 1.3e-38)
				fillWith(m, -1.3e-38)
				fillWith(v, 1.3e-38)
				table.RMSprop32(w, g, sq, m, v, RMSpropArgs{LR: 0.1, Alpha: 0.5, Eps: 1e-8, Momentum: 0.5, Centered: true})
				for _, state := range [][]float32{sq, m, v} {
					sameBits(t, "RMSprop's state", state, g)
				}
				fillWith(m, 1.1e-38)
				table.Adagrad32(w, g, m, AdagradArgs{LR: 0.1, Eps: 1e-10, Step: 1})
				sameBits(t, "Adagrad's sum", m, g)
				fillWith(m, 1.3e-38)
				fillWith(v, 1.3e-38)
				table.Adadelta32(w, g, m, v, AdadeltaArgs{LR: 1, Rho: 0.5, Eps: 1e-6})
				sameBits(t, "Adadelta's squares", m, g)
				sameBits(t, "Adadelta's changes", v, g)
				clear(w)
			}
			fillWith(m, -1.3e-38)
			fillWith(v, 1.201e-38)
			table.Adam32(w, g, m, v, nil, AdamArgs{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 3})
			sameBits(t, "Adam's m", m, make([]float32, n))
			sameBits(t, "Adam's v", v, make([]float32, n))
			fillWith(m, -1.3e-38)
			table.SGD32(w, g, m, SGDArgs{LR: 0.1, Momentum: 0.5})
			sameBits(t, "momentum", m, make([]float32, n))
		}
	})
}

func BenchmarkVector(b *testing.B) {
	for _, path := range cpu.Available() {
		table := Lookup(path)
		for _, n := range []int{1 << 10, 1 << 20} {
			x, y, dst := random[float32](n, 1), random[float32](n, 2), make([]float32, n)
			run := func(name string, f func()) {
				b.Run(fmt.Sprintf("%s/%s/%d", path, name, n), func(b *testing.B) {
					for b.Loop() {
						f()
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
				})
			}
			for op := range unaryOps {
				if f := table.Unary32[op]; f != nil {
					run(op.String(), func() { f(dst, x, 0.3, 1.5) })
				} else {
					run(op.String(), func() {
						if !unaryFloat32(op, dst, x, 0.3) {
							unaryGeneric(op, dst, x, 0.3, 1.5)
						}
					})
				}
			}
			for op := range binaryOps {
				if f := table.Binary32[op]; f != nil {
					run(op.String(), func() { f(dst, x, y) })
				} else {
					run(op.String(), func() { binaryGeneric(op, dst, x, y) })
				}
			}
		}
	}
}
