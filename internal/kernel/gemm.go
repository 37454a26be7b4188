package kernel

// Gemm computes the matrix product c = a*b, or c += a*b with accumulate:
//
//	c[i*crs+j] = sum over l in [0, k) of a[i*ars+l*acs] * b[l*brs+j*bcs]
//
// for i in [0, m), j in [0, n). a and b may have any strides not below 0
// (transposed, broadcast with stride 0); the columns of c are contiguous. k = 0
// gives zeros. c must not overlap a or b. NaN and infinities go through as in a
// plain loop.
//
// A product of more than gemmSplit multiply-adds is shared out over the pool.
// Its bits depend on the sizes, the strides and the number of threads only.
func Gemm[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool) {
	GemmWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, Epilogue[T]{})
}

// GemmSerial is Gemm on the calling thread alone, for use inside pool tasks.
func GemmSerial[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool) {
	GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, Epilogue[T]{})
}

// GemmWith is Gemm followed by an epilogue, which is done by whoever computed the
// element, while it is in a register or in the cache.
func GemmWith[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) {
	if gemmParallel(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e) {
		return
	}
	GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
}

// lateActivation is the size of a result that is in the second cache when the product is
// done. A family that has no such activation in its kernels applies it to a few columns at
// a time; the whole takes longer rows, and where they lie side by side a single call.
const lateActivation = 32 << 10

// GemmSerialWith is GemmWith on the calling thread alone.
func GemmSerialWith[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) {
	if m <= 0 || n <= 0 {
		return
	}
	if k <= 0 {
		if !accumulate {
			for i := range m {
				clear(c[i*crs:][:n])
			}
		}
		e.apply(m, n, c, crs)
		return
	}
	if f := productOf[T](Active()); f != nil {
		var after Epilogue[T]
		if e.Activation > ActReLU && m*n <= lateActivation {
			after.Activation, e.Activation = e.Activation, ActNone
		}
		f(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
		after.apply(m, n, c, crs)
		return
	}
	gemmGeneric(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
}

// productOf is the table's product of T, nil if it has none.
func productOf[T Float](t *Table) func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) {
	f, ok := any(t.Gemm32).(func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]))
	if !ok {
		f, _ = any(t.Gemm64).(func(m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]))
	}
	return f
}

// sharedOf is the table's product of T by all threads, nil if it has none.
func sharedOf[T Float](t *Table) func(p Product[T], threads int) bool {
	f, ok := any(t.GemmShared32).(func(p Product[T], threads int) bool)
	if !ok {
		f, _ = any(t.GemmShared64).(func(p Product[T], threads int) bool)
	}
	return f
}
