package kernel

// The shape of the generic product. The micro-kernel keeps a 2x4 tile of c in
// registers: of the shapes that Go's compiler was tried with (1x8 to 4x4), this
// and 1x8 came closest to one multiply-add a cycle, the larger ones spill. A
// panel of b (kc x 4) and one of a stay in the first cache, a block of a
// (mc x kc) and one of b (kc x nc) in the second.
const (
	gemmMR = 2
	gemmNR = 4
	gemmKC = 256
	gemmMC = 64
	gemmNC = 256
)

// gemmScratch holds the packed blocks: a in pairs of rows, b in fours of columns.
type gemmScratch[T Float] struct {
	a [gemmMC / gemmMR * gemmKC][gemmMR]T
	b [gemmNC / gemmNR * gemmKC][gemmNR]T
}

var freeGemmScratch FreeLists

// gemmGeneric is the product on one thread; m, n and k are above 0.
func gemmGeneric[T Float](m, n, k int, a []T, ars, acs int, b []T, brs, bcs int, c []T, crs int, accumulate bool, e Epilogue[T]) {
	switch {
	case n == 1:
		gemv(m, k, a, ars, acs, b, brs, c, crs, accumulate)
		e.apply(m, n, c, crs)
		return
	case m == 1:
		gemv(n, k, b, bcs, brs, a, acs, c, 1, accumulate)
		e.apply(m, n, c, crs)
		return
	}
	free := FreeList[T](&freeGemmScratch)
	s, _ := free.Get().(*gemmScratch[T])
	if s == nil {
		s = new(gemmScratch[T])
	}
	for jc := 0; jc < n; jc += gemmNC {
		nc := min(gemmNC, n-jc)
		for pc := 0; pc < k; pc += gemmKC {
			kc := min(gemmKC, k-pc)
			packB(s.b[:], b[pc*brs+jc*bcs:], kc, nc, brs, bcs)
			for ic := 0; ic < m; ic += gemmMC {
				mc := min(gemmMC, m-ic)
				packA(s.a[:], a[ic*ars+pc*acs:], mc, kc, ars, acs)
				gemmBlock(mc, nc, kc, s, c[ic*crs+jc:], crs, accumulate || pc > 0)
				if pc+kc == k {
					part := e.block(ic, jc)
					part.apply(mc, nc, c[ic*crs+jc:], crs)
				}
			}
		}
	}
	free.Put(s)
}

// gemmBlock multiplies the packed blocks: c (mc x nc) = or += a (mc x kc) * b.
func gemmBlock[T Float](mc, nc, kc int, s *gemmScratch[T], c []T, crs int, accumulate bool) {
	for j := 0; j < nc; j += gemmNR {
		panel := s.b[j/gemmNR*kc:][:kc]
		for i := 0; i < mc; i += gemmMR {
			pair := s.a[i/gemmMR*kc:][:kc]
			if i+gemmMR <= mc && j+gemmNR <= nc {
				gemmMicro(pair, panel, c[i*crs+j:], crs, accumulate)
				continue
			}
			var edge [gemmMR * gemmNR]T
			gemmMicro(pair, panel, edge[:], gemmNR, false)
			for y := range min(gemmMR, mc-i) {
				row := c[(i+y)*crs+j:][:min(gemmNR, nc-j)]
				for x := range row {
					if accumulate {
						row[x] += edge[y*gemmNR+x]
					} else {
						row[x] = edge[y*gemmNR+x]
					}
				}
			}
		}
	}
}

// gemmMicro computes one 2x4 tile of c from packed panels of equal length.
func gemmMicro[T Float](ap [][gemmMR]T, bp [][gemmNR]T, c []T, crs int, accumulate bool) {
	var c00, c01, c02, c03, c10, c11, c12, c13 T
	ap = ap[:len(bp)]
	for l := range bp {
		a, b := &ap[l], &bp[l]
		b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
		a0 := a[0]
		c00 += a0 * b0
		c01 += a0 * b1
		c02 += a0 * b2
		c03 += a0 * b3
		a1 := a[1]
		c10 += a1 * b0
		c11 += a1 * b1
		c12 += a1 * b2
		c13 += a1 * b3
	}
	r0, r1 := c[:gemmNR:gemmNR], c[crs:][:gemmNR:gemmNR]
	if accumulate {
		c00 += r0[0]
		c01 += r0[1]
		c02 += r0[2]
		c03 += r0[3]
		c10 += r1[0]
		c11 += r1[1]
		c12 += r1[2]
		c13 += r1[3]
	}
	r0[0], r0[1], r0[2], r0[3] = c00, c01, c02, c03
	r1[0], r1[1], r1[2], r1[3] = c10, c11, c12, c13
}
