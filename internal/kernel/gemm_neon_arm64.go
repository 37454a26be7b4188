package kernel

import (
	"sync"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// The shape of the NEON product: a tile of 8x12 in 24 of the 32 vector registers,
// blocks of a (mc x kc) and b (kc x nc) for the second cache.
const (
	neonMR = 8
	neonNR = 12
	neonKC = 256
	neonMC = 64
	neonNC = 384
)

// gemmScratchNEON holds the packed blocks, a in panels of eight rows and b in
// panels of twelve columns, and a tile for the edges of c.
type gemmScratchNEON struct {
	a    [neonMC * neonKC]float32
	b    [neonNC * neonKC]float32
	edge [neonMR * neonNR]float32
}

var gemmScratchesNEON sync.Pool

func init() { Register(&Table{Path: cpu.NEON, Gemm32: gemmNEON}) }

// gemmTileNEON computes a tile of eight rows, stride elements apart, of twelve
// columns: c = or += the sum over k (at least 1) steps of 8 elements of a times 12
// of b.
//
//go:noescape
func gemmTileNEON(k int, a, b, c *float32, stride int, accumulate bool)

// gemmNEON is Table.Gemm32. Products with a vector are left to the generic loops:
// they wait for memory.
func gemmNEON(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32]) {
	if m == 1 || n == 1 {
		gemmGeneric(m, n, k, a, ars, acs, b, brs, bcs, c, crs, accumulate, e)
		return
	}
	s, _ := gemmScratchesNEON.Get().(*gemmScratchNEON)
	if s == nil {
		s = new(gemmScratchNEON)
	}
	for jc := 0; jc < n; jc += neonNC {
		nc := min(neonNC, n-jc)
		for pc := 0; pc < k; pc += neonKC {
			kc := min(neonKC, k-pc)
			packPanels(s.b[:], b[pc*brs+jc*bcs:], nc, kc, bcs, brs, neonNR)
			for ic := 0; ic < m; ic += neonMC {
				mc := min(neonMC, m-ic)
				packPanels(s.a[:], a[ic*ars+pc*acs:], mc, kc, ars, acs, neonMR)
				s.block(mc, nc, kc, c[ic*crs+jc:], crs, accumulate || pc > 0)
				if pc+kc == k {
					part := e.block(ic, jc)
					part.apply(mc, nc, c[ic*crs+jc:], crs)
				}
			}
		}
	}
	gemmScratchesNEON.Put(s)
}

// packPanels copies count vectors of kc elements into panels of width vectors:
// dst[p*width*kc + l*width + i] is element l of vector p*width+i, 0 where there is
// no vector. Vectors are vs apart in src, their elements es.
func packPanels(dst, src []float32, count, kc, vs, es, width int) {
	for i := 0; i < count; i += width {
		panel := dst[i*kc:][:width*kc]
		have := min(width, count-i)
		if have < width {
			clear(panel)
		}
		if vs == 1 {
			for l := range kc {
				copy(panel[l*width:][:have], src[i+l*es:][:have])
			}
			continue
		}
		for x := range have {
			from := src[(i+x)*vs:]
			for l := range kc {
				panel[l*width+x] = from[l*es]
			}
		}
	}
}

// block multiplies the packed blocks: c (mc x nc) = or += a (mc x kc) * b.
func (s *gemmScratchNEON) block(mc, nc, kc int, c []float32, crs int, accumulate bool) {
	for j := 0; j < nc; j += neonNR {
		columns := min(neonNR, nc-j)
		for i := 0; i < mc; i += neonMR {
			rows := min(neonMR, mc-i)
			tile := c[i*crs+j:][:(rows-1)*crs+columns]
			if rows == neonMR && columns == neonNR {
				gemmTileNEON(kc, &s.a[i*kc], &s.b[j*kc], &tile[0], crs, accumulate)
				continue
			}
			gemmTileNEON(kc, &s.a[i*kc], &s.b[j*kc], &s.edge[0], neonNR, false)
			for y := range rows {
				row := tile[y*crs:][:columns]
				for x, v := range s.edge[y*neonNR:][:columns] {
					if accumulate {
						v += row[x]
					}
					row[x] = v
				}
			}
		}
	}
}
