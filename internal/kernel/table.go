package kernel

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// Table is the kernels of one path, of float32 but for Gemm64 and GemmShared64. A nil entry means that the path has
// nothing better than the one below it. Adding a kernel for a processor is a
// Register call in the init of a file that is built for it.
type Table struct {
	Path string // as internal/cpu names it

	// Gemm32 is the single-threaded product, arguments as for GemmSerialWith; m, n and
	// k are above 0. It panics with an index error where an operand is too short.
	Gemm32 func(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32])
	Gemm64 func(m, n, k int, a []float64, ars, acs int, b []float64, brs, bcs int, c []float64, crs int, accumulate bool, e Epilogue[float64])

	// GemmShared32 does a large product, with m, n and k above 0, as jobs of the pool for
	// that many threads, or returns false: then it is cut into products for Gemm32.
	GemmShared32 func(p Product[float32], threads int) bool
	GemmShared64 func(p Product[float64], threads int) bool

	*ConvTable // never nil in a table in use

	// MaxPool2x2 and its transpose, see PoolRows.
	MaxPool2x2, MaxPool2x2Back func(a *PoolRows)
	// MaxPoolWindows and AvgPoolWindows are described at PoolWindows.
	MaxPoolWindows, AvgPoolWindows PoolKernels

	// Weave32 is Weave of whole vectors and returns how many of each operand these are; b
	// has 8 elements or more.
	Weave32 func(dst, a, b []float32) (whole int)

	// Unary32, Binary32, Scalar32 (the right operand is one number) and NumberFirst32 (the
	// left one is) work on slices that the wrapper has cut to one length.
	Unary32  [unaryOps]func(dst, x []float32, a, b float64)
	Binary32 [binaryOps]func(dst, x, y []float32)
	Scalar32 [binaryOps]func(dst, x []float32, y float32)

	NumberFirst32 [binaryOps]func(dst, x []float32, y float32)

	// Compare32 has Eq to Le; it, Where32 and the conversions do whole vectors from the
	// first element on and return how many elements these are.
	Compare32 [compareOps]func(dst []bool, x, y []float32) (whole int)
	Where32   func(dst []uint32, cond []bool, x, y []uint32) (whole int)
	FromUint8 func(dst []float32, x []uint8) (whole int)
	FromInt32 func(dst []float32, x []int32) (whole int)
	Pixels32  func(dst []float32, x []uint8, mean, std float32) (whole int)
	Narrow64  func(dst []float32, x []float64) (whole int)
	Widen32   func(dst []float64, x []float32) (whole int)
	// ToInt64, ToInt32 and ToUint8 stop before the first eight elements of which one does not
	// fit int32.
	ToInt64 func(dst []int64, x []float32) (done int)
	ToInt32 func(dst []int32, x []float32) (done int)
	ToUint8 func(dst []uint8, x []float32) (done int)
	ToBool  func(dst []bool, x []float32) (whole int)
	// Transpose32 does a part whose sides are multiples of 8; see Transpose.
	Transpose32 func(d, x []uint32, m, n, sd, sx int)

	// WeightedSum32, arguments as for WeightedSum, with one source or more and no empty dst,
	// does all of dst or nothing.
	WeightedSum32 func(dst []float32, sources [][]float32, weights []float32, bias float32) bool
	// Saturate32 is Saturate of whole vectors, from the first element on, and returns how
	// many elements these are.
	Saturate32 func(dst []uint8, x []float32) (whole int)

	// Reduce32 brings one slice, not empty, to one number.
	Reduce32 [reduceOps]func(x []float32) float32

	// ReduceRows32, Softmax32 and what follows, arguments as for the function of the name;
	// in ReduceRows32 and ScaledExp32 n is below rowsAtOnce.
	ReduceRows32  [reduceOps]func(dst, x []float32, n int)
	Softmax32     func(dst, x []float32, n int, log bool)
	SoftmaxBack32 func(dx, y, g []float32, n int, log bool)
	ScaledExp32   func(dst, x, k []float32, n int)
	BCE32         func(dst, x, t []float32)
	BCEGrad32     func(dst, x, t []float32, scale float32)
	// The loops of normalisations do whole vectors from the first element on and return how
	// many elements these are; see normalise.go and moments.go.
	Sum64             func(x []float32) (whole int, sum float64)
	Deviations64      func(x []float32, mean float64) (whole int, sum float64)
	Summary32         func(x []float32) (whole int, s summarySums)
	CentredProducts32 func(g, x []float32, mean float64) (whole int, sum, dot float64)
	Affine32          func(dst, x []float32, mean, scale, shift float64) (whole int)
	AffineEach32      func(dst, x, w, b []float32, mean, scale float64) (whole int)
	ProductsEach32    func(g, x, w []float32, mean float64) (whole int, sum, dot float64)
	CentredEach32     func(dst, g, x, w []float32, mean, scale, shift, slope float64) (whole int)
	Accumulate32      func(sums, dots []float64, g, x []float32, mean, scale float64) (whole int)
	Centred32         func(dst, g, x []float32, weight, mean, scale, shift, slope float64) (whole int)
	// The same over columns; see normalise_columns.go.
	ColumnTotals32     func(sums []float64, x []float32) (whole int)
	ColumnDeviations32 func(m2, mean []float64, x []float32) (whole int)
	ColumnProducts32   func(sums, dots, mean []float64, g, x []float32) (whole int)
	ColumnAffine32     func(dst, x []float32, mean, scale, shift []float64) (whole int)
	ColumnCentred32    func(dst, g, x []float32, mean, scale, shift, slope []float64) (whole int)

	SGD32      func(w, g, momentum []float32, a SGDArgs)
	Adam32     func(w, g, m, v, vmax []float32, a AdamArgs)
	RMSprop32  func(w, g, sq, gavg, buf []float32, a RMSpropArgs)
	Adagrad32  func(w, g, sum []float32, a AdagradArgs)
	Adadelta32 func(w, g, sqAvg, accDelta []float32, a AdadeltaArgs)
}

// below says which path a path falls back to, entry by entry.
var below = map[string]string{cpu.AVX512: cpu.AVX2, cpu.AVX2: cpu.Generic, cpu.NEON: cpu.Generic}

var registry struct {
	sync.Mutex
	tables map[string]*Table // as registered, with gaps
}

var active atomic.Pointer[Table]

func init() {
	Register(&Table{Path: cpu.Generic, ConvTable: &ConvTable{}})
	cpu.OnChange(use)
}

// Register adds the table of a path, or fills the gaps of the one that is there.
func Register(t *Table) {
	registry.Lock()
	if registry.tables == nil {
		registry.tables = map[string]*Table{}
	}
	if have := registry.tables[t.Path]; have != nil {
		fill(have, t)
	} else {
		registry.tables[t.Path] = t
	}
	registry.Unlock()
	use(cpu.Path())
}

// Active returns the table in use. Its entries are nil only where the generic
// loop of the wrapper is the best there is.
func Active() *Table { return active.Load() }

// Paths returns the paths that have a table, sorted by name.
func Paths() []string {
	registry.Lock()
	defer registry.Unlock()
	var names []string
	for name := range registry.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// use makes the table of a path the active one.
func use(path string) { active.Store(Lookup(path)) }

// Lookup returns the complete table of a path: its own entries, and those of
// the paths below it where it has none. Its Path is the highest of them that has
// kernels of its own: what really runs. Tests run every path through it.
func Lookup(path string) *Table {
	registry.Lock()
	defer registry.Unlock()
	t := &Table{}
	for ; path != ""; path = below[path] {
		if from := registry.tables[path]; from != nil {
			if t.Path == "" {
				t.Path = path
			}
			fill(t, from)
		}
	}
	return t
}

// fill takes from a table what t does not have.
func fill(t, from *Table) {
	dst, src := reflect.ValueOf(t).Elem(), reflect.ValueOf(from).Elem()
	for i := range dst.NumField() {
		d, s := dst.Field(i), src.Field(i)
		switch d.Kind() {
		case reflect.Func, reflect.Pointer:
			if d.IsNil() {
				d.Set(s)
			}
		case reflect.Array:
			for j := range d.Len() {
				if d.Index(j).IsNil() {
					d.Index(j).Set(s.Index(j))
				}
			}
		}
	}
}
