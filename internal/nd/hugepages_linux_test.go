package nd

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestHugePages: the kernel has been told about a large buffer, from its first byte to its last, and not about what lies
// more than a huge page before or behind such memory, nor about small memory.
func TestHugePages(t *testing.T) {
	if setting, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || strings.Contains(string(setting), "[never]") {
		t.Skip("this kernel has no huge pages")
	}
	m, err := unix.Mmap(-1, 0, 24<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(m)
	place := func(at int) uintptr { return uintptr(unsafe.Pointer(&m[at])) }
	preferHugePages(m[2<<20:][:hugePage/2-1])
	if flagged(t, place(2<<20)) {
		t.Error("memory of less than half a huge page is marked")
	}
	const from, to = 9<<20 + 4096, 12 << 20
	preferHugePages(m[from:to])
	if !flagged(t, place(from)) || !flagged(t, place(to-1)) {
		t.Error("memory of 3 MiB is not marked for huge pages")
	}
	if flagged(t, place(from-hugePage)) || flagged(t, place(to+hugePage)) {
		t.Error("memory a huge page away is marked")
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
