package lumen_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNamedTestsExist: a test that a page calls as a witness is there.
func TestNamedTestsExist(t *testing.T) {
	named := regexp.MustCompile("`(Test[A-Z]\\w+)`")
	defined := regexp.MustCompile(`(?m)^func (Test[A-Z]\w+)\(`)
	have, want := map[string]bool{}, map[string]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		page := filepath.Ext(name) == ".md"
		if !page && !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if page {
			for _, m := range named.FindAllSubmatch(text, -1) {
				want[string(m[1])] = name
			}
			return nil
		}
		for _, m := range defined.FindAllSubmatch(text, -1) {
			have[string(m[1])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) == 0 {
		t.Error("no page names a test: docs/decisions has some")
	}
	for test, page := range want {
		if !have[test] {
			t.Errorf("%s names the test %s, which is not there", page, test)
		}
	}
}
