// Package train is the loop around a model: epochs of batches, a schedule, metrics,
// events for whoever listens, and a run folder that an interrupted run continues
// from with the same bits.
//
// [Run] does what a user's own loop would: forward, loss, Backward, Step. It calls
// the [Listener]s between steps, in the goroutine that trains. What lies in a run's
// folder is in docs/formats.md; non-finite numbers there are the strings "NaN",
// "Inf" and "-Inf", steps and epochs count from 1, fractions are fractions.
//
// A run whose context is cancelled finishes its step, writes a checkpoint and
// returns an *[Interrupted].
package train
