package train

import "io"

// JSONLines writes every event to w as one line of JSON.
func JSONLines(w io.Writer) Listener {
	return ListenerFunc(func(e Event) error {
		_, err := w.Write(append(JSON(e), '\n'))
		return err
	})
}
