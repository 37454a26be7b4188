package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/train"
)

// TestReport of runs that lumen train has just made.
func TestReport(t *testing.T) {
	data, dir := small(t, 200), t.TempDir()
	trained := call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--seed", "3", "--lr", "0.02", "--out", "my run")
	trained.want(t, 0, "look at it with: lumen report 'my run' --html report.html\n")
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--optimizer", "adam", "--out", "other").want(t, 0)
	before := tree(t, filepath.Join(dir, "my run"))

	r := call(t, dir, "report", "my run", "--html", "one.html", "--plots", "plots")
	r.want(t, 0, "finished: 2 of 2 epochs, 6 steps", "page written to one.html\n", "pictures written to plots\n", "conv1.weight")
	for line := range strings.Lines(r.out) {
		if n := utf8.RuneCountInString(line) - 1; n > 100 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	page, err := os.ReadFile(filepath.Join(dir, "one.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<section id="confusion">`, `class="confusion"`, `class="filters"`, `id="flow"`, "data:image/png"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, name := range []string{"loss-log.png", "confusion.svg", "filters.png", "ratio.svg"} {
		if _, err := os.Stat(filepath.Join(dir, "plots", name)); err != nil {
			t.Error(err)
		}
	}
	if after := tree(t, filepath.Join(dir, "my run")); after != before {
		t.Errorf("the folder of the run was\n%s\nand is\n%s", before, after)
	}

	r = call(t, dir, "report", "my run", "other", "--json")
	r.want(t, 0)
	all := lines(t, r.out)
	if len(all) != 3 {
		t.Fatalf("%d lines for two runs", len(all))
	}
	sameFields(t, "report", document(t, "A line a run:", "With several runs"), all[0])
	sameFields(t, "an epoch of report", document(t, "`epochs` are", "`findings` are"), all[0]["epochs"].([]any)[0].(map[string]any))
	sameFields(t, "a gradient of report", document(t, "`gradients` are", "Times are seconds"), all[0]["gradients"].([]any)[0].(map[string]any))
	sameFields(t, "differences", document(t, "one line more:", "each with"), all[2])
	call(t, dir, "report", "my run", "other").want(t, 0, "2 runs", "What differs", "adam")
	call(t, dir, "report", "my run", "other", "--html", "two.html").want(t, 0, "page written to two.html\n")

	// The command that is said to repeat the run does.
	again := regexp.MustCompile(`(?s)again: (lumen .*?)\n\n`).FindStringSubmatch(call(t, dir, "report", "my run").out)
	if again == nil {
		t.Fatal("there is no command that repeats the run")
	}
	args := strings.Fields(again[1])[1:]
	call(t, dir, append(args, "--out", "again")...).want(t, 0)
	if string(read(t, dir, "again")) != string(read(t, dir, "my run")) {
		t.Errorf("%q makes other weights", args)
	}
}

// tree is the names and sizes of a folder's files.
func tree(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + " " + info.ModTime().String() + "\n")
	}
	return b.String()
}

func TestReportMisuse(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "report").want(t, 2, "lumen report --help")
	call(t, dir, "report", "nowhere").want(t, 1, "nowhere is not a run's folder: it has no run.json")
	call(t, dir, "report", "empty", "--json").want(t, 1, "empty is not a run's folder")
	call(t, dir, "report", "empty", "--html", "page.pdf").want(t, 2, "must end in .html")
}

func TestRepeating(t *testing.T) {
	info := train.RunInfo{Threads: 2, Path: "generic"}
	for options, want := range map[string]string{
		`{"preset":"mnist","net":"lenet","epochs":10,"batch":64,"lr":0.05,"optimizer":"sgd","seed":1}`:                                               "lumen train mnist --threads 2 --cpu generic",
		`{"preset":"images","data":"my flowers","net":"resnet18","size":96,"epochs":20,"batch":8,"lr":0.1,"optimizer":"sgd","seed":7,"examples":50}`: "lumen train images --data 'my flowers' --net resnet18 --size 96 --batch 8 --lr 0.1 --examples 50 --seed 7 --threads 2 --cpu generic",
		`{"preset":"else"}`: "",
		`[]`:                "",
	} {
		info.Options = []byte(options)
		if got := repeating(info); got != want {
			t.Errorf("%s is repeated by %q, want %q", options, got, want)
		}
	}
}
