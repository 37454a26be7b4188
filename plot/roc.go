package plot

import (
	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ROC draws receiver operating characteristics, X being the false and Y the true positive rates (metrics.ROC has them),
// over the diagonal, where guessing is.
func ROC(title string, curves ...Series) *Figure {
	p, legend := linePlot("ROC", Options{Title: title, X: "false positive rate", Y: "true positive rate"}, curves)
	p.Add(&plotter.Line{XYs: plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}},
		LineStyle: draw.LineStyle{Color: grey, Width: 1, Dashes: []vg.Length{2, 3}}})
	for _, a := range []*gonum.Axis{&p.X, &p.Y} {
		a.Min, a.Max = 0, 1
		a.Tick.Marker = gonum.ConstantTicks{{Value: 0, Label: "0"}, {Value: 0.2, Label: "0.2"}, {Value: 0.4, Label: "0.4"},
			{Value: 0.6, Label: "0.6"}, {Value: 0.8, Label: "0.8"}, {Value: 1, Label: "1"}}
	}
	width := 4.5 * vg.Inch
	if legend {
		width = 6.5 * vg.Inch
	}
	return figure(p, legend, width, 4.6*vg.Inch)
}
