package report_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/report"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/models"
)

// digits is a short run of LeNet on real digits: 20 steps in 2 epochs.
func digits(t *testing.T, dir string) (train.Config, nn.Module) {
	t.Helper()
	set, err := datasets.MNIST(datasets.Train)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := data.Split(set, 1, 160, 32, -1)
	if err != nil {
		t.Fatal(err)
	}
	net := models.NewLeNet5(1, 28, 28, 10)
	nn.Init(net, 1)
	return train.Config{Model: net, Train: parts[0], Validation: parts[1], Test: parts[1], Epochs: 2, BatchSize: 16, Seed: 1,
		Loss: nn.CrossEntropy, Optimizer: optim.NewAdam(nn.Parameters(net), optim.DefaultAdam()), Metrics: []metrics.Metric{metrics.Accuracy()},
		Dir: dir, CheckpointEvery: 5, Options: map[string]any{"shape": []int{1, 28, 28}, "note": "a|b"}}, net
}

// speaker says what package diag would.
type speaker struct{ say func(train.Message) error }

func (s *speaker) Speak(emit func(train.Message) error) { s.say = emit }

func (s *speaker) On(e train.Event) error {
	if e, ok := e.(train.Stepped); ok && e.Step == 3 {
		return s.say(train.Message{Name: "finding", Data: diag.Finding{Rule: "vanishing gradient", Severity: diag.Warning, Phase: diag.Opened, Layer: "fc1",
			Step: 3, Opened: 3, Formula: "a / b", Value: 1e-4, Threshold: 1e-2, Message: "it <vanishes>", Advice: "another activation",
			Evidence: []diag.Evidence{{What: "mean", Step: 2, Example: -1, Value: math.NaN()}}}})
	}
	return nil
}

// shown is what the event files of a folder say, as TensorBoard understands them: by tag and step, without what a later file purged.
func shown(t *testing.T, dir string) (values map[string]map[int]any, graph *tensorboard.Graph) {
	t.Helper()
	files, err := os.ReadDir(dir) // in the order of their names, which is TensorBoard's
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]map[int]any{}
	for _, file := range files {
		for e, err := range tensorboard.ReadFile(filepath.Join(dir, file.Name())) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Graph != nil {
				graph = e.Graph
			}
			if e.Session == tensorboard.SessionStart {
				for _, steps := range values {
					maps.DeleteFunc(steps, func(step int, _ any) bool { return step >= e.Step })
				}
			}
			for _, v := range e.Values {
				if values[v.Tag] == nil {
					values[v.Tag] = map[int]any{}
				}
				if _, twice := values[v.Tag][e.Step]; twice {
					t.Errorf("%s: step %d twice", v.Tag, e.Step)
				}
				values[v.Tag][e.Step] = v.Data
			}
		}
	}
	return values, graph
}

// TestTensorBoard: a run that is interrupted and continued, heard live, and its folder converted afterwards, show the same.
func TestTensorBoard(t *testing.T) {
	dir, live := filepath.Join(t.TempDir(), "run"), filepath.Join(t.TempDir(), "live [1]")
	listeners := func(net nn.Module) []train.Listener {
		return []train.Listener{&speaker{}, report.TensorBoard(live, report.TensorBoardOptions{Model: net, Input: []int{1, 1, 28, 28}, Probe: probe.Options{Every: 2, Histograms: 2}})}
	}
	killed := errors.New("killed")
	c, net := digits(t, dir)
	c.Listeners = append(listeners(net), train.ListenerFunc(func(e train.Event) error {
		if s, ok := e.(train.Stepped); ok && s.Step == 8 { // three steps after a checkpoint
			return killed
		}
		return nil
	}))
	if _, err := train.Run(context.Background(), c); !errors.Is(err, killed) {
		t.Fatalf("error %v", err)
	}
	c, net = digits(t, dir)
	c.Listeners, c.Resume = listeners(net), true
	record, err := train.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(live)
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v; want two", files, err)
	}
	confusion := report.Confusion{Classes: []string{"a", "b"}, Counts: [][]int64{{3, 1}, {0, 4}}}
	if err := confusion.Save(dir); err != nil {
		t.Fatal(err)
	}

	run, err := report.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	var saved []string
	for range 2 { // the second time it replaces the first
		if saved, err = report.SaveTensorBoard(out, []*report.Run{run}); err != nil {
			t.Fatal(err)
		}
	}
	if len(saved) != 1 || filepath.Dir(saved[0]) != filepath.Join(out, "run") {
		t.Errorf("saved %v", saved)
	}

	heard, graph := shown(t, live)
	folder, chain := shown(t, filepath.Join(out, "run"))
	for tag, steps := range folder {
		for step, got := range steps {
			want, ok := heard[tag][step]
			switch {
			case tag == "confusion" || tag == "filters": // the folder has no model but the last
				continue
			case !ok:
				t.Errorf("%s of step %d is in the folder and was not heard", tag, step)
			case fmt.Sprint(got) != fmt.Sprint(want):
				t.Errorf("%s of step %d is %v of the folder, and was %v", tag, step, got, want)
			}
		}
	}
	for tag, steps := range heard {
		if tag == "gradient_norm" || tag == "filters" || tag == "options/text_summary" { // of every step; during the run; of each process
			continue
		}
		if len(steps) != len(folder[tag]) {
			t.Errorf("%s has the steps %v, of the folder %v", tag, slices.Sorted(maps.Keys(steps)), slices.Sorted(maps.Keys(folder[tag])))
		}
	}
	for tag, want := range map[string]int{"loss/train": 20, "lr": 20, "gradient_norm": 20, "loss/validation": 2, "accuracy/validation": 2, "accuracy/train epoch": 2,
		"loss/test": 1, "accuracy/test": 1, "output_std/conv1": 11, "update_ratio/conv1.weight": 11, "dead_units/conv1.relu": 11, "weights/fc3.weight": 6, "outputs/conv2": 6,
		"gradients/conv1.weight": 6, "output_gradients/conv1": 6, "options/text_summary": 2, "findings/text_summary": 1, "filters": 4} {
		if got := len(heard[tag]); got != want {
			t.Errorf("%s has %d steps, want %d: %v", tag, got, want, slices.Sorted(maps.Keys(heard[tag])))
		}
	}
	if got, want := heard["loss/test"][20], tensorboard.Scalar(float32(record.End.TestLoss)); got != want {
		t.Errorf("the test loss is %v, want %v", got, want)
	}
	if text := heard["findings/text_summary"][3].(tensorboard.Text)[0]; !strings.Contains(text, `it \<vanishes\>`) || !strings.Contains(text, "NaN") {
		t.Errorf("the finding is %q", text)
	}
	if text := heard["options/text_summary"][0].(tensorboard.Text)[0]; !strings.Contains(text, `| note | a\|b |`) || !strings.Contains(text, "| optimizer type | optim.Adam |") {
		t.Errorf("the options are %q", text)
	}
	for _, tag := range []string{"filters", "confusion"} {
		images, ok := folder[tag][20].(tensorboard.Images)
		if !ok {
			t.Errorf("the folder's file has no %s", tag)
			continue
		}
		if m, err := png.Decode(bytes.NewReader(images[0].Encoded)); err != nil || m.Bounds().Dx() < 100 {
			t.Errorf("%s is %v, %v", tag, m, err)
		}
	}
	weights := heard["weights/conv1.weight"][20].(*tensorboard.Histogram)
	if weights.Num != 150 || !(weights.Min < 0) || !(weights.Max > 0) || len(weights.Buckets) < 10 {
		t.Errorf("the histogram of conv1.weight is %+v", weights)
	}
	if node := find(graph, "conv2/conv2d"); node == nil || !slices.Contains(node.Inputs, "conv2/weight") {
		t.Errorf("the graph's conv2 is %+v", node)
	}
	if node := find(chain, "conv2/conv2d"); node == nil || !slices.Contains(node.Inputs, "conv2/weight") {
		t.Errorf("the graph of a record has conv2 as %+v", node)
	}
	t.Run("documented", func(t *testing.T) { documentedTags(t, heard, folder) })
}

func find(g *tensorboard.Graph, name string) *tensorboard.Node {
	if g == nil {
		return nil
	}
	for i := range g.Nodes {
		if g.Nodes[i].Name == name {
			return &g.Nodes[i]
		}
	}
	return nil
}

// documentedTags compares docs/tensorboard.md with what was written.
func documentedTags(t *testing.T, written ...map[string]map[int]any) {
	b, err := os.ReadFile(filepath.Join("..", "docs", "tensorboard.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\|").FindAllStringSubmatch(string(b), -1) {
		for _, tag := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			want[tag[1]] = true
		}
	}
	got := map[string]bool{}
	for _, values := range written {
		for tag := range values {
			tag = strings.TrimSuffix(tag, "/text_summary")
			tag = strings.Replace(tag, "accuracy/", "METRIC/", 1)
			if group, _, ok := strings.Cut(tag, "/"); ok && !strings.HasPrefix(tag, "loss/") && !strings.HasPrefix(tag, "seconds/") && group != "METRIC" {
				tag = group + "/NAME"
			}
			got[tag] = true
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(got)) {
		if !want[tag] {
			t.Errorf("docs/tensorboard.md does not have the tag %s", tag)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		if !got[tag] && tag != "output_not_finite/NAME" && tag != "saturated/NAME" {
			t.Errorf("docs/tensorboard.md has the tag %s, which was not written", tag)
		}
	}
}

// TestTensorBoardRefuses: folders in which two runs would be shown as one.
func TestTensorBoardRefuses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	live := t.TempDir()
	c, net := digits(t, dir)
	c.Epochs = 1
	c.Listeners = []train.Listener{report.TensorBoard(live)}
	if _, err := train.Run(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	c.Dir = ""
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), live+" has event files of another run") {
		t.Errorf("error %v for a folder that another run has", err)
	}
	c.Listeners = []train.Listener{report.TensorBoard(t.TempDir(), report.TensorBoardOptions{Model: net, Input: []int{1, 3, 7}})}
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "the graph for TensorBoard") {
		t.Errorf("error %v for a shape that the model does not take", err)
	}
	run, err := report.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	run.Name = filepath.Base(live)
	if _, err := report.SaveTensorBoard(filepath.Dir(live), []*report.Run{run}); err == nil || !strings.Contains(err.Error(), "event file of something else") {
		t.Errorf("error %v for a folder that something else has", err)
	}
	if err := os.WriteFile(filepath.Join(dir, train.EventsFile), []byte("{}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	run.Name = "damaged"
	if _, err := report.SaveTensorBoard(out, []*report.Run{run}); err == nil {
		t.Error("a damaged folder was written")
	}
	if files, err := filepath.Glob(filepath.Join(out, "*", "*")); err != nil || len(files) > 0 {
		t.Errorf("files %v were left, %v", files, err)
	}
	if _, err := report.SaveTensorBoard(filepath.Join(dir, train.RunFile), []*report.Run{run}); err == nil {
		t.Error("a file was taken for a folder")
	}
	if err := report.TensorBoard(t.TempDir()).On(train.Stepped{Step: 1}); err == nil {
		t.Error("an event before the start of a run was taken")
	}
	if err := report.TensorBoard(filepath.Join(dir, train.RunFile)).On(train.Started{}); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v for a folder that is a file", err)
	}
}

// TestGraph: what flows where, with a branch and with a layer that is used twice.
func TestGraph(t *testing.T) {
	g, err := report.Graph(models.NewResNet18(models.ResNetOptions{Classes: 10}), 1, 3, 64, 64)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, n := range g.Nodes {
		if names[n.Name] {
			t.Errorf("two nodes are named %s", n.Name)
		}
		names[n.Name] = true
	}
	sums := 0
	for _, n := range g.Nodes {
		for _, input := range n.Inputs {
			if !names[input] {
				t.Errorf("%s has the input %s, which is no node", n.Name, input)
			}
		}
		if n.Op != "Parameter" && n.Op != "Input" && len(n.Inputs) == 0 {
			t.Errorf("%s has no input", n.Name)
		}
		if n.Op == "add_in_place" {
			sums++
			if len(n.Inputs) != 2 {
				t.Errorf("%s adds up %v, want both branches", n.Name, n.Inputs)
			}
		}
	}
	if sums != 8 {
		t.Errorf("%d sums, ResNet-18 has 8 blocks", sums)
	}
	if n := find(g, "layer2/0/downsample/0/conv2d"); n == nil || !slices.Equal(n.Shape, []int{1, 128, 8, 8}) {
		t.Errorf("the first downsampling is %+v", n)
	}

	twice := nn.NewLinear(3, 3)
	g, err = report.Graph(nn.NewSequential(twice, twice), 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	last := g.Nodes[len(g.Nodes)-1]
	if last.Name != "0/linear_1" || !slices.Equal(last.Inputs, []string{"0/linear"}) {
		t.Errorf("the layer that is used twice ends as %+v", last)
	}
	words := nn.NewEmbedding(10, 4)
	g, err = report.Graph(words, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if n := g.Nodes[len(g.Nodes)-1]; !slices.Equal(n.Shape, []int{2, 3, 4}) {
		t.Errorf("the embedding is %+v", n)
	}
	if _, err := report.Graph(words, 2, -3); err == nil {
		t.Error("a negative shape was taken")
	}
}
