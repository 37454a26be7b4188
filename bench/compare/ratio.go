package main

import (
	"slices"

	"github.com/lumen-ml/lumen/bench/measure"
)

// round is what one workload took in one round, or nil where a side failed.
type round struct{ lumen, peer *measure.Record }

// ratios is the summary of a workload's rounds.
type ratios struct {
	Median, Least, Greatest float64
	Rounds                  int
	Disturbed               int // rounds with a wait above measure.MaxWait after all repetitions
}

// ratioOf is how many times as long the peer takes as Lumen, or as much memory; 0 if
// one of them says nothing.
func ratioOf(r round) float64 {
	switch {
	case r.lumen == nil || r.peer == nil:
		return 0
	case r.lumen.PeakBytes > 0 && r.peer.PeakBytes > 0:
		return float64(r.peer.PeakBytes) / float64(r.lumen.PeakBytes)
	case r.lumen.BestMS > 0 && r.peer.BestMS > 0:
		return r.peer.BestMS / r.lumen.BestMS
	}
	return 0
}

func disturbed(r *measure.Record) bool { return r != nil && r.Wait > measure.MaxWait }

// summarise takes the ratio of every round in which both sides were measured.
func summarise(rounds []round) ratios {
	var all []float64
	var s ratios
	for _, r := range rounds {
		if x := ratioOf(r); x > 0 {
			all = append(all, x)
			if disturbed(r.lumen) || disturbed(r.peer) {
				s.Disturbed++
			}
		}
	}
	if len(all) == 0 {
		return s
	}
	s.Median, s.Least, s.Greatest, s.Rounds = measure.Median(all), slices.Min(all), slices.Max(all), len(all)
	return s
}
