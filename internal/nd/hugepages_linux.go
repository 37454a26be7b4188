package nd

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugePage is the size of a huge page on amd64, and on arm64 with base pages of 4 KiB.
const hugePage = 2 << 20

// preferHugePages asks the kernel to back large memory by huge pages, from the one that
// it begins in to the one that it ends in. Go's runtime does not ask, and the kernel's usual setting waits for that. A
// kernel that cannot just goes on as before.
func preferHugePages(m []byte) {
	if len(m) < hugePage/2 {
		return
	}
	begin := uintptr(unsafe.Pointer(&m[0]))
	from, to := begin&^(hugePage-1), (begin+uintptr(len(m))+hugePage-1)&^(hugePage-1)
	_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_HUGEPAGE)
}
