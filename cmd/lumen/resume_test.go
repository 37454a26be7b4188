package main

// Tests of the built binary: what is left of a run that was killed or interrupted, and
// how it goes on. How long a run takes depends on the machine: one that was over before
// it could be ended is repeated at twice the length.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a run of the binary that goes on.
type process struct {
	cmd    *exec.Cmd
	stream string // the file of its standard output, which has every step at once
	errors bytes.Buffer
	ended  chan struct{}
}

func begin(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{cmd: command(dir, args...), stream: filepath.Join(t.TempDir(), "stream"), ended: make(chan struct{})}
	out, err := os.Create(p.stream)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	p.cmd.Stdout, p.cmd.Stderr = out, &p.errors
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.ended
	})
	return p
}

// step is the last one that it made.
func (p *process) step() int { return lastStep(p.stream) }

// endAfter sends a signal when a step has been made, waits for the end, and returns the
// exit status: -1 if it was killed, 0 if it was too late.
func (p *process) endAfter(t *testing.T, step int, signal os.Signal) int {
	t.Helper()
	for running := true; running && p.step() < step; {
		select {
		case <-p.ended:
			running = false
		case <-time.After(time.Millisecond):
		}
	}
	p.cmd.Process.Signal(signal) // too late for a process that has ended
	<-p.ended
	status := p.cmd.ProcessState.ExitCode()
	if status == 1 || status == 2 {
		t.Fatalf("%v failed:\n%s", p.cmd.Args[1:], p.errors.String())
	}
	return status
}

// lastStep is the last step in a file of events, 0 if there is none.
func lastStep(path string) int {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	const tail = 1 << 18
	if info, err := f.Stat(); err == nil && info.Size() > tail { // a line of statistics has a few thousand bytes
		f.Seek(-tail, io.SeekEnd)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return 0
	}
	last := 0
	for _, l := range bytes.Split(b, []byte("\n")) { // the first and the last may be cut
		var e struct {
			Event string
			Step  int
		}
		if json.Unmarshal(l, &e) == nil && e.Event == "batch" {
			last = max(last, e.Step)
		}
	}
	return last
}

// events reads a file of events whose last line may be cut.
func events(t *testing.T, path string) []map[string]any {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return lines(t, string(b[:bytes.LastIndexByte(b, '\n')+1]))
}

// resumedAfter is the step that the newest start event says the run was resumed after.
func resumedAfter(t *testing.T, path string) int {
	t.Helper()
	after := -1
	for _, e := range events(t, path) {
		if e["event"] == "start" {
			step, ok := e["resumed_after_step"].(float64)
			if after = int(step); !ok {
				after = -1
			}
		}
	}
	return after
}

// TestKill kills the process five times at random moments from the second epoch on and
// resumes it: no more steps are repeated than lie between two checkpoints, and the
// weights are those of the run that was left alone, byte for byte.
func TestKill(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no SIGKILL on Windows; the writing of checkpoints is the same")
	}
	data := small(t, 1500)
	longer(t, func(epochs int) bool { return killed(t, data, epochs) })
}

// longer tries with ever more epochs until the run was long enough.
func longer(t *testing.T, try func(epochs int) bool) {
	t.Helper()
	for epochs := 5; epochs <= 80; epochs *= 2 {
		if try(epochs) {
			return
		}
	}
	t.Fatal("every run was over before it could be ended")
}

func killed(t *testing.T, data string, epochs int) bool {
	const every, kills, perEpoch = 10, 5, (1350 + 15) / 16
	total := epochs * perEpoch
	dir := t.TempDir()
	args := func(out string, more ...string) []string {
		return append([]string{"train", "idx", "--data", data, "--epochs", fmt.Sprint(epochs), "--batch", "16", "--out", out, "--json",
			"--checkpoint-every", fmt.Sprint(every)}, more...)
	}
	repeated := func(path string, done int) {
		t.Helper()
		if after := resumedAfter(t, path); after < 0 || done-after < 0 || done-after > every {
			t.Errorf("killed after step %d, resumed after step %d: at most %d may be repeated", done, after, every)
		}
	}
	r := rand.New(rand.NewPCG(uint64(os.Getpid()), uint64(time.Now().UnixNano())))
	span := (total - perEpoch) / kills // each kill falls into its own part of the run
	p, done := begin(t, dir, args("killed")...), 0
	for k := range kills {
		moment := perEpoch + 1 + k*span + r.IntN(span-every)
		if p.endAfter(t, max(moment, done+1), syscall.SIGKILL) != -1 {
			return false
		}
		if k > 0 {
			repeated(p.stream, done)
		}
		done = p.step()
		if log := lastStep(filepath.Join(dir, "killed", "events.jsonl")); done-log > every {
			t.Errorf("killed after step %d, events.jsonl ends with step %d", done, log)
		}
		p = begin(t, dir, args("killed", "--resume")...)
	}
	<-p.ended
	if p.cmd.ProcessState.ExitCode() != 0 {
		t.Fatalf("resumed at last, it said:\n%s", p.errors.String())
	}
	log := filepath.Join(dir, "killed", "events.jsonl")
	repeated(log, done)
	steps(t, events(t, log), total)
	call(t, dir, args("whole")...).want(t, 0)
	if !bytes.Equal(read(t, dir, "killed"), read(t, dir, "whole")) {
		t.Error("the killed and resumed run has other weights")
	}
	left, err := filepath.Glob(filepath.Join(dir, "killed", "*tmp*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v %v", left, err)
	}
	return true
}

// TestInterrupt: both signals end the run in good order, and it goes on to the weights of
// the run that was left alone.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt on Windows")
	}
	data := small(t, 800)
	longer(t, func(epochs int) bool {
		dir := t.TempDir()
		args := []string{"train", "idx", "--data", data, "--epochs", fmt.Sprint(epochs), "--batch", "8", "--json"}
		for name, signal := range map[string]os.Signal{"interrupt": os.Interrupt, "term": syscall.SIGTERM} {
			p := begin(t, dir, append(args, "--out", name)...)
			status := p.endAfter(t, 120, signal)
			if status == 0 {
				return false
			}
			if status != 130 || !strings.Contains(p.errors.String(), "--resume") {
				t.Fatalf("%s: exit status %d, it said:\n%s", name, status, p.errors.String())
			}
			log := filepath.Join(dir, name, "events.jsonl")
			if had, kept := p.step(), lastStep(log); had != kept {
				t.Errorf("%s: ended after step %d, events.jsonl ends with step %d", name, had, kept)
			}
			done := p.step()
			call(t, dir, append(args, "--out", name, "--resume")...).want(t, 0)
			if after := resumedAfter(t, log); after != done {
				t.Errorf("%s: interrupted after step %d, resumed after step %d", name, done, after)
			}
		}
		call(t, dir, append(args, "--out", "whole")...).want(t, 0)
		for _, name := range []string{"interrupt", "term"} {
			if !bytes.Equal(read(t, dir, name), read(t, dir, "whole")) {
				t.Errorf("%s: the interrupted and resumed run has other weights", name)
			}
		}
		return true
	})
}

// TestResumeAsBegun: the call that an interrupt prints continues the run as it was begun,
// with its threads, which are not this machine's default here.
func TestResumeAsBegun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt on Windows")
	}
	data := small(t, 400)
	threads := "3"
	if runtime.NumCPU() == 3 {
		threads = "2"
	}
	longer(t, func(epochs int) bool {
		dir := t.TempDir()
		p := begin(t, dir, "train", "idx", "--data", data, "--epochs", fmt.Sprint(epochs), "--batch", "8", "--threads", threads, "--out", "a run", "--json")
		if p.endAfter(t, 30, os.Interrupt) == 0 {
			return false
		}
		if !strings.Contains(p.errors.String(), `continue with: lumen train idx --out "a run" --resume`) {
			t.Fatalf("it said:\n%s", p.errors.String())
		}
		call(t, dir, "train", "idx", "--out", "a run", "--resume").want(t, 0, threads+" threads")
		return true
	})
}
