package plot

import (
	"fmt"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars draws a bar for each label and series, to the right for positive values and to the left for negative ones, the
// first label on top. Options.X says what the values are. A series has a Y for each label.
func Bars(o Options, labels []string, series ...Series) *Figure {
	const thickness, between = vg.Length(9), vg.Length(9)
	p := newPlot(o)
	p.Add(grid())
	legend := false
	n := len(labels)
	for k, s := range series {
		if len(s.Y) != n || s.X != nil {
			panic(fmt.Sprintf("plot.Bars: series %d, %q, has %d X and %d Y: give a Y for each of the %d labels and no X",
				k, s.Name, len(s.X), len(s.Y), n))
		}
		if n == 0 {
			continue
		}
		values := make(plotter.Values, n)
		for i, v := range s.Y {
			if drawable(v, false) {
				values[n-1-i] = v // axes count upwards
			}
		}
		b := &plotter.BarChart{Values: values, Width: thickness, Color: palette[k%len(palette)], Horizontal: true,
			Offset: thickness * vg.Length(float64(len(series)-1)/2-float64(k))}
		p.Add(b)
		if s.Name != "" {
			p.Legend.Add(s.Name, b)
			legend = true
		}
	}
	ticks := make(gonum.ConstantTicks, n)
	for i, l := range labels {
		ticks[i] = gonum.Tick{Value: float64(n - 1 - i), Label: l}
	}
	p.Y.Tick.Marker = ticks
	p.Y.Tick.LineStyle.Width = 0
	p.X.Min, p.X.Max = min(p.X.Min, 0), max(p.X.Max, 0)
	p.Y.Min, p.Y.Max = -0.5, max(float64(n)-0.5, 0.5)
	if p.X.Min == p.X.Max {
		p.X.Max = 1
	}
	p.X.Tick.Marker = linearTicks{}
	p.Add(zero{})
	row := thickness*vg.Length(max(1, len(series))) + between
	return figure(p, legend, 6.5*vg.Inch, row*vg.Length(max(1, n))+80)
}

// zero is the line that bars start from.
type zero struct{}

func (zero) Plot(c draw.Canvas, p *gonum.Plot) {
	x, _ := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: 0.8}, x(0), c.Min.Y, x(0), c.Max.Y)
}
