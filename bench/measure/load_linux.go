package measure

import (
	"bytes"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// queueWait is how long this process's threads have been runnable without running: it
// grows when somebody else has the core, not when a thread sleeps.
func queueWait() time.Duration {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return 0
	}
	var total int64
	for _, t := range tasks {
		line, err := os.ReadFile("/proc/self/task/" + t.Name() + "/schedstat")
		if err != nil {
			continue // it has ended
		}
		if fields := bytes.Fields(line); len(fields) > 1 {
			ns, _ := strconv.ParseInt(string(fields[1]), 10, 64)
			total += ns
		}
	}
	return time.Duration(total)
}

// load is the CPU that everybody else uses while it is open.
type load struct {
	begin time.Time
	own   float64 // seconds
	busy  float64 // seconds, of all processes
}

func startLoad() load { return load{time.Now(), ownCPU(), busyCPU()} }

// read returns cores.
func (l load) read() float64 {
	took := time.Since(l.begin).Seconds()
	if took < 0.02 {
		return 0
	}
	return max(0, (busyCPU()-l.busy-(ownCPU()-l.own))/took)
}

func ownCPU() float64 {
	var total float64
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if unix.Getrusage(who, &u) == nil {
			total += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
		}
	}
	return total
}

// busyCPU is user, nice, system, irq, softirq and steal time. Linux reports it in
// hundredths of a second on every platform that Go runs on.
func busyCPU() float64 {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := bytes.Cut(stat, []byte("\n"))
	var total float64
	for i, field := range bytes.Fields(line) {
		if i == 0 || i == 4 || i == 5 || i > 8 { // the name, idle, iowait, guests
			continue
		}
		n, _ := strconv.ParseFloat(string(field), 64)
		total += n / 100
	}
	return total
}
