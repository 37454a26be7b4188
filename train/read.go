package train

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/lumen-ml/lumen/internal/jsonfloat"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/probe"
)

// longestLine is how many bytes an event may have.
const longestLine = 64 << 20

// ReadEvents reads the events of a run's folder back, in order: those of this package with their types, any
// other as a [Message] whose Data is a json.RawMessage, an object. What stands in no file is missing: Started.Snapshot and
// Stepped.Metrics return nil. An error, which names the line, is the last of the sequence.
//
// A line without its end at the end of the file, as a run leaves that was killed or is going on, is left out unless it
// is whole.
func ReadEvents(dir string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		path := filepath.Join(dir, EventsFile)
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		for e, err := range readEvents(f, dir) {
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", path, err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// readEvents reads the lines of r; dir is what Started says.
func readEvents(r io.Reader, dir string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		var start Started
		var line []byte
		for number := 1; ; number++ {
			var err error
			line, err = readLine(lines, line[:0])
			if err != nil && !errors.Is(err, io.EOF) {
				yield(nil, fmt.Errorf("line %d: %w", number, err))
				return
			}
			last := err != nil
			if last && len(line) == 0 {
				return
			}
			e, err := parseEvent(line, start)
			switch {
			case err != nil && last: // cut off
				return
			case err != nil:
				yield(nil, fmt.Errorf("line %d: %w", number, err))
				return
			}
			if s, ok := e.(Started); ok {
				s.Dir = dir
				start, e = s, s
			}
			if !yield(e, nil) || last {
				return
			}
		}
	}
}

// readLine appends a line to b, without its end; io.EOF comes with a line that has none.
func readLine(r *bufio.Reader, b []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(b)+len(part) > longestLine {
			return b, fmt.Errorf("it is longer than %d bytes, which no event is", longestLine)
		}
		b = append(b, part...)
		if err == nil {
			return b[:len(b)-1], nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b, err
		}
	}
}

// member is a name and a value of an object, in the order they stand there.
type member struct {
	name  string
	value json.RawMessage
}

// membersOf takes an object apart.
func membersOf(object []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("it is no JSON object")
	}
	var all []member
	have := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: t.(string)} // More and Token saw to that
		if have[m.name] {
			return nil, fmt.Errorf("field %q stands there twice", m.name)
		}
		have[m.name] = true
		if err := d.Decode(&m.value); err != nil {
			return nil, fmt.Errorf("field %q: %w", m.name, err)
		}
		all = append(all, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind the JSON object")
	}
	return all, nil
}

// parseEvent reads a line of events.jsonl. start is the run's, for what later events do not repeat.
func parseEvent(line []byte, start Started) (Event, error) {
	members, err := membersOf(line)
	if err != nil {
		return nil, err
	}
	f := unread{members: members}
	kind := ""
	f.take("event", &kind)
	if f.err != nil || kind == "" {
		return nil, errors.New(`it has no "event" that says what it is`)
	}
	var e Event
	switch kind {
	case Started{}.Kind():
		e = f.started()
	case Stepped{}.Kind():
		e = f.stepped(start)
	case EpochEnded{}.Kind():
		e = f.epochEnded(start)
	case Checkpointed{}.Kind():
		var c Checkpointed
		f.take("step", &c.Step)
		f.take("epoch", &c.Epoch)
		f.take("path", &c.Path)
		f.take("best", &c.Best)
		e = c
	case Ended{}.Kind():
		e = f.ended()
	case Probed{}.Kind():
		s := new(probe.Step)
		f.err = json.Unmarshal(line, s)
		e = Probed{s}
	default:
		return Message{Name: kind, Data: f.object()}, nil
	}
	if f.err != nil {
		return nil, fmt.Errorf("event %q: %w", kind, f.err)
	}
	return e, nil
}

// unread are the members of an event that were not taken yet, and the first error.
type unread struct {
	members []member
	err     error
}

// take reads a member into to and reports whether it is there.
func (f *unread) take(name string, to any) bool {
	for i, m := range f.members {
		if m.name != name {
			continue
		}
		f.members = append(f.members[:i], f.members[i+1:]...)
		if err := json.Unmarshal(m.value, to); err != nil && f.err == nil {
			f.err = fmt.Errorf("field %q: %w", name, err)
		}
		return true
	}
	return false
}

// number is take for a float64.
func (f *unread) number(name string, to *float64) bool { return f.take(name, (*jsonfloat.Float)(to)) }

// metrics are the numbers left whose names begin with prefix, without it.
func (f *unread) metrics(prefix string) []Value {
	var vs []Value
	for _, m := range f.members {
		name, ok := strings.CutPrefix(m.name, prefix)
		if !ok {
			continue
		}
		var v jsonfloat.Float
		if err := json.Unmarshal(m.value, &v); err != nil {
			if f.err == nil {
				f.err = fmt.Errorf("metric %q: %w", m.name, err)
			}
			continue
		}
		vs = append(vs, Value{name, float64(v)})
	}
	return vs
}

// object is what is left.
func (f *unread) object() json.RawMessage {
	b := []byte{'{'}
	for i, m := range f.members {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil { // a string always can be
			panic(err)
		}
		b = append(append(append(b, name...), ':'), m.value...)
	}
	return append(b, '}')
}

func (f *unread) started() Started {
	e := Started{Snapshot: func() nn.Module { return nil }}
	f.take("epochs", &e.Epochs)
	f.take("steps_per_epoch", &e.StepsPerEpoch)
	f.take("batch_size", &e.BatchSize)
	f.take("examples", &e.Examples)
	f.take("parameters", &e.Parameters)
	f.take("seed", &e.Seed)
	f.take("cpu", &e.Path)
	f.take("threads", &e.Threads)
	e.Continued = f.take("resumed_after_step", &e.Resumed)
	return e
}

func (f *unread) stepped(start Started) Stepped {
	e := Stepped{Batches: start.StepsPerEpoch, Metrics: func() []Value { return nil }}
	f.take("step", &e.Step)
	f.take("epoch", &e.Epoch)
	f.take("batch", &e.Batch)
	f.take("examples", &e.Examples)
	f.number("loss", &e.Loss)
	f.number("lr", &e.LR)
	f.number("seconds", &e.Seconds)
	f.number("data_seconds", &e.DataSeconds)
	return e
}

func (f *unread) epochEnded(start Started) EpochEnded {
	e := EpochEnded{Epochs: start.Epochs}
	f.take("epoch", &e.Epoch)
	f.take("step", &e.Step)
	f.number("loss", &e.Loss)
	e.Validated = f.number("validation_loss", &e.ValidationLoss)
	f.take("best", &e.Best)
	f.number("lr", &e.LR)
	f.number("seconds", &e.Seconds)
	if !e.Validated {
		e.Metrics = f.metrics("")
		return e
	}
	var training []member
	for _, m := range f.members {
		if !strings.HasPrefix(m.name, "validation_") {
			training = append(training, m)
		}
	}
	e.Validation = f.metrics("validation_")
	f.members = training
	e.Metrics = f.metrics("")
	return e
}

func (f *unread) ended() Ended {
	var e Ended
	e.Tested = f.number("test_loss", &e.TestLoss)
	f.number("seconds", &e.Seconds)
	f.take("epochs", &e.Epochs)
	f.take("steps", &e.Steps)
	f.take("parameters", &e.Parameters)
	f.take("stopped", &e.Stopped)
	e.Test = f.metrics("test_")
	return e
}
