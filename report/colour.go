package report

import (
	"fmt"
	"image/color"
)

// Colours have a shade for white and one for a dark page, each with a contrast of at least 3 to the page.

// categories are told apart by people with any colour vision: Okabe and Ito, "Color Universal Design", 2008, darkened
// or lightened for the contrast.
var categories = [][2]string{
	{"#0072b2", "#56b4e9"}, // blue
	{"#d55e00", "#ff8a3d"}, // vermilion
	{"#00795a", "#2cc79a"}, // green
	{"#a3487e", "#e39bc4"}, // purple
	{"#8a6300", "#f0c000"}, // yellow
	{"#444b52", "#c3ccd6"}, // grey
}

// dashes tell lines apart without colour.
var dashes = []string{"", "7 3", "2 3", "9 3 2 3"}

// viridis are ten even places of the scale of that name (van der Walt and Smith, 2015): as bright as the number is great.
var viridis = [][3]float64{{68, 1, 84}, {72, 40, 120}, {62, 73, 137}, {49, 104, 142}, {38, 130, 142}, {31, 158, 137}, {53, 183, 121},
	{109, 205, 89}, {180, 222, 44}, {253, 231, 37}}

// viridisAt is the scale's colour at t from 0 to 1.
func viridisAt(t float64) color.NRGBA {
	t = min(max(t, 0), 1) * float64(len(viridis)-1)
	k := min(int(t), len(viridis)-2)
	mix := func(c int) uint8 { return uint8(viridis[k][c] + (t-float64(k))*(viridis[k+1][c]-viridis[k][c]) + 0.5) }
	return color.NRGBA{mix(0), mix(1), mix(2), 255}
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// ink is how a line is drawn on a white and on a dark page.
type ink struct{ light, dark, dash string }

// category is the ink of line i of a few.
func category(i int) ink {
	c := categories[i%len(categories)]
	return ink{c[0], c[1], dashes[i/len(categories)%len(dashes)]}
}

// ordered is the ink of line i of n that have an order: layers from the input on.
func ordered(i, n int) ink {
	t := 0.0
	if n > 1 {
		t = float64(i) / float64(n-1)
	}
	return ink{hex(viridisAt(0.55 * t)), hex(viridisAt(0.42 + 0.58*t)), dashes[i%3]}
}

func (k ink) style() string {
	s := "--l:" + k.light + ";--d:" + k.dark
	if k.dash != "" {
		s += ";stroke-dasharray:" + k.dash
	}
	return s
}
