package kernel

import "github.com/lumen-ml/lumen/internal/pool"

// A product that a pool's threads do together packs b once, each thread its share of
// the columns, and then deals the rows of c. In a grid of products each block would
// pack an operand of its own. One thread does large products in the same way: its rows of c
// are in the second cache from one block of b to the next, and not read from memory
// for each.
//
// sharedLeast is the least size in each direction, sharedMost how many elements of b are
// packed at a time: they stay in the third cache. sharedTiles is how many tiles of rows are
// dealt at a time at most: few, so that a thread which is held up keeps the others waiting for little,
// and enough that each panel of b is used by more tiles than fetch the next.
const (
	sharedLeast = 192
	sharedMost  = 2 << 20
	sharedTiles = 8
)

// sharedProduct is such a product; it is a job of the pool twice for each piece of b.
type sharedProduct[T Float] struct {
	f *gemmFamily[T]
	p gemmCall[T]

	// The piece: its place and size, cut along k into blocks of stepK.
	column, columns, l, k int
	stepK                 int
	b                     []T

	packA   bool
	packing bool
	threads int
	parts   int // of the columns while packing, then of each thread's rows
}

var sharedProducts FreeLists

// shared is the entry of the Table. It takes what would pack b on one thread too.
func (f *gemmFamily[T]) shared(q Product[T], threads int) bool {
	if q.M < sharedLeast || q.K < sharedLeast || q.N < sharedLeast || q.N > 4*q.M {
		return false
	}
	p := gemmCall[T]{q.M, q.N, q.K, q.A, q.ARS, q.ACS, q.B, q.BRS, q.BCS, q.C, q.CRS, q.Accumulate, q.Epilogue}
	packA, packB := f.packs(&p)
	if !packB {
		return false
	}
	p.check()
	free := FreeList[T](&sharedProducts)
	t, _ := free.Get().(*sharedProduct[T])
	if t == nil {
		t = new(sharedProduct[T])
	}
	defer func() {
		*t = sharedProduct[T]{b: t.b} // the rest would keep the operands
		free.Put(t)
	}()
	t.f, t.p, t.packA, t.threads = f, p, packA, threads
	tiles := sharedTiles
	if threads == 1 { // nobody waits
		tiles = f.blockRows / f.rows
	}
	rowParts := share(share(p.m, tiles*f.rows), threads)
	for t.column = 0; t.column < p.n; t.column += f.blockColumns {
		t.columns = min(f.blockColumns, p.n-t.column)
		most := max(sharedMost/t.columns, f.blockK)
		deep := share(p.k, share(p.k, most))
		for t.l = 0; t.l < p.k; t.l += deep {
			t.k = min(deep, p.k-t.l)
			t.stepK = share(t.k, share(t.k, f.blockK))
			t.b = aligned(&t.b, share(t.k, t.stepK)*t.block()+packSlack)
			t.packing, t.parts = true, min(2*threads, share(t.columns, t.unit()))
			pool.Run(t.parts, t)
			t.packing, t.parts = false, rowParts
			pool.Run(threads*t.parts, t)
		}
	}
	return true
}

// unit is what a share of the columns is a multiple of.
func (t *sharedProduct[T]) unit() int { return 4 * t.f.columns }

// block is the elements of the piece's columns along stepK, when packed.
func (t *sharedProduct[T]) block() int {
	return share(t.columns, t.f.columns) * t.f.columns * ((t.stepK + 15) &^ 15)
}

// Do packs some columns, or computes some rows.
func (t *sharedProduct[T]) Do(chunk, _ int) {
	s := takeGemmBuffers[T]()
	f, p := t.f, &t.p
	if t.packing {
		first, columns := dealt(t.columns, t.unit(), chunk, t.parts)
		for l := 0; l < t.k; l += t.stepK {
			b := t.columnsOf(l)
			b.x, b.vectors = b.x[first*b.vector:], columns
			f.packBlock(s, b, t.b[l/t.stepK*t.block()+first*b.packedLength():])
		}
	} else {
		// Threads get the same number of rows, and as many whole tiles of them as there are.
		first, all := dealt(p.m, 1, chunk/t.parts, t.threads)
		row, rows := dealt(all, f.rows, chunk%t.parts, t.parts)
		row += first
		for l := 0; l < t.k; l += t.stepK {
			b := t.columnsOf(l)
			a := block[T]{x: p.a[row*p.ars+(t.l+l)*p.acs:], vector: p.ars, along: p.acs, vectors: rows, width: f.rows, k: b.k}
			b.x, b.vector, b.along, b.panel = t.b[l/t.stepK*t.block():], 1, 0, b.packedLength()
			if t.packA {
				a = f.packBlock(s, a, aligned(&s.a, a.packed()))
			}
			f.multiply(s, p, a, b, row, t.column, t.l+l)
		}
	}
	s.free()
}

// columnsOf is the block of the piece's columns from l of the piece's elements on.
func (t *sharedProduct[T]) columnsOf(l int) block[T] {
	p := &t.p
	return block[T]{x: p.b[(t.l+l)*p.brs+t.column*p.bcs:], vector: p.bcs, along: p.brs, vectors: t.columns, width: t.f.columns, k: min(t.stepK, t.k-l)}
}
