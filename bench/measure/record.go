package measure

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// MaxWait is the share of time that threads may wait for a core before a line is to
// be distrusted.
const MaxWait = 0.05

// Record is one line of a benchmark: the fields and their order are those of the
// peers' scripts.
type Record struct {
	Peer     string  `json:"peer"`
	Workload string  `json:"workload"`
	Threads  int     `json:"threads"`
	MedianMS float64 `json:"median_ms"`
	BestMS   float64 `json:"best_ms"`
	// ItemsPerS follows from the median; an item is what Unit says.
	ItemsPerS float64 `json:"items_per_s"`
	Unit      string  `json:"unit"`
	Samples   int     `json:"samples"`
	Inner     int     `json:"inner"` // calls in a sample
	Wait      float64 `json:"wait"`
	OtherCPU  float64 `json:"other_cpu"` // cores that other processes used

	// Only on lines whose unit is flop.
	BestGFLOPS float64 `json:"best_gflops,omitempty"`
	// Only on kernel lines: best_gflops as a share of the peak of the threads' fused multiply-adds.
	PeakShare float64 `json:"peak_share,omitempty"`
	// Only on memory lines: resident memory above that before the first step, at its greatest.
	PeakBytes int64 `json:"peak_bytes,omitempty"`
}

// NewRecord makes a line of what was measured. items is the work of one call in units.
func NewRecord(peer, workload string, threads int, items float64, unit string, r Result) Record {
	rec := Record{
		Peer: peer, Workload: workload, Threads: threads, Unit: unit,
		MedianMS: Round(r.Median() * 1e3), BestMS: Round(r.Best() * 1e3), ItemsPerS: Round(items / r.Median()),
		Samples: len(r.Samples), Inner: r.Inner,
		Wait: math.Round(r.Wait*1e3) / 1e3, OtherCPU: math.Round(r.OtherCPU*1e2) / 1e2,
	}
	if unit == "flop" {
		rec.BestGFLOPS = Round(items / r.Best() / 1e9)
	}
	return rec
}

// Parse reads a line. It refuses what is not a benchmark's line: no peer or workload,
// times that are not above 0 where no memory is given.
func Parse(line []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("%.80q is not a benchmark's line of JSON: %w", line, err)
	}
	switch {
	case r.Peer == "" || r.Workload == "":
		return r, fmt.Errorf("%.80q names no peer or no workload", line)
	case !(r.BestMS > 0) && r.PeakBytes == 0:
		return r, fmt.Errorf("%.80q: best_ms %g is not a time", line, r.BestMS)
	}
	return r, nil
}

// Round keeps five significant digits.
func Round(x float64) float64 {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 5, 64), 64)
	if err != nil {
		return x
	}
	return rounded
}
