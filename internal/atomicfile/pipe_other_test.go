//go:build !unix

package atomicfile

import "testing"

// namedPipe gives nothing: there are none in folders here.
func namedPipe(*testing.T, string) string { return "" }
