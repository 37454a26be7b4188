package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/lumen-ml/lumen/plot"
)

// plots writes the curves by layer and, after training, by step.
func (c *gradientsCommand) plots(t terminal, settings []setting) error {
	base := c.Plot
	if ext := filepath.Ext(base); ext == ".png" || ext == ".svg" {
		base = strings.TrimSuffix(base, ext)
	}
	var series []plot.Series
	theory := false
	for _, s := range settings {
		line := plot.Series{Name: s.name()}
		for _, l := range s.looks[0].links {
			line.Y = append(line.Y, l.MeanAbsGradW)
		}
		series = append(series, line)
		if n := len(line.Y); s.activation.name == "sigmoid" && n > 2 && !theory {
			theory = true // one line is enough: they differ by where they begin
			bound := plot.Series{Name: "1/4 a layer", Dashed: true}
			for k := range n - 1 {
				bound.Y = append(bound.Y, line.Y[n-2]*math.Pow(0.25, float64(n-2-k)))
			}
			series = append(series, bound)
		}
	}
	title := fmt.Sprintf("Gradients before training: %d hidden layers of %d", c.Depth, c.Width)
	if err := save(t, base, plot.Lines(plot.Options{Title: title, X: "layer, from the input", Y: "mean |dL/dW|", LogY: true}, series...)); err != nil {
		return err
	}
	if c.Train == 0 {
		return nil
	}
	series = nil
	for _, s := range settings {
		n := len(s.looks[0].links)
		for _, k := range []int{0, n - 1} {
			line := plot.Series{Name: fmt.Sprintf("%s, layer %d", s.name(), k+1), Dashed: k > 0}
			for _, l := range s.looks {
				line.X, line.Y = append(line.X, float64(l.step)), append(line.Y, l.links[k].MeanAbsGradW)
			}
			series = append(series, line)
		}
	}
	return save(t, base+"-steps", plot.Lines(plot.Options{Title: "Gradients of the first and the last layer", X: "step", Y: "mean |dL/dW|", LogY: true}, series...))
}

// save writes a figure as PNG and SVG.
func save(t terminal, base string, f *plot.Figure) error {
	for _, ext := range []string{".png", ".svg"} {
		if err := f.Save(base + ext); err != nil {
			return err
		}
		fmt.Fprintf(t.errors, "wrote %s\n", base+ext)
	}
	return nil
}
