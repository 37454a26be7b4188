package pool

import (
	"testing"
	"time"
)

// TestLoad tells the rules by a made-up clock.
func TestLoad(t *testing.T) {
	const us, ms = time.Microsecond, time.Millisecond
	var l load
	at := 100 * ms
	job := func(work, wait time.Duration, helped bool) {
		t.Helper()
		if l.solo(at) {
			t.Fatalf("at %v the caller works alone, until %v", at, l.until)
		}
		switch end := at + work; {
		case !helped:
			l.unhelped(at, end)
		case wait == 0:
			l.helped()
		default:
			l.waited(at, end, end+wait)
		}
		at += work + wait
	}
	alone := func(want time.Duration) {
		t.Helper()
		if got := max(l.until-at, 0); got != want {
			t.Fatalf("the caller works alone for %v, %v is wanted", got, want)
		}
		at += want
	}
	job(us, 0, true)
	for range 1000 { // short jobs say nothing
		job(us, 0, false)
	}
	job(100*us, 0, false) // a parked worker needs time
	job(40*us, 0, true)
	job(100*us, 0, false)
	job(100*us, 100*us, true) // the rest of a chunk
	job(10*ms, 9*ms, true)    // chunks that long there are
	job(100*us, 300*us, true) // but not now
	alone(leastAlone)         // the first time, for the least
	job(300*us, 0, false)     // nobody comes ...
	job(300*us, 0, false)     // ... again
	alone(2 * leastAlone)     // soon after: for twice as long
	for want := 4 * leastAlone; want < 4*mostAlone; want *= 2 {
		job(500*us, 0, false)
		alone(min(want, mostAlone))
	}
	at += pays * 500 * us // it went well for long enough
	job(500*us, 0, false)
	alone(leastAlone)
	for range 10 { // held up now and then: together is faster all the same
		at += pays * 300 * us
		job(100*us, 300*us, true)
		alone(leastAlone)
	}
}

// TestRunAlone counts the workers of a Run while the pool holds back: the caller's only.
func TestRunAlone(t *testing.T) {
	withThreads(t, 4, func() {
		defer func() { pressed = load{} }()
		pressed.until = now() + time.Hour
		c := &count{done: make([]int32, 100)}
		Run(100, c)
		checkOnce(t, c)
		if c.worker[0] != 100 {
			t.Errorf("worker 0 did %d of 100 chunks", c.worker[0])
		}
	})
}

// TestSlowWorker makes the caller wait for a worker's chunk much longer than it spins.
func TestSlowWorker(t *testing.T) {
	defer func() { pressed = load{} }()
	withThreads(t, 2, func() {
		for range 20 {
			pressed = load{}
			c := &count{done: make([]int32, 2)}
			c.during = func(chunk int) {
				if chunk == 1 {
					time.Sleep(2 * time.Millisecond)
				}
			}
			Run(2, c)
			checkOnce(t, c)
		}
	})
}

func TestCalibrated(t *testing.T) {
	if n := calibrated(); n < 50 || n > 100_000 {
		t.Errorf("%d looks", n)
	}
}
