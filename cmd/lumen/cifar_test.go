package main

// Tests of the built binary on sets in CIFAR-10's layout and of its true size, which have one colour a class.

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"image"
	"image/color"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/models"
)

const cifarImages, cifarRecord = 10000, 3073

var cifarNames = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"}

// coloured is the content of every file of the set.
var coloured = sync.OnceValue(func() []byte {
	b := make([]byte, cifarImages*cifarRecord)
	for i := range cifarImages {
		class := byte(i % 10)
		one := b[i*cifarRecord:][:cifarRecord]
		one[0] = class
		for p := range one[1:] {
			one[1+p] = class*20 + byte(i%7) + byte(p/1024)*class*3
		}
	}
	return b
})

// cifarFolder writes the set.
func cifarFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range cifarNames {
		if err := os.WriteFile(filepath.Join(dir, name), coloured(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// cifarArchive is the set as its makers pack it.
func cifarArchive(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, name := range cifarNames {
		if err := w.WriteHeader(&tar.Header{Name: "cifar-10-batches-bin/" + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: cifarImages * cifarRecord}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(coloured()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// with is a call with a data folder.
func with(t *testing.T, data, dir string, args ...string) result {
	t.Helper()
	cmd := command(dir, args...)
	cmd.Env = append(cmd.Env, "LUMEN_DATA="+data)
	return finish(t, cmd)
}

func TestCIFARPresets(t *testing.T) {
	data, dir := cifarFolder(t), t.TempDir()
	for preset, c := range map[string]struct {
		more       []string
		parameters float64
	}{
		"cifar10":         {[]string{"--data", data}, 1210410},
		"convnetjs-cifar": {[]string{"--data", data, "--batch", "10"}, 22466},
		"convnetjs-mnist": {nil, 5994},
	} {
		args := append([]string{"train", preset, "--epochs", "1", "--examples", "100", "--json", "--out", preset}, c.more...)
		r := call(t, dir, args...)
		r.want(t, 0)
		events := lines(t, r.out)
		last := events[len(events)-1]
		if first := events[0]; first["parameters"] != c.parameters || first["examples"] != 90.0 {
			t.Errorf("%s: first event %v", preset, first)
		}
		if last["event"] != "end" || last["test_accuracy"] == nil {
			t.Errorf("%s: last event %v", preset, last)
		}
		options := runFile(t, filepath.Join(dir, preset))["options"].(map[string]any)
		if options["preset"] != preset || options["examples"] != 100.0 {
			t.Errorf("%s: options %v", preset, options)
		}
		r = call(t, dir, "predict", "--run", preset, "--index", "3", "--json")
		r.want(t, 0)
		if p := lines(t, r.out)[0]; p["label"] == nil || p["probability"].(float64) <= 0 {
			t.Errorf("%s: prediction %v", preset, p)
		}
		call(t, dir, "train", preset, "--out", preset, "--resume").want(t, 0, "test accuracy")
		call(t, dir, "train", preset, "--out", preset, "--resume", "--examples", "20").want(t, 2, "--examples 100", "20")
	}
	// The folder with the sets is the environment's where no flag names one.
	root := t.TempDir()
	if err := os.Rename(data, filepath.Join(root, "cifar-10-batches-bin")); err != nil {
		t.Fatal(err)
	}
	with(t, root, dir, "train", "cifar10", "--epochs", "1", "--examples", "20", "--out", "environment").want(t, 0, "test accuracy")
	with(t, t.TempDir(), dir, "train", "cifar10", "--out", "none").want(t, 1, "a file is missing", "lumen data get cifar10")
	call(t, dir, "train", "convnetjs-cifar", "--data", "nowhere", "--out", "none").want(t, 1, "nowhere", "lumen data get cifar10")
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("a run's folder was made without data")
	}
}

// TestDataGetFrom puts the files of a folder into place, unless they are not the original's.
func TestDataGetFrom(t *testing.T) {
	from, root, dir := cifarFolder(t), t.TempDir(), t.TempDir()
	with(t, root, dir, "data", "get", "cifar10", "--from", from).want(t, 1, "data_batch_1.bin", "SHA-256")
	with(t, root, dir, "data", "get", "cifar10", "--from", "nowhere").want(t, 1, "nowhere")
	with(t, root, dir, "data", "get", "mnist", "--from", from).want(t, 2, "mnist", "cifar10")
	with(t, root, dir, "data", "get", "cifar10", "--from", from, "--url", "http://localhost").want(t, 2, "--from", "--url")
	with(t, root, dir, "data", "path", "cifar10").want(t, 1, "lumen data get cifar10")
	if err := os.Truncate(filepath.Join(from, "data_batch_4.bin"), cifarImages*cifarRecord/2); err != nil {
		t.Fatal(err)
	}
	with(t, root, dir, "data", "get", "cifar10", "--from", from, "--unchecked").want(t, 1, "data_batch_4.bin", "15365000 bytes, 30730000 are wanted")
	call(t, dir, "train", "cifar10", "--data", from).want(t, 1, "data_batch_4.bin", "15365000 bytes, 30730000 are wanted")
	if left, err := filepath.Glob(filepath.Join(root, "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(from, "data_batch_4.bin"), coloured(), 0o666); err != nil {
		t.Fatal(err)
	}
	r := with(t, root, dir, "data", "get", "cifar10", "--from", from, "--unchecked", "--json")
	r.want(t, 0)
	want := filepath.Join(root, "cifar10", "cifar-10-batches-bin")
	if got := lines(t, r.out)[0]; got["path"] != want {
		t.Errorf("%v, want %s", got, want)
	}
	with(t, root, dir, "data", "path", "cifar10").want(t, 0, want)
	with(t, root, dir, "data", "list").want(t, 0, "cifar10        yes")
	with(t, root, dir, "train", "cifar10", "--epochs", "1", "--examples", "50", "--out", "run").want(t, 0)
}

// TestDataGetOverTheNet fetches from a server on this machine that cuts the connection once.
func TestDataGetOverTheNet(t *testing.T) {
	archive := cifarArchive(t)
	var connections atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if connections.Add(1) == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(archive)))
			w.Write(archive[:len(archive)/2])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive))
	}))
	defer server.Close()
	root, dir := t.TempDir(), t.TempDir()
	// It is not the original: the length alone says so, and nothing stays.
	with(t, root, dir, "data", "get", "cifar10", "--url", server.URL).want(t, 1, server.URL, "170052171 are wanted", "--from")
	if left, err := filepath.Glob(filepath.Join(root, "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	connections.Store(0)
	r := with(t, root, dir, "data", "get", "cifar10", "--url", server.URL, "--unchecked")
	r.want(t, 0, filepath.Join(root, "cifar10", "cifar-10-batches-bin"))
	if n := connections.Load(); n != 2 {
		t.Errorf("%d connections, 2 are wanted", n)
	}
	if left, err := filepath.Glob(filepath.Join(root, "*", "*")); err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
	with(t, root, dir, "data", "get", "cifar10").want(t, 0, "cifar-10-batches-bin") // is there
	for _, split := range []datasets.Split{datasets.Train, datasets.Test} {
		if set, err := datasets.CIFAR10(root, split); err != nil || set.Label(3) != 3 {
			t.Errorf("%v: %v", split, err)
		}
	}
	server.Close()
	r = with(t, t.TempDir(), dir, "data", "get", "cifar10", "--url", server.URL)
	r.want(t, 1, server.URL)
	if strings.Count(r.errors, "\n") > 1 {
		t.Errorf("more than a sentence: %s", r.errors)
	}
}

// TestTrainImages learns to tell plain pictures apart, and predicts others.
func TestTrainImages(t *testing.T) {
	dir := t.TempDir()
	paint := func(name string, w, h int, c color.RGBA) {
		t.Helper()
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				img.SetRGBA(x, y, c)
			}
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		savePNG(t, name, img)
	}
	photos := filepath.Join(dir, "photos")
	for i := range 20 {
		paint(filepath.Join(photos, "red", fmt.Sprintf("%d.png", i)), 20+i, 30, color.RGBA{uint8(150 + i), uint8(i), 0, 255})
		paint(filepath.Join(photos, "blue", fmt.Sprintf("%d.png", i)), 40, 20+i, color.RGBA{uint8(i), 0, uint8(180 + i), 255})
	}
	r := call(t, dir, "train", "images", "--data", photos, "--size", "16", "--net", "lenet", "--epochs", "20", "--batch", "8", "--out", "run")
	r.want(t, 0, "test accuracy 100.00 %", "run folder run")
	options := runFile(t, filepath.Join(dir, "run"))["options"].(map[string]any)
	if options["size"] != 16.0 || options["net"] != "lenet" || fmt.Sprint(options["classes"]) != "[blue red]" {
		t.Errorf("options %v", options)
	}
	for _, name := range []string{"loss", "accuracy", "confusion"} {
		for _, format := range []string{".png", ".svg"} {
			if info, err := os.Stat(filepath.Join(dir, "run", name+format)); err != nil || info.Size() < 1000 {
				t.Errorf("%s%s: %v", name, format, err)
			}
		}
	}
	paint(filepath.Join(dir, "new.png"), 100, 50, color.RGBA{160, 10, 10, 255})
	call(t, dir, "predict", "--run", "run", "new.png").want(t, 0, "new.png: red")
	call(t, dir, "predict", "--run", "run", "--index", "0").want(t, 0, "test image 0: ")
	call(t, dir, "train", "images", "--out", "run", "--resume", "--size", "20").want(t, 2, "--size 16", "20")
	call(t, dir, "train", "images", "--out", "run", "--resume", "--net", "resnet8").want(t, 2, "--net lenet", "resnet8")
	call(t, dir, "train", "images", "--out", "run", "--resume").want(t, 0, "test accuracy 100.00 %")

	// Images that somebody has set apart for the test.
	apart := filepath.Join(dir, "apart")
	for i := range 12 {
		paint(filepath.Join(apart, "train", "red", fmt.Sprintf("%d.png", i)), 20, 20, color.RGBA{200, uint8(i), 0, 255})
		paint(filepath.Join(apart, "train", "blue", fmt.Sprintf("%d.png", i)), 20, 20, color.RGBA{uint8(i), 0, 200, 255})
	}
	set := []string{"train", "images", "--data", apart, "--epochs", "1", "--size", "16", "--net", "lenet", "--out", "apart-run", "--json"}
	call(t, dir, set...).want(t, 1, "has a folder train, but none called test or val")
	paint(filepath.Join(apart, "val", "red", "1.png"), 20, 20, color.RGBA{220, 0, 0, 255})
	call(t, dir, set...).want(t, 1, "val has one class only, red")
	paint(filepath.Join(apart, "val", "blue", "1.png"), 20, 20, color.RGBA{0, 0, 220, 255})
	paint(filepath.Join(apart, "val", "green", "1.png"), 20, 20, color.RGBA{0, 220, 0, 255})
	call(t, dir, set...).want(t, 1, filepath.Join("val", "green")+" is a folder of no known class; they are blue, red")
	if err := os.RemoveAll(filepath.Join(apart, "val", "green")); err != nil {
		t.Fatal(err)
	}
	r = call(t, dir, set...)
	r.want(t, 0)
	if first := lines(t, r.out)[0]; first["examples"] != 22.0 { // of 24 a tenth is held out
		t.Errorf("first event %v", first)
	}
	call(t, dir, "predict", "--run", "apart-run", "--index", "1").want(t, 0, "test image 1: ")
	call(t, dir, "predict", "--run", "apart-run", "--index", "2").want(t, 2, "the test set has images 0 to 1")

	call(t, dir, "train", "images").want(t, 2, "--data")
	call(t, dir, "train", "images", "--data", photos, "--net", "magic").want(t, 2, "magic", "resnet8")
	call(t, dir, "train", "images", "--data", photos, "--size", "5").want(t, 2, "--size 5")
	call(t, dir, "train", "images", "--data", filepath.Join(photos, "red")).want(t, 1, "has 20 images but no folders")
	if err := os.RemoveAll(filepath.Join(photos, "blue")); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "train", "images", "--data", photos, "--out", "none").want(t, 1, "one class only, red")
	paint(filepath.Join(photos, "blue", "1.png"), 5, 5, color.RGBA{0, 0, 200, 255})
	if err := os.WriteFile(filepath.Join(photos, "blue", "2.png"), []byte("no picture"), 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "train", "images", "--data", photos, "--out", "none").want(t, 1, filepath.Join("blue", "2.png"), "no picture that can be read")
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("a run's folder was made without data")
	}
}

// TestApart: the images for the test are a fifth of each class, and the others are the rest.
func TestApart(t *testing.T) {
	labels := make([]byte, 0, 112)
	for range 100 {
		labels = append(labels, 3)
	}
	labels = append(labels, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 7) // ten and two
	test, rest := apart(labels, 1, datasets.Test), apart(labels, 1, datasets.Train)
	counts := map[byte]int{}
	for _, i := range test {
		counts[labels[i]]++
	}
	all := append(append([]int{}, test...), rest...)
	slices.Sort(all)
	if fmt.Sprint(counts) != "map[0:2 3:20 7:1]" || len(all) != len(labels) || len(slices.Compact(all)) != len(labels) {
		t.Errorf("%v for the test, %d in all", counts, len(all))
	}
	if slices.Equal(test, apart(labels, 2, datasets.Test)) || !slices.Equal(test, apart(labels, 1, datasets.Test)) {
		t.Error("the seed does not decide")
	}
}

// TestConvNetJSFirstWeights: variance 1/fan-in, 0.1 in front of a ReLU and 0 in front of the
// softmax; other presets begin as PyTorch does.
func TestConvNetJSFirstWeights(t *testing.T) {
	net := models.NewConvNetJSCIFAR()
	presets["convnetjs-cifar"].initialise(net, 1)
	for name, p := range nn.Named(net) {
		v := tensor.Data[float32](p.Value())
		mean, square := 0.0, 0.0
		for _, x := range v {
			mean += float64(x) / float64(len(v))
			square += float64(x) * float64(x) / float64(len(v))
		}
		fan := len(v) / p.Shape()[0]
		switch {
		case len(p.Shape()) > 1 && math.Abs(square*float64(fan)-1) > 0.2:
			t.Errorf("%s has variance %g, want 1/%d", name, square, fan)
		case name == "fc.bias" && square != 0, len(p.Shape()) == 1 && name != "fc.bias" && math.Abs(mean-0.1) > 1e-6:
			t.Errorf("%s is %g on average", name, mean)
		}
	}
	plain, same := models.NewConvNetJSCIFAR(), models.NewConvNetJSCIFAR()
	presets["cifar10"].initialise(plain, 1)
	nn.Init(same, 1)
	if a, b := tensor.Data[float32](plain.Conv1.Weight.Value()), tensor.Data[float32](same.Conv1.Weight.Value()); !slices.Equal(a, b) {
		t.Error("cifar10 does not begin as nn.Init does")
	}
}
