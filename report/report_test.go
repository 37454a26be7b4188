package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lumen-ml/lumen/diag"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testdata/short and testdata/ill are folders of real runs of lumen train on MNIST; testdata/README.md says how they were made.
func read(t *testing.T, dirs ...string) []*Run {
	t.Helper()
	runs, err := ReadAll(dirs)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

func summaryOf(t *testing.T, runs []*Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteText(&b, runs, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pageOf(t *testing.T, runs []*Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := WritePage(&b, runs); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	for name, dirs := range map[string][]string{"short": {"testdata/short"}, "ill": {"testdata/ill"}, "compared": {"testdata/short", "testdata/ill"}} {
		got := summaryOf(t, read(t, dirs...))
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if w := strings.ReplaceAll(string(want), "\r\n", "\n"); got != w {
			t.Errorf("%s: the summary is\n%s\nwant\n%s", name, got, w)
		}
		narrow(t, name, got)
	}
}

func narrow(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("%s: a line of %d columns: %s", name, n, line)
		}
	}
}

// copied is a folder's copy, without some of its files.
func copied(t *testing.T, from string, without ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(to, 0o777); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if slices.Contains(without, e.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, e.Name()), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func rewrite(t *testing.T, dir, name string, f func(string) string) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(f(string(b))), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestUnfinished: a run that was killed is read as far as it got, whatever its last line is.
func TestUnfinished(t *testing.T) {
	dir := copied(t, "testdata/short", train.ModelFile, ConfusionFile)
	rewrite(t, dir, train.EventsFile, func(s string) string {
		lines := strings.SplitAfter(s, "\n")
		half := strings.Join(lines[:len(lines)/2], "")
		return half + `{"event":"batch","step":`
	})
	r := read(t, dir)[0]
	if r.State() != Unfinished || len(r.Steps) == 0 || !strings.HasPrefix(r.How(), "unfinished at step ") {
		t.Errorf("it is %s with %d steps: %s", r.State(), len(r.Steps), r.How())
	}
	narrow(t, "unfinished", summaryOf(t, []*Run{r}))
	page := pageOf(t, []*Run{r})
	for _, want := range []string{"There is no confusion matrix", `class="state unfinished"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	// One that never made a step, and one that was killed before its first event.
	for _, keep := range []int{1, 0} {
		rewrite(t, dir, train.EventsFile, func(s string) string { return strings.Join(strings.SplitAfter(s, "\n")[:keep], "") })
		r := read(t, dir)[0]
		if !strings.Contains(r.How(), "has not made a step") {
			t.Errorf("with %d events: %s", keep, r.How())
		}
		summaryOf(t, []*Run{r})
		pageOf(t, []*Run{r})
	}
}

// TestWithoutStatistics: the figures that need them say so.
func TestWithoutStatistics(t *testing.T) {
	dir := copied(t, "testdata/short")
	rewrite(t, dir, train.EventsFile, func(s string) string {
		var kept []string
		for _, l := range strings.SplitAfter(s, "\n") {
			if !strings.Contains(l, `"event":"probe"`) {
				kept = append(kept, l)
			}
		}
		return strings.Join(kept, "")
	})
	r := read(t, dir)[0]
	if len(r.Samples) != 0 || len(r.Histograms) != 0 {
		t.Fatalf("%d samples are left", len(r.Samples))
	}
	if s := summaryOf(t, []*Run{r}); !strings.Contains(s, "--stats-every 0") {
		t.Errorf("the summary does not say that there are no statistics:\n%s", s)
	}
	page := pageOf(t, []*Run{r})
	if n := strings.Count(page, "--stats-every 0"); n < 4 {
		t.Errorf("%d figures of the page say that there are no statistics", n)
	}
	if r.Filters == nil || !strings.Contains(page, "conv1") {
		t.Error("without statistics the filters and the layers with weights are missing")
	}
}

// TestContinued: a resumed run says where.
func TestContinued(t *testing.T) {
	dir := copied(t, "testdata/short")
	rewrite(t, dir, train.EventsFile, func(s string) string {
		lines := strings.SplitAfter(s, "\n")
		again := strings.Replace(lines[0], "}\n", `,"resumed_after_step":7}`+"\n", 1)
		return lines[0] + again + strings.Join(lines[1:], "")
	})
	r := read(t, dir)[0]
	if !slices.Equal(r.Continued, []int{7}) || !strings.Contains(summaryOf(t, []*Run{r}), "continued after step 7\n") {
		t.Errorf("it was continued after %v", r.Continued)
	}
}

// TestDamage: what makes a folder unreadable is an error that names the file; what does not is said in the report.
func TestDamage(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		f    func(string) string
		want string
	}{
		"no JSON":             {train.RunFile, func(s string) string { return s[:len(s)/2] }, "run.json"},
		"options are no such": {train.RunFile, func(s string) string { return `{"options":[1]}` }, "not a JSON object"},
		"a broken line":       {train.EventsFile, func(s string) string { return strings.Replace(s, `"step":3,`, `"step":,`, 1) }, "events.jsonl"},
		"another's finding": {train.EventsFile, func(s string) string {
			return s + `{"event":"finding","rule":"r","severity":"dreadful","phase":"opened"}` + "\n"
		}, "dreadful"},
	} {
		dir := copied(t, "testdata/short")
		rewrite(t, dir, c.file, c.f)
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v; %q and the folder are wanted in it", name, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		file string
		f    func(string) string
		want string
	}{
		"weights cut":           {train.ModelFile, func(s string) string { return s[:len(s)/2] }, "model.safetensors"},
		"confusion of no shape": {ConfusionFile, func(string) string { return `{"classes":["a","b"],"counts":[[1,2]]}` }, "confusion.json"},
		"confusion of no JSON":  {ConfusionFile, func(string) string { return "?" }, "confusion.json"},
	} {
		dir := copied(t, "testdata/short")
		rewrite(t, dir, c.file, c.f)
		r, err := Read(dir)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(r.Problems) != 1 || !strings.Contains(r.Problems[0], c.want) {
			t.Errorf("%s: the problems are %q", name, r.Problems)
		}
		if !strings.Contains(summaryOf(t, []*Run{r}), "not read: ") || !strings.Contains(pageOf(t, []*Run{r}), "Not read:") {
			t.Errorf("%s: the reports do not say it", name)
		}
	}
}

// evil is what a stranger's folder may hold.
const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>" onload="alert(3)'"` + "\x1b[31m\u202e"

// strange is a run whose every text is evil.
func strange() *Run {
	nan := math.NaN()
	h := &probe.Histogram{Low: -1, High: 1, Counts: []int{1, 0, 3}}
	s := probe.Summary{Count: 4, Mean: nan, Std: math.Inf(1), MeanAbs: 0.1, Min: -1, Max: 1, NonFinite: 0.25, Zeros: 0.5, Histogram: h}
	r := &Run{Dir: evil, Name: printable(evil), Command: evil, Problems: []string{evil}, Options: []Option{{evil, evil}},
		Confusion: &Confusion{Classes: []string{evil, evil + "2"}, Counts: [][]int64{{3, 1}, {2, 4}}},
		Tensors:   []Tensor{{evil, []int{2}}},
		Filters:   &Filters{Name: evil, Total: 1, Channels: 1, Height: 2, Width: 2, Limit: 1, Weights: [][]float64{{nan, 1, -1, 0}}},
		Findings: []Finding{{Finding: diag.Finding{Rule: evil, Severity: diag.Error, Phase: diag.Opened, Layer: evil, Formula: evil, Message: evil, Advice: evil,
			Evidence: []diag.Evidence{{What: evil, Step: 1, Example: 2, Value: nan}}}}},
		End: &train.Ended{Stopped: evil, Tested: true, Test: []train.Value{{Name: evil, Value: 1}}}}
	r.Info.Lumen, r.Info.Go, r.Info.OS, r.Info.Path = evil, evil, evil, evil
	r.Info.Optimizer = json.RawMessage(`{"type":` + quoted(evil) + `,"options":[{"options":{` + quoted(evil) + `:` + quoted(evil) + `}}]}`)
	for i := range 3 {
		r.Steps = append(r.Steps, Step{Step: i + 1, Loss: nan})
		step := &probe.Step{Step: i + 1, Layers: []probe.Layer{{Name: evil, Op: evil, Shape: []int{2, 3, 4, 4}, Output: s, Grad: &s, Units: 2, Dead: []int{1}}},
			Params: []probe.Param{{Name: evil + ".weight", Shape: []int{2, 2}, Weight: s, Grad: &s, UpdateRatio: math.Inf(1)}, {Name: "b", Shape: []int{2, 2}, Weight: s}}}
		r.Samples, r.Histograms = append(r.Samples, step), append(r.Histograms, step)
	}
	return r
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// TestEscaping: nothing of a folder becomes a tag, an attribute or a command of the terminal.
func TestEscaping(t *testing.T) {
	for _, runs := range [][]*Run{{strange()}, {strange(), strange()}} {
		page := pageOf(t, runs)
		if n := strings.Count(page, "<script"); n != 1 {
			t.Errorf("%d scripts", n)
		}
		for _, bad := range []string{"<img src=x", `" onload`, "onerror=alert(2)>\""} {
			if strings.Contains(page, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Error("the texts are not there at all")
		}
		wellFormed(t, page)
		summary := summaryOf(t, runs)
		if strings.ContainsAny(summary, "\x1b\u202e") {
			t.Errorf("the summary has control characters: %q", summary)
		}
		narrow(t, "strange", summary)
		if err := WriteJSON(io.Discard, runs); err != nil {
			t.Error(err)
		}
	}
}

// wellFormed looks at the page's tags as those of XML, which they are but for a few of HTML's.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "</style>")
	body = "<html>" + body[strings.Index(body, "<body>"):strings.Index(body, "<script>")] + "</body></html>"
	body = regexp.MustCompile(`(<(?:img|br)\b[^>]*)>`).ReplaceAllString(body, "$1/>")
	body = regexp.MustCompile(` (hidden|open|data-percent)([ >])`).ReplaceAllString(body, ` $1=""$2`)
	d := xml.NewDecoder(strings.NewReader(body))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			at := int(d.InputOffset())
			t.Fatalf("%v near %q", err, body[max(0, at-200):min(len(body), at+40)])
		}
	}
}

var sections = []string{"findings", "learning", "gradients", "histograms", "confusion", "filters", "network", "epochs", "options", "environment", "repeat"}

// TestPage: everything is on it, nothing is fetched, and every figure says what healthy looks like.
func TestPage(t *testing.T) {
	runs := read(t, "testdata/short")
	runs[0].Command = "lumen train idx"
	page := pageOf(t, runs)
	wellFormed(t, page)
	for _, id := range sections {
		if !strings.Contains(page, `<section id="`+id+`">`) {
			t.Errorf("there is no section %s", id)
		}
	}
	for _, id := range []string{"loss-linear", "loss-log", "accuracy", "rate", "flow", "by-layer", "ratio", "dead"} {
		_, figure, found := strings.Cut(page, `<figure class="chart" id="`+id+`">`)
		figure, _, _ = strings.Cut(figure, "</figure>")
		if !found || !strings.Contains(figure, "<svg") || !strings.Contains(figure, "Healthy:") && id != "rate" {
			t.Errorf("the figure %s is %.300q", id, figure)
		}
	}
	if bad := regexp.MustCompile(`(?:src|href|action)="(?:https?:|//|[a-z])[^"]*"|url\([^#)]|@import|fetch\(|XMLHttp`).FindAllString(strings.ReplaceAll(strings.ReplaceAll(page, `src="data:`, ``), `href="data:`, ``), -1); len(bad) > 0 {
		t.Errorf("the page fetches %q", bad)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the id %s is there twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("there is no place %s to go to", m[1])
		}
	}
}

// TestCompared: what differs comes first, and the curves of all runs are in one figure.
func TestCompared(t *testing.T) {
	page := pageOf(t, read(t, "testdata/short", "testdata/ill"))
	wellFormed(t, page)
	if a, b := strings.Index(page, `<section id="differences">`), strings.Index(page, `<section id="results">`); a < 0 || b < a {
		t.Errorf("the differences are at %d, the results at %d", a, b)
	}
	for _, want := range []string{"short, training", "ill, training", "ill, validation", `id="run2-flow"`} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q", want)
		}
	}
	twice := read(t, "testdata/short", "testdata/short")
	if twice[0].Name == twice[1].Name || len(Differences(twice)) != 0 {
		t.Errorf("the same run twice: %q, %q, %v", twice[0].Name, twice[1].Name, Differences(twice))
	}
}

// TestSize: the page of a whole run of MNIST with statistics on every tenth step, and of a far larger one, stays small.
func TestSize(t *testing.T) {
	grow := func(steps, layers int) *Run {
		r := &Run{Name: "long", Start: &train.Started{Epochs: 10, StepsPerEpoch: steps / 10}}
		samples, histograms := sampler{most: mostSamples}, sampler{most: mostHistograms}
		noise := uint32(1)
		random := func() float64 {
			noise = noise*1664525 + 1013904223
			return float64(noise>>8)/(1<<24) + 1e-6
		}
		for i := range steps {
			r.Steps = append(r.Steps, Step{Step: i + 1, Loss: random(), LR: random()})
			if i%10 != 0 {
				continue
			}
			s := &probe.Step{Step: i + 1}
			summary := func() probe.Summary {
				out := probe.Summary{Count: 100, Std: random(), MeanAbs: random(), Min: -random(), Max: random()}
				if i%100 == 0 {
					out.Histogram = &probe.Histogram{Low: -random(), High: random()}
					for range 64 {
						out.Histogram.Counts = append(out.Histogram.Counts, int(random()*1000))
					}
				}
				return out
			}
			for k := range layers {
				a, b, c, d := summary(), summary(), summary(), summary()
				s.Layers = append(s.Layers, probe.Layer{Name: fmt.Sprintf("layer%d.relu", k), Op: "relu", Shape: []int{64, 8, 14, 14}, Output: a, Grad: &b, Units: 8})
				s.Params = append(s.Params, probe.Param{Name: fmt.Sprintf("layer%d.weight", k), Shape: []int{8, 8}, Weight: c, Grad: &d, UpdateRatio: random()})
			}
			samples.add(s)
			if hasHistograms(s) {
				histograms.add(s)
			}
		}
		r.Samples, r.Histograms = samples.all(), histograms.all()
		return r
	}
	for _, c := range []struct{ steps, layers, most int }{{8600, 12, 3e6 / 2}, {4000, 60, 3e6}} {
		page := pageOf(t, []*Run{grow(c.steps, c.layers)})
		if n := len(page); n > c.most {
			t.Errorf("%d steps of %d layers make %d bytes, more than %d", c.steps, c.layers, n, c.most)
		}
		wellFormed(t, page)
	}
}

func TestSampler(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 8, 9, 100, 1000} {
		s := sampler{most: 8}
		for i := range n {
			s.add(&probe.Step{Step: i + 1})
		}
		kept := s.all()
		if len(kept) > 8 || n <= 7 && len(kept) != n || n >= 8 && len(kept) < 4 {
			t.Errorf("of %d, %d are kept", n, len(kept))
		}
		if n > 0 && (kept[0].Step != 1 || kept[len(kept)-1].Step != n) {
			t.Errorf("of %d, those from %d to %d are kept", n, kept[0].Step, kept[len(kept)-1].Step)
		}
		for i := 2; i+1 < len(kept); i++ {
			if kept[i].Step-kept[i-1].Step != kept[1].Step-kept[0].Step {
				t.Errorf("of %d, the distances differ", n)
			}
		}
	}
}

func TestLives(t *testing.T) {
	var l lives
	for _, e := range []string{
		`{"rule":"dead units","severity":"warning","phase":"gone","layer":"a","step":5,"opened":1,"value":0,"threshold":0.5}`,
		`{"rule":"dead units","severity":"warning","phase":"opened","layer":"a","step":10,"opened":10,"value":0.6,"threshold":0.5}`,
		`{"rule":"dead units","severity":"warning","phase":"opened","layer":"b","step":12,"opened":12,"value":0.7,"threshold":0.5}`,
		`{"rule":"dead units","severity":"error","phase":"worse","layer":"a","step":20,"opened":10,"value":"Inf","threshold":0.5}`,
		`{"rule":"dead units","severity":"error","phase":"gone","layer":"a","step":30,"opened":10,"value":0.1,"threshold":0.5}`,
		`{"rule":"dead units","severity":"warning","phase":"opened","layer":"a","step":40,"opened":40,"value":0.6,"threshold":0.5}`,
	} {
		if err := l.tell([]byte(e)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, f := range l.all() {
		got = append(got, fmt.Sprintf("%s %s %s %s", f.Layer, f.Severity, f.life(), short(f.Value)))
	}
	want := []string{"a error steps 10 to 30, worse at step 20 Inf", "b warning since step 12 0.7", "a warning since step 40 0.6"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOptionsAreFlat(t *testing.T) {
	got, err := flatten(json.RawMessage(`{"b":1,"a":{"x":"<y>","z":[1,"two"]},"c":null,"d":true}`))
	want := []Option{{"b", "1"}, {"a.x", "<y>"}, {"a.z", "1, two"}, {"c", "null"}, {"d", "true"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

func TestAxis(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		log       bool
		want      []string
	}{
		{0, 1, false, []string{"0.0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{0, 8600, false, []string{"0", "2,000", "4,000", "6,000", "8,000"}},
		{1e-5, 1, true, []string{"1e-5", "1e-4", "0.001", "0.01", "0.1", "1"}},
		{0.02, 2.4, true, []string{"0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"}},
	} {
		a := axis{low: c.low, high: c.high, log: c.log}
		var got []string
		for _, tick := range a.ticks() {
			if tick.label != "" {
				got = append(got, tick.label)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("from %g to %g: %q, want %q", c.low, c.high, got, c.want)
		}
	}
	for _, logarithmic := range []bool{false, true} { // whatever was seen, everything has a place
		for _, seen := range [][]float64{{}, {0}, {math.NaN()}, {5}, {-3, 3}, {1e-300, 1e300}, {math.MaxFloat64, -math.MaxFloat64}, {5e-324}} {
			a := newAxis("", logarithmic)
			a.see(seen...)
			a.settle(0.04)
			a.from, a.to = 0, 100
			if !(a.low < a.high) || !finite(a.at(a.high)) {
				t.Errorf("after %v the axis goes from %g to %g", seen, a.low, a.high)
			}
			if n := len(a.ticks()); n > 60 {
				t.Errorf("after %v there are %d ticks", seen, n)
			}
		}
	}
}

func TestPlots(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "plots")
	saved, err := SavePlots(dir, read(t, "testdata/short"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"loss-log.png", "loss-linear.svg", "accuracy.svg", "rate.png", "flow.png", "ratio.svg", "by-layer.png", "dead.svg", "confusion.svg", "filters.png"} {
		if !slices.Contains(saved, filepath.Join(dir, want)) {
			t.Errorf("%s is not among %q", want, saved)
		}
	}
	for _, path := range saved {
		if info, err := os.Stat(path); err != nil || info.Size() < 100 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
}

func TestConfusionFile(t *testing.T) {
	dir := t.TempDir()
	if c, err := ReadConfusion(dir); c != nil || err != nil {
		t.Errorf("of an empty folder: %v, %v", c, err)
	}
	want := &Confusion{Classes: []string{"cat", "dog"}, Counts: [][]int64{{3, 1}, {0, 4}}}
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := ReadConfusion(dir)
	if err != nil || !slices.Equal(got.Classes, want.Classes) || !slices.Equal(got.Counts[0], want.Counts[0]) || !slices.Equal(got.Counts[1], want.Counts[1]) {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzConfusion(f *testing.F) {
	f.Add([]byte(`{"classes":["cat","dog"],"counts":[[3,1],[0,4]]}`))
	f.Add([]byte(`{"classes":[],"counts":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := parseConfusion(b)
		if err != nil {
			return
		}
		var page strings.Builder
		c.write(&page)
		if strings.Contains(page.String(), "<script") {
			t.Error("a script")
		}
	})
}

// FuzzOptions: whatever run.json has as options, they are read or refused, and shown as texts.
func FuzzOptions(f *testing.F) {
	f.Add([]byte(`{"b":1,"a":{"x":"<y>","z":[1,"two"]},"c":null,"d":true}`))
	f.Add([]byte(`{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":{"i":{"j":{}}}}}}}}}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		options, err := flatten(b)
		if err != nil {
			return
		}
		r := &Run{Options: options}
		var page, summary bytes.Buffer
		if err := errors.Join(WritePage(&page, []*Run{r}), WriteText(&summary, []*Run{r}, TextOptions{})); err != nil {
			t.Fatal(err)
		}
		if strings.Count(page.String(), "<script") != 1 || strings.ContainsRune(summary.String(), '\x1b') {
			t.Errorf("%q comes through", b)
		}
	})
}

// FuzzFinding: whatever a finding's line has, it is read or refused.
func FuzzFinding(f *testing.F) {
	f.Add([]byte(`{"rule":"dead units","severity":"error","phase":"opened","layer":"a","step":20,"opened":10,"value":"Inf","threshold":0.5,"evidence":[{"what":"x","step":1,"example":-1,"value":"NaN"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l lives
		if l.tell(b) != nil {
			return
		}
		r := &Run{Findings: l.all()}
		var page, summary bytes.Buffer
		if err := errors.Join(WritePage(&page, []*Run{r}), WriteText(&summary, []*Run{r}, TextOptions{}), WriteJSON(io.Discard, []*Run{r})); err != nil {
			t.Fatal(err)
		}
		if strings.Count(page.String(), "<script") != 1 || strings.ContainsRune(summary.String(), '\x1b') {
			t.Errorf("%q comes through", b)
		}
	})
}
