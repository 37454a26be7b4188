// Package pool is the one set of threads that every kernel shares.
//
// Run does the chunks of a Task on it and returns when all are done; the caller
// takes part, so with one thread nothing is handed over at all. A worker does
// its own contiguous share of the chunks first, so that from one operation to
// the next the same data stay in the same cache, and then steals what the
// others have left. What a worker needs to begin lies on one cache line of its own, and
// so does its report: where the cores share no cache nearby, each further line would cost
// 0.2 microseconds at every operation. Workers live as long as the process: an idle one spins for
// about 54 microseconds (waking a parked one costs 20 to 45), with the processor's
// PAUSE between its looks, and then parks; so does the caller when it waits for a
// worker's last chunk. No goroutine is started and nothing is allocated per operation.
//
// Beside other processes that want the same processors, workers do not come, or stop
// in the middle of a chunk. Then the caller works alone for a while, some milliseconds
// at first and up to 64 while it lasts: see load. This changes who
// does a chunk, never how the work is cut, so the bits are the same.
//
// # Rules for tasks
//
// Chunks may run in any order and on any thread, so what a chunk computes must
// depend on its index only; then the result has the same bits whatever the
// timing. The worker index that Do gets lies in [0, Threads()) and no two
// threads of one Run share it: it picks scratch memory that belongs to the
// task. Two Runs at once both start with worker 0, so scratch must never be
// global. There is one job at a time: a Run that comes while another is going,
// from a second goroutine or from inside a task, runs its chunks inline.
//
// A panic in a chunk stops the job (chunks not yet begun are dropped) and comes
// out of Run as a panic with the same value; the pool stays usable. Do must not
// call runtime.Goexit.
//
// LUMEN_THREADS sets the number of threads at start; GOMAXPROCS is the default.
// In the browser (js/wasm) there is one thread.
package pool
