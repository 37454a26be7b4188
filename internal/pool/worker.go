package pool

// hire makes sure that n workers exist, the caller included.
func hire(n int) {
	for ; started < n; started++ {
		seats[started].wake = make(chan struct{}, 1)
		go worker(started)
	}
}

// worker is the life of worker w: find a job, help with it, again.
func worker(w int) {
	spins := calibrated()
	last := uint64(0)
	var marked *func()
	for {
		last = join(w, last, spins)
		if f := mark.Load(); f != marked {
			marked = f
			(*f)()
		}
		if w < crew {
			work(task, w, crew)
		}
		// The caller waits for whoever leaves last. It may have gone on since, and be in
		// the next job: it looks again when it is woken.
		if state.Add(^uint64(0))&inside == 0 && waiting.Load() && waiting.CompareAndSwap(true, false) {
			left <- struct{}{}
		}
	}
}

// join enters a job that worker w has not yet been in and returns its number.
func join(w int, last uint64, spins int) uint64 {
	fresh := func(s uint64) bool { return s&openBit != 0 && s>>seqShift != last }
	for {
		for i := 0; i < spins; {
			s := state.Load()
			if !fresh(s) {
				i++
				pause(1)
			} else if state.CompareAndSwap(s, (s+1)|helpedBit) {
				return s >> seqShift
			}
			if w >= Threads() {
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
