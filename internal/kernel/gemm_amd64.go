package kernel

import (
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	Register(&Table{Path: cpu.AVX512, Gemm32: gemm512, GemmShared32: family512.shared})
	Register(&Table{Path: cpu.AVX2, Gemm32: gemm256, Gemm64: family256d.gemm, GemmShared32: family256.shared, GemmShared64: family256d.shared})
}

// tile is the argument of a micro-kernel, which computes a block of c in registers.
// Strides count bytes. _asm/gemm_tile.go has the offsets of the fields.
type tile struct {
	k        int
	a        unsafe.Pointer
	ars, acs int
	b        unsafe.Pointer
	brs      int
	c        unsafe.Pointer
	crs      int
	bias     unsafe.Pointer // of the first row or column
	mask     uintptr        // AVX-512: bits; AVX2: the address of two vectors in laneMasks
	flags    int
	ahead    int // bytes from b to what the loops over packed panels fetch
}

// The flags of a tile.
const (
	tileAccumulate  = 1 << iota // add to what c holds
	tileWhole                   // b may be read without the mask
	tileBiasColumns             // add bias[column]
	tileBiasRows                // add bias[row]
	tileReLU
	tileFull   // of AVX2: the mask leaves nothing out
	tileRows   // b is packed, and a's rows run along k
	tilePacked // a and b are packed
)

// gemmFamily is the product in one instruction set and element type.
type gemmFamily[T Float] struct {
	rows, columns int // of the largest tile

	// How much of k and of the columns a packed block of b has, and of the rows one of a:
	// a panel of b stays in the first cache, a's block in the second.
	blockK, blockRows, blockColumns int

	fewRows   int  // up to so many rows of a in place are gone through for each panel of b as soon as it is packed
	packsSoon bool // where packing b pays, see packs and blocks
	tiles     *[2][]tileFunc
	mask      func(columns int) uintptr
	pack      func(s *gemmBuffers[T], p panel[T], dst []T)
}

var (
	// With AVX-512 a panel of b is 32 KiB, and from sizes of 1024 on it comes from the third cache for each block of a:
	// half as often for 224 rows, 16 tiles, as for 112. Packed, they take 224 KiB of a second cache of 1 or 2 MiB, 512 KiB
	// at the least. A part of so many rows of c, of 1024 columns, is in it too: 2048x2048x2048 on two Zen 5 cores takes 36 ms,
	// 38 with 2048 columns at a time.
	family512  = &gemmFamily[float32]{14, 32, 256, 224, 1024, 224, false, &tiles512, mask512, pack512}
	family256  = &gemmFamily[float32]{6, 16, 256, 144, 2048, 288, true, &tiles256, mask256, pack256}
	family256d = &gemmFamily[float64]{6, 8, 256, 112, 2048, 224, true, &tiles256d, mask256d, pack256d}
)

// inPlaceK is how much of k a product that reads its operands in place has at a time.
const inPlaceK = 1024

// thinRows is how many rows are read so few times that packing a is never worth it. Half of them pay for
// packing b on AVX2 if b does not stay in the second cache, or a panel of it, longer than cachedK, in the first one:
// 64x784x128 on two Zen 3 cores takes 82 us instead of 94.
const thinRows = 64

// cachedB is how many elements of b stay in the second cache beside rows of a.
const cachedB = 64 << 10

// cachedK is how long a panel of b may be to stay in a first cache of 32 KiB.
const cachedK = 512

// packSlack is how many elements packing may write behind a panel.
const packSlack = 16 * 32

// gemmBuffers is what one thread works with.
type gemmBuffers[T Float] struct {
	t       tile
	offsets [16]int
	a, b    []T
}

var freeGemmBuffers FreeLists

func takeGemmBuffers[T Float]() *gemmBuffers[T] {
	if s, ok := FreeList[T](&freeGemmBuffers).Get().(*gemmBuffers[T]); ok {
		return s
	}
	return new(gemmBuffers[T])
}

func (s *gemmBuffers[T]) free() {
	s.t = tile{} // it would keep the operands
	FreeList[T](&freeGemmBuffers).Put(s)
}

// aligned returns n elements of *p that begin on a cache line, growing it if need be.
func aligned[T Float](p *[]T, n int) []T {
	if cap(*p) < n {
		size := int(unsafe.Sizeof(*new(T)))
		m := make([]T, n+n/4+64/size)
		if r := int(uintptr(unsafe.Pointer(&m[0])) & 63); r != 0 {
			m = m[(64-r)/size:]
		}
		*p = m
	}
	return (*p)[:n]
}

// gemmCall is one product on one thread.
type gemmCall[T Float] struct {
	m, n, k    int
	a          []T
	ars, acs   int
	b          []T
	brs, bcs   int
	c          []T
	crs        int
	accumulate bool
	e          Epilogue[T]
}

// check panics where an operand is too short.
func (p *gemmCall[T]) check() {
	_, _, _ = p.a[(p.m-1)*p.ars+(p.k-1)*p.acs], p.b[(p.k-1)*p.brs+(p.n-1)*p.bcs], p.c[(p.m-1)*p.crs+p.n-1]
	if p.e.Bias != nil && p.e.PerRow {
		_ = p.e.Bias[p.m-1]
	} else if p.e.Bias != nil {
		_ = p.e.Bias[p.n-1]
	}
}

// gemm is the entry of the Table.
func (f *gemmFamily[T]) gemm(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) {
	p := gemmCall[T]{m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e}
	p.check()
	s := takeGemmBuffers[T]()
	f.blocks(s, &p)
	s.free()
}

// blocks cuts the product so that what it reads again and again stays in the caches.
func (f *gemmFamily[T]) blocks(s *gemmBuffers[T], p *gemmCall[T]) {
	packA, packB := f.packs(p)
	mostK, mostColumns := inPlaceK, p.n
	if packB {
		mostK, mostColumns = f.blockK, f.blockColumns
		if !packA && f.packsSoon { // a's rows are read once and to their end if all of b fits the second cache
			mostK = max(mostK, min(inPlaceK, cachedB/p.n))
		}
		if !packA && p.m <= f.fewRows {
			mostColumns = f.columns // a panel is used while it is in the first cache
		}
		if p.m <= thinRows {
			mostK = inPlaceK / 2
			if f.packsSoon && p.m >= thinRows/2 {
				mostK = inPlaceK
			}
		}
	}
	stepK := share(p.k, (p.k+mostK-1)/mostK)
	for j := 0; j < p.n; j += mostColumns {
		columns := min(mostColumns, p.n-j)
		for l := 0; l < p.k; l += stepK {
			k := min(stepK, p.k-l)
			b := block[T]{x: p.b[l*p.brs+j*p.bcs:], vector: p.bcs, along: p.brs, vectors: columns, width: f.columns, k: k}
			if packB {
				b = f.packBlock(s, b, aligned(&s.b, b.packed()))
			}
			stepRows := p.m
			if packA || p.m > f.fewRows && p.n > f.columns { // a's rows serve all columns while they are in the second cache
				stepRows = share(p.m, (p.m+f.blockRows-1)/f.blockRows)
			}
			for i := 0; i < p.m; i += stepRows {
				rows := min(stepRows, p.m-i)
				a := block[T]{x: p.a[i*p.ars+l*p.acs:], vector: p.ars, along: p.acs, vectors: rows, width: f.rows, k: k}
				if packA {
					a = f.packBlock(s, a, aligned(&s.a, a.packed()))
				}
				f.multiply(s, p, a, b, i, j, l)
			}
		}
	}
}

// block is part of an operand: vectors (a's rows, b's columns) that run along k. A
// packed block is a sequence of panels of up to width vectors, each holding element
// after element of its vectors.
type block[T Float] struct {
	x             []T
	vector, along int // strides: from one vector to the next, along a vector
	vectors, k    int
	width         int
	panel         int // packed: the elements of a panel for each of its vectors; else 0
}

// panel is vectors of a block, to be packed: element l of vector i goes to
// dst[l*stride+i].
type panel[T Float] struct {
	x             []T
	vector, along int
	vectors, k    int
	stride        int
}

// packedLength is the elements along k that a packed panel has for each vector.
func (b *block[T]) packedLength() int { return (b.k + 15) &^ 15 }

// packed is how many elements packing b takes.
func (b *block[T]) packed() int {
	return share(b.vectors, b.width)*b.width*b.packedLength() + packSlack
}

// packBlock packs b into dst. b's columns keep panels of full width; a's rows are
// dealt evenly to panels as wide as they have rows.
func (f *gemmFamily[T]) packBlock(s *gemmBuffers[T], b block[T], dst []T) block[T] {
	length, panels := b.packedLength(), share(b.vectors, b.width)
	at, done := 0, 0
	if b.width == f.columns {
		b.panel = length
		copied := copyPanels(b, dst)
		at, done, panels = copied*b.width*length, copied*b.width, panels-copied
	}
	for left := panels; left > 0; left-- {
		p := panel[T]{x: b.x[done*b.vector:], vector: b.vector, along: b.along, k: b.k}
		if b.width == f.columns {
			p.vectors, p.stride = min(b.width, b.vectors-done), b.width
		} else {
			p.vectors = share(b.vectors-done, left)
			p.stride = p.vectors
		}
		f.pack(s, p, dst[at:])
		at += p.stride * length
		done += p.vectors
	}
	return block[T]{x: dst, vector: 1, vectors: b.vectors, width: b.width, k: b.k, panel: length}
}

// multiply computes the product of two blocks, the block of c at row i and column j;
// l is where along k they begin.
func (f *gemmFamily[T]) multiply(s *gemmBuffers[T], p *gemmCall[T], a, b block[T], i, j, l int) {
	size := int(unsafe.Sizeof(*new(T)))
	flags := 0
	if p.accumulate || l > 0 {
		flags |= tileAccumulate
	}
	last := l+a.k == p.k
	if last && p.e.Bias != nil {
		flags |= tileBiasColumns
		if p.e.PerRow {
			flags ^= tileBiasColumns | tileBiasRows
		}
	}
	if last && p.e.Activation == ActReLU {
		flags |= tileReLU
	}
	t := &s.t
	t.k, t.crs = a.k, p.crs*size
	t.ars, t.acs, t.brs = a.vector*size, a.along*size, b.along*size
	if b.panel > 0 && a.panel > 0 {
		flags |= tilePacked
	} else if b.panel > 0 && a.along == 1 {
		flags |= tileRows
	}
	panels := share(a.vectors, f.rows)
	for column := 0; column < b.vectors; column += f.columns {
		columns := min(f.columns, b.vectors-column)
		vectors := 1
		if columns > f.columns/2 {
			vectors = 2
		}
		t.mask, t.flags = f.mask(columns), flags
		if columns == vectors*f.columns/2 || b.panel > 0 {
			t.flags |= tileWhole
		}
		if columns == vectors*f.columns/2 {
			t.flags |= tileFull
		}
		if b.panel > 0 {
			t.b, t.brs = unsafe.Pointer(&b.x[column*b.panel]), f.columns*size
		} else {
			t.b = unsafe.Pointer(&b.x[column*b.vector])
		}
		at, row := 0, 0
		for left := panels; left > 0; left-- {
			rows := share(a.vectors-row, left)
			if a.panel > 0 {
				t.a, t.acs = unsafe.Pointer(&a.x[at]), rows*size
				at += rows * a.panel
			} else {
				t.a = unsafe.Pointer(&a.x[row*a.vector])
			}
			t.c = unsafe.Pointer(&p.c[(i+row)*p.crs+j+column])
			// The loop fetches what one step of four reads of the next panel of b, so the last four
			// tiles fetch all of it.
			t.ahead = 0
			if left <= 4 && b.panel > 0 && b.vectors > f.columns {
				t.ahead = (f.columns*b.panel + (4-left)*f.columns) * size
			}
			switch {
			case flags&tileBiasColumns != 0:
				t.bias = unsafe.Pointer(&p.e.Bias[j+column])
			case flags&tileBiasRows != 0:
				t.bias = unsafe.Pointer(&p.e.Bias[i+row])
			}
			f.tiles[vectors-1][rows]((*byte)(unsafe.Pointer(t)))
			row += rows
		}
	}
	if last && p.e.Activation > ActReLU {
		rest := Epilogue[T]{Activation: p.e.Activation}
		rest.apply(a.vectors, b.vectors, p.c[i*p.crs+j:], p.crs)
	}
}

// packs says which operands a product packs, see gemmPacks. On AVX2 the loops over packed
// panels are the faster ones, and packing pays sooner; a's rows can stay where they are if
// they run along k and serve few columns. On AVX-512 this was not measured: a product takes
// half the time, and packing the same, a larger share.
func (f *gemmFamily[T]) packs(p *gemmCall[T]) (a, b bool) {
	a, b = gemmPacks(p.m, p.n, p.k, p.brs, p.bcs, f.rows, f.columns)
	if f.packsSoon {
		b = b || p.m > thinRows && p.k*p.n >= 1<<14 || p.m >= thinRows/2 && (p.k*p.n > cachedB || p.k > cachedK)
		a = b && (p.n > 256 || p.n == 256 && p.acs != 1)
	}
	return a, b
}
