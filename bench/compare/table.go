package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/lumen-ml/lumen/bench/measure"
)

// line is a row of a table: one workload against one system.
type line struct {
	workload, settings string
	rounds             []round
}

// writeTable prints a Markdown table of Lumen against one system.
func writeTable(w io.Writer, peer string, lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n### Against %s\n\n", peer)
	fmt.Fprintf(&b, "| workload | Lumen best ms | %s best ms | ratio: median (least to greatest) | target | met | settings |\n", peer)
	b.WriteString("|---|---:|---:|---:|---:|---|---|\n")
	for _, l := range lines {
		s := summarise(l.rounds)
		target, met := "", ""
		if g := goal(peer, l.workload); g > 0 {
			target = fmt.Sprintf("%.3gx", g)
			met = "no"
			if s.Median >= g {
				met = "yes"
			}
		}
		ratio := "not measured"
		if s.Rounds > 0 {
			ratio = fmt.Sprintf("%s (%s to %s) of %d rounds", times(s.Median), times(s.Least), times(s.Greatest), s.Rounds)
			if s.AllDisturbed {
				ratio += ", all disturbed"
			}
		} else {
			met = ""
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", l.workload, middle(l.rounds, true), middle(l.rounds, false), ratio, target, met, l.settings)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func times(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0fx", x)
	}
	return fmt.Sprintf("%.3gx", x)
}

// middle is the median of the rounds' best times, or of the peak memory in MB.
func middle(rounds []round, lumen bool) string {
	var all []float64
	memory := false
	for _, r := range rounds {
		rec := r.peer
		if lumen {
			rec = r.lumen
		}
		if rec == nil {
			continue
		}
		if rec.PeakBytes > 0 {
			memory = true
			all = append(all, float64(rec.PeakBytes)/1e6)
		} else {
			all = append(all, rec.BestMS)
		}
	}
	switch {
	case len(all) == 0:
		return "-"
	case memory:
		return fmt.Sprintf("%.1f MB", measure.Median(all))
	}
	return fmt.Sprintf("%.3g", measure.Median(all))
}
