package nd

import (
	"slices"

	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// Lookups is the part of a device's table that reads rows of a matrix by number.
// Operands are contiguous; idx is int64 and within the matrix.
type Lookups struct {
	// Embedding writes row idx[i] of w, [rows, width], as row i of dst, and zeros for the
	// rows in blank.
	Embedding func(dst, w, idx *Array, blank []int64)
	// EmbeddingBack writes dw, [rows, width]: row r is the sum, in the order of idx, of
	// those rows of g for which idx is r, and zero for the rows in blank.
	EmbeddingBack func(dw, g, idx *Array, blank []int64)
}

var cpuLookups = Lookups{Embedding: cpuEmbedding, EmbeddingBack: cpuEmbeddingBack}

func cpuEmbedding(dst, w, idx *Array, blank []int64) {
	if dst.Type == Float32 {
		embedding[float32](dst, w, idx, blank)
	} else {
		embedding[float64](dst, w, idx, blank)
	}
}

func embedding[T kernel.Float](dst, w, idx *Array, blank []int64) {
	d, ws, at, width := Slice[T](dst), Slice[T](w), Slice[int64](idx), w.Size(1)
	pool.For(idx.Numel(), max(1, grain/max(width, 1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := d[i*width:][:width]
			if slices.Contains(blank, at[i]) {
				clear(row)
				continue
			}
			copy(row, ws[int(at[i])*width:])
		}
	})
}

func cpuEmbeddingBack(dw, g, idx *Array, blank []int64) {
	if dw.Type == Float32 {
		embeddingBack[float32](dw, g, idx, blank)
	} else {
		embeddingBack[float64](dw, g, idx, blank)
	}
}

// embeddingBack deals the rows of dw to the threads; each looks through all of idx,
// so that the order of the sums does not depend on their number.
func embeddingBack[T kernel.Float](dw, g, idx *Array, blank []int64) {
	rows, width := dw.Size(0), dw.Size(1)
	d, gs, at := Slice[T](dw), Slice[T](g), Slice[int64](idx)[:idx.Numel()]
	pool.For(rows, max(1, rows*grain/max(1, len(at)*width+rows*width)), func(lo, hi int) {
		clear(d[lo*width : hi*width])
		for i, r := range at {
			if int(r) < lo || int(r) >= hi || slices.Contains(blank, r) {
				continue
			}
			row := d[int(r)*width:][:width]
			kernel.Binary(kernel.Add, row, row, gs[i*width:][:width])
		}
	})
}
