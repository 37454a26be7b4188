package probe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// DeadUnits finds out which units of which activation are silent, and since when. The zero value
// is ready; give it every Step, of which the sampled ones count.
type DeadUnits struct {
	layers  []*silence // in the order they were first seen
	byName  map[string]*silence
	samples int
	last    int // sampled step
}

// DeadUnit is a unit that was zero for every example of every sampled batch since a step.
type DeadUnit struct {
	Layer   string // "fc1.relu"
	Unit    int    // from 0
	Since   int    // the first sampled step at which it was silent
	Samples int    // sampled steps since then, that one included
}

// silence is a layer's units.
type silence struct {
	name    string
	since   []int // by unit; 0: it lives
	samples []int
}

// Add takes a record.
func (d *DeadUnits) Add(s *Step) {
	if !s.Sampled() {
		return
	}
	d.samples++
	d.last = s.Step
	for _, l := range s.Layers {
		if l.Units == 0 {
			continue
		}
		units := d.byName[l.Name]
		if units == nil {
			if d.byName == nil {
				d.byName = map[string]*silence{}
			}
			units = &silence{name: l.Name}
			d.byName[l.Name] = units
			d.layers = append(d.layers, units)
		}
		units.add(s.Step, l.Units, l.Dead)
	}
}

func (u *silence) add(step, units int, dead []int) {
	if len(u.since) != units {
		u.since, u.samples = make([]int, units), make([]int, units)
	}
	k := 0
	for i := range u.since {
		for k < len(dead) && dead[k] < i {
			k++
		}
		if k == len(dead) || dead[k] != i {
			u.since[i], u.samples[i] = 0, 0
			continue
		}
		if u.samples[i] == 0 {
			u.since[i] = step
		}
		u.samples[i]++
	}
}

// Units are the units that were silent at the last sampled step, layer by layer.
func (d *DeadUnits) Units() []DeadUnit {
	var all []DeadUnit
	for _, l := range d.layers {
		for i, n := range l.samples {
			if n > 0 {
				all = append(all, DeadUnit{l.name, i, l.since[i], n})
			}
		}
	}
	return all
}

// String is a table of at most 100 columns: a line for the units of a layer that fell silent at the same
// step.
func (d *DeadUnits) String() string {
	lines := [][5]string{{"layer", "dead", "of", "since step", "units"}}
	total := 0
	for _, l := range d.layers {
		for _, since := range l.steps() {
			var which []int
			for i, n := range l.samples {
				if n > 0 && l.since[i] == since {
					which = append(which, i)
				}
			}
			total += len(which)
			lines = append(lines, [5]string{l.name, strconv.Itoa(len(which)), strconv.Itoa(len(l.since)), strconv.Itoa(since), ranges(which)})
		}
	}
	if total == 0 {
		return fmt.Sprintf("no dead units in %s up to step %d\n", plural(d.samples, "sample"), d.last)
	}
	const columns = 100
	var width [5]int
	for _, l := range lines {
		for i, cell := range l[:4] {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	width[0] = min(width[0], 40)
	room := columns - width[0] - width[1] - width[2] - width[3] - 8
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%-*s  %*s  %*s  %*s  %s\n", width[0], ending(l[0], width[0]), width[1], l[1], width[2], l[2], width[3], l[3], beginning(l[4], room))
	}
	fmt.Fprintf(&b, "%s in %s up to step %d\n", plural(total, "dead unit"), plural(d.samples, "sample"), d.last)
	return b.String()
}

// steps are those at which dead units fell silent, each once, in order.
func (u *silence) steps() []int {
	var steps []int
	for i, n := range u.samples {
		if n > 0 {
			steps = append(steps, u.since[i])
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}

// ranges is a list of ascending numbers: "0-3, 7, 9-10".
func ranges(n []int) string {
	var b strings.Builder
	for i := 0; i < len(n); {
		k := i
		for k+1 < len(n) && n[k+1] == n[k]+1 {
			k++
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(n[i]))
		if k > i {
			b.WriteString("-" + strconv.Itoa(n[k]))
		}
		i = k + 1
	}
	return b.String()
}

// ending and beginning shorten s to so many characters.
func ending(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n+1:])
	}
	return s
}

func beginning(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
