package nd

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/lumen-ml/lumen/internal/kernel"
)

// walled is an array of random numbers with memory that may not be read behind its end.
func walled(t *testing.T, r *rand.Rand, shape ...int) *Array {
	t.Helper()
	n := 4
	for _, d := range shape {
		n *= d
	}
	page := unix.Getpagesize()
	size := (n + page - 1) / page * page
	m, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(m) })
	if err := unix.Mprotect(m[size:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	a := &Array{Buf: &Buffer{Device: CPU, size: n}, Type: Float32}
	if size > 0 {
		a.Buf.data = (*byte)(unsafe.Pointer(&m[size-n]))
	}
	a.SetShape(shape)
	s := Slice[float32](a)
	for i := range s {
		s[i] = float32(r.NormFloat64())
	}
	return a
}

// TestConvolutionReadsNothingBehind computes all three sides with operands that end
// where readable memory ends.
func TestConvolutionReadsNothingBehind(t *testing.T) {
	if raceEnabled {
		t.Skip("it looks at what assembly reads; TestConvolutionPaths computes the same under the race detector")
	}
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range convCases {
		if c.n == 0 {
			continue
		}
		oh, ow := c.y()
		x, w, y, b := walled(t, r, c.n, c.c, c.h, c.w), walled(t, r, c.o, c.c/c.g.Groups, c.kh, c.kw), walled(t, r, c.n, c.o, oh, ow), walled(t, r, c.o)
		fy, fx, fw := c.reference(Slice[float32](x), Slice[float32](w), Slice[float32](y))
		eachPath(t, func(t *testing.T) {
			to := walled(t, r, c.n, c.o, oh, ow)
			cpuConv2d(to, x, w, nil, kernel.ActNone, c.g)
			near(t, "forward", Slice[float32](to), fy, c.c/c.g.Groups*c.kh*c.kw)
			cpuConv2d(to, x, w, b, kernel.ActReLU, c.g)
			to = walled(t, r, c.n, c.c, c.h, c.w)
			cpuConv2dInput(to, y, w, nil, c.g)
			near(t, "input", Slice[float32](to), fx, c.o/c.g.Groups*c.kh*c.kw)
			to = walled(t, r, c.o, c.c/c.g.Groups, c.kh, c.kw)
			cpuConv2dWeight(to, x, y, c.g)
			near(t, "weight", Slice[float32](to), fw, c.n*oh*ow)
		})
	}
}
