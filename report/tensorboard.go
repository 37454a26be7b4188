package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/plot"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision"
)

// TensorBoardOptions say what [TensorBoard] is told besides the events. The zero value is the default.
type TensorBoardOptions struct {
	Probe probe.Options // how often statistics are wanted
	// Model is the network that is trained; with it, the filters of its first layer are shown after every epoch.
	Model nn.Module
	// Input is the shape of a batch that Model takes, such as 1, 1, 28, 28: with both the graph shows
	// what flows where; without, the layers in their order.
	Input []int
}

// TensorBoard is a listener that writes what happens in a run into the folder dir as an event file, so that TensorBoard shows
// it while it goes on: tensorboard --logdir DIR. docs/tensorboard.md lists the tags. A continued run adds a file to the folder,
// which takes the place of what the interrupted one wrote after its checkpoint; a new run is refused a folder that
// has event files.
func TensorBoard(dir string, o ...TensorBoardOptions) train.Listener {
	l := &liveBoard{dir: dir}
	if len(o) > 0 {
		l.options = o[0]
	}
	return l
}

// liveBoard is TensorBoard's listener.
type liveBoard struct {
	dir     string
	options TensorBoardOptions
	ended   bool
	board
}

// Probe makes it a train.Prober.
func (l *liveBoard) Probe() probe.Options { return l.options.Probe }

func (l *liveBoard) On(e train.Event) error {
	if start, ok := e.(train.Started); ok {
		if err := l.open(start); err != nil {
			return err
		}
	}
	if l.ended { // what another listener had to say to the end
		w, err := tensorboard.NewSummaryWriter(l.dir)
		if err != nil {
			return err
		}
		l.w = w
	}
	if l.w == nil {
		return fmt.Errorf("report: the listener of %s heard of an event %q before the start of a run", l.dir, e.Kind())
	}
	l.board.on(e)
	switch e := e.(type) {
	case train.EpochEnded:
		l.filters(e.Step)
	case train.Checkpointed: // the last event of a run that is interrupted
		l.check(l.w.Flush())
	case train.Ended:
		l.ended = true
	}
	if l.ended {
		l.check(l.w.Close())
		l.w = nil
	}
	return l.err
}

// CheckTensorBoard says beforehand whether TensorBoard's listener can write into the folder dir, which is made if it is not there. continued is of a
// run that goes on after a checkpoint: a new one is refused a folder that has event files.
func CheckTensorBoard(dir string, continued bool) error {
	if !continued {
		if err := unused(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("the folder for TensorBoard cannot be made: %w", err)
	}
	f, err := os.CreateTemp(dir, ".lumen-*")
	if err != nil {
		return fmt.Errorf("the folder for TensorBoard cannot be written into: %w", err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// unused is an error if the folder has event files.
func unused(dir string) error {
	had, err := eventFiles(dir)
	if err == nil && len(had) > 0 {
		err = fmt.Errorf("%s has event files of another run (%s): give each run a folder of its own", dir, had[0])
	}
	return err
}

// open begins the file.
func (l *liveBoard) open(start train.Started) error {
	o := tensorboard.SummaryWriterOptions{}
	if start.Continued {
		o.PurgeStep = start.Resumed + 1
	} else if err := unused(l.dir); err != nil {
		return err
	}
	l.board, l.ended = board{run: &Run{}}, false
	if start.Dir != "" {
		info, err := train.ReadRun(start.Dir)
		if err != nil {
			return err
		}
		options, err := flatten(info.Options)
		if err != nil {
			return fmt.Errorf("%s: its options cannot be read: %w", filepath.Join(start.Dir, train.RunFile), err)
		}
		l.run = &Run{Dir: start.Dir, Info: info, Options: options}
	}
	if l.options.Model != nil && len(l.options.Input) > 0 {
		g, err := Graph(l.options.Model, l.options.Input...)
		if err != nil {
			return fmt.Errorf("the graph for TensorBoard: %w", err)
		}
		l.run.Graph = g
	}
	w, err := tensorboard.NewSummaryWriter(l.dir, o)
	if err != nil {
		return err
	}
	l.w = w
	l.filters(start.Resumed)
	return l.err
}

// filters shows the first layer of the model that is trained.
func (l *liveBoard) filters(step int) {
	if l.options.Model == nil {
		return
	}
	for name, p := range nn.Named(l.options.Model) {
		t := Tensor{name, p.Shape()}
		if c, h, w, ok := l.run.picture(&t); ok {
			l.picture("filters", filters(&t, p.Value(), c, h, w).sheet(), step)
			return
		}
	}
}

// eventFiles are the names of a folder's event files; a folder that is not there has none.
func eventFiles(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*tfevents*"))
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths, err
}

// escapeGlob is a path as a pattern that it alone matches.
func escapeGlob(path string) string {
	if filepath.Separator == '\\' { // no escapes there, but neither * nor ? in names
		return strings.NewReplacer("[", "[[]").Replace(path)
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// board turns events into TensorBoard's.
type board struct {
	w     *tensorboard.SummaryWriter
	run   *Run // its Info and Options, and Graph if there is one
	begun bool // the options are written
	drawn bool // the graph is
	err   error
}

func (b *board) check(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *board) scalar(tag string, v float64, step int) { b.check(b.w.AddScalar(tag, v, step)) }

func (b *board) on(e train.Event) {
	switch e := e.(type) {
	case train.Started:
		b.start(e)
	case train.Stepped:
		b.scalar("loss/train", e.Loss, e.Step)
		b.scalar("lr", e.LR, e.Step)
		b.scalar("seconds/step", e.Seconds, e.Step)
		b.scalar("seconds/data", e.DataSeconds, e.Step)
	case train.Probed:
		if e.Step != nil {
			b.probed(e.Step)
		}
	case train.EpochEnded:
		b.scalar("epoch", float64(e.Epoch), e.Step)
		b.scalar("seconds/epoch", e.Seconds, e.Step)
		b.scalar("loss/train epoch", e.Loss, e.Step)
		b.metrics(e.Metrics, "train epoch", e.Step)
		if e.Validated {
			b.scalar("loss/validation", e.ValidationLoss, e.Step)
			b.metrics(e.Validation, "validation", e.Step)
		}
	case train.Ended:
		if e.Tested {
			b.scalar("loss/test", e.TestLoss, e.Steps)
			b.metrics(e.Test, "test", e.Steps)
		}
	case train.Message:
		if e.Name == "finding" {
			b.finding(e)
		}
	}
}

func (b *board) metrics(values []train.Value, of string, step int) {
	for _, v := range values {
		b.scalar(v.Name+"/"+of, v.Value, step)
	}
}

func (b *board) start(e train.Started) {
	if b.begun {
		return
	}
	b.begun = true
	if b.run.Info.Lumen != "" {
		b.check(b.w.AddText("options", markdownTable(slices.Concat(b.run.settings(), b.run.environment())), e.Resumed))
	}
	if b.run.Graph != nil {
		b.graph(b.run.Graph)
	}
}

func (b *board) graph(g *tensorboard.Graph) {
	b.drawn = true
	b.check(b.w.AddGraph(g))
}

// markdownTable is settings as TensorBoard's text shows a table.
func markdownTable(options []Option) string {
	var s strings.Builder
	s.WriteString("| option | value |\n|---|---|\n")
	for _, o := range options {
		fmt.Fprintf(&s, "| %s | %s |\n", markdown(o.Name), markdown(o.Value))
	}
	return s.String()
}

// markdown is a text of the run that Markdown takes for nothing but a text.
func markdown(s string) string {
	var b strings.Builder
	for _, c := range printable(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func (b *board) probed(s *probe.Step) {
	b.scalar("gradient_norm", s.GradNorm, s.Step)
	if !s.Sampled() {
		return
	}
	if !b.drawn {
		b.graph(chain(s))
	}
	for i := range s.Layers {
		l := &s.Layers[i]
		b.scalar("output_mean/"+l.Name, l.Output.Mean, s.Step)
		b.scalar("output_std/"+l.Name, l.Output.Std, s.Step)
		b.scalar("output_zeros/"+l.Name, l.Output.Zeros, s.Step)
		if l.Output.NonFinite > 0 {
			b.scalar("output_not_finite/"+l.Name, l.Output.NonFinite, s.Step)
		}
		if l.Units > 0 {
			b.scalar("dead_units/"+l.Name, float64(len(l.Dead))/float64(l.Units), s.Step)
		}
		if l.Op == "tanh" || l.Op == "sigmoid" {
			b.scalar("saturated/"+l.Name, l.Saturated, s.Step)
		}
		b.histogram("outputs/"+l.Name, &l.Output, s.Step)
		if l.Grad != nil {
			b.scalar("output_gradient/"+l.Name, l.Grad.MeanAbs, s.Step)
			b.histogram("output_gradients/"+l.Name, l.Grad, s.Step)
		}
	}
	for i := range s.Params {
		p := &s.Params[i]
		b.scalar("weight_norm/"+p.Name, p.Weight.Norm, s.Step)
		b.scalar("update_ratio/"+p.Name, p.UpdateRatio, s.Step)
		b.histogram("weights/"+p.Name, &p.Weight, s.Step)
		if p.Grad != nil {
			b.scalar("gradient/"+p.Name, p.Grad.MeanAbs, s.Step)
			b.histogram("gradients/"+p.Name, p.Grad, s.Step)
		}
	}
}

// histogram writes that of a summary, if it has one, with the summary's own moments.
func (b *board) histogram(tag string, s *probe.Summary, step int) {
	if h := histogramOf(s); h != nil {
		b.check(b.w.AddHistogramRaw(tag, h, step))
	}
}

// histogramOf is nil where there is no histogram, or one that no run writes.
func histogramOf(s *probe.Summary) *tensorboard.Histogram {
	h := s.Histogram
	if h == nil || len(h.Counts) == 0 || slices.Min(h.Counts) < 0 || !finite(h.Low) || !finite(h.High) || h.Low > h.High {
		return nil
	}
	edges := make([]float64, len(h.Counts)+1)
	for i := range edges {
		share := float64(i) / float64(len(h.Counts))
		edges[i] = h.Low*(1-share) + h.High*share
		if i > 0 {
			edges[i] = max(edges[i], edges[i-1]) // rounded, they might fall
		}
	}
	made := tensorboard.FromBins(edges, h.Counts)
	if made.Num > 0 && finite(s.Min) && finite(s.Max) && finite(s.Mean) && finite(s.Std) {
		// Not beyond the bins: of a large tensor some elements are counted, and TensorBoard would draw the outermost ones
		// to the ends.
		made.Min, made.Max = max(made.Min, s.Min), min(made.Max, s.Max)
		made.Sum, made.SumSquares = made.Num*s.Mean, made.Num*(s.Mean*s.Mean+s.Std*s.Std)
	}
	return made
}

// finding writes one of package diag as a text.
func (b *board) finding(m train.Message) {
	raw, err := json.Marshal(m.Data)
	var f diag.Finding
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		b.check(fmt.Errorf("a finding cannot be read: %w", err))
		return
	}
	b.check(b.w.AddText("findings", findingText(f), f.Step))
}

func findingText(f diag.Finding) string {
	var s strings.Builder
	fmt.Fprintf(&s, "**%s: %s**", f.Severity, markdown(f.Rule))
	if f.Layer != "" {
		fmt.Fprintf(&s, " in %s", markdown(f.Layer))
	}
	switch f.Phase {
	case diag.Gone:
		fmt.Fprintf(&s, ", which was opened at step %d, is gone", f.Opened)
	case diag.Worse:
		fmt.Fprintf(&s, ", opened at step %d, got worse", f.Opened)
	}
	fmt.Fprintf(&s, "\n\n%s\n\n%s = %s, threshold %s\n", markdown(f.Message), markdown(f.Formula), short(f.Value), short(f.Threshold))
	if f.Advice != "" {
		fmt.Fprintf(&s, "\nTry: %s\n", markdown(f.Advice))
	}
	if len(f.Evidence) > 0 {
		s.WriteString("\n| evidence | step | example | value |\n|---|---:|---:|---:|\n")
	}
	for _, e := range f.Evidence {
		example := ""
		if e.Example >= 0 {
			example = fmt.Sprint(e.Example)
		}
		fmt.Fprintf(&s, "| %s | %d | %s | %s |\n", markdown(e.What), e.Step, example, short(e.Value))
	}
	return s.String()
}

// picture writes an image.
func (b *board) picture(tag string, m image.Image, step int) {
	b.check(b.w.AddImage(tag, vision.FromImage(m, vision.ReadOptions{Mode: vision.RGB}), step))
}

// end writes the pictures of a run's folder.
func (b *board) end() {
	step := b.run.LastStep()
	if f := b.run.Filters; f != nil {
		b.picture("filters", f.sheet(), step)
	}
	if c := b.run.Confusion; c != nil && len(c.Classes) <= mostDrawn {
		var buffer bytes.Buffer
		err := plot.Confusion(c.Counts, c.Classes).Write(&buffer, "png")
		var m image.Image
		if err == nil {
			m, err = png.Decode(&buffer)
		}
		if err != nil {
			b.check(fmt.Errorf("the confusion matrix cannot be drawn: %w", err))
			return
		}
		b.picture("confusion", m, step)
	}
}

// sensible reports whether a number of seconds is one that steps take.
func sensible(seconds float64) bool { return seconds >= 0 && seconds < math.MaxInt32 }
