package report

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/plot"
	"github.com/lumen-ml/lumen/probe"
)

// SavePlots draws the main figures into a folder, which is made if it is not there, each as a PNG and an SVG, and returns
// the names of the files: loss and accuracy of all runs together, and for each run its gradients, update ratios,
// confusion matrix and first-layer filters (these as a PNG only). Figures without anything to draw are left out.
func SavePlots(dir string, runs []*Run) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	var saved []string
	save := func(name string, f *plot.Figure) error {
		for _, format := range []string{".png", ".svg"} {
			path := filepath.Join(dir, name+format)
			if err := f.Save(path); err != nil {
				return err
			}
			saved = append(saved, path)
		}
		return nil
	}
	for _, c := range []*chart{lossFigure(runs, true), lossFigure(runs, false), accuracyFigure(runs), rateFigure(runs)} {
		if f := c.plot(); f != nil {
			if err := save(c.id, f); err != nil {
				return saved, err
			}
		}
	}
	for i, r := range runs {
		prefix := ""
		if len(runs) > 1 {
			prefix = fmt.Sprintf("run%d-", i+1)
		}
		flow := &chart{id: prefix + "flow", title: "Gradient flow", x: newAxis("step", false), y: newAxis("mean |dL/dW|", true)}
		ratio := &chart{id: prefix + "ratio", title: "Update ratio", x: newAxis("step", false), y: newAxis("|change of W| / |W|", true), rules: []rule{{1e-3, "1e-3"}}}
		flow.take(r.ofParams(isWeight, meanAbsGrad))
		ratio.take(r.ofParams(isWeight, func(p *probe.Param) float64 { return p.UpdateRatio }))
		for _, c := range []*chart{flow, ratio, r.byLayer(prefix), r.deadFigure(prefix)} {
			if f := c.plot(); f != nil {
				if err := save(c.id, f); err != nil {
					return saved, err
				}
			}
		}
		if r.Confusion != nil {
			if err := save(prefix+"confusion", plot.Confusion(r.Confusion.Counts, r.Confusion.Classes)); err != nil {
				return saved, err
			}
		}
		if r.Filters != nil {
			path := filepath.Join(dir, prefix+"filters.png")
			if err := atomicfile.WriteFile(path, func(w io.Writer) error { return png.Encode(w, r.Filters.sheet()) }); err != nil {
				return saved, err
			}
			saved = append(saved, path)
		}
	}
	return saved, nil
}

// mostSeries of a plot have room in its legend.
const mostSeries = 16

// take makes lines of curves, of many some in even distances, the first and the last among them.
func (c *chart) take(all []named) {
	n := len(all)
	for k := range min(n, mostSeries) {
		i := k
		if n > mostSeries {
			i = k * (n - 1) / (mostSeries - 1)
		}
		c.lines = append(c.lines, line{named: named{all[i].name, all[i].smoothed()}})
	}
}

// plot is the chart for a file; nil where there is nothing to draw.
func (c *chart) plot() *plot.Figure {
	var series []plot.Series
	low, high := 0.0, 0.0
	for i, l := range c.lines {
		if len(l.x) == 0 {
			continue
		}
		series = append(series, plot.Series{Name: cut(printable(l.name), 32), X: l.x, Y: l.y, Dashed: l.ink.dash != ""})
		if i == 0 {
			low, high = l.x[0], l.x[len(l.x)-1]
		}
	}
	if len(series) == 0 {
		return nil
	}
	for _, r := range c.rules {
		series = append(series, plot.Series{Name: r.name, X: []float64{low, high}, Y: []float64{r.at, r.at}, Dashed: true})
	}
	return plot.Lines(plot.Options{Title: c.title, X: c.x.label, Y: c.y.label, LogY: c.y.log}, series...)
}

// sheet is the filters in rows of eight, enlarged.
func (f *Filters) sheet() image.Image {
	const gap, across = 4, 8
	scale := max(1, 64/max(f.Width, f.Height))
	columns := min(across, len(f.Weights))
	rows := (len(f.Weights) + across - 1) / across
	w, h := f.Width*scale+gap, f.Height*scale+gap
	m := image.NewNRGBA(image.Rect(0, 0, columns*w+gap, rows*h+gap))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.NRGBA{0x80, 0x80, 0x80, 255}), image.Point{}, draw.Src)
	for k := range f.Weights {
		one := f.image(k)
		left, top := gap+k%across*w, gap+k/across*h
		for y := range f.Height * scale {
			for x := range f.Width * scale {
				m.SetNRGBA(left+x, top+y, one.NRGBAAt(x/scale, y/scale))
			}
		}
	}
	return m
}
