package pool

// hire makes sure that n workers exist, the caller included.
func hire(n int) {
	for w := max(int(started.Load()), 1); w < n; w++ {
		seats[w].wake = make(chan struct{}, 1)
		go worker(w)
		started.Store(int32(w + 1))
	}
}

// worker is the life of worker w: find a job, help with it, report, again.
func worker(w int) {
	spins := calibrated()
	job := uint64(0)
	var marked *func()
	for {
		job = find(w, job, spins)
		if f := mark.Load(); f != marked {
			marked = f
			(*f)()
		}
		chunks := work(job, w)
		desks[w].done.Store(job<<leftBits | uint64(chunks))
		// The caller waits for all reports. It may have gone on since, and be in the next
		// job: it looks again when it is woken.
		if waiting.Load() && waiting.CompareAndSwap(true, false) {
			left <- struct{}{}
		}
	}
}

// find returns the number of the job on worker w's desk when it is another than the last.
func find(w int, last uint64, spins int) uint64 {
	d, seat := &desks[w], &seats[w]
	for {
		for range spins {
			if job := d.open.Load() >> leftBits; job != last {
				return job
			}
			pause(1)
			if w >= Threads() {
				break
			}
		}
		seat.parked.Store(true)
		// A job may have come between the last look and the line above, and its caller then
		// found nobody parked; whoever takes the flag back decides.
		if d.open.Load()>>leftBits != last && seat.parked.CompareAndSwap(true, false) {
			continue
		}
		<-seat.wake
	}
}
