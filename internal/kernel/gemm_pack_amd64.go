package kernel

import "unsafe"

// laneMasks has 16 words of ones and then 16 of zeros: a vector mask of the first n
// lanes begins n lanes before the middle.
var laneMasks = func() (m struct {
	words   [32]int32
	doubles [16]int64
}) {
	for i := range 16 {
		m.words[i] = -1
	}
	for i := range 8 {
		m.doubles[i] = -1
	}
	return m
}()

func mask512(columns int) uintptr { return 1<<columns - 1 }

// The addresses are those of a package variable, which does not move.
func mask256(columns int) uintptr {
	return uintptr(unsafe.Pointer(&laneMasks.words[16-columns]))
}

func mask256d(columns int) uintptr {
	return uintptr(unsafe.Pointer(&laneMasks.doubles[8-columns]))
}

// packPlain packs in any strides, from element l on.
func packPlain[T Float](p panel[T], dst []T, l int) {
	for ; l < p.k; l++ {
		row := dst[l*p.stride:][:p.vectors]
		x := p.x[l*p.along:]
		for i := range row {
			row[i] = x[i*p.vector]
		}
	}
}

// turnOffsets sets the byte offsets of up to wide vectors of p, from vector first on.
// Where there is no vector, the last one is read again.
func (s *gemmBuffers[T]) turnOffsets(p panel[T], first, wide int) {
	for i := range wide {
		s.offsets[i] = min(first+i, p.vectors-1) * p.vector * int(unsafe.Sizeof(*new(T)))
	}
}

func pack512(s *gemmBuffers[float32], p panel[float32], dst []float32) {
	_ = dst[(p.k+15)&^15*p.stride+15]
	switch {
	case p.vector == 1 && (p.stride == 32 || p.stride <= 16):
		gemmCopy512(p.k, &p.x[0], p.along*4, &dst[0], p.stride*4, 1<<p.vectors-1)
	case p.along == 1:
		for first := 0; first < p.vectors; first += 16 {
			s.turnOffsets(p, first, 16)
			gemmTurn512(p.k, &p.x[0], &s.offsets, &dst[first], p.stride, 1<<min(16, p.stride-first)-1, 4*p.vectors*p.vector)
		}
	default:
		packPlain(p, dst, 0)
	}
}

func pack256(s *gemmBuffers[float32], p panel[float32], dst []float32) {
	_ = dst[(p.k+15)&^15*p.stride+15]
	switch {
	case p.vector == 1:
		gemmCopy256(p.k, (*byte)(unsafe.Pointer(&p.x[0])), p.along*4, (*byte)(unsafe.Pointer(&dst[0])), p.stride*4,
			(*byte)(unsafe.Pointer(mask256Address(p.vectors))))
	case p.along == 1 && p.k >= 8:
		for first := 0; first < p.vectors; first += 8 {
			s.turnOffsets(p, first, 8)
			gemmTurn256(p.k/8, &p.x[0], &s.offsets, &dst[first], p.stride, 4*p.vectors*p.vector)
		}
		packPlain(p, dst, p.k&^7)
	default:
		packPlain(p, dst, 0)
	}
}

// copyPanels packs b's panels in fours, as far as there are four full ones of columns that lie
// side by side, and returns how many.
func copyPanels[T Float](b block[T], dst []T) int {
	if b.vector != 1 {
		return 0
	}
	size := int(unsafe.Sizeof(*new(T)))
	fours := b.vectors / (4 * b.width)
	for i := range fours {
		at := 4 * i * b.width
		x, to := b.x[at:], dst[at*b.panel:]
		_, _ = x[(b.k-1)*b.along+4*b.width-1], to[4*b.width*b.panel-1]
		from, panel := (*byte)(unsafe.Pointer(&x[0])), (*byte)(unsafe.Pointer(&to[0]))
		if b.width*size == 128 {
			gemmCopyPanels512(b.k, from, b.along*size, panel, b.width*b.panel*size)
		} else {
			gemmCopyPanels256(b.k, from, b.along*size, panel, b.width*b.panel*size)
		}
	}
	return 4 * fours
}

// mask256Address is mask256 as a pointer.
func mask256Address(columns int) *int32 { return &laneMasks.words[16-columns] }

func pack256d(_ *gemmBuffers[float64], p panel[float64], dst []float64) {
	if p.vector == 1 {
		gemmCopy256(p.k, (*byte)(unsafe.Pointer(&p.x[0])), p.along*8, (*byte)(unsafe.Pointer(&dst[0])), p.stride*8,
			(*byte)(unsafe.Pointer(&laneMasks.doubles[8-p.vectors])))
		return
	}
	packPlain(p, dst, 0)
}
