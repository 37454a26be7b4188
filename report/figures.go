package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/lumen-ml/lumen/probe"
)

// noSamples is what figures say that need statistics.
const noSamples = "The run has no statistics (--stats-every 0), so there is nothing to draw here."

// part is what names of a run's lines begin with: nothing where it is alone.
func part(runs []*Run, r *Run, what string) string {
	if len(runs) == 1 {
		return what
	}
	return r.Name + ", " + what
}

// pair is the two inks of run i: training and validation.
func pair(runs []*Run, i int) (training, validation ink) {
	if len(runs) == 1 {
		return category(0), category(1)
	}
	training = category(i)
	validation = training
	validation.dash = "6 4"
	if training.dash != "" {
		validation.dash = "10 3 2 3 2 3"
	}
	return training, validation
}

// lossFigure is the loss of training and validation over the steps.
func lossFigure(runs []*Run, logarithmic bool) *chart {
	c := &chart{id: "loss-linear", title: "Loss, linear axis", x: newAxis("step", false), y: newAxis("loss", logarithmic), empty: "No step has been made."}
	smoothing := "Training of each step, "
	if len(runs) == 1 {
		if n := runs[0].window(); n > 1 {
			smoothing = fmt.Sprintf("Training is the mean of about %d steps each, and the shade behind it reaches from the least to the greatest of them; ", n)
		}
	} else {
		smoothing = "Solid: training, the mean of a few steps each; dashed: "
	}
	c.caption = smoothing + "validation after each epoch. Healthy: both fall quickly at first and then ever more slowly, validation close to training. Ill: flat from the start (nothing is learned), up (the rate is too high), validation rising while training falls (overfitting)."
	if logarithmic {
		c.id, c.title = "loss-log", "Loss, logarithmic axis"
		c.caption = "The same on a logarithmic axis, where equal factors are equal distances: what still happens at small losses can be seen. Healthy: a slope that goes on; a bend down where the learning rate falls. Ill: a plateau long before the end."
	}
	for i, r := range runs {
		training, validation := pair(runs, i)
		losses := r.losses()
		if len(runs) > 1 || r.window() == 1 {
			losses.low, losses.high = nil, nil
		}
		c.lines = append(c.lines, line{named{part(runs, r, "training"), losses}, training})
		if v := r.validationLosses(); len(v.x) > 0 {
			c.lines = append(c.lines, line{named{part(runs, r, "validation"), v}, validation})
		}
	}
	c.notes = notes(runs)
	return c
}

// notes are the openings of the findings of a run that is alone.
func notes(runs []*Run) []note {
	if len(runs) > 1 {
		return nil
	}
	var all []note
	for _, f := range runs[0].Findings {
		if f.Bad() {
			all = append(all, note{float64(f.Opened), fmt.Sprintf("step %s: %s, %s %s", thousands(f.Opened), f.Severity.String(), f.Rule, f.Layer)})
		}
	}
	return all
}

func accuracyFigure(runs []*Run) *chart {
	c := &chart{id: "accuracy", title: "Accuracy", x: newAxis("step", false), y: newAxis("share that is right", false), percent: true,
		empty:   "No finished epoch has an accuracy.",
		caption: "Share of the examples that are right: in training while the epoch ran, so that its first half pulls it down, and on the validation set after it. Healthy: both rise and flatten, close to each other. Ill: at 1 in the number of classes (guessing), or validation far below training (overfitting)."}
	for i, r := range runs {
		first, second := pair(runs, i)
		training, validation := r.accuracies()
		if len(training.x) > 0 {
			c.lines = append(c.lines, line{named{part(runs, r, "training"), training}, first})
		}
		if len(validation.x) > 0 {
			c.lines = append(c.lines, line{named{part(runs, r, "validation"), validation}, second})
		}
	}
	return c
}

func rateFigure(runs []*Run) *chart {
	c := &chart{id: "rate", title: "Learning rate", x: newAxis("step", false), y: newAxis("learning rate", false), empty: "No step has been made.",
		caption: "The rate that each step was made with. Healthy: what you meant the schedule to be; for most recipes a short rise and a long fall."}
	for i, r := range runs {
		name := "learning rate"
		if len(runs) > 1 {
			name = r.Name
		}
		c.lines = append(c.lines, line{named{name, r.rates()}, category(i)})
	}
	c.y.see(0)
	return c
}

// layered draws a number of each layer over the steps, as lines in the layers' order.
func (c *chart) layered(all []named) {
	longest := 0
	for i, l := range all {
		longest = max(longest, len(l.x))
		l.curve = l.smoothed()
		k := category(i)
		if len(all) > len(categories) {
			k = ordered(i, len(all))
		}
		c.lines = append(c.lines, line{l, k})
	}
	if len(all) > len(categories) {
		c.caption = "From dark (the first layer) to bright (the last). " + c.caption
	}
	if longest > mostMeans {
		c.caption += fmt.Sprintf(" A point is the mean of about %d samples.", (longest+mostMeans/2)/mostMeans)
	}
}

// writeParams draws a number of each weight over the steps: as lines if they are few, else as a heat map.
func writeParams(b *strings.Builder, all []named, c *chart) {
	if len(all) > mostLinesDrawn {
		h := heatmap{id: c.id, title: c.title, caption: c.caption, what: c.y.label, rows: all, marks: c.rules}
		h.write(b)
		return
	}
	c.layered(all)
	c.write(b)
}

func (r *Run) writeFlow(b *strings.Builder, prefix string) {
	writeParams(b, r.ofParams(isWeight, meanAbsGrad), &chart{id: prefix + "flow", title: "Gradient flow", x: newAxis("step", false),
		y: newAxis("mean |dL/dW|", true), notes: notes([]*Run{r}), empty: noSamples,
		caption: "Mean size of the gradient of each layer's weights over the steps, on a logarithmic axis. Healthy: the lines stay within a factor of about 100 of each other. Ill: the first layers far below the last (vanishing), or all rising (exploding)."})
}

func (r *Run) writeRatios(b *strings.Builder, prefix string) {
	writeParams(b, r.ofParams(isWeight, func(p *probe.Param) float64 { return p.UpdateRatio }), &chart{id: prefix + "ratio", title: "Update ratio",
		x: newAxis("step", false), y: newAxis("|change of W| / |W|", true), rules: []rule{{1e-3, "1e-3"}}, empty: noSamples,
		caption: "How much a step changes each layer's weights, in proportion to them; a distance of one label is a power of 10, so that it shows log10 of the ratio. Healthy: about 1e-3 (the line), falling with the learning rate. Ill: above 1e-1 (the weights are thrown about), below 1e-5 (they hardly move)."})
}

// byLayer is the gradient from layer to layer at the first, middle and last sample: the curve of the vanishing gradient.
func (r *Run) byLayer(prefix string) *chart {
	c := &chart{id: prefix + "by-layer", title: "Gradient by layer", x: newAxis("layer", false), y: newAxis("mean |dL/dW|", true), empty: noSamples,
		caption: "The same from the first layer (left) to the last at three moments. Healthy: about level. Ill: a straight fall towards the first layer, which is a constant factor for each layer (vanishing), or a rise (exploding)."}
	var names []string
	for _, p := range r.params() {
		if isWeight(&p) {
			names = append(names, p.Name)
		}
	}
	if len(names) < 2 {
		c.empty = "There are not two layers with weights."
		return c
	}
	for _, name := range names {
		c.x.names = append(c.x.names, strings.TrimSuffix(name, ".weight"))
	}
	n := len(r.Samples)
	moments := []*probe.Step{r.Samples[0]}
	if n > 2 {
		moments = append(moments, r.Samples[n/2])
	}
	if n > 1 {
		moments = append(moments, r.Samples[n-1])
	}
	for i, m := range moments {
		l := line{named{name: "step " + thousands(m.Step)}, category(i)}
		for k, name := range names {
			if p := at(m.Params, k, func(p *probe.Param) bool { return p.Name == name }); p != nil {
				l.x, l.y = append(l.x, float64(k+1)), append(l.y, meanAbsGrad(p))
			}
		}
		c.lines = append(c.lines, l)
	}
	return c
}

func (r *Run) deadFigure(prefix string) *chart {
	c := &chart{id: prefix + "dead", title: "Dead and saturated units", x: newAxis("step", false), y: newAxis("share of the layer", false), percent: true,
		caption: "Of each activation: the share of its units that were zero for the whole batch (dead), and of tanh and sigmoid the share of results at their ends (saturated). Healthy: near 0. Ill: half a layer and more, for long: those units learn no more.",
		empty:   noSamples}
	if len(r.Samples) > 0 {
		c.empty = "The network has no activation that could die or saturate."
	}
	all := suffixed(r.ofLayers(func(l *probe.Layer) bool { return l.Units > 0 && !saturates(l) }, deadShare), "dead")
	all = append(all, suffixed(r.ofLayers(saturates, func(l *probe.Layer) float64 { return l.Saturated }), "saturated")...)
	if n := len(all); n > mostLinesDrawn { // those that are worst, in their order
		limit := nth(all, mostLinesDrawn)
		kept := all[:0:0]
		for _, l := range all {
			if greatest(l.y) >= limit && len(kept) < mostLinesDrawn {
				kept = append(kept, l)
			}
		}
		all = kept
		c.caption += fmt.Sprintf(" Of %d lines, the %d with the greatest shares are drawn.", n, len(all))
	}
	c.layered(all)
	c.y.see(0, 0.02)
	return c
}

func greatest(values []float64) float64 {
	most := math.Inf(-1)
	for _, v := range values {
		most = max(most, v)
	}
	return most
}

// nth is the n-th greatest of the lines' greatest values.
func nth(lines []named, n int) float64 {
	limit := math.Inf(1)
	for range n {
		next := math.Inf(-1)
		for _, l := range lines {
			if v := greatest(l.y); v < limit {
				next = max(next, v)
			}
		}
		if math.IsInf(next, -1) {
			break
		}
		limit = next
	}
	return limit
}
