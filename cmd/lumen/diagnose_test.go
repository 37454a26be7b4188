package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/train"
)

// findings are those among lines of JSON.
func findings(t *testing.T, text string) []diag.Finding {
	t.Helper()
	var all []diag.Finding
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, `{"event":"finding"`) {
			continue
		}
		var f diag.Finding
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		all = append(all, f)
	}
	return all
}

// TestTrainDiagnose: findings stand on standard error, in the stream and in the folder, and a run that is resumed is
// diagnosed as it was begun.
func TestTrainDiagnose(t *testing.T) {
	data, dir := small(t, 500), t.TempDir()
	args := []string{"train", "idx", "--data", data, "--epochs", "2", "--batch", "16", "--out", "run", "--json"}
	r := call(t, dir, append(args, "--lr", "100", "--diagnose")...)
	r.want(t, 0)
	told := findings(t, r.out)
	if len(told) == 0 || !strings.Contains(r.errors, "exploding gradient") || !strings.Contains(r.errors, "diagnosis: ") {
		t.Fatalf("%d findings; it said:\n%s", len(told), r.errors)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "run", train.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(findings(t, string(kept))); n != len(told) {
		t.Errorf("%d findings in the folder, %d in the stream", n, len(told))
	}
	call(t, dir, append(args, "--resume")...).want(t, 0, "diagnosis: ")
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "plain").want(t, 0)
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "plain", "--resume", "--diagnose").want(t, 2, "without --diagnose")
	call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--out", "well", "--diagnose").want(t, 0, "diagnosis: no finding")
}

// TestDiagnoseAnomaly: the finding has the operation and the line that anomaly mode has found, also in the folder.
func TestDiagnoseAnomaly(t *testing.T) {
	data, dir := small(t, 300), t.TempDir()
	r := call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--lr", "1e6", "--out", "run", "--json", "--diagnose", "--detect-anomaly")
	r.want(t, 1, "non-finite", "Anomaly mode has found it", "learning rate of about")
	told := findings(t, r.out)
	if last := told[len(told)-1]; last.Rule != "non-finite" || last.Layer == "" || !strings.Contains(last.Message, "train.go:") {
		t.Errorf("the last finding is %+v", last)
	}
	header, _, _ := strings.Cut(call(t, dir, "report", "run").out, "61,706")
	for line := range strings.Lines(header) {
		if strings.Contains(line, "…") {
			t.Errorf("the report begins with a cut line: %s", line)
		}
	}
	call(t, dir, "report", "run").want(t, 0, "it goes on, or was interrupted or killed", "Anomaly mode has found it")
}

// TestGradientsDiagnose is the exercise's cure: ten sigmoid layers hardly learn, and with tanh in their place, and the
// weights as they are, they do.
func TestGradientsDiagnose(t *testing.T) {
	r := call(t, t.TempDir(), "gradients", "--activation", "sigmoid", "--init", "xavier", "--train", "1200", "--lr", "0.02", "--swap", "tanh@200", "--diagnose", "--json")
	r.want(t, 0, "vanishing gradient", "at most 1/4", "diagnosis: ")
	var opened, gone diag.Finding
	for _, f := range findings(t, r.out) {
		switch {
		case f.Rule != "vanishing gradient":
		case f.Phase == diag.Opened && opened.Rule == "":
			opened = f
		case f.Phase == diag.Gone:
			gone = f
		}
	}
	if opened.Layer != "layer1" || opened.Step > 200 || !strings.Contains(opened.Message, "10 sigmoids") {
		t.Errorf("opened: %+v", opened)
	}
	if gone.Layer != "layer1" || gone.Step <= 200 || gone.Step > 400 {
		t.Errorf("gone: %+v", gone)
	}
	all := lines(t, r.out)
	before, last := 0.0, all[len(all)-1]
	for _, l := range all {
		if l["step"] == 180.0 && l["event"] == nil {
			before = l["test_accuracy"].(float64)
		}
	}
	if after := last["test_accuracy"].(float64); before > 0.2 || after < 0.9 || last["step"] != 1200.0 {
		t.Errorf("right before the swap %g, at step %v %g", before, last["step"], after)
	}
	call(t, t.TempDir(), "gradients", "--diagnose").want(t, 2, "--train")
}
