package pool

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// withThreads runs f with n threads and puts the number back.
func withThreads(t testing.TB, n int, f func()) {
	t.Helper()
	before := Threads()
	SetThreads(n)
	defer SetThreads(before)
	f()
}

// count marks every chunk and the workers seen.
type count struct {
	done   []int32
	worker [MaxThreads]int32 // plain: the race detector says if two share an index
	during func(chunk int)
}

func (c *count) Do(chunk, worker int) {
	c.worker[worker]++
	c.done[chunk]++
	if c.during != nil {
		c.during(chunk)
	}
}

func checkOnce(t *testing.T, c *count) {
	t.Helper()
	for i, n := range c.done {
		if n != 1 {
			t.Fatalf("chunk %d of %d was done %d times", i, len(c.done), n)
		}
	}
}

func TestRunEveryChunkOnce(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8, 2, 1, 5} {
		withThreads(t, threads, func() {
			for _, chunks := range []int{0, 1, 2, 3, 7, 64, 1000} {
				for range 20 {
					c := &count{done: make([]int32, chunks)}
					Run(chunks, c)
					checkOnce(t, c)
				}
			}
		})
	}
}

func TestRunAfterParking(t *testing.T) {
	withThreads(t, 4, func() {
		for range 30 {
			c := &count{done: make([]int32, 100)}
			Run(100, c)
			checkOnce(t, c)
			for range 50 {
				runtime.Gosched()
			}
		}
	})
}

func TestNestedRun(t *testing.T) {
	withThreads(t, 3, func() {
		c := &count{done: make([]int32, 20)}
		c.during = func(int) {
			inner := &count{done: make([]int32, 10)}
			Run(10, inner)
			checkOnce(t, inner)
		}
		Run(20, c)
		checkOnce(t, c)
	})
}

func TestConcurrentRuns(t *testing.T) {
	withThreads(t, 3, func() {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				for range 100 {
					c := &count{done: make([]int32, 30)}
					Run(30, c)
					checkOnce(t, c)
				}
			})
		}
		all.Wait()
	})
}

func TestSetThreadsDuringRun(t *testing.T) {
	defer SetThreads(Threads())
	var stop atomic.Bool
	var changer sync.WaitGroup
	changer.Go(func() {
		for n := 1; !stop.Load(); n = n%6 + 1 {
			SetThreads(n)
			runtime.Gosched()
		}
	})
	for range 500 {
		c := &count{done: make([]int32, 40)}
		Run(40, c)
		checkOnce(t, c)
	}
	stop.Store(true)
	changer.Wait()
}

func TestPanicReachesCaller(t *testing.T) {
	want := errors.New("chunk is bad")
	for _, threads := range []int{1, 2, 4} {
		withThreads(t, threads, func() {
			for bad := range 8 {
				func() {
					defer func() {
						if got := recover(); got != want {
							t.Errorf("%d threads, bad chunk %d: recovered %v, want %v", threads, bad, got, want)
						}
					}()
					c := &count{done: make([]int32, 8)}
					c.during = func(chunk int) {
						if chunk == bad {
							panic(want)
						}
					}
					Run(8, c)
					t.Errorf("%d threads, bad chunk %d: Run returned", threads, bad)
				}()
				c := &count{done: make([]int32, 50)}
				Run(50, c)
				checkOnce(t, c)
			}
		})
	}
}

func TestFor(t *testing.T) {
	tests := []struct{ threads, n, grain, ranges int }{
		{4, 0, 1, 0}, {4, -3, 1, 0}, {4, 1, 1, 1}, {4, 3, 1, 3}, {4, 100, 1, 16}, {4, 100, 40, 2}, {4, 100, 51, 1},
		{4, 100, 0, 16}, {1, 100, 1, 1}, {3, 10, 2, 3}, {2, 64, 1, 8}, {4, 100, 9, 8},
	}
	for _, test := range tests {
		withThreads(t, test.threads, func() {
			var mu sync.Mutex
			ranges, done := 0, make([]int, max(test.n, 0))
			For(test.n, test.grain, func(lo, hi int) {
				mu.Lock()
				defer mu.Unlock()
				ranges++
				if hi-lo < min(test.grain, test.n) {
					t.Errorf("%+v: range [%d,%d) is below the grain", test, lo, hi)
				}
				for i := lo; i < hi; i++ {
					done[i]++
				}
			})
			if ranges != test.ranges {
				t.Errorf("%+v: %d ranges", test, ranges)
			}
			for i, n := range done {
				if n != 1 {
					t.Errorf("%+v: element %d done %d times", test, i, n)
				}
			}
		})
	}
}

func TestSetThreadsLimits(t *testing.T) {
	defer SetThreads(Threads())
	for give, want := range map[int]int{-1: 1, 0: 1, 5: 5, 64: 64, 1000: 64} {
		if SetThreads(give); Threads() != want {
			t.Errorf("SetThreads(%d) gives %d threads, want %d", give, Threads(), want)
		}
	}
}

func TestParseThreads(t *testing.T) {
	for text, want := range map[string]int{"": 6, "1": 1, "64": 64} {
		if n, err := parseThreads(text, 6); n != want || err != nil {
			t.Errorf("parseThreads(%q) = %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"0", "-1", "65", "two", "1.5"} {
		n, err := parseThreads(text, 6)
		if n != 6 || err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("parseThreads(%q) = %d, %v: want 6 and an error naming it", text, n, err)
		}
	}
	if Err() != nil {
		t.Error(Err())
	}
}

// nothing is the cheapest task.
type nothing struct{}

func (nothing) Do(int, int) {}

func TestRunAllocates(t *testing.T) {
	withThreads(t, 2, func() {
		Run(8, nothing{})
		if n := testing.AllocsPerRun(100, func() { Run(8, nothing{}) }); n != 0 {
			t.Errorf("Run allocates %v times", n)
		}
	})
}

func BenchmarkRun(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprint("threads", threads), func(b *testing.B) {
			withThreads(b, threads, func() {
				for b.Loop() {
					Run(8, nothing{})
				}
			})
		})
	}
}

func ExampleFor() {
	squares := make([]int, 6)
	For(len(squares), 2, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			squares[i] = i * i
		}
	})
	fmt.Println(squares)
	// Output: [0 1 4 9 16 25]
}

// spinning is a task of chunks that take some microseconds each.
type spinning struct{ pauses int }

func (s spinning) Do(int, int) { pause(s.pauses) }

// BenchmarkStep is forks and joins like those of a training step of LeNet, batch 64:
// 30 operations of 8 chunks, together about 1.2 ms on one thread. Run it beside a
// process that spins (sh -c 'while :; do :; done') to see what a stolen processor costs.
func BenchmarkStep(b *testing.B) {
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprint("threads", threads), func(b *testing.B) {
			withThreads(b, threads, func() {
				var job Task = spinning{calibrated() / 10}
				for b.Loop() {
					for range 30 {
						Run(8, job)
					}
				}
			})
		})
	}
}
