package train

import "io"

// JSONLines writes every event to w as one line of JSON; of [Probed] the sampled ones.
func JSONLines(w io.Writer) Listener {
	return ListenerFunc(func(e Event) error {
		if passing(e) {
			return nil
		}
		_, err := w.Write(append(JSON(e), '\n'))
		return err
	})
}
