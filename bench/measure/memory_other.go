//go:build !linux

package measure

// Resident returns this process's memory in RAM and the greatest it has been since
// ForgetPeak, in bytes; ok is false where the system does not say.
func Resident() (now, peak int64, ok bool) { return 0, 0, false }

// ForgetPeak makes the present memory the greatest; false where that cannot be done.
func ForgetPeak() bool { return false }
