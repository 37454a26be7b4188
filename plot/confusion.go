package plot

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"unicode/utf8"

	gonum "gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Confusion draws a confusion matrix: row i, column j counts samples of class i that were taken for class j, as
// metrics.ConfusionMatrix has it. A cell is the darker the greater its share of its row; up to 20 classes the counts stand
// in it. The title says how many are right.
func Confusion(matrix [][]int64, classes []string) *Figure {
	n := len(classes)
	if len(matrix) != n {
		panic(fmt.Sprintf("plot.Confusion: the matrix has %d rows, there are %d classes", len(matrix), n))
	}
	var right, total int64
	digits, letters := 1, 1
	for i, row := range matrix {
		if len(row) != n {
			panic(fmt.Sprintf("plot.Confusion: row %d of the matrix has %d columns, there are %d classes", i, len(row), n))
		}
		right += row[i]
		for _, count := range row {
			total += count
			digits = max(digits, len(strconv.FormatInt(count, 10)))
		}
		letters = max(letters, utf8.RuneCountInString(classes[i]))
	}
	p := newPlot(Options{X: "predicted", Y: "true"})
	if total > 0 {
		p.Title.Text = fmt.Sprintf("%d of %d right (%.1f %%)", right, total, 100*float64(right)/float64(total))
	}
	cell := vg.Length(max(24, 6*digits+8))
	if room := vg.Length(letters)*5.5 + 6; room*vg.Length(n) <= 600 {
		cell = max(cell, room) // so that names stand beside each other
	}
	every := 1
	if n > 20 {
		cell = max(4, 480/vg.Length(n))
		every = int(math.Ceil(float64(11 / cell))) // labels need 11 points
	}
	var x, y gonum.ConstantTicks
	for i, name := range classes {
		if i%every == 0 {
			x = append(x, gonum.Tick{Value: float64(i), Label: name})
			y = append(y, gonum.Tick{Value: float64(n - 1 - i), Label: name})
		}
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = x, y
	for _, a := range []*gonum.Axis{&p.X, &p.Y} {
		a.Min, a.Max = -0.5, max(float64(n)-0.5, 0.5)
		a.Padding, a.Tick.LineStyle.Width, a.LineStyle.Width = 2, 0, 0
	}
	if vg.Length(letters)*5.5 > cell*vg.Length(every) { // names would touch
		p.X.Tick.Label.Rotation = math.Pi / 2
		p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
	}
	p.Add(cells{matrix, n <= 20})
	side := cell*vg.Length(max(n, 1)) + vg.Length(letters)*5
	return figure(p, false, max(side+60, 220), side+90)
}

// cells are the squares of a confusion matrix.
type cells struct {
	matrix [][]int64
	counts bool
}

func (m cells) Plot(c draw.Canvas, p *gonum.Plot) {
	x, y := p.Transforms(&c)
	style := p.X.Tick.Label
	style.Rotation, style.XAlign, style.YAlign = 0, draw.XCenter, draw.YCenter
	n := len(m.matrix)
	for i, row := range m.matrix {
		var total int64
		for _, count := range row {
			total += count
		}
		up := float64(n - 1 - i)
		for j, count := range row {
			share := 0.0
			if total > 0 {
				share = float64(count) / float64(total)
			}
			right := float64(j)
			if count > 0 { // the rest is white already
				c.FillPolygon(blue(share), []vg.Point{{X: x(right - 0.5), Y: y(up - 0.5)}, {X: x(right + 0.5), Y: y(up - 0.5)},
					{X: x(right + 0.5), Y: y(up + 0.5)}, {X: x(right - 0.5), Y: y(up + 0.5)}})
			}
			if !m.counts {
				continue
			}
			style.Color = ink
			switch {
			case share > 0.5:
				style.Color = color.White
			case count == 0:
				style.Color = grey
			}
			c.FillText(style, vg.Point{X: x(right), Y: y(up)}, strconv.FormatInt(count, 10))
		}
	}
	frame := draw.LineStyle{Color: grey, Width: 0.5}
	left, bottom, end, top := x(-0.5), y(-0.5), x(float64(n)-0.5), y(float64(n)-0.5)
	c.StrokeLines(frame, []vg.Point{{X: left, Y: bottom}, {X: end, Y: bottom}, {X: end, Y: top}, {X: left, Y: top}, {X: left, Y: bottom}})
}

// blue goes from white at 0 to dark blue at 1. The root makes rare confusions visible.
func blue(share float64) color.Color {
	t := math.Sqrt(share)
	mix := func(from, to float64) uint8 { return uint8(math.Round(from + t*(to-from))) }
	return color.NRGBA{mix(255, 8), mix(255, 69), mix(255, 148), 255}
}
