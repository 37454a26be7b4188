package train

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// Progress shows a run to a person: on a terminal a bar with the rate, the time left,
// the loss and the accuracy, redrawn in place; elsewhere plain lines. Lines fit 100
// columns. Colours are used on a terminal only, and not if NO_COLOR is set.
func Progress(w io.Writer) Listener {
	p := &progress{w: w, width: 100}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.live = true
		p.colour = os.Getenv("NO_COLOR") == ""
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			p.width = min(width-1, 100)
		}
	}
	return p
}

type progress struct {
	w      io.Writer
	width  int
	live   bool // redraw in place
	colour bool

	start  Started
	drawn  time.Time // last redraw
	loss   float64   // smoothed
	rate   float64   // examples a second, smoothed
	step   float64   // seconds a step, smoothed
	seen   int       // steps of this process
	shown  bool      // a bar stands on the present line
	failed error
}

const smoothing = 0.02

func (p *progress) On(e Event) error {
	switch e := e.(type) {
	case Started:
		p.start = e
		p.line("%s examples, %s parameters, %d epochs of %d steps, %s kernels, %s", thousands(e.Examples), thousands(e.Parameters),
			e.Epochs, e.StepsPerEpoch, e.Path, plural(e.Threads, "thread"))
		if e.Resumed > 0 {
			p.line("continued after step %s", thousands(e.Resumed))
		}
	case Stepped:
		p.stepped(e)
	case EpochEnded:
		p.epoch(e)
	case Ended:
		p.ended(e)
	}
	return p.failed
}

func (p *progress) stepped(e Stepped) {
	seconds := e.Seconds + e.DataSeconds
	weight := math.Max(smoothing, 1/float64(p.seen+1))
	if math.IsNaN(p.loss) || math.IsInf(p.loss, 0) {
		p.loss = e.Loss
	}
	p.loss += weight * (e.Loss - p.loss)
	p.step += weight * (seconds - p.step)
	if seconds > 0 {
		p.rate += weight * (float64(e.Examples)/seconds - p.rate)
	}
	p.seen++
	now := time.Now()
	last := e.Batch == e.Batches
	left := time.Duration(p.step * float64(p.start.Epochs*e.Batches-e.Step) * float64(time.Second))
	if p.live {
		if now.Sub(p.drawn) < 100*time.Millisecond && !last {
			return
		}
		p.drawn = now
		p.bar(e, left)
		return
	}
	if p.drawn.IsZero() {
		p.drawn = now
	}
	if now.Sub(p.drawn) < 10*time.Second {
		return
	}
	p.drawn = now
	p.line("epoch %*d/%d  step %d/%d  loss %.4f  %s/s  %s left", digits(p.start.Epochs), e.Epoch, p.start.Epochs,
		e.Batch, e.Batches, p.loss, thousands(int(p.rate)), clock(left))
}

// bar redraws the present line.
func (p *progress) bar(e Stepped, left time.Duration) {
	head := fmt.Sprintf("epoch %*d/%d ", digits(p.start.Epochs), e.Epoch, p.start.Epochs)
	tail := fmt.Sprintf(" %*d/%d  loss %.4f  %s/s  %s left", digits(e.Batches), e.Batch, e.Batches, p.loss, thousands(int(p.rate)), clock(left))
	room := max(5, min(40, p.width-len(head)-len(tail)))
	full := room * e.Batch / max(1, e.Batches)
	bar := strings.Repeat("━", full) + strings.Repeat("─", room-full)
	if p.colour {
		bar = "\x1b[36m" + strings.Repeat("━", full) + "\x1b[90m" + strings.Repeat("─", room-full) + "\x1b[0m"
	}
	p.write("\r" + head + bar + tail + "\x1b[K")
	p.shown = true
}

func (p *progress) epoch(e EpochEnded) {
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %*d/%d  loss %.4f", digits(e.Epochs), e.Epoch, e.Epochs, e.Loss)
	values(&b, e.Metrics)
	if e.Validated {
		fmt.Fprintf(&b, "  validation loss %.4f", e.ValidationLoss)
		values(&b, e.Validation)
		if e.Best {
			b.WriteString("  best")
		}
	}
	fmt.Fprintf(&b, "  %.1f s", e.Seconds)
	p.line("%s", b.String())
}

func (p *progress) ended(e Ended) {
	if e.Stopped != "" {
		p.line("%s", e.Stopped)
	}
	var b strings.Builder
	if e.Tested {
		fmt.Fprintf(&b, "test  loss %.4f", e.TestLoss)
		values(&b, e.Test)
		b.WriteString("  ")
	}
	fmt.Fprintf(&b, "%s in %s", plural(e.Steps, "step"), clock(time.Duration(e.Seconds*float64(time.Second))))
	if p.colour {
		p.line("\x1b[1m%s\x1b[0m", b.String())
	} else {
		p.line("%s", b.String())
	}
}

// values appends metrics; fractions that people read as such are shown in per cent.
func values(b *strings.Builder, vs []Value) {
	for _, v := range vs {
		if strings.Contains(v.Name, "accuracy") {
			fmt.Fprintf(b, "  %s %.2f %%", v.Name, 100*v.Value)
		} else {
			fmt.Fprintf(b, "  %s %.4f", v.Name, v.Value)
		}
	}
}

// line writes a whole line in place of the bar.
func (p *progress) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...) + "\n"
	if p.shown {
		s = "\r\x1b[K" + s
		p.shown = false
	}
	p.write(s)
}

func (p *progress) write(s string) {
	if p.failed == nil {
		_, p.failed = io.WriteString(p.w, s)
	}
}

func digits(n int) int { return len(fmt.Sprint(n)) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}

// thousands is n with a comma between groups of three digits.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// clock is a duration as 1:02 or 1:02:03.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
