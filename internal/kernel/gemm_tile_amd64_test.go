package kernel

import (
	"testing"
	"unsafe"
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
