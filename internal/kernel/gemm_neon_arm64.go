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

// gemmNEON is Table.Gemm32.
func gemmNEON(m, n, k int, a []float32, ars, acs int, b []float32, brs, bcs int, c []float32, crs int, accumulate bool, e Epilogue[float32]) {
	switch {
	case n == 1:
		gemvNEON(m, k, a, ars, acs, b, brs, c, crs, accumulate)
		e.apply(m, n, c, crs)
		return
	case m == 1:
		gemvNEON(n, k, b, bcs, brs, a, acs, c, 1, accumulate)
		e.apply(m, n, c, crs)
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
				block := c[ic*crs+jc:]
				if pc+kc < k {
					s.block(mc, nc, kc, block, crs, accumulate || pc > 0, Epilogue[float32]{})
					continue
				}
				last, after := e.block(ic, jc), Epilogue[float32]{}
				if e.Activation != ActReLU {
					last.Activation, after.Activation = ActNone, e.Activation
				}
				s.block(mc, nc, kc, block, crs, accumulate || pc > 0, last)
				after.apply(mc, nc, block, crs)
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
		x, turned := 0, kc/4*4
		for ; es == 1 && turned > 0 && x+4 <= have; x += 4 {
			from := src[(i+x)*vs:][:3*vs+kc]
			gemmTurnNEON(&panel[x], &from[0], turned/4, vs, width)
			for l := turned; l < kc; l++ {
				panel[l*width+x], panel[l*width+x+1] = from[l], from[vs+l]
				panel[l*width+x+2], panel[l*width+x+3] = from[2*vs+l], from[3*vs+l]
			}
		}
		for ; x < have; x++ {
			from := src[(i+x)*vs:]
			for l := range kc {
				panel[l*width+x] = from[l*es]
			}
		}
	}
}

// block multiplies the packed blocks: c (mc x nc) = or += a (mc x kc) * b, then e,
// whose activation is ReLU or none.
func (s *gemmScratchNEON) block(mc, nc, kc int, c []float32, crs int, accumulate bool, e Epilogue[float32]) {
	relu := e.Activation == ActReLU
	for j := 0; j < nc; j += neonNR {
		columns := min(neonNR, nc-j)
		for i := 0; i < mc; i += neonMR {
			rows := min(neonMR, mc-i)
			tile := c[i*crs+j:][:(rows-1)*crs+columns]
			part := e.block(i, j)
			if rows == neonMR && columns == neonNR {
				gemmTileNEON(kc, &s.a[i*kc], &s.b[j*kc], &tile[0], crs, accumulate, tileBiasNEON(part), e.PerRow, relu)
				continue
			}
			gemmTileNEON(kc, &s.a[i*kc], &s.b[j*kc], &s.edge[0], neonNR, false, nil, false, false)
			for y := range rows {
				row := tile[y*crs:][:columns]
				for x, v := range s.edge[y*neonNR:][:columns] {
					if accumulate {
						v += row[x]
					}
					row[x] = v
				}
			}
			part.apply(rows, columns, tile, crs)
		}
	}
}

// tileBiasNEON is where a whole tile's bias begins.
func tileBiasNEON(e Epilogue[float32]) *float32 {
	switch {
	case e.Bias == nil:
		return nil
	case e.PerRow:
		return &e.Bias[:neonMR:len(e.Bias)][0]
	}
	return &e.Bias[:neonNR:len(e.Bias)][0]
}
