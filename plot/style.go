package plot

import (
	"image/color"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// margin is the white around a figure.
const margin = vg.Length(8)

// palette is told apart by people with any colour vision (Okabe and Ito, "Color Universal Design", 2008).
var palette = []color.Color{
	color.NRGBA{0x00, 0x72, 0xb2, 0xff}, // blue
	color.NRGBA{0xd5, 0x5e, 0x00, 0xff}, // vermilion
	color.NRGBA{0x00, 0x9e, 0x73, 0xff}, // green
	color.NRGBA{0xcc, 0x79, 0xa7, 0xff}, // purple
	color.NRGBA{0xe6, 0x9f, 0x00, 0xff}, // orange
	color.NRGBA{0x56, 0xb4, 0xe9, 0xff}, // sky
}

var (
	ink  = color.NRGBA{0x33, 0x33, 0x33, 0xff}
	grey = color.NRGBA{0x99, 0x99, 0x99, 0xff}
	pale = color.NRGBA{0xe6, 0xe6, 0xe6, 0xff}
)

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
}

// newPlot is an empty chart in the style of the package.
func newPlot(o Options) *gonum.Plot {
	p := gonum.New()
	p.Title.Text = o.Title
	p.Title.TextStyle.Font = sans(12)
	p.Title.TextStyle.Color = ink
	p.Title.Padding = 8
	p.Legend.TextStyle.Font = sans(10)
	p.Legend.TextStyle.Color = ink
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.Padding = 4
	p.Legend.YPosition = draw.PosCenter
	for _, a := range []*gonum.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = sans(10)
		a.Label.TextStyle.Color = ink
		a.Label.Padding = 4
		a.Tick.Label.Font = sans(9)
		a.Tick.Label.Color = ink
		a.Tick.LineStyle.Color = grey
		a.Tick.Length = 5
		a.LineStyle.Color = grey
	}
	p.X.Label.Text, p.Y.Label.Text = o.X, o.Y
	return p
}

// grid is pale lines at the labelled ticks.
func grid() *plotter.Grid {
	g := plotter.NewGrid()
	for _, s := range []*draw.LineStyle{&g.Vertical, &g.Horizontal} {
		s.Color, s.Width = pale, 0.6
	}
	return g
}

// stroke is the style of series i.
func stroke(i int, dashed bool) draw.LineStyle {
	s := draw.LineStyle{Color: palette[i%len(palette)], Width: 1.4}
	if dashed || i/len(palette)%2 == 1 {
		s.Dashes = []vg.Length{5, 3}
	}
	return s
}

// figure is a chart with its legend, if it has one, to the right, where it hides nothing.
func figure(p *gonum.Plot, legend bool, width, height vg.Length) *Figure {
	names := p.Legend
	p.Legend = gonum.NewLegend()
	return &Figure{width: width, height: height, draw: func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		c = draw.Crop(c, margin, -margin, margin, -margin)
		if !legend {
			p.Draw(c)
			return
		}
		const gap = 12
		room := names.Rectangle(c).Size().X
		p.Draw(draw.Crop(c, 0, -room-gap, 0, 0))
		top := vg.Length(0)
		if p.Title.Text != "" {
			top = p.Title.TextStyle.Height(p.Title.Text) + p.Title.Padding
		}
		names.Draw(draw.Crop(c, c.Max.X-c.Min.X-room, 0, 0, -top))
	}}
}
