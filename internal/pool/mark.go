package pool

import "sync/atomic"

// mark is what Mark was given last; nil as long as it was never called.
var mark atomic.Pointer[func()]

// Mark makes every worker call *f, which is not nil, before the next chunks that it
// does: a profiler puts the caller's labels on the workers' goroutines with it. f stays
// until the next Mark. With several goroutines that mark, the latest counts.
func Mark(f *func()) { mark.Store(f) }
