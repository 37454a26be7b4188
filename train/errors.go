package train

import (
	"errors"
	"fmt"
)

// Stop is what a Listener returns to end a run after the present epoch's work as if
// it were complete: the test set is evaluated and the final weights are written.
// Wrap it to say why: fmt.Errorf("accuracy reached: %w", train.Stop).
//
//lint:ignore ST1012 it is an order, as fs.SkipDir is, not a failure
var Stop = errors.New("stopped")

// Interrupted is what Run returns when its context was cancelled. The checkpoint was
// written first, if the run has a folder.
type Interrupted struct {
	Step  int
	Dir   string // "" without a folder
	Cause error  // the context's
}

func (e *Interrupted) Error() string {
	if e.Dir == "" {
		return fmt.Sprintf("train: interrupted after step %d: %v", e.Step, e.Cause)
	}
	return fmt.Sprintf("train: interrupted after step %d: %v; the checkpoint is in %s, resume from there", e.Step, e.Cause, e.Dir)
}

func (e *Interrupted) Unwrap() error { return e.Cause }
