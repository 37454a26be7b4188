package train

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedByOther takes the file for this run until it is closed, which a killed process
// does too. It reports whether another run has it. The lock is on one byte far behind
// the end, so that anybody may read the events meanwhile.
func lockedByOther(f *os.File) bool {
	far := &windows.Overlapped{OffsetHigh: 1 << 30}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, far)
	return errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
