package kernel

import "github.com/lumen-ml/lumen/internal/pool"

// gemmSplit is how many multiply-adds a job must have before a second thread pays.
// Up to gemmFine a job has one chunk for each thread, above it two, so that there is
// something to take over from a thread that is late.
const (
	gemmSplit = 300_000
	gemmFine  = 8_000_000
)

// Product is the arguments of [GemmWith].
type Product[T Float] struct {
	M, N, K    int
	A          []T
	ARS, ACS   int
	B          []T
	BRS, BCS   int
	C          []T
	CRS        int
	Accumulate bool
	Epilogue   Epilogue[T]
}

// do is [GemmWith].
func (p *Product[T]) do() {
	GemmWith(p.M, p.N, p.K, p.A, p.ARS, p.ACS, p.B, p.BRS, p.BCS, p.C, p.CRS, p.Accumulate, p.Epilogue)
}

// work is the number of multiply-adds; float64, since it may be beyond an int.
func (p *Product[T]) work() float64 { return float64(p.M) * float64(p.N) * float64(p.K) }

// GemmBoth does two products that do not depend on each other, as one job of the pool
// if together they are worth it: one hand-over instead of two, and small products
// that would not be split side by side.
func GemmBoth[T Float](p, q Product[T]) {
	threads, work := pool.Threads(), p.work()+q.work()
	if threads == 1 || work < gemmSplit || p.work() == 0 || q.work() == 0 {
		p.do()
		q.do()
		return
	}
	t := newGemmTask[T]()
	t.grids[0].cut(&p, threads, work)
	t.grids[1].cut(&q, threads, work)
	t.run(threads)
}

// gemmParallel does a product on the pool, or on one thread in a pool's order, if that is worth it, and says so.
func gemmParallel[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) bool {
	threads, work := pool.Threads(), float64(m)*float64(n)*float64(k)
	if work < gemmSplit {
		return false
	}
	p := Product[T]{m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e}
	if f := sharedOf[T](Active()); f != nil && f(p, threads) {
		return true
	}
	if threads == 1 {
		return false
	}
	t := newGemmTask[T]()
	t.grids[0].cut(&p, threads, work)
	if t.grids[0].chunks() == 1 {
		t.free()
		return false
	}
	t.run(threads)
	return true
}

// gemmTask is a job of one or two products.
type gemmTask[T Float] struct {
	grids [2]gemmGrid[T]
	turns int // threads, if both grids deal evenly to them; else 1
}

var freeGemmTasks FreeLists

func newGemmTask[T Float]() *gemmTask[T] {
	if t, ok := FreeList[T](&freeGemmTasks).Get().(*gemmTask[T]); ok {
		return t
	}
	return new(gemmTask[T])
}

func (t *gemmTask[T]) free() {
	*t = gemmTask[T]{} // it would keep the operands
	FreeList[T](&freeGemmTasks).Put(t)
}

func (t *gemmTask[T]) run(threads int) {
	defer t.free()
	p, q := t.grids[0].chunks(), t.grids[1].chunks()
	t.turns = 1
	if p%threads == 0 && q%threads == 0 {
		t.turns = threads
	}
	pool.Run(p+q, t)
}

// Do computes one block of one product. A thread begins with its share of both.
func (t *gemmTask[T]) Do(chunk, _ int) {
	p, q := t.grids[0].chunks()/t.turns, t.grids[1].chunks()/t.turns
	turn, at := chunk/(p+q), chunk%(p+q)
	if at < p {
		t.grids[0].do(turn*p + at)
	} else {
		t.grids[1].do(turn*q + at - p)
	}
}

// gemmGrid is a product whose result is cut into down x across blocks.
type gemmGrid[T Float] struct {
	p            Product[T]
	down, across int
}

func (g *gemmGrid[T]) chunks() int { return g.down * g.across }

// The least rows of a block, and what its columns are a multiple of.
const gridRows, gridColumns = 14, 16

// cut chooses the grid; work is that of the job. Cutting the columns makes each
// block pack, or read, all of a; cutting the rows all of b: the cheaper one is cut.
func (g *gemmGrid[T]) cut(p *Product[T], threads int, work float64) {
	g.p = *p
	parts := threads
	if work >= gemmFine {
		parts = 2 * threads
	}
	down, across := min(parts, max(p.M/gridRows, 1)), min(parts, share(p.N, gridColumns))
	if rows, columns := p.againCost(); columns <= rows {
		g.across = across
		g.down = min(parts/across, down)
	} else {
		g.down = down
		g.across = min(parts/down, across)
	}
}

// againCost is what each further block in a column, and in a row, of a grid costs, in
// elements moved. Turning rows that run along k takes about four times a copy.
func (p *Product[T]) againCost() (rows, columns float64) {
	const (
		turned    = 4
		streamed  = 3       // read again from memory
		inCache   = 1 << 18 // elements that stay in the second cache
		wholeTile = 32
	)
	packA, packB := gemmPacks(p.M, p.N, p.K, p.BRS, p.BCS, gridRows, wholeTile)
	a, b := float64(p.M)*float64(p.K), float64(p.K)*float64(p.N)
	switch {
	case packB && p.BRS == 1:
		rows = turned * b
	case packB || p.M <= 64:
		rows = b
	}
	switch {
	case packA && p.ACS == 1:
		columns = turned * a
	case packA:
		columns = a
	case a > inCache:
		columns = streamed * a
	case rows == 0 && p.N < p.M: // nothing to choose by but the shape
		columns = 1
	}
	return rows, columns
}

// do computes one block.
func (g *gemmGrid[T]) do(chunk int) {
	p, i, j := &g.p, chunk/g.across, chunk%g.across
	row, rows := dealt(p.M, 1, i, g.down)
	column, columns := dealt(p.N, gridColumns, j, g.across)
	GemmSerialWith(rows, columns, p.K, p.A[row*p.ARS:], p.ARS, p.ACS, p.B[column*p.BCS:], p.BRS, p.BCS, p.C[row*p.CRS+column:], p.CRS,
		p.Accumulate, p.Epilogue.block(row, column))
}

// dealt is where part i begins, and its size, when size is dealt to that many parts
// in multiples of unit.
func dealt(size, unit, i, parts int) (start, length int) {
	units := share(size, unit)
	start = units * i / parts * unit
	return start, min(units*(i+1)/parts*unit, size) - start
}

// share is size/parts rounded up.
func share(size, parts int) int { return (size + parts - 1) / parts }

// gemmPacks says which operands a product with tiles of that many rows and columns
// packs. b in place is read once for each row of tiles: packing it pays where that is
// often and b does not stay in the second cache, or where a tile cannot read it.
func gemmPacks(m, n, k, brs, bcs, rows, columns int) (a, b bool) {
	b = bcs != 1 && n > 1 || m > 64 && (k*n > 1<<16 || n <= columns) || m > rows && brs%1024 == 0 && k > 64
	return b && n >= 256, b
}
