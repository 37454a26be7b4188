package pool

import (
	"sync/atomic"
	"testing"
	"time"
)

// TestMark: a worker has called what was marked last before it does a chunk.
func TestMark(t *testing.T) {
	defer func() { pressed = load{} }()
	withThreads(t, 3, func() {
		var called [2]atomic.Int32
		marks := [2]func(){func() { called[0].Add(1) }, func() { called[1].Add(1) }}
		for i := range marks {
			Mark(&marks[i])
			helped := false
			for deadline := time.Now().Add(10 * time.Second); !helped && time.Now().Before(deadline); {
				pressed = load{}
				c := &count{done: make([]int32, 200)}
				c.during = func(int) { pause(calibrated() / 100) }
				Run(200, c)
				helped = c.worker[1]+c.worker[2] > 0
			}
			if n := called[i].Load(); helped && n == 0 || n > 2 {
				t.Errorf("mark %d was called by %d of 2 workers", i, n)
			}
		}
		done := func() {}
		Mark(&done)
	})
}
