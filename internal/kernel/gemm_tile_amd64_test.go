package kernel

import (
	"slices"
	"testing"
	"unsafe"

	"github.com/lumen-ml/lumen/internal/cpu"
)

// The assembly reads a tile's fields at fixed places.
func TestTileLayout(t *testing.T) {
	var v tile
	for i, got := range []uintptr{
		unsafe.Offsetof(v.k), unsafe.Offsetof(v.a), unsafe.Offsetof(v.ars), unsafe.Offsetof(v.acs), unsafe.Offsetof(v.b),
		unsafe.Offsetof(v.brs), unsafe.Offsetof(v.c), unsafe.Offsetof(v.crs), unsafe.Offsetof(v.bias), unsafe.Offsetof(v.mask),
		unsafe.Offsetof(v.flags), unsafe.Offsetof(v.ahead),
	} {
		if got != uintptr(8*i) {
			t.Errorf("field %d is at byte %d, _asm/gemm_tile.go reads it at %d", i, got, 8*i)
		}
	}
	var d dots
	for i, got := range []uintptr{
		unsafe.Offsetof(d.k), unsafe.Offsetof(d.count), unsafe.Offsetof(d.a), unsafe.Offsetof(d.ars), unsafe.Offsetof(d.x),
		unsafe.Offsetof(d.xrs), unsafe.Offsetof(d.c), unsafe.Offsetof(d.crs), unsafe.Offsetof(d.bias), unsafe.Offsetof(d.mask),
		unsafe.Offsetof(d.flags),
	} {
		if got != uintptr(8*i) {
			t.Errorf("field %d of dots is at byte %d, _asm/gemv.go reads it at %d", i, got, 8*i)
		}
	}
}

// The loops over packed panels, with a packed and in place, have the bits of the loop that takes any strides, with
// every number of rows, of vectors and of steps behind the last four.
func TestGemmTileLoops(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		switch cpu.Path() {
		case cpu.AVX512:
			checkTileLoops(t, family512)
		case cpu.AVX2:
			checkTileLoops(t, family256)
			checkTileLoops(t, family256d)
		}
	})
}

func checkTileLoops[T Float](t *testing.T, f *gemmFamily[T]) {
	size := int(unsafe.Sizeof(*new(T)))
	for rows := 1; rows <= f.rows; rows++ {
		for vectors := 1; vectors <= 2; vectors++ {
			for k := 1; k <= 13; k++ {
				columns := vectors*f.columns/2 - k%3
				a, b, bias := random[T](rows*k, 1), random[T](f.columns*k, 2), random[T](rows, 3)
				product := func(ars, acs, flags int) []T {
					c := random[T](rows*columns, 4)
					v := tile{
						k: k, a: unsafe.Pointer(&a[0]), ars: ars * size, acs: acs * size, b: unsafe.Pointer(&b[0]), brs: f.columns * size,
						c: unsafe.Pointer(&c[0]), crs: columns * size, bias: unsafe.Pointer(&bias[0]), mask: f.mask(columns),
						flags: flags | tileWhole | tileBiasRows | tileReLU, ahead: len(b) * size,
					}
					if k%2 == 0 {
						v.flags |= tileAccumulate
					}
					if k%3 == 0 {
						v.flags |= tileFull
					}
					f.tiles[vectors-1][rows]((*byte)(unsafe.Pointer(&v)))
					return c
				}
				if got, want := product(1, rows, tilePacked), product(1, rows, 0); !slices.Equal(got, want) {
					t.Errorf("%d rows, %d vectors, %d steps, a packed: %v, want %v", rows, vectors, k, got, want)
				}
				if got, want := product(k, 1, tileRows), product(k, 1, 0); !slices.Equal(got, want) {
					t.Errorf("%d rows, %d vectors, %d steps, a in place: %v, want %v", rows, vectors, k, got, want)
				}
			}
		}
	}
}

// Four panels at a time, of either width, are the columns they are packed from, and nothing else is written.
func TestGemmCopyPanels(t *testing.T) {
	if !slices.Contains(cpu.Available(), cpu.AVX2) {
		t.Skip("this processor lacks AVX2")
	}
	checkCopyPanels[float32](t, family512.columns)
	checkCopyPanels[float32](t, family256.columns)
	checkCopyPanels[float64](t, family256d.columns)
}

func checkCopyPanels[T Float](t *testing.T, width int) {
	for k := 1; k <= 18; k += 3 {
		for _, vectors := range []int{4*width - 1, 4 * width, 9 * width} {
			along := vectors + k%2*5
			b := block[T]{x: random[T]((k-1)*along+vectors, 1), vector: 1, along: along, vectors: vectors, width: width, k: k}
			b.panel = b.packedLength()
			got := random[T](b.packed(), 2)
			want := slices.Clone(got)
			panels := vectors / (4 * width) * 4
			for column := range panels * width {
				for l := range k {
					want[column/width*width*b.panel+l*width+column%width] = b.x[l*along+column]
				}
			}
			if n := copyPanels(b, got); n != panels {
				t.Errorf("%d columns, panels of %d: %d panels, want %d", vectors, width, n, panels)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d columns, panels of %d, %d steps: what is packed differs", vectors, width, k)
			}
		}
	}
}
