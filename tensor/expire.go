package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// Expire ends the life of tensors whose memory their maker wants back, as a loader
// does with the batch before: from then on a use of one, or of a view of it, panics
// with a *StaleError. Nil tensors, tensors that a Scope owns and those that were
// shared through Detach are left as they are.
//
// The caller must be the only one to use the tensors at that moment.
func Expire(ts ...*Tensor) {
	for _, t := range ts {
		if t != nil && t.own() && t.a.Buf.Gen == t.a.Gen {
			t.a.Buf.Gen++
			t.a.Buf.Version, t.a.Buf.Recorded = 0, 0
		}
	}
}

// Refill returns a new untracked tensor without a Scope whose elements fill writes,
// in row-major order. It lies in old's memory if that is large enough and nobody
// else may hold it, else in new memory; old is expired. No old (nil) is fine.
//
// The memory is not cleared: fill has to write every element, and must not keep the
// slice. No shape means a scalar.
func Refill[T Element](old *Tensor, fill func(data []T), shape ...int) *Tensor {
	checkShape("Refill", shape)
	if fill == nil {
		panic(&ShapeError{Op: "Refill", Shapes: [][]int{shape}, Want: "a function that writes the elements is wanted, not nil", Where: caller()})
	}
	t := &Tensor{}
	t.a.Type = nd.TypeOf[T]()
	t.a.SetShape(shape)
	n := t.Numel()
	Expire(old)
	// One generation behind: old is expired and no other tensor has its memory yet.
	if old != nil && old.own() && old.device() == nd.CPU && old.a.Gen+1 == old.a.Buf.Gen &&
		old.a.Buf.Bytes() >= n*t.a.Type.Size() {
		t.a.Buf = old.a.Buf
		t.a.Buf.Gen++
		t.a.Gen = t.a.Buf.Gen
	} else {
		t.alloc(nd.CPU)
	}
	fill(nd.Slice[T](&t.a)[:n])
	return t
}

// own reports whether t's memory is neither a Scope's nor shared for good.
func (t *Tensor) own() bool { return t.a.Buf.State == nd.Plain && !t.a.Buf.Pinned.Load() }
