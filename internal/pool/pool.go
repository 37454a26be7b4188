package pool

import "sync/atomic"

// Task is a job in chunks. Do does one chunk; worker names the thread doing it,
// see the rules in the package documentation.
type Task interface{ Do(chunk, worker int) }

// line keeps hot words on cache lines of their own.
type line [64]byte

// desk is where one worker finds its share of a job, and where it reports: all on one
// cache line, since each that has to come from another core takes as long as a few
// thousand multiply-adds. Whoever has taken a chunk off a desk may read its task and end:
// the job cannot be over before that chunk is reported.
type desk struct {
	open atomic.Uint64 // the job's number<<leftBits | how many of its chunks here nobody has taken
	task Task          // stays until the next job: whoever recycles tasks clears them
	end  int           // the chunk behind the last here
	done atomic.Uint64 // a job's number<<leftBits | how many of its chunks the worker did
	_    [88]byte
}

const leftBits = 32

// take takes the next chunk of a job off the desk.
func (d *desk) take(job uint64) (chunk int, ok bool) {
	for {
		open := d.open.Load()
		left := open & (1<<leftBits - 1)
		if open>>leftBits != job || left == 0 {
			return 0, false
		}
		if d.open.CompareAndSwap(open, open-1) {
			return d.end - int(left), true
		}
	}
}

// clear takes all that is left of a job off the desk and says how many chunks that was.
func (d *desk) clear(job uint64) int {
	for {
		open := d.open.Load()
		left := open & (1<<leftBits - 1)
		if open>>leftBits != job || left == 0 {
			return 0
		}
		if d.open.CompareAndSwap(open, open-left) {
			return int(left)
		}
	}
}

// seat is where a worker sleeps.
type seat struct {
	parked atomic.Bool
	wake   chan struct{}
	_      line
}

// The pool holds one job at a time.
var (
	_       line
	busy    atomic.Bool // a job is going
	jobs    uint64      // the number of the latest, in 32 bits; under busy
	pressed load        // under busy
	_       line
	desks   = new([MaxThreads]desk) // on the heap such an array begins on a page, so that a desk is one line
	seats   [MaxThreads]seat
	started atomic.Int32        // workers that exist, the caller being number 0; changed under busy
	failure atomic.Pointer[any] // the first panic's value

	// The caller waits here for the workers' last chunks when spinning has not helped.
	waiting atomic.Bool
	left    = make(chan struct{}, 1)
	_       line
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
	jobs = (jobs + 1) & (1<<leftBits - 1)
	job := jobs
	for w := n - 1; w >= 0; w-- {
		d := &desks[w]
		begin, end := share(chunks, w, n), share(chunks, w+1, n)
		d.task, d.end = t, end
		d.open.Store(job<<leftBits | uint64(end-begin))
		if w > 0 && seats[w].parked.Load() && seats[w].parked.CompareAndSwap(true, false) {
			seats[w].wake <- struct{}{}
		}
	}
	mine := work(job, 0)
	switch others, came := reported(job, n); {
	case mine == chunks && !came:
		pressed.unhelped(start, now())
	case mine+others == chunks:
		pressed.helped()
	default:
		idle := now()
		await(job, n, chunks-mine)
		pressed.waited(start, idle, now())
	}
	if failure.Load() != nil {
		panic(*failure.Swap(nil))
	}
}

// inline does the chunks in order.
func inline(chunks int, t Task) {
	for i := range chunks {
		t.Do(i, 0)
	}
}

// reported adds up what the workers say they have done of a job, and tells whether any
// has said so: those that came too late for a chunk do, too.
func reported(job uint64, n int) (chunks int, came bool) {
	for w := 1; w < n; w++ {
		if done := desks[w].done.Load(); done>>leftBits == job {
			chunks += int(done & (1<<leftBits - 1))
			came = true
		}
	}
	return chunks, came
}

// await returns when the workers have reported that many chunks. A worker that does not
// come out soon may be without a processor: then the caller gives up its own.
func await(job uint64, n, chunks int) {
	for range calibrated() {
		if done, _ := reported(job, n); done == chunks {
			return
		}
		pause(1)
	}
	for {
		waiting.Store(true)
		// The last worker may have reported between the last look and the line above, and
		// found nobody waiting; whoever takes the flag back decides.
		if done, _ := reported(job, n); done == chunks && waiting.CompareAndSwap(true, false) {
			return
		}
		<-left
		if done, _ := reported(job, n); done == chunks {
			return
		}
	}
}

// work does worker w's own share and then helps the others with theirs. It returns how
// many chunks that was; those that a panic drops count as done.
func work(job uint64, w int) (chunks int) {
	n := int(started.Load())
	defer func() {
		if value := recover(); value != nil {
			first := value // a copy, so that only a panic allocates
			failure.CompareAndSwap(nil, &first)
			for i := range n {
				chunks += desks[i].clear(job)
			}
		}
	}()
	for i := range n {
		at := w + i
		if at >= n {
			at -= n
		}
		d := &desks[at]
		for {
			chunk, ok := d.take(job)
			if !ok {
				break
			}
			chunks++
			d.task.Do(chunk, w)
		}
	}
	return chunks
}
