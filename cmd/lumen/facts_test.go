package main

// Tests that the built binary keeps what docs/formats.md promises.

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/kernel"
)

// document is the part of docs/formats.md between two of its phrases.
func document(t *testing.T, from, to string) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(b), from)
	part, _, ended := strings.Cut(rest, to)
	if !found || !ended {
		t.Fatalf("docs/formats.md has nothing from %q to %q", from, to)
	}
	return part
}

// fields are the names in backticks, without null, which is a value.
func fields(text string) []string {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	delete(names, "null")
	return slices.Sorted(maps.Keys(names))
}

// sameFields compares the documented names with those of an object.
func sameFields(t *testing.T, what, text string, got map[string]any) {
	t.Helper()
	if have, want := slices.Sorted(maps.Keys(got)), fields(text); !slices.Equal(have, want) {
		t.Errorf("%s has %v, docs/formats.md says %v", what, have, want)
	}
}

// runFile is the run.json of a folder.
func runFile(t *testing.T, dir string) map[string]any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var info map[string]any
	if err := json.Unmarshal(b, &info); err != nil {
		t.Fatal(err)
	}
	return info
}

// TestDocumentedFields of run.json and of every command with --json; those of events and
// checkpoints are tested in package train.
func TestDocumentedFields(t *testing.T) {
	dir := t.TempDir()
	call(t, dir, "train", "idx", "--data", small(t, 20), "--epochs", "1", "--out", "run").want(t, 0)
	info := runFile(t, filepath.Join(dir, "run"))
	sameFields(t, "run.json", document(t, "**`run.json`**:", ": `preset`"), info)
	sameFields(t, "options of run.json", document(t, "`options`: ", "A run is resumed"), info["options"].(map[string]any))

	p := lines(t, call(t, dir, "predict", "--run", "run", "--index", "0", "--json").out)[0]
	sameFields(t, "a prediction", document(t, "One line a picture:", "Classes are names"), p)
	sameFields(t, "a guess", "`class` and `probability`", p["top"].([]any)[0].(map[string]any))

	sameFields(t, "data list", document(t, "`data list --json` prints", "`data get"), lines(t, call(t, dir, "data", "list", "--json").out)[0])
	sameFields(t, "version", document(t, "`version --json` prints", "(of the processor)"), lines(t, call(t, dir, "version", "--json").out)[0])
	cmd := command(dir, "data", "get", "mnist", "--json")
	cmd.Env = append(cmd.Env, "LUMEN_DATA="+dir)
	got := finish(t, cmd)
	got.want(t, 0)
	sameFields(t, "data get", document(t, "`data path NAME --json` print", "`version"), lines(t, got.out)[0])
}

// TestFlagsBeatEnvironment: run.json says what a run was computed with.
func TestFlagsBeatEnvironment(t *testing.T) {
	data, dir := small(t, 20), t.TempDir()
	best := cpu.Available()[len(cpu.Available())-1]
	runs := kernel.Lookup(best).Path // where best has no kernels of its own, those below it run
	for name, c := range map[string]struct {
		environment, flags []string
		threads            float64
		cpu                string
	}{
		"environment": {[]string{"LUMEN_THREADS=2", "LUMEN_CPU=generic"}, nil, 2, "generic"},
		"flags":       {[]string{"LUMEN_THREADS=2", "LUMEN_CPU=generic"}, []string{"--threads", "3", "--cpu", best}, 3, runs},
		"other flags": {[]string{"LUMEN_THREADS=3", "LUMEN_CPU=" + best}, []string{"--threads", "2", "--cpu", "generic"}, 2, "generic"},
		"nonsense":    {[]string{"LUMEN_THREADS=lots", "LUMEN_CPU=abacus"}, []string{"--threads", "1", "--cpu", "generic"}, 1, "generic"},
	} {
		cmd := command(dir, append([]string{"train", "idx", "--data", data, "--epochs", "1", "--out", name}, c.flags...)...)
		cmd.Env = append(cmd.Env, c.environment...)
		finish(t, cmd).want(t, 0)
		if info := runFile(t, filepath.Join(dir, name)); info["threads"] != c.threads || info["cpu"] != c.cpu {
			t.Errorf("%s: run.json has %v threads and %v kernels, %v and %s are wanted", name, info["threads"], info["cpu"], c.threads, c.cpu)
		}
	}
}

// TestRunFolders: the folders that runs choose for themselves, and which is the newest.
func TestRunFolders(t *testing.T) {
	data, dir := small(t, 20), t.TempDir()
	folder := func(name string) string { return filepath.Join("runs", name) }
	for _, c := range []struct{ seed, optimizer, name string }{{"1", "sgd", "idx-seed1-1"}, {"1", "adam", "idx-seed1-2"}, {"7", "sgd", "idx-seed7-1"}} {
		call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--seed", c.seed, "--optimizer", c.optimizer).want(t, 0, "run folder "+folder(c.name)+"\n")
		options := runFile(t, filepath.Join(dir, folder(c.name)))["options"].(map[string]any)
		if options["optimizer"] != c.optimizer {
			t.Errorf("%s was trained with %v", c.name, options["optimizer"])
		}
	}
	names := []string{"idx-seed1-1", "idx-seed1-2", "idx-seed7-1"}
	predict := func(more ...string) string {
		r := call(t, dir, append([]string{"predict", "--index", "0", "--json"}, more...)...)
		r.want(t, 0)
		return r.out
	}
	for _, newest := range names {
		for _, name := range names {
			at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
			if name == newest {
				at = at.Add(time.Hour)
			}
			if err := os.Chtimes(filepath.Join(dir, folder(name), "checkpoint-last.safetensors"), at, at); err != nil {
				t.Fatal(err)
			}
		}
		got := predict()
		for _, name := range names {
			if same := got == predict("--run", folder(name)); same != (name == newest) {
				t.Errorf("%s is the newest; that predict uses %s is %t", newest, name, same)
			}
		}
	}
}
