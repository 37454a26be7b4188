package probe

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
	"time"
)

// traceEvent is an event of the Chrome trace format, as
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
// describes it: ph "X" is something with a duration, "M" a name of the process or a thread. Times are in
// microseconds.
type traceEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	Time     microsecond    `json:"ts"`
	Duration *microsecond   `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	Args     map[string]any `json:"args,omitempty"`
}

// microsecond is a time that is written in microseconds with three digits, to the nanosecond, so that
// what ends with its parent does not seem to end after it.
type microsecond time.Duration

func (m microsecond) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(m)/1e3, 'f', 3, 64), nil
}

// WriteTrace writes the measured steps as a Chrome trace, a JSON array that chrome://tracing and
// ui.perfetto.dev show: each step holds the waiting for data, the layers with their operations, forward
// and backward, and the optimizer. Operations have their layer and their result's shape and bytes as args.
func (f *Profiler) WriteTrace(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("[\n")
	first := true
	write := func(e traceEvent) error {
		e.Process, e.Thread = 1, 1
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if !first {
			b.WriteString(",\n")
		}
		first = false
		_, err = b.Write(line)
		return err
	}
	piece := func(name, category string, start, end time.Duration, args map[string]any) error {
		d := microsecond(end - start)
		return write(traceEvent{Name: name, Category: category, Phase: "X", Time: microsecond(start), Duration: &d, Args: args})
	}
	for _, named := range [][2]string{{"process_name", "lumen"}, {"thread_name", "training"}} {
		if err := write(traceEvent{Name: named[0], Phase: "M", Args: map[string]any{"name": named[1]}}); err != nil {
			return err
		}
	}
	spans := f.spans
	for _, step := range f.steps {
		if err := piece("step "+strconv.Itoa(step.step), "step", step.start, step.end, nil); err != nil {
			return err
		}
		for len(spans) > 0 && spans[0].step == step.step {
			n := sameLayer(spans)
			if s := spans[0]; s.layer != "" {
				name := s.layer
				if s.kind == spanBackward {
					name += " backward"
				}
				if err := piece(name, "layer", s.start, spans[n-1].end, nil); err != nil {
					return err
				}
			}
			for _, s := range spans[:n] {
				if err := s.write(piece); err != nil {
					return err
				}
			}
			spans = spans[n:]
		}
	}
	b.WriteString("\n]\n")
	return b.Flush()
}

// sameLayer is how many spans from the first on belong to its layer, in its direction.
func sameLayer(spans []span) int {
	n := 1
	for n < len(spans) && spans[n].layer == spans[0].layer && spans[n].kind == spans[0].kind && spans[n].step == spans[0].step {
		n++
	}
	return n
}

func (s span) write(piece func(name, category string, start, end time.Duration, args map[string]any) error) error {
	switch s.kind {
	case spanOptimizer, spanData:
		return piece(s.kind.String()+" "+s.op, s.kind.String(), s.start, s.end, nil)
	}
	name := s.op
	if s.kind == spanBackward {
		name += " backward"
	}
	args := map[string]any{"shape": s.shape, "bytes": s.bytes}
	if s.layer != "" {
		args["layer"] = s.layer
	}
	return piece(name, s.kind.String(), s.start, s.end, args)
}
