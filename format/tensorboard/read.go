package tensorboard

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"os"
)

// Read goes through the events of a stream, to its end or to the first error, which comes with an empty Event: a *[FormatError] for
// contents that are damaged or cut off, or the reader's own. The first event must have a FileVersion.
func Read(r io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		records := records{r: r}
		decoder := decoder{plugins: map[string]string{}}
		for first := true; ; first = false {
			data, err := records.read()
			if err == io.EOF {
				return
			}
			var e Event
			if err == nil {
				if e, err = decoder.event(data); err != nil {
					err = records.bad("%v", err)
				}
			}
			if err == nil && first && e.FileVersion != Version {
				err = records.bad("the first event has the file version %q, and this package reads %q", e.FileVersion, Version)
			}
			if err != nil {
				yield(Event{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// ReadFile is [Read] for a file, which its errors name. It is opened when the iteration begins.
func ReadFile(path string) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer f.Close()
		for e, err := range Read(bufio.NewReaderSize(f, 64<<10)) {
			var format *FormatError
			if errors.As(err, &format) {
				format.Path = path
			}
			if !yield(e, err) {
				return
			}
		}
	}
}
