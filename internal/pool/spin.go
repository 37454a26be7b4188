package pool

import (
	"sync"
	"time"
)

// spinTime is how long a thread looks for what it waits for before it parks: waking a parked
// one costs 20 to 45 microseconds, and a step of a small network has gaps of 25 to 50 between
// operations that are shared out, at its loss and from one step to the next.
const spinTime = 54 * time.Microsecond

// calibrated returns how many looks with a pause between them fill spinTime on this
// processor, where PAUSE takes anything from 10 to 150 cycles. Looks are counted, not
// timed, because reading the clock costs more than a look. It takes about 0.1 ms, once.
var calibrated = sync.OnceValue(func() int {
	const looks = 1000
	best := time.Duration(1 << 62)
	for range 5 { // the fastest: an interrupt only ever makes it longer
		start := time.Now()
		for range looks {
			desks[0].open.Load()
			pause(1)
		}
		best = min(best, time.Since(start))
	}
	return int(min(max(looks*spinTime/max(best, 1), 50), 100_000))
})
