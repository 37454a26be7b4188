package data

import (
	"errors"
	"sync"
	"sync/atomic"
)

// ahead makes batches of an epoch in workers before they are asked for. Jobs are handed out in order and waited for in
// order; which worker does one has no influence on the result.
type ahead struct {
	run     *epoch
	jobs    chan *job
	pending []*job // handed out and not yet delivered, in order
	handed  int    // the next batch to hand out
	ended   atomic.Bool
	workers sync.WaitGroup
}

type job struct {
	batch    *Batch
	err      error
	panicked bool
	value    any // of the panic
	done     chan struct{}
}

// newAhead starts the workers with batch first.
func newAhead(run *epoch, first int) *ahead {
	o := run.loader.o
	left := run.batches - first
	a := &ahead{run: run, jobs: make(chan *job, min(o.Prefetch, left)), handed: first}
	for range min(o.Workers, left) {
		a.workers.Go(a.work)
	}
	for range min(o.Prefetch, left) {
		a.hand()
	}
	return a
}

// hand gives the next batch, if there is one, to whichever worker is free. At most Prefetch jobs are pending, so that
// sending never waits.
func (a *ahead) hand() {
	if a.handed < a.run.batches {
		j := &job{batch: a.run.blank(a.handed), done: make(chan struct{})}
		a.handed++
		a.pending = append(a.pending, j)
		a.jobs <- j
	}
}

// batch waits for batch k, the first of those pending, and hands out another. A panic of the worker goes on here.
func (a *ahead) batch(int) (*Batch, error) {
	j := a.pending[0]
	select {
	case <-j.done:
	case <-a.run.ctx.Done():
		return nil, a.run.ctx.Err()
	}
	a.pending = a.pending[1:]
	if j.panicked {
		panic(j.value)
	}
	if j.err != nil {
		return nil, a.run.reason(j.err)
	}
	a.hand()
	return j.batch, nil
}

func (a *ahead) stopped() bool { return a.ended.Load() || a.run.cancelled() }

func (a *ahead) work() {
	for j := range a.jobs {
		a.do(j)
	}
}

func (a *ahead) do(j *job) {
	defer close(j.done)
	returned := false
	defer func() {
		if returned {
			return
		}
		if j.value = recover(); j.value != nil {
			j.panicked = true
			return
		}
		j.err = errors.New("data: the dataset ended the worker's goroutine with runtime.Goexit (t.FailNow does that); return an error")
	}()
	j.err = a.run.fill(j.batch, a.stopped)
	returned = true
}

// stop ends the workers, waits for them and takes back the memory of batches that were not delivered.
func (a *ahead) stop() {
	a.ended.Store(true)
	close(a.jobs)
	a.workers.Wait()
	for _, j := range a.pending {
		a.run.loader.retire(j.batch)
	}
}
