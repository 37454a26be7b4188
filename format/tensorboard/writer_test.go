package tensorboard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/tensor"
)

// TestWritten writes a folder with everything in it, an earlier file of an interrupted run included, and reads it back. With
// -keep, testdata/check_python.py lets TensorBoard's reader do the same.
func TestWritten(t *testing.T) {
	dir := *keep
	if dir == "" {
		dir = t.TempDir()
	}
	run := filepath.Join(dir, "run")
	now := time.Unix(1700000000, 0)
	clock := func() time.Time { now = now.Add(125 * time.Millisecond); return now }
	want := map[string]map[string][]any{"scalars": {}, "histograms": {}, "images": {}, "texts": {}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	add := func(kind, tag string, step int, rest ...any) {
		want[kind][tag] = append(want[kind][tag], append([]any{step, seconds(now)}, rest...))
	}
	rng := rand.New(rand.NewPCG(1, 2))

	interrupted, err := NewSummaryWriter(run, SummaryWriterOptions{Clock: clock})
	must(err)
	steps := func(w *SummaryWriter, from, to, kept int) {
		for step := from; step <= to; step++ {
			loss := math.Exp(-float64(step) / 20)
			must(w.AddScalar("loss/train", loss, step))
			if step <= kept {
				add("scalars", "loss/train", step, number(float64(float32(loss))))
			}
		}
	}
	steps(interrupted, 1, 40, 30)
	must(interrupted.Close())

	w, err := NewSummaryWriter(run, SummaryWriterOptions{PurgeStep: 31, Clock: clock})
	must(err)
	steps(w, 31, 80, 80)
	for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), math.MaxFloat32, math.SmallestNonzeroFloat32} {
		must(w.AddScalar("odd", v, 31+i))
		add("scalars", "odd", 31+i, number(v))
	}
	histogram := func(tag string, step int, h *Histogram) {
		add("histograms", tag, step, number(h.Min), number(h.Max), number(h.Num), number(h.Sum), number(h.SumSquares), numbers(h.BucketLimits), numbers(h.Buckets))
	}
	for step := 31; step < 36; step++ {
		x := tensor.Randn(rng, 50, 40).MulScalar(float64(step))
		must(w.AddHistogram("weights/fc1", x, step))
		histogram("weights/fc1", step, histogramOfTensor(x))
	}
	nothing := tensor.FromSlice([]float32{float32(math.NaN())})
	must(w.AddHistogram("weights/lost", nothing, 31))
	histogram("weights/lost", 31, histogramOfTensor(nothing))
	bins := FromBins([]float64{-1, -0.5, 0, 0.5, 1}, []int{0, 3, 5, 0})
	must(w.AddHistogramRaw("activations/relu", bins, 31))
	histogram("activations/relu", 31, bins)
	for channels, tag := range map[int]string{1: "grey", 3: "colour", 4: "alpha"} {
		x := tensor.Rand(rng, channels, 5, 7)
		must(w.AddImage("picture/"+tag, x, 50))
		image, err := pictureOf("", x).encoded()
		must(err)
		_, _, rgba := pixels(t, image)
		add("images", "picture/"+tag, 50, 7, 5, rgba)
	}
	batch := tensor.RandInt(rng, 0, 256, 11, 3, 4, 6).To(tensor.Uint8)
	must(w.AddImages("filters", batch, 51))
	sheet, err := gridOf("", batch).encoded()
	must(err)
	_, _, rgba := pixels(t, sheet)
	add("images", "filters", 51, 48, 8, rgba)
	for step, text := range map[int]string{52: "| option | value |\n|---|---|\n| lr | 0.1 |", 53: "Größe 重み"} {
		must(w.AddText("notes", text, step))
		add("texts", "notes/text_summary", step, []string{text})
	}
	slices.SortFunc(want["texts"]["notes/text_summary"], func(a, b any) int {
		return int(1e3 * (a.([]any)[1].(float64) - b.([]any)[1].(float64)))
	})
	graph := &Graph{Nodes: []Node{
		{Name: "input", Op: "Input", Shape: []int{1, 1, 28, 28}},
		{Name: "conv1/weight", Op: "Parameter", Shape: []int{6, 1, 5, 5}},
		{Name: "conv1/conv2d", Op: "conv2d", Inputs: []string{"input", "conv1/weight"}, Shape: []int{1, 6, 28, 28}, Text: "padding 2"},
		{Name: "conv1/relu", Op: "relu", Inputs: []string{"conv1/conv2d"}},
	}}
	must(w.AddGraph(graph))
	must(w.Close())

	got := map[string]map[string][]any{"scalars": {}, "histograms": {}, "images": {}, "texts": {}}
	for _, path := range eventFiles(t, run) {
		for e, err := range ReadFile(path) {
			must(err)
			if e.Session == SessionStart {
				for _, kind := range got {
					for tag, rows := range kind {
						kind[tag] = slices.DeleteFunc(rows, func(row any) bool { return row.([]any)[0].(int) >= e.Step })
					}
				}
			}
			if e.Graph != nil && !reflect.DeepEqual(e.Graph, graph) {
				t.Errorf("the graph is %+v, want %+v", e.Graph, graph)
			}
			for _, v := range e.Values {
				row := []any{e.Step, seconds(e.WallTime)}
				kind := ""
				switch d := v.Data.(type) {
				case Scalar:
					kind, row = "scalars", append(row, number(float64(d)))
				case *Histogram:
					kind, row = "histograms", append(row, number(d.Min), number(d.Max), number(d.Num), number(d.Sum), number(d.SumSquares), numbers(d.BucketLimits), numbers(d.Buckets))
				case Images:
					width, height, rgba := pixels(t, d[0])
					kind, row = "images", append(row, width, height, rgba)
				case Text:
					kind, row = "texts", append(row, []string(d))
				}
				got[kind][v.Tag] = append(got[kind][v.Tag], row)
			}
		}
	}
	all := map[string]any{}
	for kind := range want {
		all[kind] = want[kind]
		for tag := range want[kind] {
			if a, b := fmt.Sprint(got[kind][tag]), fmt.Sprint(want[kind][tag]); a != b {
				t.Errorf("%s of %s are %s, want %s", kind, tag, a, b)
			}
		}
		if len(got[kind]) != len(want[kind]) {
			t.Errorf("%s: %d tags, want %d", kind, len(got[kind]), len(want[kind]))
		}
	}
	nodes := []any{}
	for _, n := range graph.Nodes {
		nodes = append(nodes, map[string]any{"name": n.Name, "op": n.Op, "inputs": append([]string{}, n.Inputs...), "shape": n.Shape, "text": n.Text})
	}
	all["graph"] = nodes
	all["damaged"] = writeDamaged(t, filepath.Join(dir, "damaged"))
	b, err := json.Marshal(all)
	must(err)
	must(os.WriteFile(filepath.Join(dir, "want.json"), b, 0o666))
}

// eventFiles are the event files of a folder in the order in which TensorBoard reads them.
func eventFiles(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*tfevents*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(paths)
	return paths
}

// writeDamaged writes files that were cut off or have one wrong bit, and returns how many whole events each begins with.
func writeDamaged(t *testing.T, dir string) map[string]int {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	b, ends := small(t)
	before := func(at int) int {
		n, _ := slices.BinarySearch(ends, at+1)
		return n
	}
	files := map[string]int{}
	write := func(name string, b []byte, whole int) {
		files[name] = whole
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for at := 0; at < len(b); at += 7 {
		write(fmt.Sprintf("cut-%03d.tfevents", at), b[:at], before(at))
		wrong := bytes.Clone(b)
		wrong[at] ^= 1 << (at % 8)
		write(fmt.Sprintf("wrong-%03d.tfevents", at), wrong, before(at))
	}
	return files
}

// small is a file with a few events, and where each ends.
func small(t testing.TB) (b []byte, ends []int) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewStreamWriter(&out, SummaryWriterOptions{PurgeStep: 3, Clock: func() time.Time { return time.Unix(1700000000, 0) }})
	for _, add := range []func() error{
		func() error { return w.AddScalar("loss", 0.5, 3) },
		func() error { return w.AddText("note", "a", 4) },
		func() error { return w.AddHistogramRaw("weights", FromBins([]float64{-1, 0, 2}, []int{1, 2}), 5) },
		func() error { return w.AddImage("picture", tensor.Ones(1, 2, 2), 6) },
		func() error { return w.AddGraph(&Graph{Nodes: []Node{{Name: "a", Op: "b", Shape: []int{1}}}}) },
	} {
		if err == nil {
			err = add()
		}
		if err == nil {
			err = w.Flush()
		}
		ends = append(ends, out.Len())
	}
	if err != nil {
		t.Fatal(err)
	}
	start := headerBytes + footerBytes
	first := int(out.Bytes()[0]) + start // short ones
	second := first + int(out.Bytes()[first]) + start
	return out.Bytes(), append([]int{first, second}, ends...)
}

// limited fails once it has taken so many bytes, as a full disk does.
type limited struct{ left int }

var errFull = errors.New("no space left on device")

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.left {
		n := l.left
		l.left = 0
		return n, errFull
	}
	l.left -= len(b)
	return len(b), nil
}

// TestFullDisk: wherever the disk is full, the error comes back, from Close at the latest, and stays.
func TestFullDisk(t *testing.T) {
	b, _ := small(t)
	for n := range b {
		w, err := NewStreamWriter(&limited{n}, SummaryWriterOptions{PurgeStep: 3})
		for _, add := range []func() error{
			func() error { return w.AddScalar("loss", 0.5, 3) },
			func() error { return w.AddText("note", "a", 4) },
			func() error { return w.AddHistogramRaw("weights", FromBins([]float64{-1, 0, 2}, []int{1, 2}), 5) },
			func() error { return w.AddImage("picture", tensor.Ones(1, 2, 2), 6) },
			func() error { return w.AddGraph(&Graph{Nodes: []Node{{Name: "a", Op: "b", Shape: []int{1}}}}) },
			w.Flush,
		} {
			if err == nil {
				err = add()
			}
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("a disk of %d bytes: error %v", n, err)
		}
		if err := w.AddScalar("loss", 1, 9); !errors.Is(err, errFull) {
			t.Fatalf("a disk of %d bytes: error %v of the next call", n, err)
		}
		if err := w.Close(); !errors.Is(err, errFull) {
			t.Fatalf("a disk of %d bytes: error %v of Close", n, err)
		}
	}
}

// TestGoroutines: what several goroutines add is there, whole.
func TestGoroutines(t *testing.T) {
	dir := t.TempDir()
	w, err := NewSummaryWriter(dir, SummaryWriterOptions{FlushEvery: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for step := range 50 {
				if err := w.AddScalar(fmt.Sprint(g), float64(step), step); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	next := map[string]int{}
	for e, err := range ReadFile(eventFiles(t, dir)[0]) {
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range e.Values {
			if e.Step != next[v.Tag] || v.Data != Scalar(e.Step) {
				t.Errorf("tag %s: step %d with %v, want step %d", v.Tag, e.Step, v.Data, next[v.Tag])
			}
			next[v.Tag]++
		}
	}
	for g := range 8 {
		if next[fmt.Sprint(g)] != 50 {
			t.Errorf("tag %d has %d steps, want 50", g, next[fmt.Sprint(g)])
		}
	}
}

// TestNames: the files of a folder are in the order in which they were begun, even within a second or with a clock that was
// put back.
func TestNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "run")
	now := time.Unix(1700000000, 0)
	for i := range 12 {
		w, err := NewSummaryWriter(dir, SummaryWriterOptions{Clock: func() time.Time { return now }, FilenameSuffix: fmt.Sprintf(".%d", i)})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if i == 5 {
			now = now.Add(-time.Hour)
		}
	}
	paths := eventFiles(t, dir)
	for i, path := range paths {
		if !strings.HasPrefix(filepath.Base(path), "events.out.tfevents.17000000") || !strings.HasSuffix(path, fmt.Sprintf(".%d", i)) {
			t.Errorf("file %d is %s", i, path)
		}
	}
	if len(paths) != 12 {
		t.Errorf("%d files, want 12", len(paths))
	}
	if _, err := NewSummaryWriter(dir, SummaryWriterOptions{FilenameSuffix: "/x"}); err == nil || !strings.Contains(err.Error(), `"/x"`) {
		t.Errorf("error %v for a suffix with a slash", err)
	}
	var path *fs.PathError
	if _, err := NewSummaryWriter(paths[0]); !errors.As(err, &path) || path.Path != paths[0] {
		t.Errorf("error %v for a folder that is a file, want one that names it", err)
	}
}

// TestFollowed: a reader sees an event as soon as the time is over that the writer keeps it.
func TestFollowed(t *testing.T) {
	dir := t.TempDir()
	w, err := NewSummaryWriter(dir, SummaryWriterOptions{FlushEvery: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.AddScalar("loss", 1, 1); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range ReadFile(eventFiles(t, dir)[0]) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 2 {
		t.Errorf("%d events in the file, want 2", n)
	}
}

func TestClosed(t *testing.T) {
	w, err := NewSummaryWriter(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := w.AddScalar("loss", 1, 1); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("error %v after Close, want fs.ErrClosed", err)
	}
	if err := w.Flush(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("error %v after Close, want fs.ErrClosed", err)
	}
}

// TestNotUTF8: Python's reader would refuse an event whose strings are not UTF-8.
func TestNotUTF8(t *testing.T) {
	var b bytes.Buffer
	w, err := NewStreamWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	graph := &Graph{Nodes: []Node{{Name: "a\xff", Inputs: []string{"\xff"}}}}
	for _, err := range []error{w.AddScalar("a\xffb", 1, 1), w.AddText("t", "\xff", 1), w.AddGraph(graph), w.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := ""
	for e, err := range Read(&b) {
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range e.Values {
			got += v.Tag + fmt.Sprint(v.Data)
		}
		if e.Graph != nil {
			got += e.Graph.Nodes[0].Name + e.Graph.Nodes[0].Inputs[0]
		}
	}
	if want := "a\uFFFDb1t/text_summary[\uFFFD]a\uFFFD\uFFFD"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if graph.Nodes[0].Name != "a\xff" || graph.Nodes[0].Inputs[0] != "\xff" {
		t.Error("the caller's graph was changed")
	}
}

func TestMisuse(t *testing.T) {
	var b bytes.Buffer
	w, err := NewStreamWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	length := b.Len()
	for name, f := range map[string]func(){
		"two options":      func() { NewStreamWriter(&b, SummaryWriterOptions{}, SummaryWriterOptions{}) },
		"no values":        func() { w.AddHistogram("h", tensor.Zeros(0, 3), 1) },
		"nil values":       func() { w.AddHistogram("h", nil, 1) },
		"nil histogram":    func() { w.AddHistogramRaw("h", nil, 1) },
		"limits":           func() { w.AddHistogramRaw("h", &Histogram{Buckets: []float64{1}}, 1) },
		"edges":            func() { FromBins([]float64{1, 2}, []int{1, 2}) },
		"edges fall":       func() { FromBins([]float64{2, 1}, []int{1}) },
		"edges infinite":   func() { FromBins([]float64{1, math.Inf(1)}, []int{1}) },
		"edges NaN":        func() { FromBins([]float64{math.NaN(), 1}, []int{1}) },
		"negative count":   func() { FromBins([]float64{0, 1}, []int{-1}) },
		"nil picture":      func() { w.AddImage("i", nil, 1) },
		"two channels":     func() { w.AddImage("i", tensor.Zeros(2, 3, 3), 1) },
		"a batch":          func() { w.AddImage("i", tensor.Zeros(1, 1, 3, 3), 1) },
		"no height":        func() { w.AddImage("i", tensor.Zeros(1, 0, 3), 1) },
		"nil batch":        func() { w.AddImages("i", nil, 1) },
		"not a batch":      func() { w.AddImages("i", tensor.Zeros(1, 3, 3), 1) },
		"an empty batch":   func() { w.AddImages("i", tensor.Zeros(0, 1, 3, 3), 1) },
		"picture of int64": func() { w.AddImage("i", tensor.ZerosOf(tensor.Int64, 1, 3, 3), 1) },
		"nil graph":        func() { w.AddGraph(nil) },
	} {
		func() {
			defer func() {
				if p := recover(); !isMisuse(p) {
					t.Errorf("%s: panic %v, want a tensor.Misuse", name, p)
				}
			}()
			f()
		}()
	}
	if err := w.Flush(); err != nil || b.Len() != length {
		t.Errorf("%d bytes were written, %v", b.Len()-length, err)
	}
}

func isMisuse(p any) bool {
	_, ok := p.(tensor.Misuse)
	return ok
}

func TestHistogram(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		x    *tensor.Tensor
		want Histogram
	}{
		"int64":        {tensor.FromSlice([]int64{0, 0, 3}), Histogram{Min: 0, Max: 3, Num: 3, Sum: 3, SumSquares: 9}},
		"uint8":        {tensor.FromSlice([]uint8{255}, 1, 1), Histogram{Min: 255, Max: 255, Num: 1, Sum: 255, SumSquares: 65025}},
		"bool":         {tensor.FromSlice([]bool{true, false, true}), Histogram{Min: 0, Max: 1, Num: 3, Sum: 2, SumSquares: 2}},
		"not finite":   {tensor.FromSlice([]float64{math.NaN(), inf, -inf, 2}), Histogram{Min: 2, Max: 2, Num: 1, Sum: 2, SumSquares: 4}},
		"nothing":      {tensor.FromSlice([]float64{math.NaN()}), Histogram{Min: math.MaxFloat64, Max: -math.MaxFloat64}},
		"beyond edges": {tensor.FromSlice([]float64{-0x1p100, 0x1p100}), Histogram{Min: -0x1p100, Max: 0x1p100, Num: 2, Sum: 0, SumSquares: 0x1p201}},
	} {
		h := histogramOfTensor(c.x)
		count := 0.0
		for _, n := range h.Buckets {
			count += n
		}
		if count != h.Num || len(h.Buckets) != len(h.BucketLimits) || !slices.IsSorted(h.BucketLimits) {
			t.Errorf("%s: %d buckets with %g of %g numbers, and %d limits", name, len(h.Buckets), count, h.Num, len(h.BucketLimits))
		}
		got := *h
		got.Buckets, got.BucketLimits = nil, nil
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	got := FromBins([]float64{0, 1, 2, 3, 4}, []int{0, 2, 6, 0})
	want := &Histogram{Min: 1, Max: 3, Num: 8, Sum: 18, SumSquares: 42, BucketLimits: []float64{1, 2, 3}, Buckets: []float64{0, 2, 6}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("FromBins: %+v, want %+v", got, want)
	}
	got = FromBins([]float64{5, 5}, []int{7}) // all numbers are the same
	want = &Histogram{Min: 5, Max: 5, Num: 7, Sum: 35, SumSquares: 175, BucketLimits: []float64{5, 5}, Buckets: []float64{0, 7}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("FromBins: %+v, want %+v", got, want)
	}
}
