package report

import (
	"fmt"
	"math"
	"strings"
)

// mostWritten is how many classes have their numbers written into the matrix.
const (
	mostWritten = 24
	mostDrawn   = 120 // classes that have a matrix
)

func (c *Confusion) write(b *strings.Builder) {
	right, total := c.right()
	if total == 0 {
		b.WriteString(`<p class="none">The confusion matrix counts no example.</p>`)
		return
	}
	n := len(c.Classes)
	b.WriteString("<figure>")
	if n <= mostDrawn {
		fmt.Fprintf(b, `<div class="scroll"><table class="confusion%s"><thead><tr><th scope="col">true \ taken for</th>`, map[bool]string{true: " dense"}[n > mostWritten])
		for _, name := range c.Classes {
			fmt.Fprintf(b, `<th scope="col"><span>%s</span></th>`, esc(cut(name, 14)))
		}
		b.WriteString(`<th scope="col">right</th></tr></thead><tbody>`)
		for i, row := range c.Counts {
			var sum int64
			for _, count := range row {
				sum += count
			}
			fmt.Fprintf(b, `<tr><th scope="row">%s</th>`, esc(cut(c.Classes[i], 18)))
			for j, count := range row {
				s := float64(count) / float64(max(sum, 1))
				class := ""
				switch {
				case i == j && s > 0.65:
					class = ` class="hit strong"`
				case i == j:
					class = ` class="hit"`
				case s > 0.65:
					class = ` class="strong"`
				}
				text := ""
				if count > 0 && n <= mostWritten {
					text = thousands(int(count))
				}
				style := ""
				if count > 0 {
					style = fmt.Sprintf(` style="--s:%.3f"`, math.Sqrt(s))
				}
				if n > mostWritten && count > 0 {
					style += fmt.Sprintf(` title="%s taken for %s: %d"`, esc(c.Classes[i]), esc(c.Classes[j]), count)
				}
				fmt.Fprintf(b, `<td%s%s>%s</td>`, class, style, text)
			}
			fmt.Fprintf(b, `<td class="sum">%s</td></tr>`, percent(float64(row[i])/float64(max(sum, 1))))
		}
		b.WriteString("</tbody></table></div>")
	}
	fmt.Fprintf(b, `<figcaption><b>Confusion matrix of the test examples: %s of %s right, %s.</b> Row: what they are; column: what they were taken for; the fuller the colour, the greater the share of the row. Healthy: all on the diagonal, and what is not is spread. Ill: a full column, which is a class that everything is taken for`,
		thousands(int(right)), thousands(int(total)), percent(float64(right)/float64(total)))
	for i, w := range c.worst(3) {
		word := ", then "
		if i == 0 {
			word = ". Most often wrong: "
		}
		fmt.Fprintf(b, "%s%s taken for %s (%s)", word, esc(cut(c.Classes[w[0]], 30)), esc(cut(c.Classes[w[1]], 30)), thousands(int(c.Counts[w[0]][w[1]])))
	}
	b.WriteString(".</figcaption></figure>")
}

// worst are the places of the most frequent confusions.
func (c *Confusion) worst(most int) [][2]int {
	var all [][2]int
	for range most {
		best := [2]int{-1, -1}
		for i, row := range c.Counts {
			for j, count := range row {
				taken := false
				for _, w := range all {
					taken = taken || w == [2]int{i, j}
				}
				if i != j && !taken && count > 0 && (best[0] < 0 || count > c.Counts[best[0]][best[1]]) {
					best = [2]int{i, j}
				}
			}
		}
		if best[0] < 0 {
			break
		}
		all = append(all, best)
	}
	return all
}
