package nd

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// TestHugePages: the kernel has been told about a large buffer, and not about what lies
// far from it.
func TestHugePages(t *testing.T) {
	if setting, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || strings.Contains(string(setting), "[never]") {
		t.Skip("this kernel has no huge pages")
	}
	b := NewBuffer(8 << 20)
	at := uintptr(unsafe.Pointer(b.data))
	if !flagged(t, at) || !flagged(t, at+8<<20-1) {
		t.Error("a buffer of 8 MiB is not marked for huge pages")
	}
	for i, v := range b.memory() {
		if v != 0 {
			t.Fatalf("byte %d of a new buffer is %d", i, v)
		}
	}
}

// flagged looks the address's mapping up in /proc/self/smaps.
func flagged(t *testing.T, at uintptr) bool {
	t.Helper()
	content, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	within := false
	for line := range strings.Lines(string(content)) {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			within = from <= at && at < to
		}
		if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && within {
			return strings.Contains(flags, " hg")
		}
	}
	t.Skip("the mappings' flags are not told")
	return false
}
