package nn_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// TestNames compares the keys and shapes of states with those of the same models in
// PyTorch.
func TestNames(t *testing.T) {
	var want struct{ LeNet, ResNet map[string][]int }
	golden(t, "names", &want)
	for _, c := range []struct {
		model any
		want  map[string][]int
	}{{newLeNet(), want.LeNet}, {newResNet(), want.ResNet}, {*newLeNet(), want.LeNet}} {
		state := nn.State(c.model)
		for name, shape := range c.want {
			if got := state[name]; got == nil {
				t.Errorf("%T has no %s", c.model, name)
			} else if fmt.Sprint(got.Shape()) != fmt.Sprint(shape) {
				t.Errorf("%T: %s has shape %v, PyTorch's %v", c.model, name, got.Shape(), shape)
			}
		}
		for name := range state {
			if c.want[name] == nil {
				t.Errorf("%T has %s, PyTorch has not", c.model, name)
			}
		}
	}
}

func TestSharedParametersAppearOnce(t *testing.T) {
	r := newResNet()
	count := map[*nn.Param]int{}
	for _, p := range nn.Parameters(r) {
		count[p]++
		if count[p] > 1 {
			t.Error("a parameter is listed twice")
		}
	}
	if count[r.Tied.Weight] != 1 {
		t.Error("the shared parameter is missing")
	}
}

func namesOf(root any) []string {
	names := []string{}
	for name := range nn.Named(root) {
		names = append(names, name)
	}
	return names
}

func one() *nn.Param { return nn.NewParam(nn.Zeros(), 1) }

// named names its parameters itself.
type named struct{ p []*nn.Param }

func (n named) Children() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, p := range n.p {
			if !yield(string(rune('a'+i)), p) {
				return
			}
		}
	}
}

type cyclic struct {
	P    *nn.Param
	Next *cyclic
	Any  any
}

func TestNamingRules(t *testing.T) {
	type inner struct{ FC1, BatchNorm2, InProjWeight *nn.Param }
	type Outer struct{ W *nn.Param }
	type spelling struct{ FC1Weight, HTTPServer, X, Conv2D, ÄlterWert, Snake_case *nn.Param }
	loop := &cyclic{P: one()}
	loop.Next = &cyclic{P: one(), Next: loop}
	list := []any{one(), nil}
	list[1] = list
	loop.Any = list
	var none *inner
	pair := [2]*nn.Param{one(), one()}
	for _, c := range []struct {
		name string
		root any
		want string
	}{
		{"snake case", &inner{one(), one(), one()}, "fc1 batch_norm2 in_proj_weight"},
		{"spelling", &spelling{one(), one(), one(), one(), one(), one()}, "fc1_weight http_server x conv2_d älter_wert snake_case"},
		{"value", inner{one(), one(), one()}, "fc1 batch_norm2 in_proj_weight"},
		{"map", map[string]any{"b": one(), "a": &inner{FC1: one()}}, "a.fc1 b"},
		{"slices", [][]*nn.Param{{one()}, {one(), one()}}, "0.0 1.0 1.1"},
		{"array", &struct{ Blocks [2]*nn.Param }{pair}, "blocks.0 blocks.1"},
		{"pointer to slice", &[]*nn.Param{one()}, "0"},
		{"embedded pointer", &struct {
			*Outer
			B *nn.Param
		}{&Outer{one()}, one()}, "w b"},
		{"embedded value", &struct{ inner }{inner{FC1: one()}}, "fc1"},
		{"embedded with a tag", &struct {
			Outer `lumen:"encoder"`
		}{Outer{one()}}, "encoder.w"},
		{"skipped", &struct {
			A *nn.Param `lumen:"-"`
			B *nn.Param
		}{one(), one()}, "b"},
		{"tag with dots", &struct {
			A *nn.Param `lumen:"encoder.weight"`
		}{one()}, "encoder.weight"},
		{"container by value", &struct{ Children named }{named{[]*nn.Param{one(), one()}}}, "children.a children.b"},
		{"container", nn.NewSequential(nn.NewReLU(), nn.NewLinear(1, 1)), "1.weight 1.bias"},
		{"parameter", one(), ""},
		{"nothing", nil, "none"},
		{"nil", none, "none"},
		{"no parameters", &struct {
			N int
			T *tensor.Tensor
			F func()
		}{1, tensor.Zeros(1), nil}, "none"},
		{"cycles", loop, "p next.p any.0"},
	} {
		got := strings.Join(namesOf(c.root), " ")
		if c.want == "none" && len(namesOf(c.root)) == 0 {
			continue
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNamingMistakesPanic(t *testing.T) {
	type hiddenInside struct{ fc any }
	for name, c := range map[string]struct {
		root any
		want string
	}{
		"parameter":     {&struct{ w *nn.Param }{one()}, "field w of"},
		"module":        {&struct{ act *nn.ReLU }{nn.NewReLU()}, "field act of"},
		"module value":  {&struct{ drop nn.Dropout }{}, "field drop of"},
		"interface":     {&struct{ m nn.Module }{nn.NewReLU()}, "field m of"},
		"inside":        {&struct{ In hiddenInside }{hiddenInside{nn.NewLinear(1, 1)}}, "field fc of"},
		"slice":         {&struct{ ms []*nn.Linear }{[]*nn.Linear{nn.NewLinear(1, 1)}}, "field ms of"},
		"map":           {&struct{ ms map[int]nn.Module }{map[int]nn.Module{1: nn.NewReLU()}}, "field ms of"},
		"embedded":      {&struct{ *stem }{&stem{nn.NewConv2d(1, 1, 1), nil}}, "field stem of"},
		"same names":    {&struct{ FC1, Fc1 *nn.Param }{one(), one()}, `"fc1"`},
		"same map keys": {map[any]any{1: one(), "1": one()}, `"1"`},
	} {
		wantMisuse(t, name, c.want, func() { nn.Parameters(c.root) })
	}
	if panicsWith(func() { nn.Parameters(&struct{ ms []*nn.Linear }{}) }) != nil {
		t.Error("a field that is not exported and holds nothing panics")
	}
}

func TestOrderOfParametersIsThatOfTheFields(t *testing.T) {
	want := []string{"conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"}
	if got := namesOf(newNet()); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
