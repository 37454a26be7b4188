package probe_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/tensor"
)

// profiled makes some steps of LeNet under a profiler.
func profiled(t *testing.T, steps int, o probe.ProfileOptions) (f *probe.Profiler, weights []float32, allocations float64) {
	t.Helper()
	weights, allocations = lenet(t, steps, func(p *nn.Pass, m nn.Module, opt optim.Optimizer) func() {
		f = probe.Profile(p, m, opt, o)
		return f.Stop
	})
	return f, weights, allocations
}

// TestProfile asks for what is certain: which operations there are, how often, with how much memory, and
// that the parts are no more than the whole.
func TestProfile(t *testing.T) {
	plain, most := lenet(t, 8, func(*nn.Pass, nn.Module, optim.Optimizer) func() { return func() {} })
	f, weights, allocations := profiled(t, 8, probe.ProfileOptions{Skip: 2, Steps: 4})
	if !slices.Equal(weights, plain) {
		t.Error("the weights are others than without")
	}
	if !raceEnabled && allocations > most+2 { // under the race detector a sync.Pool drops things at random
		t.Errorf("a step allocates %v objects after the profile, %v without", allocations, most)
	}
	n, total := f.Steps()
	if n != 4 || total <= 0 {
		t.Fatalf("%d steps in %v", n, total)
	}
	rows := map[string]probe.ProfileRow{}
	sum, share := time.Duration(0), 0.0
	for _, r := range f.Rows() {
		rows[strings.Join(strings.Fields(r.Phase+" "+r.Layer+" "+r.Op), " ")] = r
		sum += r.Time
		share += r.Share
	}
	if sum > total || share > 1 || share <= 0 {
		t.Errorf("the parts take %v, the steps %v; shares add up to %g", sum, total, share)
	}
	names := slices.Sorted(maps.Keys(rows))
	// Activations are in their layers' operations: the profiler leaves them fused.
	want := []string{"backward conv1 conv2d", "backward conv1 max_pool2d", "backward conv2 conv2d", "backward conv2 max_pool2d",
		"backward conv2 reshape", "backward fc1 linear", "backward fc2 linear", "backward fc3 cross_entropy", "backward fc3 linear",
		"forward conv1 conv2d", "forward conv1 max_pool2d", "forward conv2 conv2d", "forward conv2 max_pool2d",
		"forward conv2 reshape", "forward fc1 linear", "forward fc2 linear", "forward fc3 cross_entropy", "forward fc3 linear", "optimizer step"}
	if !slices.Equal(names, want) {
		t.Errorf("rows %q\nwant %q", names, want)
	}
	for name, bytes := range map[string]int{"forward conv1 conv2d": 16 * 6 * 28 * 28 * 4, "forward fc1 linear": 16 * 120 * 4, "forward conv2 reshape": 0,
		"backward fc3 linear": (16*84 + 84*10 + 10) * 4, "optimizer step": 0} {
		if r := rows[name]; r.Calls != 4 || r.Bytes != 4*bytes {
			t.Errorf("%s: %d calls and %d bytes, not 4 and %d", name, r.Calls, r.Bytes, 4*bytes)
		}
	}
	checkTable(t, f.Table())
	t.Log("\n" + f.Table())
}

func checkTable(t *testing.T, table string) {
	t.Helper()
	for line := range strings.Lines(table) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	for _, want := range []string{"phase", "layer", "operation", "ms/step", "share", "us/call", "MB/step", "conv2d backward", "optimizer step", "other"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in the table", want)
		}
	}
}

// rowNames are the names of the measurements, in order.
func rowNames(f *probe.Profiler) []string {
	var names []string
	for _, r := range f.Rows() {
		names = append(names, strings.Join(strings.Fields(r.Phase+" "+r.Layer+" "+r.Op), " "))
	}
	slices.Sort(names)
	return names
}

// residual is a block whose shortcut is computed before its first activation.
type residual struct{ Conv1, Conv2, Downsample *nn.Conv2d }

func (b *residual) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y, z := b.Conv1.Forward(p, x), b.Downsample.Forward(p, x)
	return b.Conv2.Forward(p, y.ReLU()).Add(z.Tanh()).Sigmoid()
}

// TestProfileSideBySide: an activation has the row of the layer whose result it is given, forward and backward, in the
// trace too, and a metric after Backward has none.
func TestProfileSideBySide(t *testing.T) {
	for _, c := range []struct {
		m    nn.Module
		x    *tensor.Tensor
		want []string // without the phase, which is forward and backward
		line string   // layers of a step in the trace
	}{
		{&fork{nn.NewLinear(3, 4), nn.NewLinear(3, 4)}, randn(1, 8, 3), []string{"a linear", "a relu", "b add", "b linear", "b mean", "b tanh"},
			"a, b, a, b, b backward, a backward"},
		{&residual{nn.NewConv2d(1, 4, 1), nn.NewConv2d(4, 4, 1), nn.NewConv2d(1, 4, 1)}, randn(1, 2, 1, 8, 8),
			[]string{"conv1 conv2d", "conv1 relu", "conv2 add", "conv2 conv2d", "conv2 mean", "conv2 sigmoid", "downsample conv2d", "downsample tanh"},
			"conv1, downsample, conv1, conv2, downsample, conv2, conv2 backward, downsample backward, conv2 backward, conv1 backward"},
	} {
		nn.Init(c.m, 1)
		p, opt := nn.Training(1), sgd(c.m, 0.1)
		f := probe.Profile(p, c.m, opt, probe.ProfileOptions{Skip: -1, Steps: 2})
		for range 2 {
			y := c.m.Forward(p, c.x)
			opt.ZeroGrad()
			y.Mean().Backward()
			y.ArgMax(1)
			opt.Step()
		}
		var want []string
		for _, name := range c.want {
			want = append(want, "backward "+name, "forward "+name)
		}
		want = append(want, "forward argmax", "optimizer step")
		slices.Sort(want)
		if got := rowNames(f); !slices.Equal(got, want) {
			t.Errorf("%T: rows %q\nwant %q", c.m, got, want)
		}
		var line []string
		for _, e := range traced(t, f) {
			if e.Cat == "layer" && e.step == "step 2" {
				line = append(line, e.Name)
			}
			if layer, ok := e.Args["layer"]; ok && e.parent != layer && e.parent != fmt.Sprint(layer, " backward") {
				t.Errorf("%T: %s of %v lies in %q", c.m, e.Name, layer, e.parent)
			}
		}
		if got := strings.Join(line, ", "); got != c.line {
			t.Errorf("%T: the trace has %s\nwant %s", c.m, got, c.line)
		}
	}
}

// traceEvent is an event as a viewer reads it.
type traceEvent struct {
	Name, Ph, Cat string
	Ts            float64
	Dur           *float64
	Pid, Tid      int
	Args          map[string]any

	depth        int    // how many events it lies in
	parent, step string // the name of the innermost and the outermost of them
}

// traced is the trace of a profile, held to its format: every event has what its kind must have, those of a thread
// lie within each other or apart, and the process and the thread have names. What is left are the pieces of time.
func traced(t *testing.T, f *probe.Profiler) []traceEvent {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteTrace(&b); err != nil {
		t.Fatal(err)
	}
	var fields []map[string]json.RawMessage
	if err := json.Unmarshal(b.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	var events, pieces []traceEvent
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&events); err != nil {
		t.Fatal(err)
	}
	type thread struct{ pid, tid int }
	named := map[string]int{}
	open := map[thread][]traceEvent{}
	for i, e := range events {
		must := []string{"name", "ph", "ts", "pid", "tid"}
		if e.Ph == "X" {
			must = append(must, "dur")
		}
		for _, name := range must {
			if len(fields[i][name]) == 0 {
				t.Fatalf("event %d has no %s: %+v", i, name, e)
			}
		}
		if e.Name == "" || e.Ts < 0 || e.Pid < 1 || e.Tid < 1 {
			t.Errorf("event %d is %+v", i, e)
		}
		switch e.Ph {
		case "M":
			if name, ok := e.Args["name"].(string); !ok || name == "" || e.Name != "process_name" && e.Name != "thread_name" {
				t.Errorf("%s is %v", e.Name, e.Args)
			}
			named[fmt.Sprint(e.Name, " ", e.Pid, " ", e.Tid)]++
			continue
		case "X":
		default:
			t.Fatalf("event %d is of the kind %q", i, e.Ph)
		}
		if *e.Dur < 0 || len(pieces) > 0 && e.Ts < pieces[len(pieces)-1].Ts {
			t.Fatalf("event %d takes %g from %g on", i, *e.Dur, e.Ts)
		}
		const digit = 1e-6 // less than the last of the three that are written
		at := thread{e.Pid, e.Tid}
		within := open[at]
		for len(within) > 0 {
			last := within[len(within)-1]
			if end := last.Ts + *last.Dur; e.Ts < end-digit {
				if e.Ts+*e.Dur > end+digit {
					t.Errorf("%s ends at %f, after what it lies in, at %f", e.Name, e.Ts+*e.Dur, end)
				}
				break
			}
			within = within[:len(within)-1]
		}
		e.depth = len(within)
		if e.depth > 0 {
			e.step, e.parent = within[0].Name, within[e.depth-1].Name
		}
		open[at] = append(within, e)
		pieces = append(pieces, e)
	}
	want := map[string]int{"process_name 1 1": 1, "thread_name 1 1": 1}
	if !maps.Equal(named, want) || len(open) > 1 || len(open) == 1 && open[thread{1, 1}] == nil {
		t.Errorf("named are %v, and there are events of %d threads", named, len(open))
	}
	return pieces
}

// TestProfileTrace holds the trace of a real network to its format, and each event to its place.
func TestProfileTrace(t *testing.T) {
	f, _, _ := profiled(t, 5, probe.ProfileOptions{Steps: 3})
	found := map[string]int{}
	for _, e := range traced(t, f) {
		found[e.Cat+" "+e.Name]++
		if want := map[string]int{"step": 0, "layer": 1, "optimizer": 1, "forward": 2, "backward": 2}[e.Cat]; *e.Dur > 0.1 && e.depth != want {
			t.Errorf("%s %s lies %d deep, not %d", e.Cat, e.Name, e.depth, want)
		}
		if e.Name == "conv2d" && e.Args["layer"] == "conv2" && (fmt.Sprint(e.Args["shape"]) != "[16 16 10 10]" || e.Args["bytes"] != 16.0*16*10*10*4) {
			t.Errorf("%s has args %v", e.Name, e.Args)
		}
	}
	for name, n := range map[string]int{"step step 2": 1, "step step 4": 1, "step step 1": 0, "step step 5": 0, "layer conv1": 3, "layer conv1 backward": 3,
		"forward conv2d": 6, "backward conv2d backward": 6, "optimizer optimizer step": 3} {
		if found[name] != n {
			t.Errorf("%d events %q, not %d", found[name], name, n)
		}
	}
}

// TestProfileOfInference: without an optimizer all until Stop is one step.
func TestProfileOfInference(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(4, 4), nn.NewReLU())
	nn.Init(m, 1)
	p := nn.Inference()
	f := probe.Profile(p, m, nil, probe.ProfileOptions{})
	for range 3 {
		m.Forward(p, tensor.Ones(2, 4))
	}
	f.Stop()
	m.Forward(p, tensor.Ones(2, 4))
	rows := f.Rows()
	if n, _ := f.Steps(); n != 1 || len(rows) != 1 || rows[0].Calls != 3 || rows[0].Op != "linear" || rows[0].Layer != "0" || rows[0].Bytes != 3*32 {
		t.Errorf("%d steps, rows %+v", n, rows)
	}
}

// TestProfileUnfinished: a step that has not come to its end is no step, and no steps make no table.
func TestProfileUnfinished(t *testing.T) {
	f, _, _ := profiled(t, 1, probe.ProfileOptions{})
	if f.Table() != "no step was measured\n" || len(f.Rows()) != 0 {
		t.Error(f.Table())
	}
	if events := traced(t, f); len(events) != 0 {
		t.Errorf("the trace has %+v", events)
	}
	m := nn.NewLinear(4, 4)
	nn.Init(m, 1)
	p, opt := nn.Training(1), sgd(m, 0.1)
	f = probe.Profile(p, m, opt, probe.ProfileOptions{Skip: -1, Steps: 5})
	for range 2 {
		m.Forward(p, tensor.Ones(2, 4)).Sum().Backward()
		f.Waited(time.Hour) // no longer than there was time
		opt.Step()
	}
	m.Forward(p, tensor.Ones(2, 4))
	f.Stop()
	n, total := f.Steps()
	for _, r := range f.Rows() {
		if r.Op == "linear" && r.Phase == "forward" && r.Calls != 2 || r.Time > total {
			t.Errorf("%d steps of %v, row %+v", n, total, r)
		}
	}
	if n != 2 {
		t.Errorf("%d steps", n)
	}
}
