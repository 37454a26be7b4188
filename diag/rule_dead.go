package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/lumen-ml/lumen/probe"
)

// DeadUnits finds layers of relu most of whose units are silent.
//
//	value = share of a layer's units (channels) that were 0 for every example, at every place, in all of the last n samples
//
// A unit that is never on gets no gradient and does not come back by itself.
//
// Source: Lu, Shin, Su and Karniadakis, "Dying ReLU and initialization" (2019).
type DeadUnits struct {
	Warning float64 // default 0.5
	Error   float64 // default 0.9
	Samples int     // in a row; default 5
}

// Name is "dead units".
func (DeadUnits) Name() string { return "dead units" }

// Look judges samples.
func (r DeadUnits) Look(h *History) ([]Finding, bool) {
	s, ok := h.Sample()
	if !ok {
		return nil, false
	}
	limit, serious, n := cmp.Or(r.Warning, 0.5), cmp.Or(r.Error, 0.9), samples(r.Samples, 5)
	var found []Finding
	for i := range s.Layers {
		l := &s.Layers[i]
		if operation(l) != "relu" || l.Units == 0 {
			continue
		}
		dead, ok := silent(h, l.Name, n)
		share := float64(len(dead)) / float64(l.Units)
		if h.IsOpen(r.Name(), l.Name) {
			ok = float64(len(l.Dead)) > 0.8*limit*float64(l.Units) // of the newest sample alone
		} else {
			ok = ok && share > limit
		}
		if !ok {
			continue
		}
		found = append(found, r.finding(h, s, i, dead, share, limit, serious, n))
	}
	return found, true
}

// silent are the units of a layer that were dead in each of the last n samples.
func silent(h *History, layer string, n int) (dead []int, ok bool) {
	last := h.Last(n)
	if len(last) < n {
		return nil, false
	}
	for i, s := range last {
		l := findLayer(s, layer)
		if l == nil {
			return nil, false
		}
		if i == 0 {
			dead = slices.Clone(l.Dead)
			continue
		}
		dead = slices.DeleteFunc(dead, func(u int) bool { return !slices.Contains(l.Dead, u) })
	}
	return dead, true
}

func (r DeadUnits) finding(h *History, s *probe.Step, i int, dead []int, share, limit, serious float64, n int) Finding {
	l := &s.Layers[i]
	f := Finding{Severity: Warning, Layer: l.Name, Value: share, Threshold: limit,
		Formula: fmt.Sprintf("share of the units of %s that are 0 for the whole batch, in %d samples in a row", l.Name, n)}
	if share > serious {
		f.Severity, f.Threshold = Error, serious
	}
	units := make([]string, len(dead))
	for k, u := range dead {
		units[k] = strconv.Itoa(u)
	}
	since := s.Step
	for _, past := range slices.Backward(h.Samples) {
		q := findLayer(past, l.Name)
		if q == nil || slices.ContainsFunc(dead, func(u int) bool { return !slices.Contains(q.Dead, u) }) {
			break
		}
		since = past.Step
	}
	f.Message = fmt.Sprintf("%d of the %d units of %s (%.0f %%) are 0 for every example since step %d at the latest: %s.",
		len(dead), l.Units, l.Name, 100*share, since, listed(units, 12))
	f.Evidence = over(h, n, "share of dead units in "+l.Name, func(s *probe.Step) (float64, bool) {
		q := findLayer(s, l.Name)
		if q == nil || q.Units == 0 {
			return 0, false
		}
		return float64(len(q.Dead)) / float64(q.Units), true
	})
	f.Advice = "leaky_relu has no dead units; Kaiming's initialisation and a lower learning rate make fewer."
	at := inputOf(s, i)
	if at < 0 {
		return f
	}
	in := s.Layers[at]
	f.Evidence = append(f.Evidence, Evidence{"mean of " + in.Name, s.Step, -1, in.Output.Mean}, Evidence{"greatest of " + in.Name, s.Step, in.Example, in.Output.Max})
	f.Message += fmt.Sprintf(" What comes into it, from %s, is %.3g on average and %.3g at most.", in.Name, in.Output.Mean, in.Output.Max)
	bias := findParam(s, in.Name+".bias")
	greatest := 0.0
	for _, past := range h.Samples {
		for _, w := range weights(past) {
			if finite(w.UpdateRatio) {
				greatest = max(greatest, w.UpdateRatio)
			}
		}
	}
	switch {
	case bias != nil && bias.Weight.Mean < 0 && -bias.Weight.Mean > in.Output.Std:
		f.Evidence = append(f.Evidence, Evidence{"mean of " + bias.Name, s.Step, -1, bias.Weight.Mean})
		f.Advice = fmt.Sprintf("The bias holds them down: %s is %.3g on average, where the results vary by %.3g. Begin it at 0.", bias.Name, bias.Weight.Mean, in.Output.Std)
	case greatest > 0.1:
		f.Advice = fmt.Sprintf("Steps that changed weights by %.0f %% at once threw them there: a lower learning rate than %.3g, or a warm-up; leaky_relu lets units come back.", 100*greatest, h.GreatestLR)
	}
	return f
}
