package tensor_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var (
	update = flag.String("update", "", "regenerate the goldens with this Python interpreter (which has PyTorch)")
	only   = flag.String("ops", "", "with -update: only these operations, comma-separated")
)

// number is a float64 that JSON can hold when it is not finite.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"Inf"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Inf"`), nil
	case f == 0 && math.Signbit(f):
		return []byte(`-0.0`), nil
	default:
		return json.Marshal(f)
	}
}

func (n *number) UnmarshalJSON(b []byte) error {
	switch s := string(b); s {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		return json.Unmarshal(b, (*float64)(n))
	}
	return nil
}

// array is a tensor in a golden file.
type array struct {
	Type  string   `json:"type"`
	Shape []int    `json:"shape"`
	Data  []number `json:"data"`
}

type goldenCase struct {
	Label string   `json:"label"`
	Torch string   `json:"torch"`
	In    []array  `json:"in"`
	Plain bool     `json:"plain,omitempty"`
	Out   []array  `json:"out,omitempty"`
	Grads []*array `json:"grads,omitempty"`
}

type goldenFile struct {
	Op      string       `json:"op"`
	Version string       `json:"pytorch"`
	Cases   []goldenCase `json:"cases"`
}

// request is a row as golden.py reads it, without results.
func (r row) request() goldenFile {
	f := goldenFile{Op: r.Name}
	for _, c := range r.Cases {
		g := goldenCase{Label: c.Label, Torch: c.Torch, Plain: c.Plain, In: []array{}}
		for i, v := range c.values(r.Name) {
			a := array{Type: "float64", Shape: append([]int{}, c.In[i].Shape...), Data: make([]number, len(v))}
			if !c.In[i].float() {
				a.Type = c.In[i].Type.String()
			}
			for k, x := range v {
				a.Data[k] = number(x)
			}
			g.In = append(g.In, a)
		}
		f.Cases = append(f.Cases, g)
	}
	return f
}

func goldenPath(name string) string { return filepath.Join("testdata", "golden", name+".json") }

// pinned is the version of PyTorch that the goldens are made with.
func pinned(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "pytorch", "VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// TestGolden compares every row with PyTorch's results and gradients. To make the
// files anew: go test ./tensor -run TestGolden -update path/to/python [-ops ReLU,Add]
func TestGolden(t *testing.T) {
	if *update != "" {
		regenerate(t)
	}
	version := pinned(t)
	for _, r := range rows {
		if r.NoGolden != "" {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			b, err := os.ReadFile(goldenPath(r.Name))
			if err != nil {
				t.Fatalf("the row has no golden: %v", err)
			}
			var f goldenFile
			if err := json.Unmarshal(b, &f); err != nil {
				t.Fatal(err)
			}
			if f.Version != version {
				t.Fatalf("the golden was made with PyTorch %s, not %s: regenerate", f.Version, version)
			}
			want := r.request()
			if len(f.Cases) != len(want.Cases) {
				t.Fatalf("the row has %d cases, its golden %d: regenerate", len(want.Cases), len(f.Cases))
			}
			for i, c := range r.Cases {
				g := f.Cases[i]
				asked, _ := json.Marshal(want.Cases[i])
				g2 := g
				g2.Out, g2.Grads = nil, nil
				have, _ := json.Marshal(g2)
				if !bytes.Equal(asked, have) {
					t.Errorf("%s: the row was changed since its golden was made: regenerate", c.name())
					continue
				}
				if !c.Plain && !hasGradient(g) {
					t.Errorf("%s: the golden has no gradient", c.name())
				}
				t.Run(c.name(), func(t *testing.T) {
					c.compare(t, g, tensor.Float64, 1e-9)
					if !c.Float64Only {
						tol := c.Tol
						if tol == 0 {
							tol = 2e-5
						}
						c.compare(t, g, tensor.Float32, tol)
					}
				})
			}
		})
	}
}

func hasGradient(g goldenCase) bool {
	for _, a := range g.Grads {
		if a != nil {
			return true
		}
	}
	return false
}

// compare runs the case twice in one Scope, the second time in memory that the
// first left behind and that was filled with NaN: nothing may depend on it.
func (c opCase) compare(t *testing.T, g goldenCase, dtype tensor.DType, tol float64) {
	t.Helper()
	var scope tensor.Scope
	for round := range 2 {
		args := make([]*tensor.Tensor, len(c.In))
		for i, a := range c.In {
			v := make([]float64, len(g.In[i].Data))
			for k, x := range g.In[i].Data {
				v[k] = float64(x)
			}
			args[i] = a.tensorOf(v, dtype)
			if a.float() && !c.Plain {
				args[i] = scope.Leaf(args[i], nil)
			}
		}
		out := c.F(args)
		if len(out) != len(g.Out) {
			t.Fatalf("%d results, PyTorch has %d", len(out), len(g.Out))
		}
		for i, y := range out {
			equal(t, fmt.Sprintf("%v result %d, round %d", dtype, i, round+1), y, g.Out[i], dtype, tol)
		}
		if !c.Plain {
			total := tensor.ZerosOf(dtype)
			for _, y := range out {
				if y.DType().IsFloat() && y.Tracked() {
					total = total.Add(y.Mul(upstream(y)).Sum())
				}
			}
			total.Backward()
			for i, a := range args {
				if g.Grads[i] == nil {
					if a.Grad() != nil {
						t.Errorf("argument %d has a gradient, PyTorch has none", i)
					}
					continue
				}
				if a.Grad() == nil {
					t.Errorf("argument %d has no gradient", i)
					continue
				}
				equal(t, fmt.Sprintf("%v gradient of argument %d, round %d", dtype, i, round+1), a.Grad(), *g.Grads[i], dtype, tol)
			}
		}
		scope.TakeOver()
		scope.Poison()
	}
}

func equal(t *testing.T, what string, y *tensor.Tensor, want array, float tensor.DType, tol float64) {
	t.Helper()
	if fmt.Sprint(y.Shape()) != fmt.Sprint(want.Shape) {
		t.Fatalf("%s: shape %v, PyTorch has %v", what, y.Shape(), want.Shape)
	}
	name := want.Type
	if strings.HasPrefix(name, "float") {
		name = float.String()
	}
	if y.DType().String() != name {
		t.Fatalf("%s: type %v, PyTorch has %v", what, y.DType(), name)
	}
	got := tensor.Data[float64](y.To(tensor.Float64))
	scale := 0.0 // sums of many terms are as exact as their largest one
	for _, w := range want.Data {
		if f := math.Abs(float64(w)); !math.IsInf(f, 0) && f > scale {
			scale = f
		}
	}
	for i, w := range want.Data {
		w := float64(w)
		if float == tensor.Float32 && !math.IsInf(w, 0) && math.Abs(w) > math.MaxFloat32 {
			w = math.Copysign(math.Inf(1), w)
		}
		g := got[i]
		same := g == w || math.IsNaN(g) && math.IsNaN(w) || math.Abs(g-w) <= tol*math.Max(math.Abs(w), 1e-3*scale)
		if float == tensor.Float32 && math.Abs(w) < 1e-30 {
			same = same || math.Abs(g) < 1e-30
		}
		if !same {
			t.Errorf("%s: element %d is %v, PyTorch has %v", what, i, g, w)
		}
	}
}

func regenerate(t *testing.T) {
	t.Helper()
	var files []goldenFile
	for _, r := range rows {
		if r.NoGolden == "" && (*only == "" || strings.Contains(","+*only+",", ","+r.Name+",")) {
			files = append(files, r.request())
		}
	}
	b, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(*update, filepath.Join("testdata", "golden.py"), filepath.Join("testdata", "golden"))
	cmd.Stdin = bytes.NewReader(b)
	cmd.Stderr, cmd.Stdout = os.Stderr, os.Stdout
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
}
