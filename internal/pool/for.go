package pool

import "sync"

// For splits [0, n) into contiguous, nearly equal ranges of at least grain
// elements, at most 4 for each thread (so that there is something to steal from a
// worker that has lost its processor), and calls f once for each, on the pool. Above the
// number of threads that of the ranges is a multiple of it. With one thread or one range
// it is a plain call, with none (n <= 0) f is not called. The partition depends on n,
// grain and Threads() only.
func For(n, grain int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	threads := Threads()
	ranges := min(rangesPerThread*threads, n/max(grain, 1))
	if threads == 1 || ranges <= 1 {
		f(0, n)
		return
	}
	if ranges > threads {
		ranges -= ranges % threads // one range more would keep one thread for that range longer
	}
	t := forTasks.Get().(*forTask)
	t.n, t.ranges, t.f = n, ranges, f
	defer func() {
		t.f = nil
		forTasks.Put(t)
	}()
	Run(ranges, t)
}

const rangesPerThread = 4

var forTasks = sync.Pool{New: func() any { return new(forTask) }}

// forTask is a call of For: chunk i is the i-th range.
type forTask struct {
	n, ranges int
	f         func(lo, hi int)
}

func (t *forTask) Do(chunk, _ int) {
	t.f(share(t.n, chunk, t.ranges), share(t.n, chunk+1, t.ranges))
}

// share is the start of part i when n things are dealt to that many parts.
func share(n, i, parts int) int {
	q, r := n/parts, n%parts
	return q*i + r*i/parts
}
