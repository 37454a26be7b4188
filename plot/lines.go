package plot

import (
	"fmt"
	"math"
	"strconv"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Options are what stands around a chart.
type Options struct {
	Title string
	X, Y  string // what the axes show, with the unit
	LogX  bool   // a logarithmic axis
	LogY  bool
}

// Series is a line, or the bars of one colour.
type Series struct {
	Name   string    // in the legend; a series without a name is not there
	X      []float64 // nil means 1, 2, 3 ...; bars have none
	Y      []float64
	Dashed bool
}

// Lines draws series as lines, in the order given, the first on top of none.
func Lines(o Options, series ...Series) *Figure {
	p, legend := linePlot("Lines", o, series)
	return figure(p, legend, 6.5*vg.Inch, 4*vg.Inch)
}

func linePlot(op string, o Options, series []Series) (p *gonum.Plot, legend bool) {
	p = newPlot(o)
	p.Add(grid())
	for i, s := range series {
		if s.X != nil && len(s.X) != len(s.Y) {
			panic(fmt.Sprintf("plot.%s: series %d, %q, has %d X and %d Y: give as many, or no X for 1, 2, 3 ...",
				op, i, s.Name, len(s.X), len(s.Y)))
		}
		style := stroke(i, s.Dashed)
		for _, piece := range pieces(o, s) {
			if len(piece) == 1 {
				p.Add(&plotter.Scatter{XYs: piece, GlyphStyle: draw.GlyphStyle{Color: style.Color, Radius: 2, Shape: draw.CircleGlyph{}}})
				continue
			}
			p.Add(&plotter.Line{XYs: thin(piece), LineStyle: style})
		}
		if s.Name != "" {
			p.Legend.Add(s.Name, &plotter.Line{LineStyle: style})
			legend = true
		}
	}
	scale(&p.X, o.LogX)
	scale(&p.Y, o.LogY)
	return p, legend
}

// pieces cuts a series where a number cannot be drawn.
func pieces(o Options, s Series) []plotter.XYs {
	var all []plotter.XYs
	var piece plotter.XYs
	finish := func() {
		if len(piece) > 0 {
			all = append(all, piece)
		}
		piece = nil
	}
	for i, y := range s.Y {
		x := float64(i + 1)
		if s.X != nil {
			x = s.X[i]
		}
		if drawable(x, o.LogX) && drawable(y, o.LogY) {
			piece = append(piece, plotter.XY{X: place(x, o.LogX), Y: place(y, o.LogY)})
		} else {
			finish()
		}
	}
	finish()
	return all
}

func drawable(v float64, logarithmic bool) bool {
	return !math.IsNaN(v) && !math.IsInf(v, 0) && (!logarithmic || v > 0)
}

// place is where a number lies on an axis. Logarithms are taken here and not by the axis, which would keep room for its
// name where the middle number lies, and not in its middle.
func place(v float64, logarithmic bool) float64 {
	if logarithmic {
		return math.Log10(v)
	}
	return v
}

// most is the number of points of a line beyond which more cannot be seen.
const most = 2000

// thin keeps of each stretch of a long line its first, last, lowest and highest point, in their order.
func thin(line plotter.XYs) plotter.XYs {
	if len(line) <= most {
		return line
	}
	var kept plotter.XYs
	stretches := most / 4
	for k := range stretches {
		from, to := k*len(line)/stretches, (k+1)*len(line)/stretches
		low, high := from, from
		for i := from; i < to; i++ {
			if line[i].Y < line[low].Y {
				low = i
			}
			if line[i].Y > line[high].Y {
				high = i
			}
		}
		last := -1
		for _, i := range []int{from, min(low, high), max(low, high), to - 1} {
			if i > last {
				kept = append(kept, line[i])
				last = i
			}
		}
	}
	return kept
}

// scale fixes the range of an axis, also where there is nothing on it.
func scale(a *gonum.Axis, logarithmic bool) {
	if a.Min > a.Max {
		a.Min, a.Max = 0, 1
		if logarithmic {
			a.Min, a.Max = -1, 0
		}
	}
	if !logarithmic {
		a.Tick.Marker = linearTicks{}
		return
	}
	if a.Min == a.Max {
		a.Min, a.Max = a.Min-math.Log10(2), a.Max+math.Log10(2)
	}
	a.Tick.Marker = logTicks{}
}

// linearTicks labels about five round numbers.
type linearTicks struct{}

func (linearTicks) Ticks(low, high float64) []gonum.Tick {
	step := math.Pow10(int(math.Floor(math.Log10((high - low) / 4))))
	for _, m := range []float64{5, 2} {
		if (high-low)/(m*step) >= 4 {
			step *= m
			break
		}
	}
	var ticks []gonum.Tick
	for k := math.Ceil(low / step); k*step <= high; k++ {
		// The digits of the step are the digits of its multiples, whatever rounding adds.
		decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
		label := strconv.FormatFloat(k*step, 'f', decimals, 64)
		if magnitude := max(math.Abs(low), math.Abs(high)); magnitude >= 1e6 || magnitude < 1e-3 {
			label = strconv.FormatFloat(k*step, 'g', 4, 64)
		}
		ticks = append(ticks, gonum.Tick{Value: k * step, Label: label})
	}
	return ticks
}

// logTicks labels powers of ten, and where fewer than three are in sight, 2 and 5 times them too. low, high and the ticks'
// places are logarithms.
type logTicks struct{}

func (logTicks) Ticks(low, high float64) []gonum.Tick {
	first, last := int(math.Floor(low)), int(math.Ceil(high))
	every := (last-first)/8 + 1
	var ticks []gonum.Tick
	labels := 0
	for e := first; e <= last; e++ {
		for m := 1; m < 10; m++ {
			v := float64(m) * math.Pow10(e)
			t := gonum.Tick{Value: math.Log10(v)}
			if t.Value < low || t.Value > high {
				continue
			}
			if m == 1 && e%every == 0 || last-first <= 2 && (m == 1 || m == 2 || m == 5) {
				t.Label = fmt.Sprintf("%.3g", v)
				labels++
			}
			ticks = append(ticks, t)
		}
	}
	if labels < 2 { // a fraction of a decade, which is nearly linear
		ticks = linearTicks{}.Ticks(math.Pow(10, low), math.Pow(10, high))
		for i := range ticks {
			ticks[i].Value = math.Log10(ticks[i].Value)
		}
	}
	return ticks
}
