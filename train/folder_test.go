package train_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/train"
)

// stopping stops a run at step 20, in its second epoch, and cancels it at another step.
func stopping(cancelAt int, cancel context.CancelFunc) train.Listener {
	return train.ListenerFunc(func(e train.Event) error {
		s, ok := e.(train.Stepped)
		if ok && s.Step == cancelAt {
			cancel()
		}
		if ok && s.Step == 20 {
			return fmt.Errorf("enough: %w", train.Stop)
		}
		return nil
	})
}

// TestStopThenInterrupt: a run that a listener stopped ends with its epoch, even if it is
// interrupted and resumed in between.
func TestStopThenInterrupt(t *testing.T) {
	whole := config(t, t.TempDir()+"/whole")
	whole.Listeners = append(whole.Listeners, stopping(0, nil))
	mustRun(t, context.Background(), whole)

	for _, step := range []int{22, 38} { // 38: in the evaluation after the epoch
		ctx, cancel := context.WithCancel(context.Background())
		c := config(t, t.TempDir()+"/run")
		c.Listeners = append(c.Listeners, stopping(step, cancel))
		var interrupted *train.Interrupted
		if _, err := train.Run(ctx, c); !errors.As(err, &interrupted) || interrupted.Step != step {
			t.Fatalf("%v", err)
		}
		again := config(t, c.Dir)
		again.Resume = true
		if r := mustRun(t, context.Background(), again); r.End.Steps != 38 || r.End.Epochs != 2 || !strings.Contains(r.End.Stopped, "enough") {
			t.Errorf("end %+v", r.End)
		}
		if !bytes.Equal(model(t, c.Dir), model(t, whole.Dir)) {
			t.Error("other weights than the run that was not interrupted")
		}
		sameEvents(t, c.Dir, whole.Dir)
	}
}

// TestBeforeTheFirstCheckpoint: a run that ended before it had a checkpoint, by a kill or
// a full disk, leaves no folder that can neither be resumed nor begun.
func TestBeforeTheFirstCheckpoint(t *testing.T) {
	whole := t.TempDir() + "/whole"
	mustRun(t, context.Background(), config(t, whole))

	begun := t.TempDir() + "/run"
	copyFile(t, begun, whole, train.RunFile)
	if err := os.WriteFile(filepath.Join(begun, train.EventsFile), []byte(`{"event":"sta`), 0o666); err != nil {
		t.Fatal(err)
	}
	c := config(t, begun)
	c.Resume = true
	mustRun(t, context.Background(), c)
	if !bytes.Equal(model(t, begun), model(t, whole)) {
		t.Error("other weights than the run that was left alone")
	}
	sameEvents(t, begun, whole)

	// Without run.json there is nothing to resume: the folder is as good as empty.
	bare := t.TempDir()
	left := filepath.Join(bare, "."+train.RunFile+".0123abcd.tmp")
	for _, path := range []string{left, filepath.Join(bare, train.EventsFile)} {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, context.Background(), config(t, bare))
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the half-written file is still there: %v", err)
	}

	// A run that had come further is not begun anew behind its owner's back.
	lost := t.TempDir() + "/lost"
	copyFile(t, lost, whole, train.RunFile)
	copyFile(t, lost, whole, train.BestCheckpoint)
	c = config(t, lost)
	c.Resume = true
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), train.LastCheckpoint) {
		t.Errorf("the last checkpoint is missing: %v", err)
	}
}

// TestContinuedFromTheStart: the start event says that a run goes on, even from step 0.
func TestContinuedFromTheStart(t *testing.T) {
	dir := t.TempDir() + "/run"
	c := config(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := train.Run(ctx, c); err == nil {
		t.Fatal("a cancelled run ended well")
	}
	c = config(t, dir)
	c.Resume = true
	mustRun(t, context.Background(), c)
	b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
	if err != nil || bytes.Count(b, []byte(`"event":"start"`)) != 2 || bytes.Count(b, []byte(`"resumed_after_step":0}`)) != 1 {
		t.Errorf("%v: %s", err, b[:min(len(b), 600)])
	}
}

func copyFile(t *testing.T, to, from, name string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(from, name))
	if err == nil {
		err = os.MkdirAll(to, 0o777)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(to, name), b, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestTwoRunsInOneFolder: the second is refused and harms nothing.
func TestTwoRunsInOneFolder(t *testing.T) {
	if runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		t.Skip("files have no locks here")
	}
	whole, dir := t.TempDir()+"/whole", t.TempDir()+"/run"
	mustRun(t, context.Background(), config(t, whole))
	c := config(t, dir)
	c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
		if s, ok := e.(train.Stepped); ok && s.Step == 10 {
			second := config(t, dir)
			second.Resume = true
			if _, err := train.Run(context.Background(), second); err == nil || !strings.Contains(err.Error(), "another process") {
				t.Errorf("a second run in %s: %v", dir, err)
			}
		}
		return nil
	}))
	mustRun(t, context.Background(), c)
	if !bytes.Equal(model(t, dir), model(t, whole)) {
		t.Error("other weights")
	}
	sameEvents(t, dir, whole)
}

// TestCheckpointEpochs: a checkpoint's event names the epoch that its last step was in.
func TestCheckpointEpochs(t *testing.T) {
	dir := t.TempDir() + "/run"
	mustRun(t, context.Background(), config(t, dir))
	b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range bytes.Lines(b) {
		var e struct {
			Event       string
			Step, Epoch int
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Event != "checkpoint" {
			continue
		}
		seen++
		if want := max(1, (e.Step+18)/19); e.Epoch != want {
			t.Errorf("the checkpoint of step %d is of epoch %d, not %d", e.Step, e.Epoch, want)
		}
	}
	if seen < 4 {
		t.Errorf("%d checkpoints", seen)
	}
}

// TestForeignCheckpoint: the checkpoint of a run that differs in what no shape shows is
// refused and left alone.
func TestForeignCheckpoint(t *testing.T) {
	dir, other := t.TempDir()+"/run", t.TempDir()+"/other"
	mustRun(t, context.Background(), config(t, dir))
	c := config(t, other)
	c.Schedule = optim.Constant{LR: 0.5}
	mustRun(t, context.Background(), c)
	copyFile(t, dir, other, train.LastCheckpoint)
	c = config(t, dir)
	c.Resume = true
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), train.LastCheckpoint) || !strings.Contains(err.Error(), "schedule") {
		t.Errorf("%v", err)
	}
	a, err := os.ReadFile(filepath.Join(dir, train.LastCheckpoint))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(other, train.LastCheckpoint))
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("the refused checkpoint was changed: %v", err)
	}
}
