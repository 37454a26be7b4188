package report

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// axis is a direction of a chart. from and to are where its ends are drawn.
type axis struct {
	label     string
	log       bool
	low, high float64 // NaN until something is seen
	from, to  float64
	names     []string // instead of numbers, at 1, 2, 3 ...
}

func newAxis(label string, logarithmic bool) axis {
	return axis{label: label, log: logarithmic, low: math.NaN(), high: math.NaN()}
}

// drawable reports whether a number has a place on the axis.
func (a *axis) drawable(v float64) bool { return finite(v) && (!a.log || v > 0) }

// see widens the axis for numbers.
func (a *axis) see(values ...float64) {
	for _, v := range values {
		if !a.drawable(v) {
			continue
		}
		if !(a.low <= v) {
			a.low = v
		}
		if !(a.high >= v) {
			a.high = v
		}
	}
}

// settle gives the axis its final range, with a margin, also where nothing was seen.
func (a *axis) settle(margin float64) {
	switch {
	case math.IsNaN(a.low):
		a.low, a.high = 0, 1
		if a.log {
			a.low = 0.1
		}
	case a.log && a.high/a.low < 1.5:
		a.low, a.high = a.low/2, a.high*2
	case a.low == a.high:
		d := max(math.Abs(a.low)/2, 0.5)
		if margin == 0 {
			d = 0.5
		}
		a.low, a.high = a.low-d, a.high+d
	}
	if a.log {
		wide := math.Pow(a.high/a.low, margin)
		a.low, a.high = max(a.low/wide, 5e-324), min(a.high*wide, math.MaxFloat64)
		return
	}
	if d := (a.high - a.low) * margin; finite(d) {
		if a.low < 0 || a.low > d { // 0 stays the end of what begins near it
			a.low -= d
		} else {
			a.low = 0
		}
		a.high += d
	}
}

// at is where a number is drawn.
func (a *axis) at(v float64) float64 {
	low, high := a.low, a.high
	if a.log {
		low, high, v = math.Log10(low), math.Log10(high), math.Log10(v)
	}
	return a.from + (v/2-low/2)/(high/2-low/2)*(a.to-a.from) // halves, since a difference of the greatest numbers is none
}

type tick struct {
	at    float64
	label string // "" for a line without
}

func (a *axis) ticks() []tick {
	switch {
	case a.names != nil:
		return a.namedTicks()
	case a.log:
		return a.logTicks()
	}
	return a.linearTicks()
}

// mostOfName is how many letters of a name stand at an axis.
const mostOfName = 12

func (a *axis) namedTicks() []tick {
	longest := 1
	for _, name := range a.names {
		longest = max(longest, min(utf8.RuneCountInString(name), mostOfName))
	}
	const letter = 11.0 // units, where letters are at their largest
	every := max(1, int(math.Ceil(float64(len(a.names)*longest)*letter/math.Abs(a.to-a.from))))
	var all []tick
	for i, name := range a.names {
		if i%every == 0 {
			all = append(all, tick{float64(i + 1), ending(name, mostOfName)})
		}
	}
	return all
}

func (a *axis) linearTicks() []tick {
	span := a.high - a.low
	if !finite(span) || span <= 0 {
		return []tick{{a.low, axisNumber(a.low)}, {a.high, axisNumber(a.high)}}
	}
	step := math.Pow10(int(math.Floor(math.Log10(span / 4))))
	for _, m := range []float64{5, 2} {
		if span/(m*step) >= 4 {
			step *= m
			break
		}
	}
	if !(step > 0) {
		return nil
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var all []tick
	for k := math.Ceil(a.low / step); k*step <= a.high*(1+1e-12) && len(all) < 20; k++ {
		v := k * step
		label := strconv.FormatFloat(v, 'f', min(decimals, 6), 64)
		if most := max(math.Abs(a.low), math.Abs(a.high)); most >= 1e6 || most < 1e-3 {
			label = exponent(v)
		} else if decimals == 0 {
			label = thousands(int(math.Round(v)))
		}
		all = append(all, tick{v, label})
	}
	return all
}

func (a *axis) logTicks() []tick {
	first, last := int(math.Floor(math.Log10(a.low))), int(math.Ceil(math.Log10(a.high)))
	every := (last-first)/7 + 1
	narrow := last-first <= 3
	var all []tick
	for e := first; e <= last; e++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow10(e)
			if v < a.low || v > a.high || m > 1 && last-first > 4 || e%every != 0 && last-first > 12 {
				continue
			}
			t := tick{at: v}
			if m == 1 && e%every == 0 || narrow {
				t.label = axisNumber(v)
			}
			all = append(all, t)
		}
	}
	return all
}

func axisNumber(v float64) string {
	if a := math.Abs(v); v != 0 && (a < 1e-3 || a >= 1e5) {
		return exponent(v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// exponent is a number as 2e-5.
func exponent(v float64) string {
	if v == 0 {
		return "0"
	}
	s := strconv.FormatFloat(v, 'e', -1, 64)
	if len(s) > 8 {
		s = strconv.FormatFloat(v, 'e', 1, 64)
	}
	s = strings.ReplaceAll(s, "e-0", "e-")
	return strings.ReplaceAll(strings.ReplaceAll(s, "e+0", "e"), "e+", "e")
}
