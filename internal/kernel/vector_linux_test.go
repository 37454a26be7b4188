package kernel

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// beforePage returns n numbers that end where memory that may be read ends, or that
// begin where it begins.
func beforePage(t *testing.T, n int, atStart bool) []float32 {
	page := unix.Getpagesize()
	size := (4*n + page - 1) / page * page
	m, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m) })
	for _, closed := range [][]byte{m[:page], m[page+size:]} {
		if err := unix.Mprotect(closed, unix.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	x := unsafe.Slice((*float32)(unsafe.Pointer(&m[page])), size/4)
	if !atStart {
		x = x[size/4-n:]
	}
	return x[:n]
}

// TestVectorStaysOnItsPages: no kernel reads or writes beside its operands.
func TestVectorStaysOnItsPages(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		for _, n := range []int{1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 47, 63, 65, 70} {
			for _, atStart := range []bool{false, true} {
				dst, x, y := beforePage(t, n, atStart), beforePage(t, n, atStart), beforePage(t, n, atStart)
				m, v := beforePage(t, n, atStart), beforePage(t, n, atStart)
				for op := range unaryOps {
					if f := table.Unary32[op]; f != nil {
						f(dst, x, 0.3, 1.5)
					}
				}
				for op := range binaryOps {
					if f := table.Binary32[op]; f != nil {
						f(dst, x, y)
						table.Scalar32[op](dst, x, 0.5)
					}
				}
				for _, a := range []SGDArgs{{LR: 1}, {LR: 1, Momentum: 0.9}, {LR: 1, Momentum: 0.9, Nesterov: true}} {
					table.SGD32(x, y, m, a)
				}
				table.Adam32(x, y, m, v, nil, AdamArgs{LR: 1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 1})
				if table.RMSprop32 == nil {
					continue
				}
				most := beforePage(t, n, atStart)
				table.Adam32(x, y, m, v, most, AdamArgs{LR: 1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, Step: 1, AMSGrad: true})
				for i := range 4 {
					table.RMSprop32(x, y, m, v, most, RMSpropArgs{LR: 1, Alpha: 0.9, Eps: 1, Centered: i&1 != 0, Momentum: float64(i>>1) / 2})
				}
				table.Adagrad32(x, y, m, AdagradArgs{LR: 1, Eps: 1, Step: 1})
				table.Adadelta32(x, y, m, v, AdadeltaArgs{LR: 1, Rho: 0.9, Eps: 1})
			}
		}
	})
}
