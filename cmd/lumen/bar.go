package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// bar shows how far something with a number of bytes, or of other things, has come: redrawn in place on a terminal,
// elsewhere as a line now and then.
type bar struct {
	w      io.Writer
	what   string
	things string // that are counted, such as "images"; "" for bytes
	live   bool
	colour bool
	width  func() int
	now    func() time.Time

	began time.Time
	first int64 // what was there at the beginning
	drawn time.Time
	shown bool
}

// barWidth is how many columns a line has at most.
const barWidth = 100

func newBar(w io.Writer, what string) *bar {
	b := &bar{w: w, what: what, now: time.Now, width: func() int { return barWidth }}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		b.live, b.colour = true, os.Getenv("NO_COLOR") == ""
		b.width = func() int {
			width, _, err := term.GetSize(int(f.Fd()))
			if err != nil || width <= 0 {
				return barWidth
			}
			return min(width-3, barWidth)
		}
	}
	return b
}

// update is told how much is done and how much there is in all, -1 if that is not known.
func (b *bar) update(done, total int64) {
	now := b.now()
	if b.began.IsZero() {
		b.began, b.first, b.drawn = now, done, now
		if !b.live {
			return
		}
	}
	pause := 10 * time.Second
	if b.live {
		pause = 100 * time.Millisecond
	}
	if now.Sub(b.drawn) < pause && !(b.live && (done == total || !b.shown)) {
		return
	}
	b.drawn = now
	if !b.live {
		fmt.Fprintf(b.w, "%s  %s\n", b.what, b.numbers(done, total, now))
		return
	}
	head, tail := b.what+" ", " "+b.numbers(done, total, now)
	room := min(40, b.width()-len(head)-len(tail))
	line := ""
	if total > 0 && room >= 8 {
		full := int(int64(room) * min(done, total) / total)
		filled, empty := strings.Repeat("━", full), strings.Repeat("─", room-full)
		if b.colour {
			filled, empty = "\x1b[36m"+filled, "\x1b[90m"+empty+"\x1b[0m"
		}
		line = filled + empty
	}
	fmt.Fprintf(b.w, "\r%s%s%s\x1b[K", head, line, tail)
	b.shown = true
}

// numbers is how far it has come, how fast, and how long it will take.
func (b *bar) numbers(done, total int64, now time.Time) string {
	unit, format := b.things, "%.0f"
	scale := 1.0
	if unit == "" {
		unit, format, scale = "MB", "%.1f", 1e6
	}
	amount := func(v float64) string { return fmt.Sprintf(format, v/scale) }
	text := fmt.Sprintf("%s %s", amount(float64(done)), unit)
	if total > 0 {
		text = fmt.Sprintf("%3d %%  %s/%s %s", 100*done/total, amount(float64(done)), amount(float64(total)), unit)
	}
	seconds := now.Sub(b.began).Seconds()
	if seconds <= 0 || done <= b.first {
		return text
	}
	rate := float64(done-b.first) / seconds
	text += fmt.Sprintf("  %.1f %s/s", rate/scale, unit)
	if total > 0 {
		left := time.Duration(float64(total-done) / rate * float64(time.Second)).Round(time.Second)
		text += fmt.Sprintf("  %d:%02d left", int(left.Minutes()), int(left.Seconds())%60)
	}
	return text
}

// end ends the line of a bar, and takes it away.
func (b *bar) end() {
	if b.shown {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.shown = false
	}
}
