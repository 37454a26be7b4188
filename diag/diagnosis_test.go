package diag_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// fixed is a rule that says what it is told to.
type fixed struct{ now []diag.Finding }

func (*fixed) Name() string { return "fixed" }

func (r *fixed) Look(h *diag.History) ([]diag.Finding, bool) { return r.now, h.Stepped() }

// TestLife: a finding is told when it is opened, worse and gone, and not in between.
func TestLife(t *testing.T) {
	r := &fixed{}
	d := diag.NewDiagnosis([]diag.Rule{r})
	step := 0
	next := func(now ...diag.Finding) string {
		step++
		r.now = now
		var said []string
		for _, f := range d.Step(&probe.Step{Step: step}) {
			said = append(said, fmt.Sprintf("%s %s %d-%d %g", f.Phase, f.Severity, f.Opened, f.Step, f.Value))
		}
		return strings.Join(said, "; ")
	}
	seen := func(s diag.Severity, v float64) diag.Finding {
		return diag.Finding{Layer: "a", Severity: s, Value: v, Threshold: 1}
	}
	for i, c := range []struct {
		now  []diag.Finding
		want string
	}{
		{nil, ""},
		{[]diag.Finding{seen(diag.Warning, 2)}, "opened warning 2-2 2"},
		{[]diag.Finding{seen(diag.Warning, 190)}, ""},
		{[]diag.Finding{seen(diag.Warning, 201)}, "worse warning 2-4 201"},
		{[]diag.Finding{seen(diag.Error, 22)}, "worse error 2-5 22"},
		{[]diag.Finding{seen(diag.Warning, 2)}, ""},
		{nil, ""},
		{nil, ""},
		{[]diag.Finding{seen(diag.Warning, 2)}, ""}, // it does not flap
		{nil, ""},
		{nil, ""},
		{nil, "gone error 2-12 22"},
		{[]diag.Finding{seen(diag.Warning, math.Inf(1))}, "opened warning 13-13 +Inf"},
		{[]diag.Finding{seen(diag.Warning, math.Inf(1))}, ""},
	} {
		if got := next(c.now...); got != c.want {
			t.Errorf("moment %d: told %q, want %q", i, got, c.want)
		}
	}
	if all := d.Findings(); len(all) != 1 || all[0].Phase != diag.Opened {
		t.Errorf("findings %+v", all)
	}
}

// TestWorseDownwards: of a value below its threshold a hundredth is worse.
func TestWorseDownwards(t *testing.T) {
	r := &fixed{}
	d := diag.NewDiagnosis([]diag.Rule{r})
	for i, c := range []struct {
		value float64
		told  int
	}{{1e-3, 1}, {2e-5, 0}, {9e-6, 1}, {0, 1}, {0, 0}} {
		r.now = []diag.Finding{{Value: c.value, Threshold: 1e-2}}
		if n := len(d.Step(&probe.Step{Step: i + 1})); n != c.told {
			t.Errorf("value %g: told %d times", c.value, n)
		}
	}
}

func TestFindingJSON(t *testing.T) {
	f := diag.Finding{Rule: "non-finite", Severity: diag.Error, Phase: diag.Worse, Layer: "fc1", Step: 7, Opened: 3, Formula: "the loss", Value: math.Inf(1),
		Threshold: 2, Message: "a < b", Advice: "c", Evidence: []diag.Evidence{{What: "loss", Step: 6, Example: -1, Value: math.Inf(-1)}}}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"rule":"non-finite","severity":"error","phase":"worse","layer":"fc1","step":7,"opened":3,"formula":"the loss","value":"Inf","threshold":2,` +
		`"message":"a \u003c b","advice":"c","evidence":[{"what":"loss","step":6,"example":-1,"value":"-Inf"}]}`
	if string(b) != want {
		t.Errorf("%s\nwant\n%s", b, want)
	}
	var back diag.Finding
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, f) {
		t.Errorf("read back %+v, %v", back, err)
	}
	for _, bad := range []string{`{}`, `{"severity":"bad","phase":"opened"}`, `{"severity":"info","phase":"closed"}`, `{"severity":"info","phase":"gone","value":"x"}`, `[]`} {
		if json.Unmarshal([]byte(bad), &back) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// TestText: blocks fit 100 columns and are coloured only if that is wanted.
func TestText(t *testing.T) {
	f := diag.Finding{Rule: "dead units", Severity: diag.Warning, Phase: diag.Opened, Layer: "fc1.relu", Step: 50, Opened: 50, Formula: strings.Repeat("long ", 30),
		Value: 0.75, Threshold: 0.5, Message: strings.Repeat("word ", 60), Advice: "a lower learning rate"}
	text := f.Text(false)
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, want := range []string{"step 50  warning: dead units in fc1.relu\n", "= 0.75, threshold 0.5\n", "Try: a lower learning rate\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "\x1b") || !strings.Contains(f.Text(true), "\x1b[33mwarning\x1b[0m") {
		t.Errorf("colours: %q", f.Text(true))
	}
	f.Phase, f.Step = diag.Gone, 90
	if got := f.Text(false); !strings.HasPrefix(got, "step 90  gone: dead units in fc1.relu, since step 50\n") {
		t.Error(got)
	}
	if got := diag.Summary(nil); got != "diagnosis: no finding\n" {
		t.Error(got)
	}
	if got := diag.Summary([]diag.Finding{f}); !strings.Contains(got, "1 finding, 0 of them open") || !strings.Contains(got, "from step 50 to 90") {
		t.Error(got)
	}
}

// TestState: a diagnosis goes on from its state as if nothing had been, at any moment.
func TestState(t *testing.T) {
	c := newClouds(3)
	var steps []*probe.Step
	net := initialised(deep(9, c.inputs, c.classes, sigmoid), 3)
	o := optim.DefaultSGD()
	o.LR, o.Momentum = 0.02, 0.9
	opt := optim.NewSGD(nn.Parameters(net), o)
	p := nn.Training(1)
	stop := probe.Start(p, net, opt, probe.Options{}, func(s *probe.Step) { steps = append(steps, s) })
	for step := 1; step <= 120; step++ {
		if step == 100 { // something worse happens
			opt.SetLR(1e4)
		}
		x, y := c.batch(step)
		opt.ZeroGrad()
		nn.CrossEntropy(net.Forward(p, x), y).Backward()
		opt.Step()
	}
	stop()
	tell := func(cut int) []string {
		d := diag.NewDiagnosis(nil)
		var said []string
		for i, s := range steps {
			if i == cut {
				state := d.State()
				d = diag.NewDiagnosis(nil)
				if err := d.LoadState(state); err != nil {
					t.Fatal(err)
				}
				if again := d.State(); !reflect.DeepEqual(bits(again), bits(state)) {
					t.Error("the state is another one when it was loaded")
				}
			}
			for _, f := range d.Step(s) {
				said = append(said, f.Text(false))
			}
			if (i+1)%40 == 0 {
				for _, f := range d.Epoch(diag.Epoch{Epoch: (i + 1) / 40, Step: i + 1, Loss: 2, ValidationLoss: math.NaN()}) {
					said = append(said, f.Text(false))
				}
			}
		}
		return append(said, diag.Summary(d.Findings()))
	}
	want := tell(-1)
	if len(want) < 3 {
		t.Fatalf("only %d findings", len(want)-1)
	}
	for _, cut := range []int{0, 1, 15, 47, 60, 101, 119} {
		if got := tell(cut); !reflect.DeepEqual(got, want) {
			t.Errorf("cut after step %d:\n%s\nwant\n%s", cut, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
}

func bits(v []float64) []uint64 {
	b := make([]uint64, len(v))
	for i, x := range v {
		b[i] = math.Float64bits(x)
	}
	return b
}

// FuzzState: no state makes LoadState panic or take much memory.
func FuzzState(f *testing.F) {
	d := diag.NewDiagnosis(nil)
	d.Step(&probe.Step{Step: 1, Loss: math.NaN()})
	d.Epoch(diag.Epoch{Epoch: 1})
	var b bytes.Buffer
	for _, x := range d.State() {
		fmt.Fprintf(&b, "%g ", x)
	}
	f.Add(b.String())
	f.Add("1 1e300")
	f.Add("1 NaN -1")
	f.Fuzz(func(t *testing.T, text string) {
		var v []float64
		for _, word := range strings.Fields(text) {
			var x float64
			if _, err := fmt.Sscan(word, &x); err == nil {
				v = append(v, x)
			}
		}
		d := diag.NewDiagnosis(nil)
		if err := d.LoadState(v); err == nil {
			d.Step(&probe.Step{Step: 2})
		}
	})
}

// TestResume: an interrupted and continued run has the findings of one that was left alone.
func TestResume(t *testing.T) {
	run := func(dir string, stopAt int, resume bool) error {
		c := newClouds(5)
		x, y := c.some(320)
		net := initialised(deep(9, c.inputs, c.classes, sigmoid), 1)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		o := optim.DefaultSGD()
		o.LR, o.Momentum = 0.02, 0.9
		_, err := train.Run(ctx, train.Config{Model: net, Train: data.NewTensors(x, y), Validation: data.NewTensors(x, y), Epochs: 12, BatchSize: 32, Seed: 1,
			Loss: nn.CrossEntropy, Optimizer: optim.NewSGD(nn.Parameters(net), o), Dir: dir, Resume: resume,
			Listeners: []train.Listener{diag.Listener(nil), train.ListenerFunc(func(e train.Event) error {
				if s, ok := e.(train.Stepped); ok && s.Step == stopAt {
					cancel()
				}
				return nil
			})}})
		return err
	}
	findings := func(dir string) (all []string) {
		b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, `{"event":"finding"`) {
				all = append(all, line)
				var f diag.Finding
				if err := json.Unmarshal([]byte(line), &f); err != nil {
					t.Error(err)
				}
			}
		}
		return all
	}
	whole := filepath.Join(t.TempDir(), "whole")
	if err := run(whole, -1, false); err != nil {
		t.Fatal(err)
	}
	want := findings(whole)
	if len(want) == 0 {
		t.Fatal("no finding")
	}
	cuts := []int{4, 33, 57}
	if testing.Short() {
		cuts = cuts[1:2]
	}
	for _, at := range cuts {
		dir := filepath.Join(t.TempDir(), "cut")
		var interrupted *train.Interrupted
		if err := run(dir, at, false); !errors.As(err, &interrupted) {
			t.Fatal(err)
		}
		if err := run(dir, -1, true); err != nil {
			t.Fatal(err)
		}
		if got := findings(dir); !reflect.DeepEqual(got, want) {
			t.Errorf("interrupted after step %d:\n%s\nwant\n%s", at, strings.Join(got, ""), strings.Join(want, ""))
		}
	}
}

// TestNoNumberIsChanged: a watched training has the weights of one that was not.
func TestNoNumberIsChanged(t *testing.T) {
	weights := func(watched bool) []float32 {
		c := newClouds(1)
		net := initialised(deep(2, c.inputs, c.classes, relu), 1)
		opt := optim.NewAdam(nn.Parameters(net), optim.DefaultAdam())
		p := nn.Training(1)
		if watched {
			defer diag.Watch(p, net, opt, diag.Options{Out: &bytes.Buffer{}})()
		}
		for step := range 40 {
			x, y := c.batch(step)
			opt.ZeroGrad()
			nn.CrossEntropy(net.Forward(p, x), y).Backward()
			opt.Step()
		}
		return tensor.Data[float32](nn.Parameters(net)[0].Value())
	}
	if !reflect.DeepEqual(weights(true), weights(false)) {
		t.Error("other weights")
	}
}
