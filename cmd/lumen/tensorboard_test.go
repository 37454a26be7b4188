package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/format/tensorboard"
)

// TestTensorBoard: what lumen train writes while it goes on, and lumen report afterwards.
func TestTensorBoard(t *testing.T) {
	data, dir := small(t, 200), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--out", "my run", "--tensorboard", "tb/live").want(t, 0)
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "other", "--tensorboard", "tb/live").want(t, 1, "has event files of another run")
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "never", "--tensorboard", "plain/tb").want(t, 1, "the folder for TensorBoard cannot be made")
	for _, name := range []string{"other", "never"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("the run %s that could not go on has a folder", name)
		}
	}
	call(t, dir, "report", "plain").want(t, 1, "plain is a file; the folder of a run is wanted, such as runs/mnist-seed1-1")
	call(t, dir, "report", "my run", "--tensorboard", "tb").want(t, 0, "event file written to tb")
	for _, name := range []string{"live", "my-run"} {
		files, err := os.ReadDir(filepath.Join(dir, "tb", name))
		if err != nil || len(files) != 1 {
			t.Fatalf("%s has %v, %v; want one event file", name, files, err)
		}
		steps, graph := 0, (*tensorboard.Graph)(nil)
		for e, err := range tensorboard.ReadFile(filepath.Join(dir, "tb", name, files[0].Name())) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Graph != nil {
				graph = e.Graph
			}
			for _, v := range e.Values {
				if v.Tag == "loss/train" {
					steps++
				}
			}
		}
		if steps != 6 {
			t.Errorf("%s has the loss of %d steps, want 6", name, steps)
		}
		if graph == nil || !slices.ContainsFunc(graph.Nodes, func(n tensorboard.Node) bool {
			return n.Name == "fc1/linear" && slices.Contains(n.Inputs, "fc1/weight") && len(n.Inputs) == 3
		}) {
			t.Errorf("%s has the graph %+v", name, graph)
		}
	}
}
