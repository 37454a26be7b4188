package kernel

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// guarded returns n numbers that end where readable memory ends.
func guarded[T Float](t *testing.T, n int) []T {
	page, element := unix.Getpagesize(), int(unsafe.Sizeof(T(0)))
	size := (element*n + page - 1) / page * page
	m, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m) })
	if err := unix.Mprotect(m[size:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	x := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(m))), size/element)[size/element-n:]
	copy(x, random[T](n, uint64(n)))
	return x
}

// No path reads behind an operand: a page that may not be read lies there.
func TestGemmReadsNothingBehind(t *testing.T) {
	eachPath(t, func(t *testing.T) {
		readNothingBehind[float32](t)
		readNothingBehind[float64](t)
	})
}

func readNothingBehind[T Float](t *testing.T) {
	for i, s := range [][3]int{{1, 1, 1}, {5, 17, 9}, {13, 33, 16}, {15, 31, 23}, {7, 3, 40}, {70, 300, 30}, {67, 5, 19}, {1, 37, 11}, {37, 1, 11}, {35, 1, 8}, {300, 1, 3}, {1, 135, 9}, {3, 7, 50}, {9, 18, 37}, {100, 270, 33}, {67, 257, 65}, {29, 1024, 67}, {225, 130, 505}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c, bias := guarded[T](t, m*k), guarded[T](t, k*n), guarded[T](t, m*n), guarded[T](t, max(m, n))
		for layout := range 4 {
			ars, acs, brs, bcs := k, 1, n, 1
			if layout&1 != 0 {
				ars, acs = 1, m
			}
			if layout&2 != 0 {
				brs, bcs = 1, k
			}
			e := Epilogue[T]{PerRow: (layout+i)%2 == 0, Activation: ActReLU}
			e.Bias = bias[len(bias)-n:]
			if e.PerRow {
				e.Bias = bias[len(bias)-m:]
			}
			GemmSerialWith(m, n, k, a, ars, acs, b, brs, bcs, c, n, layout == 3, e)
		}
	}
}
