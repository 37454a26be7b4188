package pool

import "time"

// load remembers whether other processes want this process's processors. A worker
// whose thread is not running holds up the job whose chunk it is in, for as long as a
// time slice of the operating system, a few milliseconds; work that takes a tenth of
// that is faster without the worker. So after a join that took much longer than the
// job's own work the caller does jobs alone for a while, and for a longer while if the
// first jobs after that are held up again.
type load struct {
	until time.Duration // since began: the caller works alone before this
	alone time.Duration // how long the last such while was
}

const (
	leastAlone = 4 * time.Millisecond
	mostAlone  = 256 * time.Millisecond
	// heldUp is a wait that only a thread that does not run explains, if the job's own
	// work took no longer.
	heldUp = 300 * time.Microsecond
)

// began is the origin of the pool's times.
var began = time.Now()

func now() time.Duration { return time.Since(began) }

// solo reports whether the caller is to work alone at this time.
func (l *load) solo(at time.Duration) bool { return at < l.until }

// joined hears that the caller worked from start to idle and then waited for the
// others until end.
func (l *load) joined(start, idle, end time.Duration) {
	wait := end - idle
	if wait < heldUp || wait < idle-start {
		return
	}
	if start-l.until < 2*l.alone {
		l.alone = min(2*l.alone, mostAlone)
	} else {
		l.alone = leastAlone
	}
	l.until = end + l.alone
}
