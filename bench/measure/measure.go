package measure

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"time"
)

// Options say how long to measure.
type Options struct {
	Budget time.Duration // of samples that count
	// QuietWait is how much longer to go on in search of samples in which no thread
	// waited for a core; 0 takes every sample.
	QuietWait time.Duration
}

// Result is what Call found. Samples are seconds a call.
type Result struct {
	Samples  []float64
	Inner    int     // calls in a sample
	Wait     float64 // mean share of the samples' time in which threads waited for a core
	OtherCPU float64 // cores that other processes used
}

const (
	sampleTime = 4 * time.Millisecond
	warmTime   = 300 * time.Millisecond
	minSamples = 5
)

type sample struct {
	wait, perCall float64
	took          time.Duration
}

// Call times f. It returns ctx's error when that is done first.
func Call(ctx context.Context, f func(), o Options) (Result, error) {
	inner, err := warm(ctx, f, o.Budget)
	if err != nil {
		return Result{}, err
	}
	runtime.GC() // what was left from making the workload; collections of its own are part of the time
	others := startLoad()
	var all []sample
	good, goodTime := 0, time.Duration(0)
	start := time.Now()
	pauseAt, pauseGood := start.Add(500*time.Millisecond), 0
	for {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		waited := queueWait()
		begin := time.Now()
		for range inner {
			f()
		}
		took := max(time.Since(begin), 1)
		s := sample{perCall: took.Seconds() / float64(inner), took: took}
		s.wait = max(0, (queueWait()-waited).Seconds()/took.Seconds())
		all = append(all, s)
		if s.wait <= MaxWait || o.QuietWait <= 0 {
			good++
			goodTime += took
		}
		if good >= minSamples && goodTime >= o.Budget {
			break
		}
		if time.Since(start) > o.Budget+o.QuietWait && len(all) >= minSamples {
			break
		}
		if now := time.Now(); o.QuietWait > 0 && now.After(pauseAt) {
			if good == pauseGood { // the machine is full: stand back a little
				time.Sleep(100 * time.Millisecond)
			}
			pauseAt, pauseGood = time.Now().Add(500*time.Millisecond), good
		}
	}
	r := keep(all, o.QuietWait > 0)
	r.Inner, r.OtherCPU = inner, others.read()
	return r, nil
}

// warm runs f until caches, pools and the step's memory are in their steady state, and
// returns how many calls make a sample.
func warm(ctx context.Context, f func(), budget time.Duration) (inner int, err error) {
	start, least := time.Now(), time.Duration(1<<62)
	for n := 1; ; n++ {
		begin := time.Now()
		f()
		least = min(least, max(time.Since(begin), 1))
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if took := time.Since(start); took > warmTime || n >= 2 && took > budget/3 {
			return max(1, int(sampleTime/least)), nil
		}
	}
}

// keep drops disturbed samples if quiet is asked for; with too few others the least
// disturbed quarter counts.
func keep(all []sample, quiet bool) Result {
	kept := all
	if quiet {
		kept = slices.DeleteFunc(slices.Clone(all), func(s sample) bool { return s.wait > MaxWait })
		if len(kept) < minSamples {
			kept = slices.Clone(all)
			slices.SortFunc(kept, func(a, b sample) int { return cmp.Compare(a.wait, b.wait) })
			kept = kept[:min(len(kept), max(minSamples, len(kept)/4))]
		}
	}
	var r Result
	var total, waited float64
	for _, s := range kept {
		r.Samples = append(r.Samples, s.perCall)
		total += s.took.Seconds()
		waited += s.wait * s.took.Seconds()
	}
	if total > 0 {
		r.Wait = waited / total
	}
	return r
}

// Median is the middle sample, the mean of the middle two if their number is even.
func (r Result) Median() float64 { return Median(r.Samples) }

// Best is the least sample.
func (r Result) Best() float64 { return slices.Min(r.Samples) }

// Median of values, of which there must be one at least.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	h := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[h]
	}
	return (sorted[h-1] + sorted[h]) / 2
}
