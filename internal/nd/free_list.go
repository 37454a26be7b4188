package nd

import (
	"sync"
	"sync/atomic"
)

// freeList is what convolutions leave for the next one of their kind, with its scratch memory. The
// last is handed out first, whatever processor the goroutine is on now: a sync.Pool alone
// has one for each, which doubles the scratch memory of a training run.
type freeList[T any] struct {
	last atomic.Pointer[T]
	rest sync.Pool
}

func (l *freeList[T]) get() *T {
	if v := l.last.Swap(nil); v != nil {
		return v
	}
	if v, ok := l.rest.Get().(*T); ok {
		return v
	}
	return new(T)
}

func (l *freeList[T]) put(v *T) {
	if !l.last.CompareAndSwap(nil, v) {
		l.rest.Put(v)
	}
}
