package diag

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// Anomaly shows what package probe's anomaly mode has found to the diagnosis, and returns what is to be told: a finding of the
// rule "non-finite" that names the operation and the line of the program. Once one of that rule is open, nothing.
func (d *Diagnosis) Anomaly(e *probe.AnomalyError) []Finding {
	rule := NonFinite{}.Name()
	h := &d.history
	if len(h.Open(rule)) > 0 {
		return nil
	}
	known := func(f Finding) bool { return f.Rule == rule && f.Opened >= e.Step } // it was told, and is gone since
	if slices.ContainsFunc(d.closed, known) {
		return nil
	}
	_, sentence, _ := strings.Cut(strings.TrimPrefix(e.Error(), "probe: "), ": ")
	f := Finding{Severity: Error, Layer: e.Layer, Formula: "share of what " + anomalous(e) + " that is NaN or infinite", Message: "Anomaly mode has found it: " + sentence + ".",
		Advice: adviceFor(strings.TrimSuffix(e.Op, "_in_place"))}
	f.Value = e.Result.NonFinite()
	if f.Layer == "" {
		f.Layer = layerOf(e.Param)
	}
	example := e.Result.Example()
	f.Evidence = append(f.Evidence, Evidence{"share that is not finite", e.Step, example, f.Value})
	for i, r := range e.Operands {
		if r.Shape != nil {
			what := fmt.Sprintf("operand %d", i+1)
			f.Evidence = append(f.Evidence, Evidence{"least of " + what, e.Step, -1, r.Min}, Evidence{"greatest of " + what, e.Step, -1, r.Max})
		}
	}
	f.Evidence = append(f.Evidence, losses(h, 6)...)
	switch {
	case e.Kind == probe.InData:
		f.Advice = "Look at the data: fill in or drop missing values, and check divisions by a standard deviation of 0."
	case h.largest() > 1e3 || len(h.Open(ExplodingGradient{}.Name())) > 0:
		f.Message += fmt.Sprintf(" Gradients had exploded before, to a norm of %.3g.", h.largest())
		f.Advice = capital(h.lower(h.GreatestLR)) + "; or clipping of the gradient's norm (ClipNorm, optim.ClipGradNorm)."
	case f.Advice == "" && e.Kind == probe.InBackward:
		f.Advice = "Derivatives without bound make it: sqrt and pow at 0, log near 0, division by something small. Add a small constant, or clamp."
	case f.Advice == "":
		f.Advice = "Look at the line above; guard log, sqrt and division by a small constant."
	}
	return d.live(rule, e.Step, []Finding{f})
}

// anomalous is what was not finite, as the subject of a formula.
func anomalous(e *probe.AnomalyError) string {
	switch {
	case e.Param != "":
		return e.Param + " has"
	case e.Kind == probe.InBackward:
		return "the backward of " + e.Name + " made"
	}
	return e.Name + " made"
}
