package diag

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// columns is the width of findings as text.
const columns = 100

// The colours of severities and of what is gone, and what ends them.
var colours = [...]string{Info: "\x1b[36m", Warning: "\x1b[33m", Error: "\x1b[31m"}

const (
	green = "\x1b[32m"
	plain = "\x1b[0m"
)

// Text is the finding as a block of lines of at most 100 columns, each with its line end, with colours if wanted.
func (f Finding) Text(colour bool) string {
	paint := func(s, with string) string {
		if !colour {
			return s
		}
		return with + s + plain
	}
	head := paint(f.Severity.String(), colours[min(max(f.Severity, Info), Error)])
	switch f.Phase {
	case Gone:
		head = paint("gone", green)
	case Worse:
		head += ", worse"
	}
	where := ""
	if f.Layer != "" {
		where = " in " + f.Layer
	}
	var b strings.Builder
	fmt.Fprintf(&b, "step %d  %s: %s%s", f.Step, head, f.Rule, where)
	if f.Phase != Opened {
		fmt.Fprintf(&b, ", since step %d", f.Opened)
	}
	b.WriteByte('\n')
	if f.Phase == Gone {
		b.WriteString(wrapped(fmt.Sprintf("%s was %s when it was last told; %d looks in a row have not found it.", f.Formula, figure(f.Value), clearings)))
		return b.String()
	}
	b.WriteString(wrapped(f.Message))
	measure := f.Formula + " = " + figure(f.Value)
	if f.Threshold != 0 {
		measure += ", threshold " + figure(f.Threshold)
	}
	b.WriteString(wrapped(measure))
	b.WriteString(wrapped("Try: " + f.Advice))
	return b.String()
}

// figure is a number in four digits.
func figure(x float64) string { return fmt.Sprintf("%.4g", x) }

// wrapped is a paragraph of indented lines.
func wrapped(text string) string {
	const indent = "  "
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case at == 0:
			b.WriteString(indent)
			at = len(indent)
		case at+1+n > columns:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	b.WriteByte('\n')
	return b.String()
}

// Summary says in a few lines what a run's findings were; there may be none.
func Summary(findings []Finding) string {
	open, ill := 0, 0
	for _, f := range findings {
		if f.Severity > Info {
			ill++
			if f.Phase != Gone {
				open++
			}
		}
	}
	var b strings.Builder
	switch {
	case ill == 0:
		b.WriteString("diagnosis: no finding\n")
	default:
		fmt.Fprintf(&b, "diagnosis: %s, %d of them open at the end\n", plural(ill, "finding"), open)
	}
	for _, f := range findings {
		where := ""
		if f.Layer != "" {
			where = " in " + f.Layer
		}
		life := fmt.Sprintf("since step %d", f.Opened)
		if f.Phase == Gone {
			life = fmt.Sprintf("from step %d to %d", f.Opened, f.Step)
		}
		line := fmt.Sprintf("%-7s  %s%s, %s (%s)", f.Severity, f.Rule, where, life, figure(f.Value))
		b.WriteString(wrapped(line))
	}
	return b.String()
}

// coloured reports whether a writer is a terminal that wants colours.
func coloured(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && os.Getenv("NO_COLOR") == ""
}
