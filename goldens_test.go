package lumen_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoldensAreOfOneVersion: every golden that says which PyTorch made it says the one
// of testdata/pytorch/VERSION.
func TestGoldensAreOfOneVersion(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "pytorch", "VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(string(b))
	found := map[string]int{}
	err = fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".json" || !strings.Contains(name, "testdata/"):
			return nil
		}
		b, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			return err
		}
		var golden struct{ PyTorch, Torch string }
		if json.Unmarshal(b, &golden) != nil || golden.PyTorch+golden.Torch == "" {
			return nil // not of PyTorch's making
		}
		if got := golden.PyTorch + golden.Torch; got != want {
			t.Errorf("%s was made with PyTorch %s, the goldens are made with %s", name, got, want)
		}
		folder, _, _ := strings.Cut(name, "testdata/")
		found[folder]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"tensor/", "nn/", "optim/", "vision/datasets/", "vision/models/", "vision/transforms/"} {
		if found[folder] == 0 {
			t.Errorf("no golden of %stestdata says which PyTorch made it", folder)
		}
	}
}
