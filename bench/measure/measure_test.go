package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

func TestCall(t *testing.T) {
	calls := 0
	r, err := Call(t.Context(), func() { calls++ }, Options{Budget: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Samples) < minSamples || r.Inner < 2 || calls < len(r.Samples)*r.Inner {
		t.Errorf("%d samples of %d calls, %d calls in all", len(r.Samples), r.Inner, calls)
	}
	if !(r.Best() > 0) || r.Best() > r.Median() || r.Wait < 0 || r.OtherCPU < 0 {
		t.Errorf("best %g, median %g, wait %g, others %g", r.Best(), r.Median(), r.Wait, r.OtherCPU)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Call(ctx, func() {}, Options{Budget: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled measurement ends with %v", err)
	}
}

func TestKeep(t *testing.T) {
	var all []sample
	for i := range 20 {
		all = append(all, sample{wait: float64(i) / 100, perCall: float64(i), took: time.Second})
	}
	if r := keep(all, false); len(r.Samples) != 20 || math.Abs(r.Wait-0.095) > 1e-12 {
		t.Errorf("without a quiet wait %d samples of wait %g", len(r.Samples), r.Wait)
	}
	if r := keep(all, true); !slices.Equal(r.Samples, []float64{0, 1, 2, 3, 4, 5}) || math.Abs(r.Wait-0.025) > 1e-12 {
		t.Errorf("undisturbed ones: %v of wait %g", r.Samples, r.Wait)
	}
	if r := keep(all[10:], true); !slices.Equal(r.Samples, []float64{10, 11, 12, 13, 14}) {
		t.Errorf("the least disturbed ones: %v", r.Samples)
	}
}

func TestMedianAndRound(t *testing.T) {
	if Median([]float64{3, 1, 2}) != 2 || Median([]float64{4, 1, 3, 2}) != 2.5 {
		t.Error("median of 1 2 3 or 1 2 3 4")
	}
	for x, want := range map[float64]float64{1.2345678: 1.2346, 0: 0, 123456: 123460, 0.00011111: 0.00011111} {
		if got := Round(x); got != want {
			t.Errorf("Round(%g) is %g", x, got)
		}
	}
	if !math.IsInf(Round(math.Inf(1)), 1) {
		t.Error("an infinity did not stay")
	}
}

// peerLine is what the script for PyTorch printed.
const peerLine = `{"peer": "torch", "workload": "gemm_256", "threads": 2, "median_ms": 0.144, "best_ms": 0.133, "items_per_s": 233000000000.0, "unit": "flop", "samples": 300, "inner": 27, "wait": 0.001, "other_cpu": 0.01, "best_gflops": 252.3}`

// TestFieldsAreThePeers: Lumen's line has the peers' fields, and no others where no
// peak was measured.
func TestFieldsAreThePeers(t *testing.T) {
	r := NewRecord("lumen", "gemm_256", 2, 1e9, "flop", Result{Samples: []float64{1}, Inner: 1})
	own, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	keys := func(line []byte) []string {
		var m map[string]any
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		var k []string
		for name := range m {
			k = append(k, name)
		}
		slices.Sort(k)
		return k
	}
	if got, want := keys(own), keys([]byte(peerLine)); !slices.Equal(got, want) {
		t.Errorf("fields %v, the peers' are %v", got, want)
	}
	if r.BestGFLOPS != 1 || r.MedianMS != 1000 || r.ItemsPerS != 1e9 {
		t.Errorf("1e9 operations a second are %+v", r)
	}
	if r := NewRecord("lumen", "x", 1, 1, "sample", Result{Samples: []float64{1}}); r.BestGFLOPS != 0 {
		t.Error("GFLOP/s of something that counts samples")
	}
}

func TestParse(t *testing.T) {
	r, err := Parse([]byte(peerLine))
	if err != nil || r.Peer != "torch" || r.BestMS != 0.133 || r.Wait != 0.001 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Parse([]byte(`{"peer":"torch","workload":"memory_x","peak_bytes":5}`)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "{}", "words", `{"peer":"torch","workload":"x"}`, `{"peer":"torch","info":{}}`} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%q was taken for a line", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(peerLine))
	f.Add([]byte(`{"peer":"torch","workload":"memory_x","peak_bytes":5}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if r, err := Parse(line); err == nil && (r.Peer == "" || r.Workload == "") {
			t.Errorf("%+v from %q", r, line)
		}
	})
}

func ExampleNewRecord() {
	r := Result{Samples: []float64{0.002, 0.001, 0.004}, Inner: 3}
	line, err := json.Marshal(NewRecord("lumen", "lenet_mnist", 2, 64, "sample", r))
	fmt.Println(string(line), err)
	// Output:
	// {"peer":"lumen","workload":"lenet_mnist","threads":2,"median_ms":2,"best_ms":1,"items_per_s":32000,"unit":"sample","samples":3,"inner":3,"wait":0,"other_cpu":0} <nil>
}
