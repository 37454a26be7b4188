package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// columns is the width that the summary stays within.
const columns = 100

// TextOptions are how a summary is written.
type TextOptions struct {
	Colour bool // with the terminal's escape sequences
}

// WriteText writes a summary for the terminal, at most 100 columns wide: of one run everything, of several what differs, and how
// each ended.
func WriteText(w io.Writer, runs []*Run, o TextOptions) error {
	t := text{colour: o.Colour}
	if len(runs) == 1 {
		t.run(runs[0])
	} else {
		t.compare(runs)
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

// text is a summary while it is written.
type text struct {
	b      strings.Builder
	colour bool
}

func (t *text) f(format string, args ...any) { fmt.Fprintf(&t.b, format, args...) }

// paint is s in a colour of the terminal: "1" bold, "31" red, "33" yellow, "32" green, "90" grey.
func (t *text) paint(code, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *text) heading(s string) { t.f("\n%s\n", t.paint("1", s)) }

// wrapped writes words in lines behind an indent; the first line has the lead instead.
func (t *text) wrapped(lead, indent, s string) {
	line := lead
	used := utf8.RuneCountInString(lead)
	empty := true
	for _, word := range strings.Fields(printable(s)) {
		word = cut(word, columns-len(indent))
		n := utf8.RuneCountInString(word)
		if !empty && used+1+n > columns {
			t.f("%s\n", strings.TrimRight(line, " "))
			line, used, empty = indent, utf8.RuneCountInString(indent), true
		}
		if !empty {
			line += " "
			used++
		}
		line += word
		used += n
		empty = false
	}
	t.f("%s\n", strings.TrimRight(line, " "))
}

// cut is s in at most so many columns, and without what a terminal would obey.
func cut(s string, most int) string {
	s = printable(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)
	return string(r[:max(most-1, 0)]) + "…"
}

// ending is the end of a layer's name, which says more than its beginning.
func ending(s string, most int) string {
	r := []rune(printable(s))
	if len(r) <= most {
		return string(r)
	}
	return "…" + string(r[len(r)-most+1:])
}

// left and right pad to a width, and cut to it.
func left(s string, width int) string {
	s = cut(s, width)
	return s + strings.Repeat(" ", width-utf8.RuneCountInString(s))
}

func right(s string, width int) string {
	s = cut(s, width)
	return strings.Repeat(" ", width-utf8.RuneCountInString(s)) + s
}

// sparks are columns of eighths, by value between the least and the greatest; what is not finite is an x.
func sparks(values []float64, logarithmic bool) string {
	const levels = "▁▂▃▄▅▆▇█"
	v := make([]float64, len(values))
	low, high := math.Inf(1), math.Inf(-1)
	for i, x := range values {
		if logarithmic {
			x = math.Log(x)
		}
		v[i] = x
		if finite(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	var b strings.Builder
	for _, x := range v {
		if !finite(x) {
			b.WriteByte('x')
			continue
		}
		k := 0
		if high > low {
			k = int(math.Round((x - low) / (high - low) * 7))
		}
		b.WriteString(string([]rune(levels)[k]))
	}
	return b.String()
}

// thinned are at most so many of the values, in even distances.
func thinned(values []float64, most int) []float64 {
	n := len(values)
	if n <= most {
		return values
	}
	picked := make([]float64, most)
	for k := range picked {
		picked[k] = values[k*(n-1)/(most-1)]
	}
	return picked
}

func (t *text) run(r *Run) {
	colour := map[State]string{Finished: "32", Stopped: "33", Unfinished: "33"}[r.State()]
	name, how, between := cut(r.Name, 40), r.How(), "  "
	if utf8.RuneCountInString(name+between+how) > columns {
		between = "\n  "
	}
	t.f("%s%s%s\n", t.paint("1", name), between, t.paint(colour, cut(how, columns-2)))
	t.results(r)
	for _, step := range r.Continued {
		t.f("  continued after step %s\n", thousands(step))
	}
	t.wrapped("  with ", "       ", fmt.Sprintf("Lumen %s, %s, %s/%s, %s kernels, %d thread%s, seed %d", r.Info.Lumen, r.Info.Go, r.Info.OS, r.Info.Arch,
		r.Info.Path, r.Info.Threads, plural(r.Info.Threads), r.Info.Seed))
	if r.Command != "" {
		t.wrapped("  again: ", "         ", printable(r.Command))
	}
	for _, p := range r.Problems {
		t.wrapped("  "+t.paint("33", "not read:")+" ", "            ", p)
	}
	t.options(r)
	t.epochs(r)
	t.findings(r)
	t.statistics(r)
}

func (t *text) results(r *Run) {
	parts := []string{}
	if r.End != nil && r.End.Tested {
		for _, v := range r.End.Test {
			parts = append(parts, fmt.Sprintf("test %s %s", printable(v.Name), metric(v)))
		}
		parts = append(parts, "test loss "+fixed(r.End.TestLoss))
	}
	if best := r.Best(); best != nil {
		parts = append(parts, fmt.Sprintf("best validation loss %s in epoch %d", fixed(best.ValidationLoss), best.Epoch))
	}
	if n := r.Parameters(); n > 0 {
		parts = append(parts, thousands(n)+" parameters")
	}
	if s := r.Seconds(); s > 0 {
		parts = append(parts, clock(s))
	}
	if len(parts) > 0 {
		t.wrapped("  ", "  ", strings.Join(parts, ",  "))
	}
}

// metric is per cent for what is a share, else a number.
func metric(v train.Value) string {
	if v.Name == "accuracy" || strings.HasPrefix(v.Name, "top") {
		return percent(v.Value)
	}
	return fixed(v.Value)
}

// fixed is a loss with four decimals, or what it is where those say nothing.
func fixed(v float64) string {
	if a := math.Abs(v); !finite(v) || a >= 1e5 || a < 1e-3 && v != 0 {
		return short(v)
	}
	return fmt.Sprintf("%.4f", v)
}

func (t *text) options(r *Run) {
	if len(r.Options) == 0 {
		return
	}
	t.heading("Options")
	line, used := " ", 1
	for _, o := range r.Options {
		item := cut(o.Name, 30) + " " + cut(strings.Join(strings.Fields(o.Value), " "), 60)
		n := utf8.RuneCountInString(item)
		if used > 1 && used+3+n > columns {
			t.f("%s\n", line)
			line, used = " ", 1
		}
		if used > 1 {
			line, used = line+"  ", used+2
		}
		line, used = line+" "+item, used+1+n
	}
	t.f("%s\n", line)
}

// mostRows of epochs are shown.
const mostRows = 20

func (t *text) epochs(r *Run) {
	if len(r.Epochs) == 0 {
		if n := len(r.Steps); n > 0 {
			var losses []float64
			for _, s := range r.Steps {
				losses = append(losses, s.Loss)
			}
			t.heading("No epoch is finished")
			t.f("  loss of %s steps, logarithmic  %s  %s to %s\n", thousands(n), sparks(thinned(losses, 40), true), fixed(losses[0]), fixed(losses[n-1]))
		}
		return
	}
	t.heading("Epochs")
	t.f("  %5s %10s %10s %11s %11s %9s  %s\n", "epoch", "loss", "accuracy", "val. loss", "val. acc.", "time", "validation loss, logarithmic")
	training, validation := r.accuracies()
	find := func(c curve, e train.EpochEnded) string {
		for i, x := range c.x {
			if x == float64(e.Step) {
				return percent(c.y[i])
			}
		}
		return "-"
	}
	low, high := math.Inf(1), math.Inf(-1)
	shown := func(e train.EpochEnded) float64 {
		if e.Validated {
			return math.Log(e.ValidationLoss)
		}
		return math.Log(e.Loss)
	}
	for _, e := range r.Epochs {
		if v := shown(e); finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	low -= 0.05 * max(high-low, 0.1) // the least is a short bar, not none
	n := len(r.Epochs)
	best := r.Best()
	left := 0
	for i, e := range r.Epochs {
		isBest := best != nil && best.Epoch == e.Epoch
		if n > mostRows && i > 0 && i < n-1 && !isBest && i*(mostRows-1)/(n-1) == (i-1)*(mostRows-1)/(n-1) {
			left++
			continue
		}
		val := "-"
		if e.Validated {
			val = fixed(e.ValidationLoss)
		}
		bar := ""
		if v := shown(e); finite(v) {
			bar = strings.Repeat("█", max(1, int(math.Round(28*(v-low)/(high-low)))))
		}
		if isBest {
			bar += " best"
		}
		t.f("  %5d %10s %10s %11s %11s %9s  %s\n", e.Epoch, fixed(e.Loss), find(training, e), val, find(validation, e), clock(e.Seconds), bar)
	}
	if left > 0 {
		t.f("  %d epochs between these are left out\n", left)
	}
}

func (t *text) findings(r *Run) {
	t.heading("Findings")
	if len(r.Findings) == 0 {
		t.f("  none in this folder; a run with --diagnose looks for them\n")
		return
	}
	for _, f := range r.Findings {
		t.finding(&f)
	}
}

func (t *text) finding(f *Finding) {
	colour := map[diag.Severity]string{diag.Error: "31", diag.Warning: "33", diag.Info: "36"}[f.Severity]
	name := f.Severity.String()
	where := f.Rule
	if f.Layer != "" {
		where += ", " + f.Layer
	}
	t.f("  %s %s\n", t.paint(colour, left(name, 8)), cut(where+": "+f.life(), columns-12))
	const indent = "           "
	if f.Message != "" {
		t.wrapped(indent, indent, f.Message)
	}
	if f.Formula != "" {
		t.wrapped(indent, indent, f.Formula+" = "+short(f.Value)+f.beyond())
	}
	const most = 6
	for i, e := range f.Evidence {
		if i == most {
			t.f("%s  and %d more\n", indent, len(f.Evidence)-most)
			break
		}
		t.wrapped(indent+"- ", indent+"  ", e.What+" "+short(e.Value)+place(e))
	}
	if f.Advice != "" {
		t.wrapped(indent+"Try: ", indent, f.Advice)
	}
}

// place is where a piece of evidence is from.
func place(e diag.Evidence) string {
	s := ""
	if e.Step > 0 {
		s = fmt.Sprintf(" (step %s", thousands(e.Step))
		if e.Example >= 0 {
			s += fmt.Sprintf(", example %d", e.Example)
		}
		s += ")"
	}
	return s
}

// beyond is the threshold, for rules that have one.
func (f *Finding) beyond() string {
	if f.Threshold == 0 {
		return ""
	}
	return ", threshold " + short(f.Threshold)
}

// life is from when to when a finding stood.
func (f *Finding) life() string {
	s := "since step " + thousands(f.Opened)
	if f.Closed > 0 {
		s = fmt.Sprintf("steps %s to %s", thousands(f.Opened), thousands(f.Closed))
	}
	if n := len(f.Worse); n > 0 {
		s += fmt.Sprintf(", worse at step %s", thousands(f.Worse[n-1]))
	}
	return s
}

// mostLines of parameters and layers are shown in the terminal.
const mostLines = 40

func (t *text) statistics(r *Run) {
	if len(r.Samples) == 0 {
		t.heading("Statistics")
		t.f("  none: the run was made without (--stats-every 0)\n")
		return
	}
	gradients := r.ofParams(func(*probe.Param) bool { return true }, meanAbsGrad)
	ratios := r.ofParams(func(*probe.Param) bool { return true }, func(p *probe.Param) float64 { return p.UpdateRatio })
	params := r.params()
	first, last := r.Samples[0].Step, r.Samples[len(r.Samples)-1].Step
	if len(gradients) > 0 {
		t.heading(fmt.Sprintf("Gradients and updates, %s samples of steps %s to %s", thousands(len(r.Samples)), thousands(first), thousands(last)))
		t.f("  %-22s %-16s %10s %10s %12s  %s\n", "parameter", "shape", "|grad| 1st", "last", "update ratio", "1e-5   1e-3   1e-1")
		for i, g := range gradients {
			if i == mostLines {
				t.f("  and %d more\n", len(gradients)-mostLines)
				break
			}
			p := params[i]
			ratio := median(ratios[i].y)
			t.f("  %s %s %10s %10s %12s  %s\n", left(ending(p.Name, 22), 22), left(shape(p.Shape), 16), short(firstOf(g.y)), short(lastOf(g.y)),
				short(ratio), ruler(ratio, p.Frozen))
		}
		t.f("  |grad| is mean |dL/dW|; the update ratio |change of W| / |W| is the median, healthy about 1e-3\n")
	}
	dead := r.ofLayers(func(l *probe.Layer) bool { return l.Units > 0 }, deadShare)
	saturated := r.ofLayers(saturates, func(l *probe.Layer) float64 { return l.Saturated })
	lines := append(suffixed(dead, "dead units"), suffixed(saturated, "saturated")...)
	if len(lines) > 0 {
		t.heading("Activations")
		t.f("  %-38s %10s %10s %10s  %s\n", "layer", "first", "greatest", "last", "over the run")
		for i, l := range lines {
			if i == mostLines {
				t.f("  and %d more\n", len(lines)-mostLines)
				break
			}
			most := 0.0
			for _, v := range l.y {
				most = max(most, v)
			}
			t.f("  %s %10s %10s %10s  %s\n", left(ending(l.name, 38), 38), percent(firstOf(l.y)), percent(most), percent(lastOf(l.y)),
				sparks(thinned(l.y, 24), false))
		}
		t.f("  dead: of a layer's units, those that were zero for the whole batch; healthy is near 0 %%\n")
	}
}

func suffixed(lines []named, what string) []named {
	for i := range lines {
		lines[i].name += ", " + what
	}
	return lines
}

// ruler is a place on a logarithmic scale from 1e-5 to 1e-1, with its middle marked.
func ruler(ratio float64, frozen bool) string {
	if frozen {
		return "frozen"
	}
	const width = 17
	marks := []rune(strings.Repeat("·", width))
	marks[width/2] = '|'
	switch v := math.Log10(ratio); {
	case math.IsNaN(v):
		return string(marks) + " NaN"
	case v < -5:
		return "◀" + string(marks[1:]) + " low"
	case v > -1:
		return string(marks[:width-1]) + "▶ high"
	default:
		marks[int(math.Round((v+5)/4*(width-1)))] = '█'
	}
	return string(marks)
}

// compare writes several runs beside each other.
func (t *text) compare(runs []*Run) {
	const most = 6 // that stand beside each other
	t.f("%s\n", t.paint("1", fmt.Sprintf("%d runs", len(runs))))
	for i, r := range runs {
		t.f("  %s %s\n", left(fmt.Sprintf("[%d] %s", i+1, r.Name), 40), cut(r.How(), columns-44))
	}
	for from := 0; from < len(runs); from += most {
		part := runs[from:min(from+most, len(runs))]
		const first = 28 // columns of the names
		width := min(24, (columns-first-2)/len(part)-1)
		head := func(what string) {
			t.f("  %s", left(what, first))
			for i := range part {
				t.f(" %s", right(fmt.Sprintf("[%d]", from+i+1), width))
			}
			t.f("\n")
		}
		t.heading("What differs")
		differences := Differences(runs)
		if len(differences) == 0 {
			t.f("  nothing: neither options nor surroundings\n")
		} else {
			head("")
		}
		for _, d := range differences {
			t.f("  %s", left(d.Name, first))
			for i := range part {
				t.f(" %s", right(orDash(d.Values[from+i]), width))
			}
			t.f("\n")
		}
		t.heading("Results")
		head("")
		for _, row := range results(part) {
			t.f("  %s", left(row.name, first))
			for _, v := range row.values {
				t.f(" %s", right(v, width))
			}
			t.f("\n")
		}
	}
	t.heading("Validation loss over the epochs, logarithmic, one scale")
	var all []float64
	var each [][]float64
	for _, r := range runs {
		v := thinned(r.validationLosses().y, 40)
		if len(v) == 0 {
			v = thinned(r.losses().y, 40)
		}
		each = append(each, v)
		all = append(all, v...)
	}
	drawn := []rune(sparks(all, true))
	for i, v := range each {
		last := ""
		if len(v) > 0 {
			last = "  to " + fixed(v[len(v)-1])
		}
		t.f("  %s %s%s\n", left(fmt.Sprintf("[%d] %s", i+1, runs[i].Name), 30), string(drawn[:len(v)]), last)
		drawn = drawn[len(v):]
	}
	t.heading("Findings")
	none := true
	for i, r := range runs {
		for _, f := range r.Findings {
			none = false
			where := f.Rule
			if f.Layer != "" {
				where += ", " + f.Layer
			}
			t.f("  %s %s %s\n", left(fmt.Sprintf("[%d]", i+1), 4), left(f.Severity.String(), 8), cut(where+": "+f.life(), columns-18))
		}
	}
	if none {
		t.f("  none in these folders\n")
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// row is a line of the table of results: a value for each run.
type row struct {
	name   string
	values []string
}

// results is how each run ended.
func results(runs []*Run) []row {
	column := func(name string, f func(r *Run) string) row {
		out := row{name: name}
		for _, r := range runs {
			out.values = append(out.values, orDash(f(r)))
		}
		return out
	}
	testValue := func(r *Run, name string) string {
		if r.End == nil || !r.End.Tested {
			return ""
		}
		for _, v := range r.End.Test {
			if v.Name == name {
				return metric(v)
			}
		}
		return ""
	}
	validated := func(f func(e *train.EpochEnded) string) func(r *Run) string {
		return func(r *Run) string {
			if best := r.Best(); best != nil {
				return f(best)
			}
			return ""
		}
	}
	all := []row{
		column("ended", func(r *Run) string { return string(r.State()) }),
		column("test accuracy", func(r *Run) string { return testValue(r, "accuracy") }),
		column("test loss", func(r *Run) string {
			if r.End == nil || !r.End.Tested {
				return ""
			}
			return fixed(r.End.TestLoss)
		}),
		column("best validation loss", validated(func(e *train.EpochEnded) string { return fixed(e.ValidationLoss) })),
		column("in epoch", validated(func(e *train.EpochEnded) string { return fmt.Sprint(e.Epoch) })),
		column("last training loss", func(r *Run) string {
			if n := len(r.Epochs); n > 0 {
				return fixed(r.Epochs[n-1].Loss)
			}
			return ""
		}),
		column("steps", func(r *Run) string { return thousands(r.LastStep()) }),
		column("time", func(r *Run) string { return clock(r.Seconds()) }),
		column("time an epoch", func(r *Run) string {
			if n := len(r.Epochs); n > 0 {
				return clock(r.Seconds() / float64(n))
			}
			return ""
		}),
		column("parameters", func(r *Run) string { return thousands(r.Parameters()) }),
		column("warnings and errors", func(r *Run) string {
			n := 0
			for i := range r.Findings {
				if r.Findings[i].Bad() {
					n++
				}
			}
			return fmt.Sprint(n)
		}),
	}
	return all
}
