package train

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"
)

// Progress shows a run to a person: on a terminal a bar with the rate, the time left,
// the loss and the metrics, redrawn in place; elsewhere plain lines. Lines fit 100
// columns, and a narrower terminal, where they say less. Colours are used on a terminal only, and not if NO_COLOR is set.
// A Message is shown if its Data has a method Text(colour bool) string, as findings of package diag have.
func Progress(w io.Writer) Listener {
	p := &progress{w: w, width: 100}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.live = true
		p.colour = os.Getenv("NO_COLOR") == ""
		p.resize = func() int {
			width, _, err := term.GetSize(int(f.Fd()))
			if err != nil || width <= 0 {
				return 100
			}
			return min(width-3, 100) // room for the ^C that a terminal echoes
		}
	}
	return p
}

type progress struct {
	w      io.Writer
	width  int
	resize func() int // the width of the terminal, which may change
	live   bool       // redraw in place
	colour bool

	start Started
	drawn time.Time // last redraw
	loss  float64   // smoothed
	rate  float64   // examples a second, smoothed
	step  float64   // seconds a step, smoothed
	seen  int       // steps of this process
	shown bool      // a bar stands on the present line
	lost  bool      // the loss was not finite
}

const smoothing = 0.02

func (p *progress) On(e Event) error {
	if p.live {
		p.width = p.resize()
	}
	switch e := e.(type) {
	case Started:
		p.start = e
		p.line("%s", p.fit(", ", []int{3, 4}, plural(e.Examples, "example"), plural(e.Parameters, "parameter"),
			plural(e.Epochs, "epoch")+" of "+plural(e.StepsPerEpoch, "step"), e.Path+" kernels", plural(e.Threads, "thread")))
		if e.Continued {
			p.line("continued after step %s", thousands(e.Resumed))
		}
	case Stepped:
		p.stepped(e)
	case EpochEnded:
		p.epoch(e)
	case Ended:
		p.ended(e)
	case Message:
		if m, ok := e.Data.(interface{ Text(colour bool) string }); ok {
			p.line("%s", strings.TrimSuffix(m.Text(p.colour), "\n"))
		}
	}
	return nil
}

func (p *progress) stepped(e Stepped) {
	seconds := e.Seconds + e.DataSeconds
	weight := math.Max(smoothing, 1/float64(p.seen+1))
	if math.IsNaN(p.loss) || math.IsInf(p.loss, 0) {
		p.loss = e.Loss
	}
	if !p.lost && (math.IsNaN(e.Loss) || math.IsInf(e.Loss, 0)) {
		p.lost = true
		p.line("step %s: the loss is %v; a lower learning rate may keep it finite", thousands(e.Step), e.Loss)
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
	p.line("epoch %*d/%d  step %d/%d  loss %s  %s/s  %s left", digits(p.start.Epochs), e.Epoch, p.start.Epochs,
		e.Batch, e.Batches, Figure(p.loss), thousands(int(p.rate)), clock(left))
}

// shortestBar is how many columns a bar has at least.
const shortestBar = 8

// bar redraws the present line.
func (p *progress) bar(e Stepped, left time.Duration) {
	head := fmt.Sprintf("epoch %*d/%d ", digits(p.start.Epochs), e.Epoch, p.start.Epochs)
	p.width -= len(head) + shortestBar + 1
	tail := " " + p.fit("  ", []int{0, 3, 2, 1, 4}, fmt.Sprintf("%*d/%d", digits(e.Batches), e.Batch, e.Batches), "loss "+Figure(p.loss),
		values(e.Metrics()), thousands(int(p.rate))+"/s", clock(left)+" left")
	room := max(0, min(40, p.width+shortestBar+1-len(tail)))
	full := room * e.Batch / max(1, e.Batches)
	bar := strings.Repeat("━", full) + strings.Repeat("─", room-full)
	if p.colour {
		bar = "\x1b[36m" + strings.Repeat("━", full) + "\x1b[90m" + strings.Repeat("─", room-full) + "\x1b[0m"
	}
	p.write("\r" + head + bar + tail + "\x1b[K")
	p.shown = true
}

func (p *progress) epoch(e EpochEnded) {
	var validated, best string
	if e.Validated {
		validated = "validation loss " + Figure(e.ValidationLoss)
		if e.Best {
			best = "best"
		}
	}
	p.line("%s", p.fit("  ", []int{6, 2, 3, 5, 1}, fmt.Sprintf("epoch %*d/%d", digits(e.Epochs), e.Epoch, e.Epochs), "loss "+Figure(e.Loss),
		values(e.Metrics), validated, values(e.Validation), best, fmt.Sprintf("%.1f s", e.Seconds)))
}

func (p *progress) ended(e Ended) {
	if e.Stopped != "" {
		p.line("%s", e.Stopped)
	}
	test := ""
	if e.Tested {
		test = "test  loss " + Figure(e.TestLoss)
	}
	text := p.fit("  ", []int{2}, test, values(e.Test), plural(e.Steps, "step")+" in "+clock(time.Duration(e.Seconds*float64(time.Second))))
	if p.colour {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	p.line("%s", text)
}

// Figure is a loss for people: with four decimals, or four digits and a power of ten from 100,000 on.
func Figure(loss float64) string {
	if math.Abs(loss) >= 1e5 {
		return fmt.Sprintf("%.4g", loss)
	}
	return fmt.Sprintf("%.4f", loss)
}

// values is metrics; fractions that people read as such are shown in per cent.
func values(vs []Value) string {
	texts := make([]string, len(vs))
	for i, v := range vs {
		if strings.Contains(v.Name, "accuracy") {
			texts[i] = fmt.Sprintf("%s %.2f %%", v.Name, 100*v.Value)
		} else {
			texts[i] = v.Name + " " + Figure(v.Value)
		}
	}
	return strings.Join(texts, "  ")
}

// fit joins those parts that are not empty. On a terminal that is too narrow for all of
// them it leaves some out, in the given order.
func (p *progress) fit(between string, dispensable []int, parts ...string) string {
	for {
		text := strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), between)
		if !p.live || len(text) <= p.width || len(dispensable) == 0 {
			return text
		}
		parts[dispensable[0]] = ""
		dispensable = dispensable[1:]
	}
}

// leave ends the line of a bar that no event will replace.
func (p *progress) leave() {
	if p.shown {
		p.write("\n")
		p.shown = false
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
	io.WriteString(p.w, s) // a bar that nobody can see is no reason to end a run
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
