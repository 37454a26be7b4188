package report

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/train"
)

// SaveTensorBoard writes runs as event files for TensorBoard, each into a folder of dir that has the run's name, and returns the
// files' paths. docs/tensorboard.md lists the tags. Wall times are those that the steps took, from the time of run.json on. Written
// again, a run replaces what it wrote before; a folder with event files of others is refused.
func SaveTensorBoard(dir string, runs []*Run) ([]string, error) {
	var saved []string
	for _, r := range runs {
		path, err := r.saveTensorBoard(filepath.Join(dir, folderName(r.Name)))
		if err != nil {
			return saved, err
		}
		saved = append(saved, path)
	}
	return saved, nil
}

// folderName is a run's name as a folder's.
func folderName(name string) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>| `, c) || c < ' ' {
			return '-'
		}
		return c
	}, name)
	if strings.Trim(name, ".") == "" {
		return "run"
	}
	return name
}

func (r *Run) saveTensorBoard(dir string) (path string, err error) {
	info, err := os.Stat(filepath.Join(r.Dir, train.RunFile))
	if err != nil {
		return "", err
	}
	began := info.ModTime()
	name := tensorboard.FileName(began.Unix(), "lumen")
	others, err := eventFiles(dir)
	if err != nil {
		return "", err
	}
	for _, other := range others {
		if other != name {
			return "", fmt.Errorf("%s has an event file of something else (%s), which TensorBoard would show as one with this run: give another folder, or remove it", dir, other)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	return path, atomicfile.WriteFile(path, func(out io.Writer) error { return r.writeTensorBoard(out, began) })
}

// writeTensorBoard writes the run as a file that begins at a time.
func (r *Run) writeTensorBoard(out io.Writer, began time.Time) error {
	now, epoch := began, began
	w, err := tensorboard.NewStreamWriter(out, tensorboard.SummaryWriterOptions{Clock: func() time.Time { return now }})
	if err != nil {
		return err
	}
	after := func(t time.Time, seconds float64) time.Time {
		if !sensible(seconds) {
			return t
		}
		return t.Add(time.Duration(seconds * float64(time.Second)))
	}
	b := board{w: w, run: r}
	for e, err := range train.ReadEvents(r.Dir) {
		if err != nil {
			return err
		}
		switch e := e.(type) {
		case train.Stepped:
			now = after(after(now, e.DataSeconds), e.Seconds)
		case train.EpochEnded:
			if end := after(epoch, e.Seconds); end.After(now) {
				now = end
			}
			epoch = now
		}
		if b.on(e); b.err != nil {
			return b.err
		}
	}
	b.end()
	b.check(w.Close())
	return b.err
}
