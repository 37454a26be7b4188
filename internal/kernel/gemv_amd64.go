package kernel

import "unsafe"

// dots is the argument of the products along contiguous rows of both operands: c[i, j]
// = the sum of x[i, l] a[j, l] over l. Strides count bytes, flags are those of a tile.
// _asm/gemv.go has the offsets of the fields.
type dots struct {
	k, count int // the length and number of a's rows
	a        unsafe.Pointer
	ars      int
	x        unsafe.Pointer
	xrs      int
	c        unsafe.Pointer
	crs      int
	bias     unsafe.Pointer
	mask     unsafe.Pointer // AVX2: the middle of laneMasks.words
	flags    int
}

// vectorFamily is the products with a vector, and with few rows, in one instruction set.
// Its kernels are called by name: an argument of a function value would be allocated.
type vectorFamily struct {
	lanes   int
	dotRows int // the most rows of x that few takes
	// Up to how many rows of x a product with contiguous rows of both operands goes
	// without packing; above, packing is the smaller part. Measured with rows of 100 to
	// 800 elements.
	mostRows int
}

var vectors512, vectors256 = &vectorFamily{16, 4, 32}, &vectorFamily{8, 2, 16}

func (f *vectorFamily) columns(vectors int, t *tile) {
	if f.lanes == 16 {
		columns512(vectors, t)
	} else {
		columns256(vectors, t)
	}
}

func (f *vectorFamily) rows(t *dots) {
	if f.lanes == 16 {
		gemvRows512((*byte)(unsafe.Pointer(t)))
	} else {
		gemvRows256((*byte)(unsafe.Pointer(t)))
	}
}

func (f *vectorFamily) few(rows int, t *dots) {
	if f.lanes == 16 {
		dots512(rows, t)
	} else {
		dots256(rows, t)
	}
}

func columns512(vectors int, t *tile) {
	p := (*byte)(unsafe.Pointer(t))
	switch vectors {
	case 1:
		gemvColumns512x1(p)
	case 2:
		gemvColumns512x2(p)
	case 3:
		gemvColumns512x3(p)
	case 4:
		gemvColumns512x4(p)
	case 5:
		gemvColumns512x5(p)
	case 6:
		gemvColumns512x6(p)
	case 7:
		gemvColumns512x7(p)
	case 8:
		gemvColumns512x8(p)
	}
}

func columns256(vectors int, t *tile) {
	p := (*byte)(unsafe.Pointer(t))
	switch vectors {
	case 1:
		gemvColumns256x1(p)
	case 2:
		gemvColumns256x2(p)
	case 3:
		gemvColumns256x3(p)
	case 4:
		gemvColumns256x4(p)
	case 5:
		gemvColumns256x5(p)
	case 6:
		gemvColumns256x6(p)
	case 7:
		gemvColumns256x7(p)
	case 8:
		gemvColumns256x8(p)
	}
}

func dots512(rows int, t *dots) {
	p := (*byte)(unsafe.Pointer(t))
	switch rows {
	case 1:
		gemmDots512x1(p)
	case 2:
		gemmDots512x2(p)
	case 3:
		gemmDots512x3(p)
	case 4:
		gemmDots512x4(p)
	}
}

func dots256(rows int, t *dots) {
	p := (*byte)(unsafe.Pointer(t))
	switch rows {
	case 1:
		gemmDots256x1(p)
	case 2:
		gemmDots256x2(p)
	}
}

// gemm512 and gemm256 are the Table's entries: products with a vector or of few rows
// by their own kernels, others in tiles.
func gemm512(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32]) {
	if !vectors512.gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e) {
		family512.gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
	}
}

func gemm256(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32]) {
	if !vectors256.gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e) {
		family256.gemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
	}
}

// gemm does the products that the family has kernels for, and says whether it did.
func (f *vectorFamily) gemm(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32]) bool {
	flags := 0
	if accumulate {
		flags = tileAccumulate
	}
	switch {
	case n == 1 && (crs == 1 || m == 1):
		if e.Bias != nil && e.PerRow {
			flags |= tileBiasColumns
		} else if e.Bias != nil {
			flags |= tileBiasRows
		}
		return f.vector(m, k, a, ars, acs, b, brs, c, flags, e)
	case m == 1:
		if e.Bias != nil && e.PerRow {
			flags |= tileBiasRows
		} else if e.Bias != nil {
			flags |= tileBiasColumns
		}
		return f.vector(n, k, b, bcs, brs, a, acs, c, flags, e)
	case m <= f.mostRows && n > 1 && acs == 1 && brs == 1 && k >= f.lanes:
		f.dots(m, n, k, a, ars, b, bcs, c, crs, flags, e)
		return true
	}
	return false
}

// Assembly runs through at most this many elements a call.
const gemvElements = 1 << 16

// vector is c = a x, or c += a x: m results in a row.
func (f *vectorFamily) vector(m, k int, a []float32, ars, acs int, x []float32, xs int, c []float32, flags int, e Epilogue[float32]) bool {
	alongRows := acs == 1 && (xs == 1 || k == 1) && (ars != 1 || m == 1)
	if !alongRows && ars != 1 && m != 1 {
		return false
	}
	_, _, c = a[(m-1)*ars+(k-1)*acs], x[(k-1)*xs], c[:m]
	if flags&tileBiasColumns != 0 {
		_ = e.Bias[m-1]
	} else if flags&tileBiasRows != 0 {
		_ = e.Bias[0]
	}
	mostK := gemvElements / f.lanes
	step := max(1, gemvElements/k)
	if !alongRows {
		mostK, step = gemvElements/8/f.lanes, 8*f.lanes
	}
	for l := 0; l < k; l += mostK {
		now := flags
		if l > 0 {
			now |= tileAccumulate
		}
		length := min(mostK, k-l)
		if l+length < k {
			now &= tileAccumulate
		} else if e.Activation == ActReLU {
			now |= tileReLU
		}
		for i := 0; i < m; i += step {
			count := min(step, m-i)
			if alongRows {
				d := dots{k: length, count: count, a: unsafe.Pointer(&a[i*ars+l]), ars: ars * 4, x: unsafe.Pointer(&x[l*xs]),
					c: unsafe.Pointer(&c[i]), mask: unsafe.Pointer(&laneMasks.words[16]), flags: now}
				d.bias = biasAt(e.Bias, now, i, 0)
				f.rows(&d)
				continue
			}
			vectors := share(count, f.lanes)
			last := count - (vectors-1)*f.lanes
			t := tile{k: length, a: unsafe.Pointer(&x[l*xs]), acs: xs * 4, b: unsafe.Pointer(&a[i+l*acs]), brs: acs * 4,
				c: unsafe.Pointer(&c[i]), flags: now, mask: f.mask(last)}
			t.bias = biasAt(e.Bias, now, i, 0)
			f.columns(vectors, &t)
		}
	}
	if e.Activation > ActReLU {
		rest := Epilogue[float32]{Activation: e.Activation}
		rest.apply(1, m, c, m)
	}
	return true
}

func (f *vectorFamily) mask(columns int) uintptr {
	if f.lanes == 16 {
		return mask512(columns)
	}
	return mask256(columns)
}

// biasAt is where the bias of column j and row i of a block begins.
func biasAt(bias []float32, flags, j, i int) unsafe.Pointer {
	switch {
	case flags&tileBiasColumns != 0:
		return unsafe.Pointer(&bias[j])
	case flags&tileBiasRows != 0:
		return unsafe.Pointer(&bias[i])
	}
	return nil
}

// dots is c = x a^T with contiguous rows of x, m of them, and of a, n of them.
func (f *vectorFamily) dots(m, n, k int, x []float32, xrs int, a []float32, ars int, c []float32, crs int, flags int, e Epilogue[float32]) {
	_, _, _ = x[(m-1)*xrs+k-1], a[(n-1)*ars+k-1], c[(m-1)*crs+n-1]
	if e.Bias != nil && e.PerRow {
		_ = e.Bias[m-1]
		flags |= tileBiasRows
	} else if e.Bias != nil {
		_ = e.Bias[n-1]
		flags |= tileBiasColumns
	}
	const mostK = 2048
	for l := 0; l < k; l += mostK {
		length, now := min(mostK, k-l), flags
		if l > 0 {
			now |= tileAccumulate
		}
		if l+length < k {
			now &= tileAccumulate
		} else if e.Activation == ActReLU {
			now |= tileReLU
		}
		step := max(4, gemvElements/4/length&^3) // rows of a that stay in the caches while x passes
		for j := 0; j < n; j += step {
			for i := 0; i < m; i += f.dotRows {
				rows := min(f.dotRows, m-i)
				d := dots{k: length, count: min(step, n-j), a: unsafe.Pointer(&a[j*ars+l]), ars: ars * 4,
					x: unsafe.Pointer(&x[i*xrs+l]), xrs: xrs * 4, c: unsafe.Pointer(&c[i*crs+j]), crs: crs * 4,
					mask: unsafe.Pointer(&laneMasks.words[16]), flags: now}
				d.bias = biasAt(e.Bias, now, j, i)
				f.few(rows, &d)
			}
		}
	}
	if e.Activation > ActReLU {
		rest := Epilogue[float32]{Activation: e.Activation}
		rest.apply(m, n, c, crs)
	}
}
