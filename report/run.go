package report

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// Run is what a run's folder says.
type Run struct {
	Dir  string // as it was given to Read
	Name string // for people: the folder's own name, or enough of its path to tell compared runs apart

	Info    train.RunInfo
	Options []Option // of Info.Options, in the order of run.json
	Command string   // that repeats the run, for whoever knows it: Read leaves it empty

	Start     *train.Started // the first; nil if the run never began
	Continued []int          // the steps that it was continued after
	Steps     []Step         // all of them
	Epochs    []train.EpochEnded
	End       *train.Ended // nil: the run is unfinished

	// Samples are the steps with statistics: the first, the last and at most 4096 in even distances between them.
	Samples []*probe.Step
	// Histograms are the samples with histograms, at most 64 chosen the same way.
	Histograms []*probe.Step

	Findings  []Finding  // in the order they were opened
	Confusion *Confusion // nil if the folder has none
	Tensors   []Tensor   // of the final weights, else of the last checkpoint
	Filters   *Filters   // of the first layer, nil where they are no pictures

	// Graph is the network, for SaveTensorBoard, from whoever knows it: Read leaves it nil.
	Graph *tensorboard.Graph

	Problems []string // what could not be read, and why
}

// Step is a step of training.
type Step struct {
	Step, Epoch int
	Loss, LR    float64
	Seconds     float64
}

// State is how far a run has come.
type State string

// The states of a run.
const (
	Finished   State = "finished"   // to its last epoch
	Stopped    State = "stopped"    // by a listener, such as early stopping
	Unfinished State = "unfinished" // it goes on, or was interrupted or killed
)

// State of the run.
func (r *Run) State() State {
	switch {
	case r.End == nil:
		return Unfinished
	case r.End.Stopped != "":
		return Stopped
	}
	return Finished
}

// LastStep is the number of steps made.
func (r *Run) LastStep() int {
	if n := len(r.Steps); n > 0 {
		return r.Steps[n-1].Step
	}
	return 0
}

// Planned is the number of steps of the whole run; 0 where it never began.
func (r *Run) Planned() int {
	if r.Start == nil {
		return 0
	}
	return r.Start.Epochs * r.Start.StepsPerEpoch
}

// How is a sentence on how the run ended.
func (r *Run) How() string {
	planned := r.Info.Epochs
	switch r.State() {
	case Finished:
		return fmt.Sprintf("finished: %d of %d epoch%s, %s step%s", r.End.Epochs, planned, plural(planned), thousands(r.End.Steps), plural(r.End.Steps))
	case Stopped:
		return fmt.Sprintf("stopped after %d of %d epoch%s, %s step%s: %s", r.End.Epochs, planned, plural(planned), thousands(r.End.Steps), plural(r.End.Steps), r.End.Stopped)
	}
	if len(r.Steps) == 0 {
		return "unfinished: it has not made a step"
	}
	return fmt.Sprintf("unfinished at step %s of %s: it goes on, or was interrupted or killed", thousands(r.LastStep()), thousands(r.Planned()))
}

// Best is the epoch of the lowest validation loss, nil if nothing was validated.
func (r *Run) Best() *train.EpochEnded {
	var best *train.EpochEnded
	for i := range r.Epochs {
		if e := &r.Epochs[i]; e.Validated && (best == nil || e.ValidationLoss < best.ValidationLoss) {
			best = e
		}
	}
	return best
}

// Seconds is the time of all finished epochs together, whichever processes made them.
func (r *Run) Seconds() float64 {
	sum := 0.0
	for _, e := range r.Epochs {
		sum += e.Seconds
	}
	return sum
}

// Parameters is the number of trainable elements; 0 where the run never began.
func (r *Run) Parameters() int {
	if r.Start == nil {
		return 0
	}
	return r.Start.Parameters
}

// Read reads the folder of a run.
func Read(dir string) (*Run, error) {
	info, err := train.ReadRun(dir)
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir, Info: info, Name: nameOf(dir)}
	if r.Options, err = flatten(info.Options); err != nil {
		return nil, fmt.Errorf("%s: its options cannot be read: %w", filepath.Join(dir, train.RunFile), err)
	}
	if err := r.events(train.ReadEvents(dir)); err != nil {
		return nil, err
	}
	if r.Confusion, err = ReadConfusion(dir); err != nil {
		r.problem(err)
	}
	r.weights()
	return r, nil
}

// ReadAll reads several folders and gives the runs names that tell them apart.
func ReadAll(dirs []string) ([]*Run, error) {
	var runs []*Run
	names := map[string]int{}
	for _, dir := range dirs {
		r, err := Read(dir)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
		names[r.Name]++
	}
	for i, r := range runs {
		if names[r.Name] > 1 {
			r.Name = fmt.Sprintf("%d: %s", i+1, printable(filepath.Clean(r.Dir)))
		}
	}
	return runs, nil
}

// nameOf is the last element of a path, also of "." and "..".
func nameOf(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return printable(filepath.Base(dir))
}

func (r *Run) problem(err error) { r.Problems = append(r.Problems, printable(err.Error())) }

// exists reports whether the folder has a regular file of the name.
func (r *Run) exists(name string) bool {
	info, err := os.Stat(filepath.Join(r.Dir, name))
	return err == nil && info.Mode()&fs.ModeType == 0
}

// printable is a text of the folder on one line, without what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' {
			return ' '
		}
		return harmless(c)
	}, s)
}

// harmless is a sign, or in the place of one that steers a terminal or the direction of writing, one that says so.
func harmless(c rune) rune {
	switch {
	case c == '\n' || c == '\t':
		return c
	case c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 || c == 0x2028 || c == 0x2029:
		return '\ufffd'
	}
	return c
}
