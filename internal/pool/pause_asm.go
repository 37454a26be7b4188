//go:build amd64 || arm64

package pool

// pause tells the processor n times (at least once) that this thread waits for
// memory to change: PAUSE or YIELD, 10 to 50 ns each on most, which leaves the
// core's other hardware thread and the memory system alone.
//
//go:noescape
func pause(n int)
