package pool

import "time"

// load remembers whether other processes want this process's processors. A worker
// whose thread is not running helps with nothing, and holds up the job whose chunk it
// is in for as long as a time slice of the operating system, a few milliseconds;
// waking it costs the caller its own processor. So when workers do not come, or a join
// takes much longer than the job's own work, the caller works alone for a while, and
// for a longer while if the time together before has not paid for what was lost.
type load struct {
	until  time.Duration // since began: the caller works alone before this
	alone  time.Duration // how long the last such while was
	missed time.Duration // how long the caller has worked since a worker last helped
}

const (
	leastAlone = 1 * time.Millisecond
	mostAlone  = 64 * time.Millisecond
	// heldUp is a wait that only a thread that does not run explains, if the job's own
	// work took no longer.
	heldUp = 200 * time.Microsecond
	// absent is how long a woken worker may stay away: waking takes 20 to 45 microseconds,
	// some hundred where the collector has its processor.
	absent = 400 * time.Microsecond
	// brief is a job that may be over before even a spinning worker has seen it.
	brief = 3 * time.Microsecond
	// pays is how many times as long as what was lost the threads must have worked together:
	// two save a third or so of the time.
	pays = 4
)

// began is the origin of the pool's times.
var began = time.Now()

func now() time.Duration { return time.Since(began) }

// solo reports whether the caller is to work alone at this time.
func (l *load) solo(at time.Duration) bool { return at < l.until }

// helped hears of a job that a worker helped with and did not hold up.
func (l *load) helped() { l.missed = 0 }

// unhelped hears of a job that took from start to end and that no worker came to.
func (l *load) unhelped(start, end time.Duration) {
	if end-start < brief {
		return
	}
	if l.missed += end - start; l.missed > absent {
		l.retreat(start, end, l.missed)
	}
}

// waited hears that the caller worked from start to idle and then waited for the
// others until end.
func (l *load) waited(start, idle, end time.Duration) {
	l.missed = 0
	if wait := end - idle; wait > heldUp && wait > idle-start {
		l.retreat(start, end, wait)
	}
}

// retreat makes the caller work alone after a job from start to end, by which so much time
// was lost.
func (l *load) retreat(start, end, lost time.Duration) {
	if start-l.until < pays*lost {
		l.alone = max(leastAlone, min(2*l.alone, mostAlone))
	} else {
		l.alone = leastAlone
	}
	l.until, l.missed = end+l.alone, 0
}
