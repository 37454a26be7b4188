package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/kernel"
)

// profile is the unpacked profile at path: a message whose table of strings holds the
// labels as they are.
func profile(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(all)
}

// TestProfiles trains on the generic kernels, so that there are samples enough in the
// convolutions for their labels to be among them.
func TestProfiles(t *testing.T) {
	data, dir := small(t, 1000), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--cpu", "generic", "--out", "run", "--cpuprofile", "cpu.pprof",
		"--memprofile", "mem.pprof").want(t, 0)
	samples := profile(t, filepath.Join(dir, "cpu.pprof"))
	for _, label := range []string{"op", "layer", "conv2d", "conv2d_backward", "conv1", "conv2", "nanoseconds"} {
		if !strings.Contains(samples, label) {
			t.Errorf("%q is not in the CPU profile", label)
		}
	}
	if !strings.Contains(profile(t, filepath.Join(dir, "mem.pprof")), "alloc_space") {
		t.Error("the memory profile does not count what was allocated")
	}
	// Observing where the time goes changes no weight.
	call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--cpu", "generic", "--out", "plain").want(t, 0)
	if string(read(t, dir, "run")) != string(read(t, dir, "plain")) {
		t.Error("the profiled run has other weights")
	}
}

// TestProfileMisuse: a file that cannot be written is found out before the run begins.
func TestProfileMisuse(t *testing.T) {
	data, dir := small(t, 20), t.TempDir()
	for _, flag := range []string{"--cpuprofile", "--memprofile"} {
		call(t, dir, "train", "idx", "--data", data, "--out", "run", flag, filepath.Join("nowhere", "p")).want(t, 1, flag, "nowhere")
		call(t, dir, "train", "idx", "--data", data, "--out", "run", flag, ".").want(t, 1, flag, "not a regular file")
	}
	call(t, dir, "train", "idx", "--data", data, "--out", "run", "--cpuprofile", "p", "--memprofile", "./p").want(t, 2, "two files")
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("the run was begun")
	}
}

// TestProfileOfInterruptedRun: a run that is interrupted writes its profiles.
func TestProfileOfInterruptedRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt on Windows")
	}
	data := small(t, 800)
	longer(t, func(epochs int) bool {
		dir := t.TempDir()
		p := begin(t, dir, "train", "idx", "--data", data, "--epochs", fmt.Sprint(epochs), "--batch", "8", "--json", "--out", "run",
			"--cpuprofile", "cpu.pprof", "--memprofile", "mem.pprof")
		status := p.endAfter(t, 60, os.Interrupt)
		if status == 0 {
			return false
		}
		if status != 130 || !strings.Contains(p.errors.String(), "--resume") {
			t.Errorf("exit status %d, it said:\n%s", status, p.errors.String())
		}
		profile(t, filepath.Join(dir, "cpu.pprof"))
		profile(t, filepath.Join(dir, "mem.pprof"))
		return true
	})
}

// TestEveryPath: each path that this processor has can be chosen by the environment and
// by the flag, the flag wins, and version and run.json say which kernels ran.
func TestEveryPath(t *testing.T) {
	data, dir := small(t, 20), t.TempDir()
	paths := cpu.Available()
	for i, path := range paths {
		other := paths[(i+1)%len(paths)]
		runs := kernel.Lookup(path).Path // where path has no kernels of its own, those below it run
		cmd := command(dir, "version", "--json")
		cmd.Env = append(cmd.Env, "LUMEN_CPU="+path)
		r := finish(t, cmd)
		r.want(t, 0)
		if said := lines(t, r.out)[0]["cpu"]; said != runs {
			t.Errorf("LUMEN_CPU=%s: version says %v, %s is wanted", path, said, runs)
		}
		cmd = command(dir, "train", "idx", "--data", data, "--epochs", "1", "--out", path, "--cpu", path)
		cmd.Env = append(cmd.Env, "LUMEN_CPU="+other)
		finish(t, cmd).want(t, 0)
		if info := runFile(t, filepath.Join(dir, path)); info["cpu"] != runs {
			t.Errorf("--cpu %s beside LUMEN_CPU=%s: run.json says %v, %s is wanted", path, other, info["cpu"], runs)
		}
	}
}
