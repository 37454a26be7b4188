package report

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The measures of a chart in units of its drawing.
const (
	chartWidth, chartHeight         = 640.0, 350.0
	leftMargin, rightMargin         = 72.0, 14.0
	topMargin, bottomMargin         = 30.0, 60.0
	mostMarkers                     = 40 // of numbers without a place, a line
	tableRows                       = 12 // of the numbers behind a chart
	heatmapColumns, mostLinesDrawn  = 160, 8
	mostNotes                       = 12
	cutName                         = 48 // letters of a line's name
	mostHeatRows                    = 200
	histogramWidth, histogramHeight = 150.0, 54.0
)

// line is a curve of a chart.
type line struct {
	named
	ink ink
}

// rule is a horizontal line that a chart is read against.
type rule struct {
	at   float64
	name string
}

// note is a step that something happened at.
type note struct {
	at   float64
	text string
}

// chart is lines over steps, and what is said below them.
type chart struct {
	id, title, caption string
	x, y               axis
	lines              []line
	rules              []rule
	notes              []note
	empty              string // what is said instead where there is nothing to draw
	percent            bool   // numbers are shares
}

func esc(s string) string { return html.EscapeString(s) }

// px is a place in a drawing.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// write writes the figure.
func (c *chart) write(b *strings.Builder) {
	fmt.Fprintf(b, `<figure class="chart" id="%s">`, esc(c.id))
	points := 0
	for _, l := range c.lines {
		points += len(l.y)
	}
	if points == 0 {
		fmt.Fprintf(b, `<figcaption><b>%s.</b> %s</figcaption><p class="none">%s</p></figure>`, esc(c.title), esc(c.caption), esc(c.empty))
		return
	}
	c.svg(b)
	c.legend(b)
	fmt.Fprintf(b, `<figcaption><b>%s.</b> %s</figcaption>`, esc(c.title), esc(c.caption))
	c.table(b)
	b.WriteString("</figure>")
}

func (c *chart) svg(b *strings.Builder) {
	for _, l := range c.lines {
		c.x.see(l.x...)
		c.y.see(l.y...)
	}
	for _, r := range c.rules {
		c.y.see(r.at)
	}
	c.x.settle(0)
	c.y.settle(0.04)
	c.x.from, c.x.to = leftMargin, chartWidth-rightMargin
	c.y.from, c.y.to = chartHeight-bottomMargin, topMargin
	fmt.Fprintf(b, `<svg class="plot" viewBox="0 0 %s %s" role="img" tabindex="0" aria-label="%s" data-x="%s" data-y="%s"%s>`, px(chartWidth), px(chartHeight),
		esc(c.title+": a chart. The arrow keys move the cursor; the numbers are in the table below."), c.x.data(), c.y.data(), share(c.percent))
	fmt.Fprintf(b, `<clipPath id="%s-clip"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>`, esc(c.id), px(c.x.from), px(c.y.to), px(c.x.to-c.x.from), px(c.y.from-c.y.to))
	c.grid(b)
	fmt.Fprintf(b, `<g clip-path="url(#%s-clip)">`, esc(c.id))
	for _, l := range c.lines {
		c.band(b, &l)
	}
	b.WriteString("</g>")
	for _, n := range c.notes[:min(len(c.notes), mostNotes)] {
		if n.at < c.x.low || n.at > c.x.high {
			continue
		}
		x := c.x.at(n.at)
		fmt.Fprintf(b, `<g class="note"><title>%s</title><path d="M%s %sV%s"/><path class="flag" d="M%s %sl7 4-7 4z"/></g>`, esc(n.text), px(x), px(c.y.to), px(c.y.from), px(x), px(c.y.to))
	}
	for _, r := range c.rules {
		if !c.y.drawable(r.at) {
			continue
		}
		y := c.y.at(r.at)
		fmt.Fprintf(b, `<path class="rule" d="M%s %sH%s"/><text class="rulename" x="%s" y="%s">%s</text>`, px(c.x.from), px(y), px(c.x.to), px(c.x.to-4), px(y-5), esc(r.name))
	}
	for i := range c.lines {
		c.line(b, i)
	}
	b.WriteString(`<g class="cursor" hidden><path d=""/></g></svg>`)
}

func share(is bool) string {
	if is {
		return ` data-percent=""`
	}
	return ""
}

// data is the axis for the page's script: its ends in the drawing, its numbers there, and whether it is logarithmic.
func (a *axis) data() string {
	return fmt.Sprintf("%s %s %g %g %t", px(a.from), px(a.to), a.low, a.high, a.log)
}

func (c *chart) grid(b *strings.Builder) {
	b.WriteString(`<g class="grid">`)
	for _, t := range c.y.ticks() {
		y := c.y.at(t.at)
		fmt.Fprintf(b, `<path d="M%s %sH%s"/>`, px(c.x.from), px(y), px(c.x.to))
		if t.label != "" {
			label := t.label
			if c.percent {
				label = strconv.FormatFloat(math.Round(t.at*1e6)/1e4, 'f', -1, 64) + " %"
			}
			fmt.Fprintf(b, `<text class="ytick" x="%s" y="%s">%s</text>`, px(c.x.from-7), px(y+4.5), esc(label))
		}
	}
	for _, t := range c.x.ticks() {
		x := c.x.at(t.at)
		fmt.Fprintf(b, `<path d="M%s %sV%s"/>`, px(x), px(c.y.from), px(c.y.from+5))
		if t.label != "" {
			fmt.Fprintf(b, `<text class="xtick" x="%s" y="%s">%s</text>`, px(x), px(c.y.from+20), esc(t.label))
		}
	}
	fmt.Fprintf(b, `<path class="frame" d="M%s %sH%s"/></g>`, px(c.x.from), px(c.y.from), px(c.x.to))
	fmt.Fprintf(b, `<text class="axis" x="%s" y="%s">%s</text>`, px((c.x.from+c.x.to)/2), px(chartHeight-9), esc(c.x.label))
	fmt.Fprintf(b, `<text class="ylabel" x="4" y="17">%s</text>`, esc(c.y.label))
}

func (c *chart) band(b *strings.Builder, l *line) {
	if l.low == nil {
		return
	}
	var there, back []string
	for i, x := range l.x {
		low, high := l.low[i], l.high[i]
		if !c.y.drawable(low) || !c.y.drawable(high) {
			continue
		}
		there = append(there, px(c.x.at(x))+" "+px(min(max(c.y.at(high), -9999), 9999)))
		back = append(back, px(c.x.at(x))+" "+px(min(max(c.y.at(low), -9999), 9999)))
	}
	if len(there) < 2 {
		return
	}
	slices.Reverse(back)
	fmt.Fprintf(b, `<path class="band" style="%s" d="M%sL%sZ"/>`, l.ink.style(), strings.Join(there, "L"), strings.Join(back, "L"))
}

// line draws line i; what has no place on the axis is a mark at its edge.
func (c *chart) line(b *strings.Builder, i int) {
	l := &c.lines[i]
	fmt.Fprintf(b, `<g class="line" data-line="%d" style="%s">`, i, l.ink.style())
	var path strings.Builder
	var dots []string
	marks := 0
	pen := false
	for k, v := range l.y {
		x := c.x.at(l.x[k])
		if c.y.drawable(v) {
			y := c.y.at(v)
			if !pen && (k+1 == len(l.y) || !c.y.drawable(l.y[k+1])) {
				dots = append(dots, px(x)+" "+px(y))
			}
			command := "L"
			if !pen {
				command = "M"
			}
			path.WriteString(command + px(x) + " " + px(y))
			pen = true
			continue
		}
		pen = false
		if marks++; marks > mostMarkers {
			continue
		}
		if v <= 0 { // on a logarithmic axis
			fmt.Fprintf(b, `<path class="below" d="M%s %sl-4-7h8z"><title>%s at %s %s</title></path>`, px(x), px(c.y.from), esc(short(v)), esc(c.x.label), px(l.x[k]))
		} else {
			fmt.Fprintf(b, `<path class="beyond" d="M%s %sl4 4m0-4l-4 4m-2-2h8"><title>%s at %s %s</title></path>`, px(x-2), px(c.y.to+2), esc(short(v)), esc(c.x.label), px(l.x[k]))
		}
	}
	fmt.Fprintf(b, `<path class="curve" d="%s"/>`, path.String())
	for _, d := range dots {
		at := strings.Fields(d)
		fmt.Fprintf(b, `<circle r="3" cx="%s" cy="%s"/>`, at[0], at[1])
	}
	if few := len(l.y); few > 1 && few <= 30 && len(c.lines) <= 4 {
		for k, v := range l.y {
			if c.y.drawable(v) {
				fmt.Fprintf(b, `<circle r="2.6" cx="%s" cy="%s"/>`, px(c.x.at(l.x[k])), px(c.y.at(v)))
			}
		}
	}
	b.WriteString("</g>")
}

func (c *chart) legend(b *strings.Builder) {
	b.WriteString(`<div class="legend"><span class="readout" aria-live="polite"></span>`)
	for i, l := range c.lines {
		fmt.Fprintf(b, `<button type="button" aria-pressed="true" data-line="%d" title="Show or hide this line"><svg class="swatch" viewBox="0 0 26 10" aria-hidden="true"><path style="%s" d="M1 5H25"/></svg>%s <output></output></button>`,
			i, l.ink.style(), esc(cut(l.name, cutName)))
	}
	b.WriteString("</div>")
	if len(c.notes) > 0 {
		fmt.Fprintf(b, `<p class="hint">Flags: %d finding%s opened; see <a href="#findings">findings</a>.</p>`, len(c.notes), plural(len(c.notes)))
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// value is a number of this chart for people.
func (c *chart) value(v float64) string {
	if c.percent {
		return percent(v)
	}
	return short(v)
}

// table is the numbers behind the chart, at a few places.
func (c *chart) table(b *strings.Builder) {
	fmt.Fprintf(b, `<details><summary>Numbers</summary><div class="scroll"><table><thead><tr><th scope="col">%s</th>`, esc(c.x.label))
	for _, l := range c.lines {
		fmt.Fprintf(b, `<th scope="col">%s</th>`, esc(cut(l.name, cutName)))
	}
	b.WriteString("</tr></thead><tbody>")
	longest := 0
	for i, l := range c.lines {
		if len(l.x) > len(c.lines[longest].x) {
			longest = i
		}
	}
	places := thinned(c.lines[longest].x, tableRows)
	reach := (c.x.high - c.x.low) / tableRows
	for _, x := range places {
		head := thousands(int(math.Round(x)))
		if k := int(math.Round(x)) - 1; c.x.names != nil && k >= 0 && k < len(c.x.names) {
			head = c.x.names[k]
		}
		fmt.Fprintf(b, `<tr><th scope="row">%s</th>`, esc(head))
		for _, l := range c.lines {
			cell := "–"
			if k := nearest(l.x, x); k >= 0 && math.Abs(l.x[k]-x) <= reach {
				cell = c.value(l.y[k])
			}
			fmt.Fprintf(b, `<td>%s</td>`, esc(cell))
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table></div></details>")
}

// nearest is the index of the number that is closest, -1 of none.
func nearest(x []float64, to float64) int {
	best := -1
	for i, v := range x {
		if best < 0 || math.Abs(v-to) < math.Abs(x[best]-to) {
			best = i
		}
	}
	return best
}
