package pool

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
)

// MaxThreads is the most threads the pool will use.
const MaxThreads = 64

var (
	threads    atomic.Int32
	threadsErr error // set once, at init

	// oneProcessor says that threads would only take turns: SetThreads looks.
	oneProcessor atomic.Bool
)

func init() {
	n, err := parseThreads(os.Getenv("LUMEN_THREADS"), runtime.GOMAXPROCS(0))
	threadsErr = err
	SetThreads(n)
}

// parseThreads reads LUMEN_THREADS; when it is empty or rubbish the default
// counts.
func parseThreads(text string, byDefault int) (int, error) {
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MaxThreads {
		return byDefault, fmt.Errorf("LUMEN_THREADS is %q: give a whole number from 1 to %d, or unset it to use all %d processors",
			text, MaxThreads, byDefault)
	}
	return n, nil
}

// Threads returns how many threads a Run may use: LUMEN_THREADS, or GOMAXPROCS
// at start, or what SetThreads set; from 1 to MaxThreads.
func Threads() int { return int(threads.Load()) }

// Err returns what is wrong with LUMEN_THREADS, nil if nothing. The number of
// processors is used then.
func Err() error { return threadsErr }

// SetThreads changes the number of threads, brought into 1 to MaxThreads (1 on
// wasm, which has no threads). A Run that is going keeps the number it began
// with. Where GOMAXPROCS is 1 at this time, or there is one processor, every Run is
// inline whatever the number, which still says how work is cut.
func SetThreads(n int) {
	n = min(max(n, 1), MaxThreads)
	if runtime.GOARCH == "wasm" {
		n = 1
	}
	oneProcessor.Store(min(runtime.GOMAXPROCS(0), runtime.NumCPU()) == 1)
	threads.Store(int32(n))
}
