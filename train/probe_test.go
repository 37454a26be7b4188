package train_test

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
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// prober hears of records and speaks of some.
type prober struct {
	options probe.Options
	heard   []string
	probed  []*probe.Step
	emit    func(train.Message) error
	say     func(p *prober, e train.Event) error
}

func (p *prober) Probe() probe.Options                 { return p.options }
func (p *prober) Speak(emit func(train.Message) error) { p.emit = emit }

func (p *prober) On(e train.Event) error {
	switch e := e.(type) {
	case train.Probed:
		p.probed = append(p.probed, e.Step)
		p.heard = append(p.heard, fmt.Sprint("probe ", e.Step.Step))
	case train.Stepped:
		p.heard = append(p.heard, fmt.Sprint("batch ", e.Step))
	case train.Message:
		p.heard = append(p.heard, e.Name)
	}
	if p.say != nil {
		return p.say(p, e)
	}
	return nil
}

// lines are those of a folder's events of a kind.
func lines(t *testing.T, dir, kind string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range strings.Lines(string(b)) {
		if strings.HasPrefix(l, `{"event":"`+kind+`"`) {
			out = append(out, strings.TrimSuffix(l, "\n"))
		}
	}
	return out
}

// TestProbed: listeners hear a record after each step, the densest wish counts, and the folder and
// the lines keep the sampled ones.
func TestProbed(t *testing.T) {
	dir := t.TempDir() + "/run"
	c := config(t, dir)
	c.Epochs = 1
	c.Probe = &probe.Options{Every: 8}
	p := &prober{options: probe.Options{Every: 4, Histograms: -1}}
	var out bytes.Buffer
	c.Listeners = append(c.Listeners, p, train.JSONLines(&out))
	mustRun(t, context.Background(), c)
	var want []string
	for step := 1; step <= 19; step++ {
		want = append(want, fmt.Sprint("batch ", step), fmt.Sprint("probe ", step))
	}
	if !slices.Equal(p.heard, want) {
		t.Errorf("heard %v", p.heard)
	}
	var steps []int
	for _, l := range lines(t, dir, "probe") {
		var s probe.Step
		if err := json.Unmarshal([]byte(l), &s); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s.Step)
		told := *p.probed[s.Step-1]
		told.Columns, told.Backwards = nil, 0 // for the rules alone
		if !reflect.DeepEqual(s, told) {
			t.Errorf("step %d: the folder has another record than the listener", s.Step)
		}
		if s.Labels == nil || s.Input == nil || len(s.Params) != 4 || s.Params[0].Name != "1.weight" {
			t.Errorf("%+v", s)
		}
	}
	if !slices.Equal(steps, []int{1, 4, 8, 12, 16}) {
		t.Errorf("the folder has the steps %v", steps)
	}
	if n := strings.Count(out.String(), `{"event":"probe"`); n != 5 {
		t.Errorf("%d records among the lines", n)
	}
}

// TestProbedResume: interrupted anywhere, a run's records are those of a run left alone, and the
// weights are those of a run without them.
func TestProbedResume(t *testing.T) {
	bare := t.TempDir() + "/bare"
	mustRun(t, context.Background(), config(t, bare))
	with := func(dir string) train.Config {
		c := config(t, dir)
		c.Probe = &probe.Options{Every: 5, Histograms: 2}
		return c
	}
	whole := t.TempDir() + "/whole"
	mustRun(t, context.Background(), with(whole))
	if !bytes.Equal(model(t, whole), model(t, bare)) {
		t.Error("statistics change the weights")
	}
	want := lines(t, whole, "probe")
	if len(want) != 16 || len(lines(t, bare, "probe")) != 0 {
		t.Fatalf("%d records", len(want))
	}
	stops := []int{1, 5, 9, 19, 40, 76}
	if testing.Short() {
		stops = []int{5, 9, 19}
	}
	for _, stop := range stops {
		dir := t.TempDir() + "/run"
		ctx, cancel := context.WithCancel(context.Background())
		c := with(dir)
		c.Listeners = append(c.Listeners, train.ListenerFunc(func(e train.Event) error {
			if s, ok := e.(train.Stepped); ok && s.Step == stop {
				cancel()
			}
			return nil
		}))
		var interrupted *train.Interrupted
		if _, err := train.Run(ctx, c); !errors.As(err, &interrupted) {
			t.Fatal(err)
		}
		again := with(dir)
		again.Resume = true
		mustRun(t, context.Background(), again)
		if got := lines(t, dir, "probe"); !slices.Equal(got, want) {
			t.Errorf("stopped after step %d: %d records, or others than the %d of the run left alone", stop, len(got), len(want))
		}
		sameEvents(t, dir, whole)
	}
	// Statistics are no part of what a continued run must agree in.
	dir := t.TempDir() + "/run"
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _ = train.Run(ctx, with(dir))
	c := config(t, dir)
	c.Resume = true
	mustRun(t, context.Background(), c)
	if !bytes.Equal(model(t, dir), model(t, bare)) {
		t.Error("continued without statistics it has other weights")
	}
}

func TestProbeRefused(t *testing.T) {
	c := config(t, "")
	c.Probe = &probe.Options{Every: -1}
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "Every is -1") {
		t.Errorf("%v", err)
	}
	c = config(t, "")
	c.Listeners = append(c.Listeners, &prober{options: probe.Options{Histograms: -7}})
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "Histograms is -7") {
		t.Errorf("%v", err)
	}
	dir := t.TempDir() + "/run"
	c = config(t, dir)
	c.Optimizer = struct{ optim.Optimizer }{c.Optimizer}
	c.Probe = &probe.Options{}
	if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), "OnStep") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made for a run that cannot be")
	}
}

type remark struct {
	Step  int     `json:"step"`
	Value float64 `json:"value"`
}

// TestMessages: what a listener says stands in the folder behind the event that it answers, and
// every listener hears of both in that order.
func TestMessages(t *testing.T) {
	dir := t.TempDir() + "/run"
	c := config(t, dir)
	c.Epochs = 1
	speaker := &prober{options: probe.Options{Every: 100}, say: func(p *prober, e train.Event) error {
		if s, ok := e.(train.Stepped); ok && s.Step == 2 {
			return errors.Join(p.emit(train.Message{Name: "finding", Data: remark{2, 0.5}}), p.emit(train.Message{Name: "note", Data: map[string]any{}}))
		}
		return nil
	}}
	after := &prober{options: probe.Options{Every: 100}}
	c.Listeners = append(c.Listeners, speaker, after)
	mustRun(t, context.Background(), c)
	for _, p := range []*prober{speaker, after} {
		if got, want := strings.Join(p.heard[:8], ","), "batch 1,probe 1,batch 2,finding,note,probe 2,batch 3,probe 3"; got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	}
	if got := append(lines(t, dir, "finding"), lines(t, dir, "note")...); strings.Join(got, "\n") != `{"event":"finding","step":2,"value":0.5}`+"\n"+`{"event":"note"}` {
		t.Errorf("%s", got)
	}
}

func TestMessagesRefused(t *testing.T) {
	for want, m := range map[string]train.Message{
		`cannot be named "batch"`: {Name: "batch", Data: remark{}},
		`cannot be named "probe"`: {Name: "probe", Data: remark{}},
		`cannot be named ""`:      {Data: remark{}},
		"an object is wanted":     {Name: "list", Data: []int{1}},
		"is null in JSON":         {Name: "nothing"},
		`a field "event"`:         {Name: "double", Data: map[string]int{"event": 1}},
		"unsupported":             {Name: "nan", Data: remark{Value: math.NaN()}},
	} {
		c := config(t, "")
		c.Listeners = []train.Listener{&prober{say: func(p *prober, e train.Event) error {
			if _, ok := e.(train.Started); ok {
				return p.emit(m)
			}
			return nil
		}}}
		if _, err := train.Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; it should say %q", err, want)
		}
	}
}

// early speaks before the first event.
type early struct{ prober }

func (l *early) Speak(emit func(train.Message) error) {
	if err := emit(train.Message{Name: "hello", Data: remark{}}); err != nil {
		panic(err)
	}
}

func TestMessageBeforeTheFirstEvent(t *testing.T) {
	dir := t.TempDir() + "/run"
	c := config(t, dir)
	c.Epochs = 1
	c.Listeners = []train.Listener{&early{}}
	mustRun(t, context.Background(), c)
	b, err := os.ReadFile(filepath.Join(dir, train.EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	if first := strings.SplitN(string(b), "\n", 3); !strings.Contains(first[0], `"start"`) || !strings.Contains(first[1], `"hello"`) {
		t.Errorf("%s", first[:2])
	}
}
