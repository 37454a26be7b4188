package pool

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Task is a job in chunks. Do does one chunk; worker names the thread doing it,
// see the rules in the package documentation.
type Task interface{ Do(chunk, worker int) }

// spinTime is how long an idle worker looks for work before it parks.
const spinTime = 25 * time.Microsecond

// line keeps hot words on cache lines of their own.
type line [64]byte

// queue is one worker's share of the chunks: the next to do, and the end.
type queue struct {
	next atomic.Int64
	end  atomic.Int64
	_    [48]byte
}

// seat is where a worker sleeps.
type seat struct {
	parked atomic.Bool
	wake   chan struct{}
	_      line
}

// The pool holds one job at a time. state says which: sequence number, whether
// it may still be joined, and how many workers are inside. task and crew belong
// to the job; they are written before the job opens and read only by workers
// that joined it.
var (
	busy    atomic.Bool // a job is going
	_       line
	state   atomic.Uint64 // sequence<<17 | open<<16 | workers inside
	_       line
	task    Task
	crew    int
	failure atomic.Pointer[any] // the first panic's value
	queues  [MaxThreads]queue
	seats   [MaxThreads]seat
	started = 1 // workers that exist, the caller being number 0; under busy
)

const openBit = 1 << 16

// Run does chunks 0 to chunks-1 of t and returns when all are done. It runs
// them inline, in order, on worker 0, when there is one thread, one chunk or
// one processor, or when another Run is going.
func Run(chunks int, t Task) {
	n := min(Threads(), chunks)
	if n <= 1 || runtime.GOMAXPROCS(0) == 1 || !busy.CompareAndSwap(false, true) {
		for i := range chunks {
			t.Do(i, 0)
		}
		return
	}
	defer busy.Store(false)
	hire(n)
	task, crew = t, n
	for w := range n {
		queues[w].next.Store(int64(share(chunks, w, n)))
		queues[w].end.Store(int64(share(chunks, w+1, n)))
	}
	state.Store((state.Load()>>17+1)<<17 | openBit)
	for w := 1; w < n; w++ {
		if seats[w].parked.Load() && seats[w].parked.CompareAndSwap(true, false) {
			seats[w].wake <- struct{}{}
		}
	}
	work(t, 0, n)
	state.And(^uint64(openBit))
	for i := 0; state.Load()&(openBit-1) != 0; i++ {
		if i > 2000 {
			runtime.Gosched()
		}
	}
	task = nil
	if value := failure.Swap(nil); value != nil {
		panic(*value)
	}
}

// hire makes sure that n workers exist, the caller included.
func hire(n int) {
	for ; started < n; started++ {
		seats[started].wake = make(chan struct{}, 1)
		go worker(started)
	}
}

// worker is the life of worker w: find a job, help with it, again.
func worker(w int) {
	last := uint64(0)
	for {
		last = join(w, last)
		if w < crew {
			work(task, w, crew)
		}
		state.Add(^uint64(0))
	}
}

// join enters a job that worker w has not yet been in and returns its number.
func join(w int, last uint64) uint64 {
	fresh := func(s uint64) bool { return s&openBit != 0 && s>>17 != last }
	for {
		idleSince := time.Now()
		for i := 1; ; i++ {
			if s := state.Load(); fresh(s) {
				if state.CompareAndSwap(s, s+1) {
					return s >> 17
				}
			} else if i%64 == 0 && (w >= Threads() || time.Since(idleSince) > spinTime) {
				break
			}
		}
		seat := &seats[w]
		seat.parked.Store(true)
		// A job may have opened between the last look and the line above, and its
		// caller then found nobody parked; whoever takes the flag back decides.
		if fresh(state.Load()) && seat.parked.CompareAndSwap(true, false) {
			continue
		}
		<-seat.wake
	}
}

// work does worker w's own share and then helps the others with theirs.
func work(t Task, w, n int) {
	defer func() {
		if value := recover(); value != nil {
			first := value // a copy, so that only a panic allocates
			failure.CompareAndSwap(nil, &first)
			for i := range n {
				queues[i].next.Store(queues[i].end.Load())
			}
		}
	}()
	for d := range n {
		q := &queues[(w+d)%n]
		for end := q.end.Load(); q.next.Load() < end; {
			i := q.next.Add(1) - 1
			if i >= end {
				break
			}
			t.Do(int(i), w)
		}
	}
}
