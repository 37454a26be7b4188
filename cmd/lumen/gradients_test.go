package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

type gradientsLine struct {
	Activation, Init string
	Step             int
	Loss             float64
	Layers           []struct {
		K                int
		MeanAbsGradW     float64 `json:"mean_abs_grad_w"`
		MeanAbsGradX     float64 `json:"mean_abs_grad_x"`
		FactorActivation float64 `json:"factor_activation"`
		FactorWeights    float64 `json:"factor_weights"`
	}
}

func gradientsLines(t *testing.T, args ...string) []gradientsLine {
	t.Helper()
	r := call(t, t.TempDir(), append([]string{"gradients", "--json"}, args...)...)
	r.want(t, 0)
	var all []gradientsLine
	for text := range strings.Lines(r.out) {
		var l gradientsLine
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		all = append(all, l)
	}
	return all
}

// TestGradientsExercise: a sigmoid chain falls straight on the logarithmic scale, ReLU with
// Kaiming's weights is flat, too large weights explode.
func TestGradientsExercise(t *testing.T) {
	decades := func(l gradientsLine) []float64 { // from layer to layer, 2 up to the last hidden one
		var all []float64
		for i := 2; i+1 < len(l.Layers); i++ {
			all = append(all, math.Log10(l.Layers[i].MeanAbsGradW/l.Layers[i-1].MeanAbsGradW))
		}
		return all
	}
	sigmoid := gradientsLines(t, "--depth", "10", "--activation", "sigmoid")[0]
	if len(sigmoid.Layers) != 11 || sigmoid.Layers[0].K != 1 || sigmoid.Step != 0 {
		t.Fatalf("%d layers from %d, step %d", len(sigmoid.Layers), sigmoid.Layers[0].K, sigmoid.Step)
	}
	for i, d := range decades(sigmoid) {
		if d < 0.6 || d > 1.1 {
			t.Errorf("sigmoid: from layer %d to the next the gradient grows by %.2f decades", i+2, d)
		}
	}
	relu := gradientsLines(t, "--depth", "10", "--activation", "relu", "--init", "kaiming")[0]
	for i, d := range decades(relu) {
		if math.Abs(d) > 0.2 {
			t.Errorf("relu, kaiming: from layer %d to the next the gradient changes by %.2f decades", i+2, d)
		}
	}
	large := gradientsLines(t, "--depth", "10", "--activation", "relu", "--init", "kaiming", "--gain", "3")[0]
	if r := large.Layers[1].MeanAbsGradX / large.Layers[9].MeanAbsGradX; r < 1e3 {
		t.Errorf("weights 3 times as large: the gradient grows %g fold only", r)
	}
}

// TestGradientsExport: what is exported gives the printed figures again.
func TestGradientsExport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "check.safetensors")
	lines := gradientsLines(t, "--depth", "3", "--width", "16", "--batch", "8", "--activation", "tanh", "--init", "default,xavier", "--export", file)
	for i, init := range []string{"default", "xavier"} {
		state, err := safetensors.Load(strings.TrimSuffix(file, ".safetensors") + "-tanh-" + init + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		h := state["x"]
		var ws []*tensor.Tensor
		for _, name := range []string{"layer1", "layer2", "layer3", "layer4"} {
			w := state[name+".weight"].RequireGrad()
			ws = append(ws, w)
			if h = tensor.Linear(h, w, state[name+".bias"]); name != "layer4" {
				h = h.Tanh()
			}
		}
		loss := nn.CrossEntropy(h, state["y"])
		loss.Backward()
		if math.Abs(loss.Item()-lines[i].Loss) > 1e-5 {
			t.Errorf("%s: the loss is %g, printed %g", init, loss.Item(), lines[i].Loss)
		}
		for k, w := range ws {
			got := w.Grad().Norm(1).Item() / float64(w.Numel())
			if want := lines[i].Layers[k].MeanAbsGradW; math.Abs(got-want) > 1e-4*want {
				t.Errorf("%s: mean |dL/dW| of layer %d is %g, printed %g", init, k+1, got, want)
			}
		}
	}
}

func TestGradientsSwap(t *testing.T) {
	lines := gradientsLines(t, "--depth", "4", "--width", "32", "--activation", "sigmoid", "--train", "40", "--swap", "relu@20")
	if len(lines) != 21 {
		t.Fatalf("%d looks, want 21", len(lines))
	}
	for _, l := range lines {
		want := "sigmoid"
		if l.Step >= 20 {
			want = "relu"
		}
		if l.Activation != want {
			t.Errorf("step %d is with %s, want %s", l.Step, l.Activation, want)
		}
	}
}

func TestGradientsText(t *testing.T) {
	dir := t.TempDir()
	r := call(t, dir, "gradients", "--depth", "20", "--activation", "sigmoid,relu", "--init", "default,kaiming", "--batch", "16", "--train", "4", "--plot", "curves")
	r.want(t, 0, "it vanishes", "it keeps its size", "Why ReLU helps", "a straight line", "about flat")
	for line := range strings.Lines(r.out) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, name := range []string{"curves.png", "curves.svg", "curves-steps.png", "curves-steps.svg"} {
		if s, err := os.Stat(filepath.Join(dir, name)); err != nil || s.Size() < 1000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	call(t, dir, "gradients", "--activation", "relu", "--init", "kaiming", "--gain", "3", "--batch", "16").
		want(t, 0, "it explodes", "about flat", "of this dL/dz has +0.", "and the inputs h, as dL/dW = dL/dz h^T, -0.")
	call(t, dir, "gradients", "--activation", "relu", "--gain", "1000", "--depth", "30", "--batch", "16").want(t, 0, "no number any more", "nothing can be said")
	for _, wrong := range [][]string{
		{"--activation", "swish"}, {"--init", "zeros"}, {"--depth", "0"}, {"--batch", "0"}, {"--gain", "-1"}, {"--swap", "relu@5"},
		{"--train", "10", "--swap", "relu"}, {"--train", "10", "--swap", "relu@11"}, {"--lr", "NaN"},
	} {
		call(t, dir, append([]string{"gradients"}, wrong...)...).want(t, 2)
	}
}
