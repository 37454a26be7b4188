package lumen_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// code is what a Markdown page shows as it stands: fenced blocks and spans.
	code = regexp.MustCompile("(?ms)^[ \\t]*```.*?^[ \\t]*```|`[^`\\n]+`")
	// link finds the target of a link or image, of a reference, and of an HTML tag.
	link = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)|(?m:^ {0,3}\[[^\]\n]+\]:\s+<?([^\s>]+))|<[^>]*?\s(?:src|href)="([^"]+)"`)
	// elsewhere is a target that another machine answers for.
	elsewhere = regexp.MustCompile(`^([a-z][a-z0-9+.-]*:|//)`)
	// leftover is what an author writes to find a place again.
	leftover = regexp.MustCompile(`\b(SEED\d+|TODO|FIXME|TBD|XXX)\b`)
)

// links returns the targets on a Markdown page that are files of the repository, without
// their anchors.
func links(page string) []string {
	var targets []string
	for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(page, ""), -1) {
		file, _, _ := strings.Cut(m[1]+m[2]+m[3], "#") // one of the three
		if file != "" && !elsewhere.MatchString(file) {
			targets = append(targets, file)
		}
	}
	return targets
}

// TestLinks: what the repository's pages link to and show exists.
func TestLinks(t *testing.T) {
	found := 0
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" && entry.IsDir(): // a file in a further working tree
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".md":
			return nil
		}
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, target := range links(string(page)) {
			found++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links to %s, which is not there", name, target)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("no link in any page: README.md has some")
	}
}

func TestReadmeIsFinished(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range leftover.FindAllString(string(page), -1) {
		t.Errorf("README.md holds the mark %s: write what belongs there", mark)
	}
}

// TestLinksAreFound asks the patterns themselves.
func TestLinksAreFound(t *testing.T) {
	page := "[a](docs/a.md#part) ![b]( images/b.png \"title\") [c](#here) [d](https://example.com/d.md) [e](mailto:e@example.com)\n" +
		"`Data[T](x)` and\n```go\nData[T](y)\n```\n<img alt=\"f\" src=\"f.svg\"> <a href=\"//example.com\">\n\n[g]: g.md\n"
	if got, want := links(page), []string{"docs/a.md", "images/b.png", "f.svg", "g.md"}; !slices.Equal(got, want) {
		t.Errorf("links are %q, want %q", got, want)
	}
	if got := leftover.FindAllString("99.3 SEED1 % of XXX, seed 1", -1); !slices.Equal(got, []string{"SEED1", "XXX"}) {
		t.Errorf("marks are %q", got)
	}
}
