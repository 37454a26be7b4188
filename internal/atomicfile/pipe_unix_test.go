//go:build unix

package atomicfile

import (
	"path/filepath"
	"syscall"
	"testing"
)

// namedPipe makes a file that is not a regular one.
func namedPipe(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}
