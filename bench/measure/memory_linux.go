package measure

import (
	"bytes"
	"os"
	"strconv"
)

// Resident returns this process's memory in RAM and the greatest it has been since
// ForgetPeak, in bytes; ok is false where the system does not say.
func Resident() (now, peak int64, ok bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, 0, false
	}
	return kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"), true
}

// ForgetPeak makes the present memory the greatest; false where that cannot be done.
func ForgetPeak() bool { return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil }

func kilobytes(status []byte, key string) int64 {
	_, after, _ := bytes.Cut(status, []byte(key))
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return n << 10
}
