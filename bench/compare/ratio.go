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
	Rounds                  int // that the three are taken from
	// Disturbed is how many rounds were left out because a side's threads waited for a
	// core. If all were disturbed they count, and AllDisturbed tells.
	Disturbed    int
	AllDisturbed bool
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

// calm reports whether neither side of the round was disturbed.
func (r round) calm() bool { return !disturbed(r.lumen) && !disturbed(r.peer) }

// summarise takes the ratio of every round in which both sides were measured and
// neither was disturbed.
func summarise(rounds []round) ratios {
	var calm, rest []float64
	for _, r := range rounds {
		switch x := ratioOf(r); {
		case x == 0:
		case r.calm():
			calm = append(calm, x)
		default:
			rest = append(rest, x)
		}
	}
	s := ratios{Disturbed: len(rest)}
	if len(calm) == 0 {
		calm, s.AllDisturbed = rest, len(rest) > 0
	}
	if len(calm) > 0 {
		s.Median, s.Least, s.Greatest, s.Rounds = measure.Median(calm), slices.Min(calm), slices.Max(calm), len(calm)
	}
	return s
}
