package probe

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
)

// ProfileOptions of Profile. The zero value is the default.
type ProfileOptions struct {
	Skip  int // steps at the beginning that are not measured, while memory is made; default 1, -1 none
	Steps int // steps that are measured then; default 10
}

// Profiler measures where the time of training steps goes.
type Profiler struct {
	o     ProfileOptions
	began time.Time

	step    int  // that is running, from 1
	stepped bool // an optimizer tells of the ends of steps
	active  bool
	from    time.Duration // the beginning of the running step
	open    span          // the running operation; without a name there is none
	spans   []span
	steps   []span
	stops   []func()
}

// span is a piece of time.
type span struct {
	kind       spanKind
	op, layer  string
	start, end time.Duration // since the profiler's beginning
	shape      []int         // of the result
	bytes      int           // of the results' own memory
	step       int
}

type spanKind int

const (
	spanForward spanKind = iota
	spanBackward
	spanOptimizer
	spanData
	spanStep
)

func (k spanKind) String() string {
	return [...]string{"forward", "backward", "optimizer", "data", "step"}[k]
}

// mostSpans bounds what a profile holds in memory.
const mostSpans = 1 << 20

// Profile measures every operation under p, forward and backward, by its layer in root, named as in an [nn.Event],
// and the steps of opt, which should be one of package optim. With opt nil everything until Stop is one
// step: for inference. It stops by itself when it has its steps, and then costs nothing; while it
// measures it costs one or two microseconds an operation, and changes neither numbers nor what is fused.
func Profile(p *nn.Pass, root any, opt optim.Optimizer, o ProfileOptions) *Profiler {
	if o.Skip == 0 {
		o.Skip = 1
	}
	if o.Steps == 0 {
		o.Steps = 10
	}
	f := &Profiler{o: o, began: time.Now(), step: 1}
	f.stops = append(f.stops, p.Trace(root, f.started), p.OnOpDone(f.done))
	if h, ok := opt.(optim.Heard); ok {
		f.stepped = true
		f.stops = append(f.stops, h.OnStep(f.updated))
	}
	f.active = !f.stepped || f.o.Skip < 1
	return f
}

// Stop ends the measuring. What was measured stays.
func (f *Profiler) Stop() {
	for _, stop := range f.stops {
		stop()
	}
	f.stops = nil
	if f.stepped { // a step that has not ended is not a step
		f.spans = slices.DeleteFunc(f.spans, func(s span) bool { return s.step == f.step })
	} else if f.active && len(f.spans) > 0 {
		f.steps = append(f.steps, span{kind: spanStep, start: f.spans[0].start, end: f.spans[len(f.spans)-1].end, step: 1})
	}
	f.active = false
}

func (f *Profiler) now() time.Duration { return time.Since(f.began) }

// started hears of an operation's beginning and, with two empty names, of its end.
func (f *Profiler) started(op, layer string) {
	if !f.active {
		return
	}
	now := f.now()
	if f.open.op != "" && (op == "" || f.open.kind == spanBackward) {
		f.close(now)
	}
	f.open = span{}
	if op == "" {
		return
	}
	s := span{op: op, layer: layer, start: now, step: f.step}
	if forward, ok := strings.CutSuffix(op, "Backward"); ok {
		s.kind, s.op = spanBackward, forward
	}
	f.open = s // an operation that called this one is forgotten: it is shown as those it calls
}

// close ends the running operation.
func (f *Profiler) close(now time.Duration) {
	f.open.end = now
	f.spans = append(f.spans, f.open)
	f.open = span{}
}

// done hears of what was computed: of a forward after its end, of a backward before.
func (f *Profiler) done(d *tensor.Done) {
	if !f.active {
		return
	}
	s := &f.open
	if !d.Backward {
		if len(f.spans) == 0 || f.spans[len(f.spans)-1].kind != spanForward {
			return
		}
		s = &f.spans[len(f.spans)-1]
		s.op = d.Op // as observers know it
	}
	s.bytes = d.Bytes
	for _, r := range d.Results {
		if r != nil {
			s.shape = r.Shape()
			break
		}
	}
}

// Waited counts the last d before now as waiting for data. train.Run calls it; a loop of one's
// own may call it with what it measured around its loader.
func (f *Profiler) Waited(d time.Duration) {
	if f.active {
		now, from := f.now(), f.from
		if n := len(f.spans); n > 0 {
			from = max(from, f.spans[n-1].end)
		}
		f.spans = append(f.spans, span{kind: spanData, op: "wait", start: max(now-d, from), end: now, step: f.step})
	}
}

// updated hears of the optimizer.
func (f *Profiler) updated(done bool) {
	now := f.now()
	switch {
	case !done:
		f.open = span{}
		if f.active {
			f.open = span{kind: spanOptimizer, op: "step", start: now, step: f.step}
		}
		return
	case f.active:
		if f.open.kind == spanOptimizer {
			f.close(now)
		}
		f.steps = append(f.steps, span{kind: spanStep, start: f.from, end: now, step: f.step})
	}
	f.step++
	f.from = now
	f.active = f.step > f.o.Skip
	if len(f.steps) >= f.o.Steps || len(f.spans) > mostSpans {
		f.Stop()
	}
}

// ProfileRow is what one kind of operation in one layer took, over all measured steps.
type ProfileRow struct {
	Op    string // "conv2d"; "step" of the optimizer, "wait" of data
	Layer string
	Phase string // "forward", "backward", "optimizer" or "data"
	Calls int
	Time  time.Duration
	Share float64 // of the time of all measured steps
	Bytes int     // of results in memory of their own
}

// Steps is how many steps were measured, and how long they took together.
func (f *Profiler) Steps() (n int, total time.Duration) {
	for _, s := range f.steps {
		total += s.end - s.start
	}
	return len(f.steps), total
}

// Rows are the measurements by operation, layer and phase, what took longest first.
func (f *Profiler) Rows() []ProfileRow {
	return f.rows(func(s span) ProfileRow { return ProfileRow{Op: s.op, Layer: s.layer, Phase: s.kind.String()} })
}

// rows sums the spans that key makes the same row of.
func (f *Profiler) rows(key func(span) ProfileRow) []ProfileRow {
	_, total := f.Steps()
	index := map[ProfileRow]int{}
	var rows []ProfileRow
	for _, s := range f.spans {
		k := key(s)
		i, ok := index[k]
		if !ok {
			i = len(rows)
			index[k] = i
			rows = append(rows, k)
		}
		rows[i].Calls++
		rows[i].Time += s.end - s.start
		rows[i].Bytes += s.bytes
	}
	for i := range rows {
		if total > 0 {
			rows[i].Share = float64(rows[i].Time) / float64(total)
		}
	}
	slices.SortStableFunc(rows, func(a, b ProfileRow) int { return cmp.Compare(b.Time, a.Time) })
	return rows
}

// Table shows the measurements as text of at most 100 columns: by phase, by layer, and by
// operation, what took longest first. MB are 1e6 bytes of results in memory of their own, a step.
func (f *Profiler) Table() string {
	n, total := f.Steps()
	if n == 0 || total <= 0 {
		return "no step was measured\n"
	}
	var b strings.Builder
	plural := "s"
	if n == 1 {
		plural = ""
	}
	fmt.Fprintf(&b, "%d step%s of %.3f ms on average\n", n, plural, float64(total)/1e6/float64(n))
	part := func(first, second string, rows []ProfileRow, names func(ProfileRow) (string, string)) {
		fmt.Fprintf(&b, "\n%-24s  %-26s %6s %9s %8s %9s %9s\n", first, second, "calls", "ms/step", "share", "us/call", "MB/step")
		for _, r := range rows {
			what, where := names(r)
			calls, each, size := "-", "-", "-"
			if r.Calls > 0 {
				calls, each = fmt.Sprint(r.Calls), fmt.Sprintf("%.1f", float64(r.Time)/1e3/float64(r.Calls))
			}
			if r.Bytes > 0 {
				size = fmt.Sprintf("%.3f", float64(r.Bytes)/1e6/float64(n))
			}
			fmt.Fprintf(&b, "%-24s  %-26s %6s %9.3f %6.1f %% %9s %9s\n", shortened(what, 24), shortened(where, 26), calls,
				float64(r.Time)/1e6/float64(n), 100*r.Share, each, size)
		}
	}
	phases := f.rows(func(s span) ProfileRow { return ProfileRow{Phase: s.kind.String()} })
	other := ProfileRow{Phase: "other", Time: total}
	for _, r := range phases {
		other.Time -= r.Time
	}
	other.Share = float64(other.Time) / float64(total)
	part("phase", "", append(phases, other), func(r ProfileRow) (string, string) { return r.Phase, "" })
	layers := f.rows(func(s span) ProfileRow { return ProfileRow{Layer: s.layer, Phase: s.kind.String()} })
	layers = slices.DeleteFunc(layers, func(r ProfileRow) bool { return r.Layer == "" })
	part("layer", "phase", layers, func(r ProfileRow) (string, string) { return r.Layer, r.Phase })
	part("operation", "layer", f.Rows(), func(r ProfileRow) (string, string) {
		switch r.Phase {
		case "forward":
			return r.Op, r.Layer
		case "backward":
			return r.Op + " backward", r.Layer
		}
		return r.Phase + " " + r.Op, r.Layer
	})
	return b.String()
}
