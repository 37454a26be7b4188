package kernel

import (
	"math"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
)

// random returns n normal numbers, the same on every call with the same seed.
func random[T Number](n int, seed uint64) []T {
	drawn.Lock()
	defer drawn.Unlock()
	key := draw{reflect.TypeFor[T](), seed}
	d, _ := drawn.of[key].(*draws[T])
	if d == nil {
		d = &draws[T]{r: rand.New(rand.NewPCG(seed, 1))}
		drawn.of[key] = d
	}
	for len(d.x) < n {
		if isFloat[T]() {
			d.x = append(d.x, T(d.r.NormFloat64()))
		} else {
			d.x = append(d.x, T(d.r.IntN(100))-50)
		}
	}
	return append(make([]T, 0, n), d.x[:n]...)
}

// drawn keeps what random has drawn: drawing took most of the time of many small cases.
var drawn = struct {
	sync.Mutex
	of map[draw]any
}{of: map[draw]any{}}

type draw struct {
	element reflect.Type
	seed    uint64
}

type draws[T Number] struct {
	r *rand.Rand
	x []T
}

// same tells whether two results are equal within a relative and an absolute
// tolerance, NaN being equal to NaN.
func same(got, want, relative, absolute float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) {
		return math.IsNaN(got) == math.IsNaN(want) && (math.IsNaN(want) || got == want)
	}
	return math.Abs(got-want) <= relative*math.Abs(want)+absolute
}

// compare fails the test at the first element that differs.
func compare[T Number](t *testing.T, what string, got, want []T, relative, absolute float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i := range want {
		if !same(float64(got[i]), float64(want[i]), relative, absolute) {
			t.Fatalf("%s: element %d is %v, want %v", what, i, got[i], want[i])
		}
	}
}

var (
	nan = math.NaN()
	inf = math.Inf(1)
)
