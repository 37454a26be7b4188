// Package measure times short calls on a machine that other work may share, and
// writes what it found as the JSON line that the benchmarks of all peers share
// (bench/peers/README.md).
//
// # Rules
//
// A call is warmed up, then timed in groups of calls that last 4 ms or so; a sample
// is a group's mean. The median and the least sample are reported. Where Linux says
// how long a thread was runnable without a core (schedstat), that share of the time
// is reported as wait, added over the threads; with a quiet wait, samples with a wait
// above 5 % are set aside and replaced. Elsewhere wait is 0 and nothing is set aside.
//
// # Units
//
// Times in a Record are milliseconds a call, memory is bytes, rates are items a second.
package measure
