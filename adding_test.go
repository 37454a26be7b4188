package lumen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAddingAnOp follows docs/adding-an-op.md: it adds the page's two files to package
// tensor and runs the checks that the page promises.
func TestAddingAnOp(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles the tests of package tensor once more")
	}
	page, err := os.ReadFile(filepath.Join("docs", "adding-an-op.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n// (tensor/\\S+)\n(.*?)```").FindAllSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d files in the page, an operation and its row are wanted", len(blocks))
	}
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "tensor")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "..", "testdata", "pytorch"), os.DirFS(filepath.Join("testdata", "pytorch"))); err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for _, b := range blocks {
		file := filepath.Join(dir, filepath.Base(string(b[1])))
		if err := os.WriteFile(file, b[2], 0o666); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, filepath.FromSlash(string(b[1])))] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o666); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "tensor.test")
	if out, err := exec.Command("go", "test", "-c", "-overlay", filepath.Join(dir, "overlay.json"), "-o", binary, "./tensor").CombinedOutput(); err != nil {
		t.Fatalf("the page's files do not compile: %v\n%s", err, out)
	}
	run := func(pattern string) (string, error) {
		cmd := exec.Command(binary, "-test.run", pattern, "-test.v")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("^TestGolden$/^Softsign$"); err == nil || !strings.Contains(out, "the row has no golden") {
		t.Errorf("without PyTorch's numbers: %v\n%s", err, out)
	}
	golden, err := os.ReadFile(filepath.Join("testdata", "adding-an-op", "Softsign.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "testdata", "golden"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "testdata", "golden", "Softsign.json"), golden, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := run("^Test(Gradients|SecondGradients|Golden)$/^Softsign$")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, test := range []string{"TestGradients/Softsign/plain", "TestSecondGradients/Softsign/plain", "TestGolden/Softsign/plain", "TestGolden/Softsign/kinks"} {
		if !strings.Contains(out, "--- PASS: "+test+" ") {
			t.Errorf("%s did not run:\n%s", test, out)
		}
	}
}
