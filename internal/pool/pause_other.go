//go:build !amd64 && !arm64

package pool

// pause passes a little time, where Go's assembler has no instruction for it.
func pause(n int) {
	for range n {
		desks[0].open.Load()
	}
}
