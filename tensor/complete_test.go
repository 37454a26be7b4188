package tensor_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOpTableComplete lists the package's exported functions and methods that return
// tensors: each needs a row, each row is one of them, and each golden has a row.
func TestOpTableComplete(t *testing.T) {
	exported := exportedOps(t)
	have := map[string]bool{}
	for _, r := range rows {
		if have[r.Name] {
			t.Errorf("%s has two rows", r.Name)
		}
		have[r.Name] = true
		if !exported[r.Name] {
			t.Errorf("row %s: there is no exported operation of that name", r.Name)
		}
		if r.NoGolden == "" && len(r.Cases) == 0 {
			t.Errorf("row %s has no cases", r.Name)
		}
		if r.NoGolden != "" && len(r.Cases) > 0 {
			t.Errorf("row %s has cases but no golden", r.Name)
		}
	}
	for name := range exported {
		if !have[name] {
			t.Errorf("%s returns a tensor and has no row in the op table", name)
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); !have[name] {
			t.Errorf("%s: no row of that name", f)
		}
	}
}

// TestPlainRowsHaveNoGradient: an operation whose row has plain cases only, which no
// gradient check sees, must not be differentiable.
func TestPlainRowsHaveNoGradient(t *testing.T) {
	for _, r := range rows {
		if slices.ContainsFunc(r.Cases, func(c opCase) bool { return !c.Plain }) {
			continue
		}
		for _, c := range r.Cases {
			leaves, f := c.setUp(r.Name, 0)
			for _, x := range leaves {
				x.RequireGrad()
			}
			for _, y := range f(leaves) {
				if y.Tracked() {
					t.Errorf("%s/%s has a gradient, and its row only plain cases: it needs one that is not", r.Name, c.name())
				}
			}
		}
	}
}

// exportedOps is the exported functions, and methods of Tensor, that return a *Tensor.
func exportedOps(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, fn := range exported(t) {
		if fn.Type.Results == nil || fn.Recv != nil && !isTensor(fn.Recv.List[0].Type) {
			continue
		}
		for _, r := range fn.Type.Results.List {
			if isTensor(r.Type) {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}

// exported reads the package's source for exported functions and methods.
func exported(t *testing.T) []*ast.FuncDecl {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var found []*ast.FuncDecl
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.IsExported() {
				found = append(found, fn)
			}
		}
	}
	return found
}

// isTensor reports whether an expression is *Tensor or []*Tensor.
func isTensor(e ast.Expr) bool {
	if s, ok := e.(*ast.ArrayType); ok {
		e = s.Elt
	}
	p, ok := e.(*ast.StarExpr)
	if !ok {
		return false
	}
	id, ok := p.X.(*ast.Ident)
	return ok && id.Name == "Tensor"
}
