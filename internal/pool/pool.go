package pool

import "sync/atomic"

// Task is a job in chunks. Do does one chunk; worker names the thread doing it,
// see the rules in the package documentation.
type Task interface{ Do(chunk, worker int) }

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
// it may still be joined, whether a worker did, and how many are inside. task and crew belong
// to the job; they are written before the job opens and read only by workers
// that joined it.
var (
	busy    atomic.Bool // a job is going
	_       line
	state   atomic.Uint64 // sequence<<seqShift | open | helped | workers inside
	_       line
	task    Task
	crew    int
	failure atomic.Pointer[any] // the first panic's value
	queues  [MaxThreads]queue
	seats   [MaxThreads]seat
	started = 1  // workers that exist, the caller being number 0; under busy
	pressed load // under busy

	// The caller waits here for the workers' last chunks when spinning has not helped.
	waiting atomic.Bool
	left    = make(chan struct{}, 1)
)

const (
	inside    = 1<<15 - 1 // the bits that count workers
	helpedBit = 1 << 15   // a worker has been inside
	openBit   = 1 << 16
	seqShift  = 17
)

// Run does chunks 0 to chunks-1 of t and returns when all are done. It runs
// them inline, in order, on worker 0, when there is one thread, one chunk or
// one processor, when another Run is going, or when another process has lately
// kept a worker from its processor.
func Run(chunks int, t Task) {
	n := min(Threads(), chunks)
	if n <= 1 || oneProcessor.Load() || !busy.CompareAndSwap(false, true) {
		inline(chunks, t)
		return
	}
	defer busy.Store(false)
	start := now()
	if pressed.solo(start) {
		inline(chunks, t)
		return
	}
	hire(n)
	task, crew = t, n
	for w := range n {
		queues[w].next.Store(int64(share(chunks, w, n)))
		queues[w].end.Store(int64(share(chunks, w+1, n)))
	}
	state.Store((state.Load()>>seqShift+1)<<seqShift | openBit)
	for w := 1; w < n; w++ {
		if seats[w].parked.Load() && seats[w].parked.CompareAndSwap(true, false) {
			seats[w].wake <- struct{}{}
		}
	}
	work(t, 0, n)
	switch s := state.And(^uint64(openBit)); {
	case s&helpedBit == 0:
		pressed.unhelped(start, now())
	case s&inside == 0:
		pressed.helped()
	default:
		idle := now()
		await()
		pressed.waited(start, idle, now())
	}
	task = nil
	if value := failure.Swap(nil); value != nil {
		panic(*value)
	}
}

// inline does the chunks in order.
func inline(chunks int, t Task) {
	for i := range chunks {
		t.Do(i, 0)
	}
}

// await returns when no worker is inside the closed job. A worker that does not come
// out soon may be without a processor: then the caller gives up its own.
func await() {
	for range 2 * calibrated() {
		if state.Load()&inside == 0 {
			return
		}
		pause(1)
	}
	for {
		waiting.Store(true)
		// The last worker may have left between the last look and the line above, and
		// found nobody waiting; whoever takes the flag back decides.
		if state.Load()&inside == 0 && waiting.CompareAndSwap(true, false) {
			return
		}
		<-left
		if state.Load()&inside == 0 {
			return
		}
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
