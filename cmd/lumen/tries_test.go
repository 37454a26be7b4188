package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// nothing checks that a call has left no file in dir but those that are named.
func nothing(t *testing.T, dir string, but ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(but, " ") {
		t.Errorf("left behind: %s", names)
	}
}

func TestOverfitBatchFlag(t *testing.T) {
	data, dir := small(t, 400), t.TempDir()
	r := call(t, dir, "train", "idx", "--data", data, "--overfit-batch", "--batch", "32")
	r.want(t, 0, "the network can fit one batch", "step     1  loss 2.", "accuracy 100.00 %")
	nothing(t, dir)
	r = call(t, dir, "train", "idx", "--data", data, "--overfit-batch", "--batch", "32", "--json")
	r.want(t, 0)
	events := lines(t, r.out)
	last := events[len(events)-1]
	if events[0]["event"] != "start" || last["event"] != "overfit" || last["fitted"] != true || last["examples"] != 32.0 ||
		last["steps"] != float64(len(events)-3)/2 || !(last["loss"].(float64) < 0.02*last["first_loss"].(float64)) {
		t.Errorf("%d events, the last %v", len(events), last)
	}
	r = call(t, dir, "train", "idx", "--data", data, "--overfit-batch=3")
	r.want(t, 1, "the network does not fit one batch", "in 3 steps", "step     3")
	nothing(t, dir)
}

func TestFastDevRunFlag(t *testing.T) {
	data, dir := small(t, 400), t.TempDir()
	cmd := command(dir, "train", "idx", "--data", data, "--fast-dev-run")
	temporary := t.TempDir()
	cmd.Env = append(cmd.Env, "TMPDIR="+temporary, "TMP="+temporary)
	finish(t, cmd).want(t, 0, "one batch of 64", "training", "validation", "test", "OK:", "pictures work")
	nothing(t, dir)
	nothing(t, temporary)
	r := call(t, dir, "train", "idx", "--data", data, "--fast-dev-run", "--json")
	r.want(t, 0)
	events := lines(t, r.out)
	if last := events[len(events)-1]; last["event"] != "end" || last["steps"] != 1.0 {
		t.Errorf("the last event is %v", last)
	}
}

// TestTriesMisuse: a try keeps nothing, so that flags about a run's folder are refused with it.
func TestTriesMisuse(t *testing.T) {
	data, dir := small(t, 100), t.TempDir()
	for _, c := range []struct {
		args string
		says string
	}{
		{"--overfit-batch --out run", "leave out --out"},
		{"--overfit-batch=7 --resume", "leave out --resume"},
		{"--overfit-batch --epochs 2", "--overfit-batch=N"},
		{"--overfit-batch=0", "from 1 to 1000000"},
		{"--overfit-batch=many", "from 1 to 1000000"},
		{"--fast-dev-run --out run", "leave out --out"},
		{"--fast-dev-run --resume", "leave out --resume"},
		{"--fast-dev-run --tensorboard logs", "leave out --tensorboard"},
		{"--fast-dev-run --epochs 2", "leave out --epochs"},
		{"--fast-dev-run --overfit-batch", "give one of them"},
		{"--profile=-1", "from 1 to 1000000"},
		{"--profile --trace p --cpuprofile ./p", "two files"},
	} {
		call(t, dir, append([]string{"train", "idx", "--data", data}, strings.Fields(c.args)...)...).want(t, 2, c.says)
	}
	nothing(t, dir)
}

// TestDetectAnomalyFlag: a learning rate beyond all measure ends the run with the page about it.
func TestDetectAnomalyFlag(t *testing.T) {
	data, dir := small(t, 400), t.TempDir()
	r := call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--lr", "1e6", "--detect-anomaly", "--json", "--out", "run")
	r.want(t, 1, "lumen: probe: step", "largest |value| by step", "try", "conv1")
	events := lines(t, r.out)
	last := events[len(events)-1]
	if last["event"] != "anomaly" || last["step"].(float64) < 2 || last["message"] == "" {
		t.Errorf("the last event is %v", last)
	}
	if file, err := os.ReadFile(filepath.Join(dir, "run", "events.jsonl")); err != nil || string(file) != r.out {
		t.Errorf("events.jsonl and the stream differ: %v", err)
	}
	// A healthy run has the same weights with it.
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "plain").want(t, 0)
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "watched", "--detect-anomaly").want(t, 0)
	if string(read(t, dir, "plain")) != string(read(t, dir, "watched")) {
		t.Error("the watched run has other weights")
	}
}

func TestProfileFlag(t *testing.T) {
	data, dir := small(t, 800), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "plain").want(t, 0)
	r := call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "run", "--profile=4", "--trace", "trace.json", "--cpuprofile", "cpu.pprof")
	r.want(t, 0, "4 steps of", "conv2d backward", "optimizer step", "data wait", "test accuracy")
	for line := range strings.Lines(r.out) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	if string(read(t, dir, "run")) != string(read(t, dir, "plain")) {
		t.Error("the profiled run has other weights")
	}
	b, err := os.ReadFile(filepath.Join(dir, "trace.json"))
	var events []struct{ Name, Ph string }
	if err == nil {
		err = json.Unmarshal(b, &events)
	}
	steps := 0
	for _, e := range events {
		if strings.HasPrefix(e.Name, "step ") {
			steps++
		}
	}
	if err != nil || steps != 4 {
		t.Errorf("the trace has %d steps: %v", steps, err)
	}
	r = call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "json", "--profile", "--json")
	r.want(t, 0)
	lines(t, r.out)
	if !strings.Contains(r.errors, "10 steps of") {
		t.Errorf("the table is not on standard error:\n%s", r.errors)
	}
	call(t, dir, "train", "idx", "--data", data, "--out", "never", "--trace", filepath.Join("nowhere", "p")).want(t, 1, "--trace", "nowhere")
}
