package lumen_test

// The architecture as a test, in the spirit of go/build/deps_test.go of the Go source tree: the table below says which
// package may import which, and the tests read every Go file of the repository and hold it to the table. They use the
// standard library only, need no network, and look at every file whatever its build constraint.

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/lumen-ml/lumen"

// arrows is policy, not description: a new line needs a reason that its reviewer can repeat. "a, b < c, d" means that c
// and d may import a and b, and everything below those. A name may stand in several rules; what they allow adds up.
// "format/*" is every package below format, at any depth, and a name that "format/*" covers may do all that "format/*"
// may; packages that one star covers may not import each other unless a rule says so. NONE is the bottom.
// Test files are exempt: they may import upward.
const arrows = `
NONE < internal/cpu < internal/pool < internal/kernel < internal/nd < tensor;

tensor < data, nn, metrics, format/*;
NONE < internal/atomicfile < format/*, data/table, vision;
NONE < internal/fetch < cmd/*; # nothing that a program imports opens a connection by itself
NONE < internal/jsonfloat < probe; # numbers of records, and of the events and findings above them
nn < format/onnx;
nn < gradcheck, optim;
nn < nn/nntest;

data < data/datatest;
data < data/table < data/table/titanic;

data, nn < vision < vision/datasets, vision/models, vision/filters, vision/transforms;

data, nn, optim, metrics < classic;

nn, optim < probe;
data, nn, optim, metrics, format/safetensors, probe < train;
probe, train < diag;

internal/atomicfile < plot; # pictures are files, which are never half-written
train, diag, plot, vision, classic, format/tensorboard < report;

# What carries data (vision/datasets, data/table/titanic) is for programs: no library package pulls it in.
report, vision/*, data/table/*, format/*, gradcheck < lab/* < cmd/*;
lab/engine < lab/server;
lab/web < lab/server;

# What the benchmark times is written as a user would (publicOnly); single kernels are looked at from below.
NONE < bench/measure;
data, nn, optim, vision/*, probe < bench/workloads;
internal/kernel, bench/workloads < bench/kernels;
bench/measure, bench/workloads, bench/kernels < cmd/*, bench/compare, bench/growth;

# Tools that somebody runs by hand.
vision/datasets < scripts/*;

# Tools that continuous integration runs.
gradcheck, optim < internal/mutation;
internal/cpu < internal/emulated;
`

// standardOnly lists the packages (and all below them) that import nothing but the standard library, golang.org/x/sys
// and Lumen itself.
var standardOnly = []string{"internal", "tensor", "nn", "optim"}

// mayEmbed lists the only packages whose non-test files may hold a go:embed directive, and what they embed.
var mayEmbed = map[string]string{
	"vision/datasets":    "MNIST, the four original files",
	"data/table/titanic": "the Titanic passenger list",
	"report":             "the report page's template",
	"lab/web":            "the lab's page",
	"bench/workloads":    "PyTorch's losses, which every training workload is held to",
}

// publicOnly lists packages that stand for a user's program: they import nothing internal.
var publicOnly = []string{"bench/workloads"}

// needNoExample lists the only packages without an Example, and why.
var needNoExample = map[string]string{
	"internal/mutation": "a tool that changes source files and runs go test over them, which a test must not do",
	"internal/emulated": "the first process of an emulated machine, which it turns off",
}

func TestArrows(t *testing.T) {
	for _, problem := range checkTree(t, ".", arrows) {
		t.Error(problem)
	}
}

// TestDependenciesAreExplained holds docs/dependencies.md to go.mod: what is required directly has its line there.
func TestDependenciesAreExplained(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	require := regexp.MustCompile(`(?m)^(?:require)?\s+([^\s/()]+\.[^\s/]+/\S+) v\S+(.*)$`)
	for _, m := range require.FindAllStringSubmatch(string(mod), -1) {
		if !strings.Contains(m[2], "// indirect") && !strings.Contains(string(page), "| `"+m[1]+"` | ") {
			t.Errorf("go.mod requires %s, which has no row in docs/dependencies.md: say there what it is for and what else was looked at", m[1])
		}
	}
}

// sourceDir is what the checks know of one directory of the repository.
type sourceDir struct {
	dir      string // slash-separated, relative to the root; "." is the root
	files    []sourceFile
	tests    []*ast.File
	docFile  bool // has a doc.go
	docText  bool // and it has a package comment
	fset     *token.FileSet
	examples int // examples with checked output
}

type sourceFile struct {
	name    string // relative to the root
	imports map[string]token.Position
	embeds  []token.Position
}

// checkTree reads the Go tree below root and returns one sentence for everything that breaks a rule.
func checkTree(t *testing.T, root, rules string) []string {
	t.Helper()
	table, err := parseArrows(rules)
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := readTree(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Fatalf("no Go package below %s: the check would hold for any rules", root)
	}
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for _, d := range dirs {
		if d.dir != "." && !table.knows(d.dir) {
			report("%s is not in the table of deps_test.go: put it there, above what it imports and below what may import it, and give it a doc.go and an Example", d.dir)
			continue
		}
		for _, f := range d.files {
			for _, imported := range slices.Sorted(maps.Keys(f.imports)) {
				at := f.imports[imported]
				switch target, inside := strings.CutPrefix(imported, modulePath+"/"); {
				case imported == "C":
					report("%s: %s imports \"C\": Lumen is built with CGO_ENABLED=0; load a library at run time instead", at, d.dir)
				case inside && !table.knows(target):
					report("%s: %s imports %s, which is not in the table of deps_test.go", at, d.dir, target)
				case inside && covered(target, []string{"internal"}) && covered(d.dir, publicOnly):
					report("%s: %s imports %s: %s are written as a user's program would be, on the public packages", at, d.dir, target, strings.Join(publicOnly, ", "))
				case inside && !table.allows(d.dir, target):
					report("%s: %s imports %s against the arrows of deps_test.go: move what is needed down, or let %s emit and the caller listen", at, d.dir, target, d.dir)
				case !inside && !standardLibrary(imported) && !strings.HasPrefix(imported, "golang.org/x/sys/") && covered(d.dir, standardOnly):
					report("%s: %s imports %s: %s stay with the standard library and golang.org/x/sys", at, d.dir, imported, strings.Join(standardOnly, ", "))
				}
			}
			if _, ok := mayEmbed[d.dir]; !ok {
				for _, at := range f.embeds {
					report("%s: go:embed in %s: only packages listed in mayEmbed of deps_test.go carry files, so that importing Lumen stays small", at, d.dir)
				}
			}
		}
		switch {
		case !d.docFile:
			report("%s has no doc.go: write one that says what the package is for, its shapes, units and errors", d.dir)
		case !d.docText:
			report("%s/doc.go has no package comment (a comment directly above its package clause)", d.dir)
		}
		if _, ok := needNoExample[d.dir]; d.examples == 0 && !ok {
			report("%s has no Example function with an Output comment in its tests: write example_test.go", d.dir)
		}
	}
	return problems
}

// readTree returns the directories below root that hold non-test Go files of this module, in order. Folders that the go
// command passes over (testdata, a leading dot or underscore), vendored JavaScript and modules of their own are skipped,
// as are files with the build constraint "ignore".
func readTree(root string) ([]*sourceDir, error) {
	byDir := map[string]*sourceDir{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name == root {
				return nil
			}
			if base == "testdata" || base == "vendor" || base == "node_modules" || base[0] == '.' || base[0] == '_' {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") || base[0] == '.' || base[0] == '_' {
			return nil
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		d := byDir[path.Dir(relative)]
		if d == nil {
			d = &sourceDir{dir: path.Dir(relative), fset: token.NewFileSet()}
			byDir[d.dir] = d
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return d.add(relative, source)
	})
	if err != nil {
		return nil, err
	}
	var dirs []*sourceDir
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		d := byDir[dir]
		if len(d.files) == 0 {
			continue
		}
		for _, example := range doc.Examples(d.tests...) {
			if example.Output != "" {
				d.examples++
			}
		}
		dirs = append(dirs, d)
	}
	return dirs, nil
}

func (d *sourceDir) add(name string, source []byte) error {
	file, err := parser.ParseFile(d.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	if ignored(file) {
		return nil
	}
	if strings.HasSuffix(name, "_test.go") {
		d.tests = append(d.tests, file)
		return nil
	}
	if path.Base(name) == "doc.go" {
		d.docFile = true
		d.docText = file.Doc != nil && strings.TrimSpace(file.Doc.Text()) != ""
	}
	f := sourceFile{name: name, imports: map[string]token.Position{}}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		f.imports[imported] = d.fset.Position(spec.Pos())
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "//go:embed ") {
				f.embeds = append(f.embeds, d.fset.Position(comment.Pos()))
			}
		}
	}
	d.files = append(d.files, f)
	return nil
}

// ignored reports whether the file is a generator or the like, kept out of every build by "//go:build ignore".
func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			return false
		}
		for _, comment := range group.List {
			if expression, err := constraint.Parse(comment.Text); err == nil {
				tag, ok := expression.(*constraint.TagExpr)
				return ok && tag.Tag == "ignore"
			}
		}
	}
	return false
}

// standardLibrary reports whether an import path is the standard library's: its first element has no dot.
func standardLibrary(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// covered reports whether dir is one of roots or lies below one.
func covered(dir string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool { return dir == root || strings.HasPrefix(dir, root+"/") })
}

// arrowTable maps every name on a right side to the names that stand directly below it.
type arrowTable map[string][]string

// parseArrows parses the syntax that the comment on arrows describes. A name must have stood on a right side before it
// stands on a left one, which keeps the table readable from bottom to top; circles are refused.
func parseArrows(rules string) (arrowTable, error) {
	var code strings.Builder
	for line := range strings.Lines(rules) {
		before, _, _ := strings.Cut(line, "#")
		code.WriteString(before + " ")
	}
	table := arrowTable{}
	for rule := range strings.SplitSeq(code.String(), ";") {
		rule = strings.TrimSpace(rule)
		if rule == "" {
			continue
		}
		sides := strings.Split(rule, "<")
		if len(sides) < 2 {
			return nil, fmt.Errorf("arrow table: the rule %q has no <", rule)
		}
		var below []string
		for i, side := range sides {
			names := strings.Split(side, ",")
			for k, name := range names {
				name = strings.TrimSpace(name)
				names[k] = name
				switch {
				case name == "" || strings.ContainsAny(name, " \t"):
					return nil, fmt.Errorf("arrow table: %q in the rule %q is not a list of packages", side, rule)
				case i > 0:
					table[name] = append(table[name], below...)
				case name != "NONE" && len(table.related(name)) == 0:
					return nil, fmt.Errorf("arrow table: %s stands on a left side before a rule has said what it may import", name)
				}
			}
			below = names
		}
	}
	for name := range table {
		if table.allows(name, name) {
			return nil, fmt.Errorf("arrow table: %s comes out below itself", name)
		}
	}
	return table, nil
}

// matches reports whether pattern, a name or "folder/*", covers the package or the narrower pattern name.
func matches(pattern, name string) bool {
	folder, star := strings.CutSuffix(pattern, "/*")
	return pattern == name || star && strings.HasPrefix(name, folder+"/")
}

// related returns the names in the table that cover name or, where name is a star, are covered by it.
func (table arrowTable) related(name string) []string {
	var names []string
	for known := range table {
		if matches(known, name) || matches(name, known) {
			names = append(names, known)
		}
	}
	return names
}

// knows reports whether the table says what the package dir may import.
func (table arrowTable) knows(dir string) bool { return len(table.related(dir)) > 0 }

// allows reports whether the package from may import the package to: whether a chain of arrows leads up from to to from.
func (table arrowTable) allows(from, to string) bool {
	seen := map[string]bool{}
	var reaches func(name string) bool
	reaches = func(name string) bool {
		for _, known := range table.related(name) {
			for _, below := range table[known] {
				if matches(below, to) {
					return true
				}
				if !seen[below] {
					seen[below] = true
					if reaches(below) {
						return true
					}
				}
			}
		}
		return false
	}
	return reaches(from)
}

// TestArrowTable asks the table itself, since a table that allowed everything would pass TestArrows too.
func TestArrowTable(t *testing.T) {
	table, err := parseArrows(arrows)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"internal/kernel", "internal/pool", true},
		{"tensor", "internal/cpu", true},
		{"internal/nd", "tensor", false},
		{"nn", "optim", false},
		{"optim", "nn", true},
		{"nn", "data", false},
		{"data", "nn", false},
		{"gradcheck", "optim", false},
		{"format/npy", "tensor", true},
		{"format/npy", "nn", false},
		{"format/onnx", "nn", true},
		{"format/npy", "format/safetensors", false},
		{"train", "format/safetensors", true},
		{"train", "format/npy", false},
		{"train", "probe", true},
		{"train", "diag", false},
		{"train", "vision/datasets", false},
		{"vision", "vision/datasets", false},
		{"vision/datasets", "vision", true},
		{"vision/datasets", "vision/models", false},
		{"report", "diag", true},
		{"report", "vision/datasets", false},
		{"report", "gradcheck", false},
		{"lab/server", "lab/engine", true},
		{"lab/engine", "lab/server", false},
		{"cmd/lumen", "vision/datasets", true},
		{"cmd/lumen", "data/table/titanic", true},
		{"cmd/lumen", "lab/server", true},
		{"lab/engine", "cmd/lumen", false},
		{"plot", "tensor", false},
		{"bench/workloads", "vision/models", true},
		{"bench/measure", "tensor", false},
		{"bench/workloads", "bench/kernels", false},
		{"train", "bench/workloads", false},
	} {
		if got := table.allows(c.from, c.to); got != c.want {
			t.Errorf("may %s import %s: got %t, want %t", c.from, c.to, got, c.want)
		}
	}
	for _, bad := range []string{
		"NONE < a; a < b; b < a;",
		"b < a;",
		"NONE < a, , b;",
		"NONE < a b;",
		"NONE;",
	} {
		if _, err := parseArrows(bad); err == nil {
			t.Errorf("parseArrows(%q) found nothing wrong", bad)
		}
	}
}

// TestCheckerFindsViolations runs the checks on a made-up repository, first clean, then with one thing wrong at a time.
func TestCheckerFindsViolations(t *testing.T) {
	const rules = "NONE < internal/low < tensor < nn < format/*, lab/web; nn < cmd/*;"
	clean := map[string]string{
		"internal/low/doc.go":          "// Package low is low.\npackage low\n",
		"internal/low/example_test.go": example("low"),
		"internal/low/low.go":          "package low\n\nimport _ \"golang.org/x/sys/cpu\"\n",
		"tensor/doc.go":                "// Package tensor is next.\npackage tensor\n",
		"tensor/tensor.go":             "package tensor\n\nimport (\n\t_ \"github.com/lumen-ml/lumen/internal/low\"\n\t_ \"math\"\n)\n",
		"tensor/upward_test.go":        "package tensor_test\n\nimport _ \"github.com/lumen-ml/lumen/nn\"\n",
		"tensor/example_test.go":       example("tensor"),
		"tensor/make.go":               "//go:build ignore\n\npackage main\n\nimport _ \"example.com/far\"\n",
		"tensor/testdata/x/x.go":       "package x\n\nimport _ \"example.com/far\"\n",
		"internal/low/_asm/go.mod":     "module asm\n",
		"internal/low/_asm/asm.go":     "package main\n\nimport _ \"example.com/far\"\n",
		"peers/go.mod":                 "module peers\n",
		"peers/peers.go":               "package peers\n\nimport _ \"example.com/far\"\n",
		"nn/doc.go":                    "// Package nn is above.\npackage nn\n\nimport _ \"github.com/lumen-ml/lumen/internal/low\"\n",
		"nn/example_test.go":           example("nn"),
		"format/npy/doc.go":            "// Package npy reads.\npackage npy\n\nimport _ \"example.com/far\"\n",
		"format/npy/example_test.go":   example("npy"),
		"lab/web/doc.go":               "// Package web is the page.\npackage web\n\nimport _ \"embed\"\n\n//go:embed page.html\nvar page string\n",
		"lab/web/example_test.go":      example("web"),
		"cmd/lumen/doc.go":             "// Lumen trains.\npackage main\n",
		"cmd/lumen/example_test.go":    example("main"),
		"cmd/lumen/windows_windows.go": "package main\n\nimport _ \"github.com/lumen-ml/lumen/nn\"\n",
	}
	if problems := checkTree(t, writeTree(t, clean), rules); len(problems) > 0 {
		t.Fatalf("a clean tree is refused:\n%s", strings.Join(problems, "\n"))
	}
	for _, c := range []struct {
		name, file, text string // the one file that differs; no text: the file is missing
		want             string
	}{
		{"upward", "tensor/tensor.go", "package tensor\n\nimport _ \"github.com/lumen-ml/lumen/nn\"\n", "tensor/tensor.go:3:8: tensor imports nn against the arrows"},
		{"upward on another system", "tensor/tensor_plan9.go", "package tensor\n\nimport _ \"github.com/lumen-ml/lumen/nn\"\n", "tensor/tensor_plan9.go:3:8: tensor imports nn against the arrows"},
		{"sideways", "lab/web/more.go", "package web\n\nimport _ \"github.com/lumen-ml/lumen/format/npy\"\n", "lab/web imports format/npy against the arrows"},
		{"unknown", "extra/doc.go", "// Package extra is new.\npackage extra\n", "extra is not in the table of deps_test.go: put it there"},
		{"imports unknown", "nn/more.go", "package nn\n\nimport _ \"github.com/lumen-ml/lumen/extra\"\n", "nn imports extra, which is not in the table"},
		{"foreign", "nn/more.go", "package nn\n\nimport _ \"example.com/far\"\n", "nn imports example.com/far"},
		{"foreign below", "internal/low/more.go", "package low\n\nimport _ \"golang.org/x/exp/slices\"\n", "internal/low imports golang.org/x/exp/slices"},
		{"cgo", "cmd/lumen/c.go", "package main\n\nimport \"C\"\n", "cmd/lumen imports \"C\""},
		{"embed", "format/npy/more.go", "package npy\n\nimport _ \"embed\"\n\n//go:embed data.bin\nvar data []byte\n", "format/npy/more.go:5:1: go:embed in format/npy"},
		{"no doc.go", "nn/doc.go", "", "nn has no doc.go"},
		{"empty doc.go", "nn/doc.go", "package nn\n", "nn/doc.go has no package comment"},
		{"detached comment", "nn/doc.go", "// A licence.\n\npackage nn\n", "nn/doc.go has no package comment"},
		{"no example", "nn/example_test.go", "", "nn has no Example function"},
		{"no example inside", "internal/low/example_test.go", "", "internal/low has no Example function"},
		{"no example of a command", "cmd/lumen/example_test.go", "", "cmd/lumen has no Example function"},
		{"example without output", "nn/example_test.go", "package nn_test\n\nfunc Example() {\n\tprintln()\n}\n", "nn has no Example function"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := maps.Clone(clean)
			tree[c.file] = c.text
			if c.text == "" {
				delete(tree, c.file)
				tree[path.Dir(c.file)+"/other.go"] = "package " + path.Base(path.Dir(c.file)) + "\n"
			}
			problems := checkTree(t, writeTree(t, tree), rules)
			if len(problems) != 1 || !strings.Contains(problems[0], c.want) {
				t.Errorf("got %q, want exactly one with %q", problems, c.want)
			}
		})
	}
}

// example is the text of a test file with one checked example.
func example(name string) string {
	return "package " + name + "_test\n\nimport \"fmt\"\n\nfunc Example() {\n\tfmt.Println(1)\n\t// Output: 1\n}\n"
}

// writeTree writes files, slash-separated name to text, into a new folder and returns it.
func writeTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
