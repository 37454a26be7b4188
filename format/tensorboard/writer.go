package tensorboard

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lumen-ml/lumen/tensor"
)

// SummaryWriterOptions are those of a [SummaryWriter]. The zero value is the default.
type SummaryWriterOptions struct {
	// PurgeStep is the first step that a continued run makes: TensorBoard forgets what earlier files of the folder
	// say of it and of later ones. 0: there is no earlier file.
	PurgeStep      int
	FilenameSuffix string
	// FlushEvery is for how long events are kept before the next one takes them to the file; 0 means a second. TensorBoard
	// looks for new ones every few seconds.
	FlushEvery time.Duration
	// Clock gives the events their wall times, and the file the time in its name; nil means time.Now.
	Clock func() time.Time
}

// SummaryWriter adds events to a file. Several goroutines may use it.
type SummaryWriter struct {
	options SummaryWriterOptions
	file    *os.File // nil of a stream

	mu      sync.Mutex
	out     *bufio.Writer
	flushed time.Time
	err     error // the first: nothing is written after it
}

// NewSummaryWriter begins a new event file in the folder dir, which is made if it is not there. Its name makes it the last of the
// folder's.
func NewSummaryWriter(dir string, o ...SummaryWriterOptions) (*SummaryWriter, error) {
	w := newWriter("NewSummaryWriter", o)
	if suffix := w.options.FilenameSuffix; strings.ContainsAny(suffix, `/\`) {
		return nil, fmt.Errorf("tensorboard: the suffix %q is to become the end of a file's name, which has no slash in it", suffix)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	newest, err := newestFile(dir)
	if err != nil {
		return nil, err
	}
	began := max(w.options.Clock().Unix(), newest+1)
	for number := 0; w.file == nil; number++ {
		path := filepath.Join(dir, FileName(began, fmt.Sprintf("%s.%d.%d%s", host(), os.Getpid(), number, w.options.FilenameSuffix)))
		w.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	w.out = bufio.NewWriterSize(w.file, 64<<10)
	if err := w.begin(); err != nil {
		w.file.Close()
		os.Remove(w.file.Name())
		return nil, err
	}
	return w, nil
}

// NewStreamWriter is a SummaryWriter whose Close leaves w open.
func NewStreamWriter(w io.Writer, o ...SummaryWriterOptions) (*SummaryWriter, error) {
	s := newWriter("NewStreamWriter", o)
	s.out = bufio.NewWriterSize(w, 64<<10)
	return s, s.begin()
}

func newWriter(op string, o []SummaryWriterOptions) *SummaryWriter {
	w := &SummaryWriter{}
	if len(o) > 1 {
		misuse(op, nil, "one SummaryWriterOptions is wanted, not %d", len(o))
	}
	if len(o) == 1 {
		w.options = o[0]
	}
	if w.options.FlushEvery == 0 {
		w.options.FlushEvery = time.Second
	}
	if w.options.Clock == nil {
		w.options.Clock = time.Now
	}
	return w
}

// filePrefix is what TensorFlow's event files begin with; TensorBoard looks for the middle word.
const filePrefix = "events.out.tfevents."

// FileName is the name of an event file that was begun at a time, in seconds since 1970; rest tells those of one second
// apart.
func FileName(seconds int64, rest string) string {
	return fmt.Sprintf("%s%010d.%s", filePrefix, seconds, rest)
}

// newestFile is the greatest time in the names of a folder's event files, 0 if there is none.
func newestFile(dir string) (int64, error) {
	entries, err := os.ReadDir(dir)
	newest := int64(0)
	for _, e := range entries {
		if rest, ok := strings.CutPrefix(e.Name(), filePrefix); ok {
			number, _, _ := strings.Cut(rest, ".")
			if seconds, err := strconv.ParseInt(number, 10, 64); err == nil && seconds < latest {
				newest = max(newest, seconds)
			}
		}
	}
	return newest, err
}

// host is this machine's name as a part of a file's.
func host() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "localhost"
	}
	return strings.NewReplacer("/", "_", `\`, "_", ":", "_").Replace(name)
}

// begin writes the events that a file begins with, and gets them to the disk.
func (w *SummaryWriter) begin() error {
	step := w.options.PurgeStep
	err := w.add(Event{FileVersion: Version})
	if err == nil && step > 0 {
		err = w.add(Event{Session: SessionStart, Step: step})
	}
	if err == nil {
		err = w.Flush()
	}
	return err
}

// AddScalar adds a number, as float32.
func (w *SummaryWriter) AddScalar(tag string, value float64, step int) error {
	return w.value(step, tag, Scalar(value))
}

// AddHistogram adds the distribution of x's elements, of any shape and type, in the buckets of TensorFlow and PyTorch: each ends
// a tenth farther from 0 than its neighbour. Elements that are not finite are left out. It panics with a
// *tensor.ShapeError if x has no elements.
func (w *SummaryWriter) AddHistogram(tag string, x *tensor.Tensor, step int) error {
	if x == nil || x.Numel() == 0 {
		misuse("AddHistogram", x, "a tensor with elements is wanted")
	}
	return w.value(step, tag, histogramOfTensor(x))
}

// AddHistogramRaw adds numbers that were sorted into buckets elsewhere; see [FromBins]. It panics with a *tensor.ShapeError unless
// there are as many buckets as limits.
func (w *SummaryWriter) AddHistogramRaw(tag string, h *Histogram, step int) error {
	if h == nil || len(h.Buckets) == 0 || len(h.Buckets) != len(h.BucketLimits) {
		misuse("AddHistogramRaw", nil, "a histogram with as many BucketLimits as Buckets, at least one, is wanted")
	}
	return w.value(step, tag, h)
}

// AddImage adds a picture: [height, width] or [channels, height, width] with 1 (grey), 3 or 4 (alpha) channels, of uint8,
// or of floats from 0 to 1, where what lies beyond is black or full and NaN is black. It panics with a *tensor.ShapeError or a
// *tensor.DTypeError on anything else.
func (w *SummaryWriter) AddImage(tag string, x *tensor.Tensor, step int) error {
	return w.picture(step, tag, pictureOf("AddImage", x))
}

// AddImages adds a batch of pictures [n, channels, height, width], as AddImage takes them, on one sheet: 8 in a row, no space
// between them.
func (w *SummaryWriter) AddImages(tag string, x *tensor.Tensor, step int) error {
	return w.picture(step, tag, gridOf("AddImages", x))
}

func (w *SummaryWriter) picture(step int, tag string, p picture) error {
	image, err := p.encoded()
	if err != nil {
		return fmt.Errorf("tensorboard: tag %q: %w", tag, err)
	}
	return w.value(step, tag, Images{image})
}

// AddText adds Markdown. The tag in the file is TAG/text_summary, as PyTorch has it.
func (w *SummaryWriter) AddText(tag, markdown string, step int) error {
	return w.add(Event{Step: step, Values: []Value{{Tag: tag + "/text_summary", Plugin: pluginText, Data: Text{markdown}}}})
}

// AddGraph adds the network. TensorBoard shows the last one of a folder.
func (w *SummaryWriter) AddGraph(g *Graph) error {
	if g == nil {
		misuse("AddGraph", nil, "a graph is wanted, not nil")
	}
	return w.add(Event{Graph: g})
}

func (w *SummaryWriter) value(step int, tag string, data any) error {
	return w.add(Event{Step: step, Values: []Value{{Tag: tag, Data: data}}})
}

// errClosed is what a closed writer's methods return.
var errClosed = fmt.Errorf("the event file was closed: %w", fs.ErrClosed)

// add writes an event at the Clock's time.
func (w *SummaryWriter) add(e Event) error {
	valid(&e)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	e.WallTime = w.options.Clock()
	data := encode(&e)
	if len(data) > maxRecord {
		return fmt.Errorf("tensorboard: an event of %d bytes, and a message may have %d", len(data), maxRecord)
	}
	header, footer := frame(data)
	for _, part := range [][]byte{header[:], data, footer[:]} {
		if _, err := w.out.Write(part); err != nil {
			return w.fail(err)
		}
	}
	if time.Since(w.flushed) > w.options.FlushEvery {
		return w.flush()
	}
	return nil
}

// valid replaces what is not UTF-8 in a tag or a text, for which Python's reader would refuse the whole event.
func valid(e *Event) {
	clean := func(s *string) { *s = strings.ToValidUTF8(*s, "\uFFFD") }
	for i := range e.Values {
		clean(&e.Values[i].Tag)
		if text, ok := e.Values[i].Data.(Text); ok {
			for k := range text {
				clean(&text[k])
			}
		}
	}
	if e.Graph == nil {
		return
	}
	graph := Graph{Nodes: append([]Node(nil), e.Graph.Nodes...)}
	for i := range graph.Nodes {
		n := &graph.Nodes[i]
		n.Inputs = append([]string(nil), n.Inputs...)
		clean(&n.Name)
		clean(&n.Op)
		clean(&n.Text)
		for k := range n.Inputs {
			clean(&n.Inputs[k])
		}
	}
	e.Graph = &graph
}

// Flush gets all events so far to the file.
func (w *SummaryWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	return w.flush()
}

func (w *SummaryWriter) flush() error {
	w.flushed = time.Now()
	if err := w.out.Flush(); err != nil {
		return w.fail(err)
	}
	return nil
}

func (w *SummaryWriter) fail(err error) error {
	w.err = err // of a file it names the path
	return err
}

// Close flushes the file, syncs it to the disk and closes it, and returns the first error of the file there was. Closing twice does
// nothing.
func (w *SummaryWriter) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == errClosed {
		return nil
	}
	if w.err == nil {
		w.flush()
	}
	if w.err == nil && w.file != nil {
		w.err = w.file.Sync()
	}
	if w.file != nil {
		if err := w.file.Close(); w.err == nil {
			w.err = err
		}
	}
	err := w.err
	w.err = errClosed
	return err
}
