package kernel

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/pool"
)

// gemmSplit is how many multiply-adds a product must have before a second
// thread pays.
const gemmSplit = 300_000

// gemmTask is one product cut into a grid of blocks of c.
type gemmTask[T Float] struct {
	m, n, k            int
	a, b, c            []T
	ars, acs, brs, bcs int
	crs                int
	accumulate         bool
	epilogue           Epilogue[T]
	rows, columns      int // the size of a block
	across             int // blocks in a row of the grid
}

var gemmTasks32, gemmTasks64 sync.Pool

// gemmTasks returns the free list of tasks for T.
func gemmTasks[T Float]() *sync.Pool {
	if T(1)+0x1p-40 == 1 {
		return &gemmTasks32
	}
	return &gemmTasks64
}

// gemmParallel does a product on the pool if it is worth it, and says so.
func gemmParallel[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) bool {
	threads := pool.Threads()
	if threads == 1 || float64(m)*float64(n)*float64(k) < gemmSplit {
		return false
	}
	down, across := gemmGrid(m, n, threads)
	if down*across == 1 {
		return false
	}
	free := gemmTasks[T]()
	t, _ := free.Get().(*gemmTask[T])
	if t == nil {
		t = new(gemmTask[T])
	}
	*t = gemmTask[T]{
		m: m, n: n, k: k, a: a, b: b, c: c, ars: ars, acs: acs, brs: brs, bcs: bcs, crs: crs, accumulate: accumulate,
		epilogue: e,
		rows:     blockSize(m, down, 4), columns: blockSize(n, across, 16), across: across,
	}
	defer func() {
		*t = gemmTask[T]{}
		free.Put(t)
	}()
	pool.Run(down*across, t)
	return true
}

// gemmGrid cuts c into down x across blocks, two for each thread if there is
// enough. Cutting the longer side first packs least twice.
func gemmGrid(m, n, threads int) (down, across int) {
	const least = 16 // rows or columns in a block
	parts := 2 * threads
	if m >= n {
		down = min(parts, max(m/least, 1))
		return down, min(max(parts/down, 1), max(n/least, 1))
	}
	across = min(parts, max(n/least, 1))
	return min(max(parts/across, 1), max(m/least, 1)), across
}

// blockSize is size/parts rounded up to a multiple of unit.
func blockSize(size, parts, unit int) int {
	return ((size+parts-1)/parts + unit - 1) / unit * unit
}

// Do computes one block of c.
func (t *gemmTask[T]) Do(chunk, _ int) {
	i, j := chunk/t.across*t.rows, chunk%t.across*t.columns
	m, n := min(t.rows, t.m-i), min(t.columns, t.n-j)
	if m <= 0 || n <= 0 {
		return
	}
	GemmSerialWith(m, n, t.k, t.a[i*t.ars:], t.ars, t.acs, t.b[j*t.bcs:], t.brs, t.bcs, t.c[i*t.crs+j:], t.crs,
		t.accumulate, t.epilogue.block(i, j))
}
