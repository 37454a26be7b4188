package main

import (
	"fmt"
	"math"
	"strings"
)

// The plot: two panels a row, logarithmic on both axes, a dashed line where the time
// would be linear in the work from the last point back.
const (
	panelWidth, panelHeight = 440, 300
	marginLeft, marginTop   = 64, 36
	innerWidth, innerHeight = 350, 210
)

func plot(list []series, measured [][]point) string {
	var b strings.Builder
	rows := (len(list) + 1) / 2
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", 2*panelWidth, rows*panelHeight)
	b.WriteString(`<rect width="100%" height="100%" fill="#ffffff"/>` + "\n")
	for i, s := range list {
		if len(measured[i]) > 1 {
			panel(&b, float64(i%2*panelWidth+marginLeft), float64(i/2*panelHeight+marginTop), s, measured[i])
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func panel(b *strings.Builder, left, top float64, s series, points []point) {
	first, last := points[0], points[len(points)-1]
	low, high := math.Inf(1), math.Inf(-1)
	linear := func(p point) float64 { return last.best * p.work / last.work }
	for _, p := range points {
		low, high = min(low, p.best, linear(p)), max(high, p.best)
	}
	low, high = math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	if high == low {
		high++
	}
	x := func(v int) float64 {
		return left + innerWidth*math.Log(float64(v)/float64(first.value))/math.Log(float64(last.value)/float64(first.value))
	}
	y := func(seconds float64) float64 {
		return top + innerHeight*(1-(math.Log10(seconds)-low)/(high-low))
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" font-weight="bold">%s</text>`+"\n", left, top-14, s.title)
	for e := low; e <= high; e++ {
		at := y(math.Pow(10, e))
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="#dddddd"/><text x="%.1f" y="%.1f" text-anchor="end">%g ms</text>`+"\n",
			left, left+innerWidth, at, at, left-6, at+4, math.Pow(10, e+3))
	}
	for _, p := range points {
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`+"\n", x(p.value), top+innerHeight+18, p.value)
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`+"\n", left+innerWidth/2, top+innerHeight+36, s.unit)
	path := func(f func(point) float64) string {
		var d []string
		for _, p := range points {
			d = append(d, fmt.Sprintf("%.1f,%.1f", x(p.value), y(f(p))))
		}
		return strings.Join(d, " ")
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="#999999" stroke-dasharray="4 4"/>`+"\n", path(linear))
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="#1f5fb4" stroke-width="2"/>`+"\n", path(func(p point) float64 { return p.best }))
	for _, p := range points {
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#1f5fb4"/>`+"\n", x(p.value), y(p.best))
	}
}
