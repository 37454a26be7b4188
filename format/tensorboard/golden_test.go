package tensorboard

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/tensor"
)

// keep lets testdata/check_python.py have what TestWritten wrote.
var keep = flag.String("keep", "", "folder in which TestWritten leaves the files it writes")

// goldens are golden.json's events by file.
func goldens(t *testing.T) map[string][]map[string]any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "golden", "golden.json"))
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Files map[string][]map[string]any
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	return golden.Files
}

// number is v as golden.json has it.
func number(v float64) any {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return v
}

func numbers(vs []float64) []any {
	all := make([]any, len(vs))
	for i, v := range vs {
		all[i] = number(v)
	}
	return all
}

// described is an event as golden.json has it.
func described(t *testing.T, e Event) map[string]any {
	t.Helper()
	m := map[string]any{"wall_time": seconds(e.WallTime), "step": e.Step}
	if e.FileVersion != "" {
		m["file_version"] = e.FileVersion
	}
	if e.Session != 0 {
		m["session"] = e.Session
	}
	if e.Graph != nil {
		nodes := []any{}
		for _, n := range e.Graph.Nodes {
			nodes = append(nodes, map[string]any{"name": n.Name, "op": n.Op, "inputs": append([]string{}, n.Inputs...), "shape": n.Shape, "text": n.Text})
		}
		m["graph"] = nodes
	}
	values := []any{}
	for _, v := range e.Values {
		value := map[string]any{"tag": v.Tag, "plugin": v.Plugin}
		switch d := v.Data.(type) {
		case nil:
		case Scalar:
			value["scalar"] = number(float64(d))
		case *Histogram:
			value["histogram"] = map[string]any{"min": number(d.Min), "max": number(d.Max), "num": number(d.Num), "sum": number(d.Sum),
				"sum_squares": number(d.SumSquares), "limits": numbers(d.BucketLimits), "buckets": numbers(d.Buckets)}
		case Images:
			images := []any{}
			for _, i := range d {
				width, height, rgba := pixels(t, i)
				if width != i.Width || height != i.Height {
					t.Errorf("a picture of %d x %d is said to have %d x %d", width, height, i.Width, i.Height)
				}
				images = append(images, map[string]any{"width": width, "height": height, "channels": i.Channels, "rgba": rgba})
			}
			value["images"] = images
		case Text:
			value["text"] = []string(d)
		case *tensor.Tensor:
			value["tensor"] = map[string]any{"dtype": d.DType().String(), "shape": append([]int{}, d.Shape()...), "values": numbers(tensor.Data[float64](d.To(tensor.Float64)))}
		default:
			t.Errorf("tag %q: a value of type %T", v.Tag, d)
		}
		values = append(values, value)
	}
	if len(values) > 0 {
		m["values"] = values
	}
	return asJSON(t, m)
}

// asJSON is m after a way through JSON.
func asJSON(t *testing.T, m map[string]any) map[string]any {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// pixels decodes a picture to red, green, blue and alpha of each pixel.
func pixels(t *testing.T, i Image) (width, height int, rgba []int) {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(i.Encoded))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.NRGBAModel.Convert(m.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			rgba = append(rgba, int(c.R), int(c.G), int(c.B), int(c.A))
		}
	}
	return b.Dx(), b.Dy(), rgba
}

// TestGoldens: what PyTorch and TensorBoard wrote is read as TensorBoard's reader does.
func TestGoldens(t *testing.T) {
	kinds := map[string]int{}
	for name, want := range goldens(t) {
		t.Run(name, func(t *testing.T) {
			i := 0
			for e, err := range ReadFile(filepath.Join("testdata", "golden", name)) {
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range e.Values {
					kinds[fmt.Sprintf("%T", v.Data)]++
				}
				if i < len(want) {
					if got := described(t, e); !reflect.DeepEqual(got, want[i]) {
						t.Errorf("event %d is\n%v, want\n%v", i, got, want[i])
					}
				}
				i++
			}
			if i != len(want) {
				t.Errorf("%d events, want %d", i, len(want))
			}
		})
	}
	for _, data := range []any{Scalar(0), &Histogram{}, Images{}, Text{}, &tensor.Tensor{}, nil} {
		if kind := fmt.Sprintf("%T", data); kinds[kind] == 0 {
			t.Errorf("the goldens have no value of type %s", kind)
		}
	}
}

// recordsOf are the messages in a file.
func recordsOf(t *testing.T, b []byte) [][]byte {
	t.Helper()
	var all [][]byte
	r := records{r: bytes.NewReader(b)}
	for {
		data, err := r.read()
		if err != nil {
			if r.next != int64(len(b)) {
				t.Fatal(err)
			}
			return all
		}
		all = append(all, bytes.Clone(data))
	}
}

const goldenWall = 1700000000.25

// TestSameAsPyTorch: given what make_golden.py gives PyTorch's SummaryWriter, ours writes the same bytes, but for the first event,
// where theirs adds its own name, and the pictures, which have the same pixels.
func TestSameAsPyTorch(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("testdata", "golden", "pytorch.tfevents"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	wall := time.Unix(1700000000, 250e6)
	now := wall
	w, err := NewStreamWriter(&b, SummaryWriterOptions{Clock: func() time.Time { return now }})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	for i, loss := range []float64{2.5, 0.1, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1e-45, 3.4e38, 1e39} {
		now = wall.Add(time.Duration(i+1) * time.Second / 4)
		must(w.AddScalar("loss/train", loss, i+1))
	}
	now = wall
	must(w.AddScalar("Größe/重み", 1, 1<<40))
	must(w.AddScalar("before the first", 7, 0))
	edge := 1e-12
	for _, h := range []struct {
		tag    string
		values []float64
	}{
		{"small", []float64{-2, -1, 0, 0, 1, 1, 1, 300}},
		{"one", []float64{5}},
		{"zeros", make([]float64, 6)},
		{"negative", []float64{-8, -8, -0.25}},
		{"an edge", []float64{edge, edge * 1.1, -edge}},
		{"tiny", []float64{1e-300, -1e-300}},
	} {
		must(w.AddHistogram(h.tag, tensor.FromSlice(h.values), 3))
	}
	must(w.AddHistogramRaw("raw", &Histogram{Min: -1.5, Max: 2, Num: 10, Sum: 4.5, SumSquares: 20.25, BucketLimits: []float64{-1, 0, 2}, Buckets: []float64{3, 0, 7}}, 4))
	ramp := func(n int, by uint8) []uint8 {
		s := make([]uint8, n)
		for i := range s {
			s[i] = uint8(i) * by
		}
		return s
	}
	must(w.AddImage("picture/colour", tensor.FromSlice(ramp(24, 10), 3, 2, 4), 5))
	must(w.AddImage("picture/grey", tensor.FromSlice([]float32{0, 0.5, 1, -1, 2, 0.999}, 1, 2, 3), 5))
	must(w.AddImage("picture/alpha", tensor.FromSlice(ramp(16, 15), 4, 2, 2), 5))
	must(w.AddImage("picture/double", tensor.FromSlice([]float64{0.1, 0.2, 0.3, 0.7}, 1, 2, 2), 5))
	batch := make([]float32, 60)
	for i := range batch {
		batch[i] = float32(i) / 64
	}
	must(w.AddImages("batch", tensor.FromSlice(batch, 10, 1, 2, 3), 5))
	must(w.AddText("notes", "**Größe** | a\n\nsecond", 6))
	must(w.AddText("notes", "", 7))
	must(w.AddGraph(&Graph{Nodes: []Node{
		{Name: "input", Op: "Input", Shape: []int{1, 28, 28}, Text: "a batch"},
		{Name: "conv1/weight", Op: "Parameter", Shape: []int{}, Text: "p"},
		{Name: "conv1/conv2d", Op: "conv2d", Inputs: []string{"input", "conv1/weight"}, Shape: []int{0, 6, 24}, Text: "größer"},
	}}))
	must(w.Close())

	got, want := recordsOf(t, b.Bytes()), recordsOf(t, golden)
	if len(got) != len(want) {
		t.Fatalf("%d events, PyTorch wrote %d", len(got), len(want))
	}
	d := decoder{plugins: map[string]string{}}
	pictures := 0
	for i := range got {
		ours, err := d.event(got[i])
		must(err)
		theirs, err := d.event(want[i])
		must(err)
		if len(ours.Values) == 1 {
			if images, ok := ours.Values[0].Data.(Images); ok {
				pictures++
				reference := theirs.Values[0].Data.(Images)
				images[0].Channels, reference[0].Channels = 0, 0 // PyTorch makes grey ones coloured
				ours.Values[0].Data, theirs.Values[0].Data = images, reference
				if a, b := described(t, ours), described(t, theirs); !reflect.DeepEqual(a, b) {
					t.Errorf("event %d is\n%v, PyTorch wrote\n%v", i, a, b)
				}
				continue
			}
		}
		if i == 0 {
			if !bytes.HasPrefix(want[0], got[0]) {
				t.Errorf("the first event is %q, PyTorch's %q", got[0], want[0])
			}
			continue
		}
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("event %d is\n%q %v, PyTorch wrote\n%q %v", i, got[i], described(t, ours), want[i], described(t, theirs))
		}
	}
	if pictures != 5 {
		t.Errorf("%d pictures were compared, want 5", pictures)
	}
	if seconds(wall) != goldenWall {
		t.Errorf("the wall time is %v, want %v", seconds(wall), goldenWall)
	}
}
