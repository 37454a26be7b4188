package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is what tables and descriptions fit, in characters.
const width = 100

// shortest is how far a column of text is cut so that a line fits.
const shortest = 8

// quoted is a name or value for an error: in quotes, control characters escaped, cut to a readable length.
func quoted(s string) string { return strconv.Quote(cut(s, 60)) }

// counted is "1 value", "2 values".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// list joins names for an error, the first ten of them.
func list(names []string) string {
	const most = 10
	shown := names
	if len(shown) > most {
		shown = shown[:most]
	}
	var b strings.Builder
	for i, name := range shown {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(cut(oneLine(name), 40))
	}
	if more := len(names) - len(shown); more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// cut shortens s to n characters, the last of which then is an ellipsis.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// oneLine makes line ends and other control characters visible as spaces.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// significant writes v in at most nine characters: four significant digits, whole numbers and numbers of up to eight
// digits before the point without an exponent.
func significant(v float64) string {
	if v == 0 {
		return "0" // -0 too
	}
	if a := math.Abs(v); a < 1e8 && (a >= 1e4 || v == math.Trunc(v)) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	s := ""
	for digits := 4; digits > 0; digits-- {
		if s = strconv.FormatFloat(v, 'g', digits, 64); len(s) <= 9 {
			break
		}
	}
	return s
}

// grid writes cells in columns, two spaces between them; columns of left are flush left, others right. Where a line
// would be longer than width, the columns of left are cut, the longest first.
func grid(b *strings.Builder, cells [][]string, left ...int) {
	widths := make([]int, len(cells[0]))
	total := 2 * (len(widths) - 1)
	flush := make([]bool, len(widths))
	for _, k := range left {
		flush[k] = true
	}
	for k := range widths {
		for _, row := range cells {
			widths[k] = max(widths[k], utf8.RuneCountInString(row[k]))
		}
		total += widths[k]
	}
	gap := "  "
	for total > width {
		longest := -1
		for _, k := range left {
			if widths[k] > shortest && (longest < 0 || widths[k] > widths[longest]) {
				longest = k
			}
		}
		if longest < 0 {
			gap = " "
			break
		}
		widths[longest]--
		total--
	}
	for _, row := range cells {
		var line strings.Builder
		for k, cell := range row {
			if k > 0 {
				line.WriteString(gap)
			}
			cell = cut(cell, widths[k])
			space := strings.Repeat(" ", widths[k]-utf8.RuneCountInString(cell))
			if flush[k] {
				line.WriteString(cell + space)
			} else {
				line.WriteString(space + cell)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// String shows the first rows, and as many columns as fit 100 characters; "-" is a missing value.
func (t *Table) String() string {
	const rows, widest = 10, 30
	shown := min(t.rows, rows)
	cells := make([][]string, shown+1)
	var left []int
	total := 0
	for _, c := range t.columns {
		column := make([]string, shown+1)
		column[0] = cut(oneLine(c.name), widest)
		most := utf8.RuneCountInString(column[0])
		for i := range shown {
			switch {
			case c.missing(i):
				column[i+1] = "-"
			case c.kind == Number:
				column[i+1] = significant(c.numbers[i])
			default:
				column[i+1] = cut(oneLine(c.categories[c.codes[i]]), widest)
			}
			most = max(most, utf8.RuneCountInString(column[i+1]))
		}
		if total += most + 2; total > width+2 {
			break
		}
		if c.kind == Category {
			left = append(left, len(cells[0]))
		}
		for i := range cells {
			cells[i] = append(cells[i], column[i])
		}
	}
	var b strings.Builder
	grid(&b, cells, left...)
	fmt.Fprintf(&b, "%d rows, %d columns", t.rows, len(t.columns))
	if more := len(t.columns) - len(cells[0]); more > 0 {
		fmt.Fprintf(&b, "; not shown: %s", cut(list(t.Names()[len(cells[0]):]), 60))
	}
	b.WriteString("\n")
	return b.String()
}
