package nn_test

import (
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
	"weak"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// observed runs m and lists the names of what happened.
func observed(m nn.Module, x *tensor.Tensor, p *nn.Pass) string {
	var names []string
	p.Observe(m, func(e nn.Event) { names = append(names, e.Name) })
	m.Forward(p, x)
	return strings.Join(names, " ")
}

// double is a module of its own parameters, without Enter.
type double struct{ W, B *nn.Param }

func (d *double) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.MatMul(p.Use(d.W)).Add(p.Use(d.B)).ReLU()
}

type twice struct{ In *double }

func (s *twice) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return s.In.Forward(p, s.In.Forward(p, x).Tanh())
}

func TestObserveNames(t *testing.T) {
	line := nn.NewLinear(2, 2)
	for _, c := range []struct {
		name string
		m    nn.Module
		x    *tensor.Tensor
		want string
	}{
		{"functional", newNet(), tensor.Zeros(2, 1, 8, 8), "conv1 conv1.relu conv1.max_pool2d conv2 conv2.relu conv2.max_pool2d conv2.reshape fc1 fc1.relu drop fc2"},
		{"sequential", nn.NewSequential(nn.NewFlatten(), nn.NewLinear(4, 3), nn.NewReLU(), nn.NewReLU(), nn.NewLinear(3, 2), nn.NewTanh()),
			tensor.Zeros(2, 2, 2), "0 1 2 3 4 5"},
		{"nested", nn.NewSequential(nn.NewIdentity(), newBlock(2, 4, 2)), tensor.Zeros(2, 2, 4, 4),
			"1.conv1 1.bn1 1.bn1.relu 1.conv2 1.bn2 1.downsample.0 1.downsample.1 1.downsample.1.add 1.downsample.1.relu"},
		{"shared layer", nn.NewSequential(line, nn.NewReLU(), line), tensor.Zeros(1, 2), "0 1 0"},
		{"repeated operations", nn.NewSequential(nn.NewLinear(2, 2), tail{}), tensor.Zeros(1, 2), "0 0.relu 0.relu.2 0.tanh 0.relu.3"},
		{"parameters of its own", &twice{&double{nn.NewParam(nn.Ones(), 2, 2), nn.NewParam(nn.Ones(), 2)}}, tensor.Zeros(1, 2),
			"in in.add in.relu in.tanh in in.add in.relu"},
		{"layers that do nothing", nn.NewSequential(nn.NewIdentity(), nn.NewDropout(0.5), tail{}), tensor.Zeros(1, 2), "1 1.relu 1.relu.2 1.tanh 1.relu.3"},
		{"a layer alone", nn.NewLinear(2, 2), tensor.Zeros(1, 2), "linear"},
		{"padding before the convolution", nn.NewSequential(nn.NewConv2d(1, 1, 3, nn.ConvOptions{Padding: 1, PaddingMode: tensor.PadReflect, Activation: tensor.ActReLU})),
			tensor.Zeros(1, 1, 4, 4), "0.pad 0 0.relu"},
	} {
		for _, p := range []*nn.Pass{nn.Training(1), nn.Inference()} {
			want := c.want
			if !p.IsTraining(nil) {
				want = strings.Replace(want, " drop", "", 1)
				want = strings.Replace(want, "1 1.relu", "1.relu", 1)
			}
			if got := observed(c.m, c.x, p); got != want {
				t.Errorf("%s: %s\nwant %s", c.name, got, want)
			}
		}
	}
	if got := observed(nn.NewSequential(nn.NewConv1d(1, 1, 3)), tensor.Zeros(1, 1, 4), nn.Inference()); !strings.Contains(" "+got+" ", " 0 ") {
		t.Errorf("the convolution of a Conv1d does not have its name: %s", got)
	}
}

// fork has two layers side by side, whose activations come after both.
type fork struct{ FC1, FC2 *nn.Linear }

func (f *fork) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	a, b := f.FC1.Forward(p, x), f.FC2.Forward(p, x)
	return a.ReLU().Add(b.ReLU().Tanh())
}

// TestObserveSideBySide: an activation has the name of the layer that made what it is given, in every step, and results are not kept.
func TestObserveSideBySide(t *testing.T) {
	m := &fork{nn.NewLinear(3, 2), nn.NewLinear(3, 2)}
	p := nn.Training(1)
	var names []string
	p.Observe(m, func(e nn.Event) {
		if e.Layer != strings.Split(e.Name, ".")[0] {
			t.Errorf("%s is of layer %q", e.Name, e.Layer)
		}
		names = append(names, e.Name)
	})
	var first weak.Pointer[tensor.Tensor]
	for range 3 {
		names = nil
		y := m.Forward(p, tensor.Ones(4, 3))
		if got, want := strings.Join(names, " "), "fc1 fc2 fc1.relu fc2.relu fc2.tanh fc2.add"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if first == (weak.Pointer[tensor.Tensor]{}) {
			first = weak.Make(y)
		}
		y.Mean().Backward()
	}
	runtime.GC()
	if first.Value() != nil {
		t.Error("the observer keeps the first step's result")
	}
}

// tail is a module without parameters or size.
type tail struct{}

func (tail) Forward(_ *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.ReLU().ReLU().Tanh().ReLU()
}

func TestObserveOutputs(t *testing.T) {
	m := newNet()
	nn.Init(m, 1)
	x := noise(1, 2, 1, 8, 8)
	seen := map[string]*tensor.Tensor{}
	p := nn.Inference()
	p.Observe(m, func(e nn.Event) {
		if e.Op == "" || e.Layer == "" || e.Output == nil {
			t.Errorf("%+v", e)
		}
		seen[e.Name] = e.Output.Clone()
	})
	y := m.Forward(p, x)
	conv := nn.Predict(m.Conv1, x)
	if !equal(seen["conv1"], conv) || !equal(seen["conv1.relu"], conv.ReLU()) || !equal(seen["fc2"], y) {
		t.Error("the outputs are not those of the layers named")
	}
	n := len(seen)
	p.Observe(m, nil)
	clear(seen)
	m.Forward(p, x)
	if n == 0 || len(seen) > 0 {
		t.Error("the observer is still called")
	}
}

// TestObserveChangesNothing: neither results nor gradients nor the running
// statistics nor dropout differ by a bit.
func TestObserveChangesNothing(t *testing.T) {
	for _, build := range []func() (nn.Module, *tensor.Tensor){
		func() (nn.Module, *tensor.Tensor) { return newNet(), noise(1, 3, 1, 8, 8) },
		func() (nn.Module, *tensor.Tensor) { return newResNet(), noise(1, 3, 3, 8, 8) },
	} {
		run := func(observe bool) []*tensor.Tensor {
			m, x := build()
			nn.Init(m, 1)
			p := nn.Training(5)
			events := 0
			if observe {
				p.Observe(m, func(nn.Event) { events++ })
			}
			var results []*tensor.Tensor
			for range 2 {
				y := m.Forward(p, x)
				results = append(results, y.Clone().Detach())
				y.Square().Mean().Backward()
			}
			for _, q := range nn.Parameters(m) {
				if g := q.Grad(); g != nil {
					results = append(results, g)
				}
			}
			for _, key := range []string{"bn1.running_mean", "bn1.running_var"} {
				if v := nn.State(m)[key]; v != nil {
					results = append(results, v)
				}
			}
			if observe && events == 0 {
				t.Error("nothing was observed")
			}
			return results
		}
		plain, watched := run(false), run(true)
		if len(plain) != len(watched) {
			t.Fatal("other results")
		}
		for i := range plain {
			if !equal(plain[i], watched[i]) {
				t.Errorf("result %d differs", i)
			}
		}
	}
}

func TestSummary(t *testing.T) {
	m := newLeNet()
	text, err := nn.Summary(m, 1, 1, 28, 28)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
		f := strings.Fields(line)
		rows[f[0]] = f
	}
	// By hand: 6*25+6 = 156, 28*28*6*25 = 117,600; 16*6*25+16 = 2,416, 10*10*16*150 =
	// 240,000; 400*120+120 = 48,120; 120*84+84 = 10,164; 84*10+10 = 850.
	for name, want := range map[string]string{
		"conv1":      "[1, 6, 28, 28] 156 117,600 18.4 KiB",
		"conv1.relu": "[1, 6, 28, 28] 18.4 KiB",
		"conv2":      "[1, 16, 10, 10] 2,416 240,000 6.2 KiB",
		"fc1":        "[1, 120] 48,120 48,000 480 B",
		"fc2":        "[1, 84] 10,164 10,080 336 B",
		"fc3":        "[1, 10] 850 840 40 B",
		"total":      "61,706 416,520",
		"parameters": "take 241.0 KiB",
	} {
		f := rows[name][1:]
		if kind := map[string]string{"conv": "(Conv2d)", "fc": "(Linear)"}[strings.TrimRight(name, "123")]; kind != "" {
			if f[0] != kind {
				t.Errorf("%s: %s, want %s", name, f[0], kind)
			}
			f = f[1:]
		}
		got := strings.Join(f, " ")
		if got != want && !(name == "total" && strings.HasPrefix(got, want)) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	nn.Freeze(m.FC1)
	if text, _ = nn.Summary(m, 1, 1, 28, 28); !strings.Contains(text, "48,120 of them are frozen") {
		t.Error("frozen parameters are not told:\n" + text)
	}
	if _, err := nn.Summary(m, 1, 28, 28, 1); err == nil {
		t.Error("a wrong shape: no error")
	}
}

func TestSummaryOfOtherModels(t *testing.T) {
	for _, c := range []struct {
		m     nn.Module
		shape []int
		total string
	}{
		{nn.NewLinear(3, 2), []int{4, 3}, "total 8 24 32 B"},
		{nn.NewSequential(nn.NewEmbedding(10, 4), nn.NewFlatten(), nn.NewLinear(8, 1)), []int{3, 2}, "total 49 24 108 B"},
		// 4 input pixels times 3 channels times 2*2*2 weights each
		{nn.NewConvTranspose2d(3, 2, 2, nn.ConvOptions{Stride: 2}), []int{1, 3, 2, 2}, "total 26 96 128 B"},
		{nn.NewConv1d(2, 3, 3, nn.ConvOptions{NoBias: true}), []int{1, 2, 5}, "total 18 54 36 B"},
		// convolutions 108 + 4*144 + 288 + 576 + 32, batch norms 8*5 + 16*3, attention
		// 216 + 72, norm 16, heads 18 + 90, of which "fine" is used twice, bias 10
		{newResNet(), []int{1, 3, 8, 8}, "total 2,090 36,384"},
	} {
		text, err := nn.Summary(c.m, c.shape...)
		if err != nil {
			t.Error(err)
			continue
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		got := strings.Join(strings.Fields(lines[len(lines)-2]), " ")
		if !strings.HasPrefix(got, c.total) {
			t.Errorf("%T: %s, want %s\n%s", c.m, got, c.total, text)
		}
	}
	line := nn.NewLinear(7, 7) // used twice, 56 parameters once
	text, err := nn.Summary(nn.NewSequential(line, line), 1, 7)
	if err != nil || strings.Count(text, " 56 ") != 3 || strings.Count(text, " 49 ") != 2 || !strings.Contains(text, " 98 ") {
		t.Errorf("a shared layer: %v\n%s", err, text)
	}
	deep := nn.Module(nn.NewConv2d(1, 1, 1))
	for range 30 {
		deep = nn.NewSequential(deep)
	}
	text, err = nn.Summary(deep, 1000000, 1, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if !strings.Contains(text, "…") {
		t.Error("a long name is not shortened:\n" + text)
	}
}

// TestSummaryFitsALine gives names of every length: a line has 100 columns at most, and
// a name is shortened only where it must be.
func TestSummaryFitsALine(t *testing.T) {
	for depth := range 12 {
		var m nn.Module = nn.NewLinear(100, 100)
		name := "0 (Linear)"
		for range depth {
			m = nn.NewSequential(nn.NewSequential(nn.NewSequential(m)))
			name = "0.0.0." + name
		}
		s, err := nn.Summary(nn.NewSequential(m), 1, 1, 1, 1, 1, 1, 10, 100)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(s) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
				t.Errorf("depth %d: a line of %d columns: %s", depth, n, line)
			}
		}
		if short := strings.Contains(s, "\n…"); short == strings.Contains(s, name) {
			t.Errorf("depth %d: the name is neither whole nor shortened:\n%s", depth, s)
		}
	}
}
