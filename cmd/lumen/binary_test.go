package main

// Tests of the built binary: what it writes to which stream, its exit status, its files.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/vision/datasets"
)

var binary string // the built command

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "lumen")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "lumen")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building the command:", err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// result is what a call of the binary left.
type result struct {
	out, errors string
	status      int
}

func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LUMEN_THREADS=", "LUMEN_CPU=", "NO_COLOR=1")
	return cmd
}

func call(t *testing.T, dir string, args ...string) result {
	t.Helper()
	return finish(t, command(dir, args...))
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	r := result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
	if strings.Contains(r.errors, "goroutine ") {
		t.Errorf("%v: a stack trace:\n%s", cmd.Args[1:], r.errors)
	}
	return r
}

func (r result) want(t *testing.T, status int, words ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("exit status %d, %d is wanted; it said:\n%s%s", r.status, status, r.out, r.errors)
	}
	for _, w := range words {
		if !strings.Contains(r.errors+r.out, w) {
			t.Errorf("%q is not in what it said:\n%s%s", w, r.out, r.errors)
		}
	}
}

// small writes the first n training and 200 test images of MNIST as IDX files.
func small(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for _, s := range []struct {
		split          datasets.Split
		images, labels string
		n              int
	}{{datasets.Train, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", n},
		{datasets.Test, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", 200}} {
		set, err := datasets.MNIST(s.split)
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]struct {
			data []byte
			dims []int
		}{s.images: {set.Images()[:s.n*784], []int{s.n, 28, 28}}, s.labels: {set.Labels()[:s.n], []int{s.n}}} {
			var b bytes.Buffer
			if err := datasets.WriteIDX(&b, content.data, content.dims...); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// lines parses JSON lines.
func lines(t *testing.T, text string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
		var m map[string]any
		if err := json.Unmarshal([]byte(l), &m); err != nil {
			t.Fatalf("not a line of JSON: %q: %v", l, err)
		}
		all = append(all, m)
	}
	return all
}

func TestTrainStreamsAndFolder(t *testing.T) {
	data, dir := small(t, 700), t.TempDir()
	r := call(t, dir, "train", "idx", "--data", data, "--epochs", "2", "--json", "--out", "run", "--checkpoint-every", "7", "--lr", "0.05")
	r.want(t, 0)
	events := lines(t, r.out)
	if first := events[0]; first["event"] != "start" || first["parameters"] != 61706.0 {
		t.Errorf("first event %v", first)
	}
	last := events[len(events)-1]
	if last["event"] != "end" {
		t.Fatalf("last event %v", last)
	}
	for _, f := range []string{"test_accuracy", "test_loss", "seconds", "epochs", "steps", "parameters"} {
		if _, ok := last[f].(float64); !ok {
			t.Errorf("the end event has no number %q: %v", f, last)
		}
	}
	if last["epochs"] != 2.0 || last["steps"] != 20.0 || last["test_accuracy"].(float64) < 0.3 || last["test_accuracy"].(float64) > 1 {
		t.Errorf("end event %v", last)
	}
	steps(t, events, 20)
	checkpoints(t, events)
	file, err := os.ReadFile(filepath.Join(dir, "run", "events.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if string(file) != r.out {
		t.Error("events.jsonl and the stream differ")
	}
	var info struct {
		Seed    uint64  `json:"seed"`
		CPU     string  `json:"cpu"`
		Threads int     `json:"threads"`
		Options options `json:"options"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "run", "run.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil || info.Seed != 1 || info.CPU == "" || info.Threads < 1 || info.Options.Preset != "idx" || info.Options.Epochs != 2 {
		t.Errorf("run.json: %v %+v", err, info)
	}
	model, err := safetensors.Open(filepath.Join(dir, "run", "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	want := "conv1.bias conv1.weight conv2.bias conv2.weight fc1.bias fc1.weight fc2.bias fc2.weight fc3.bias fc3.weight"
	if got := strings.Join(model.Names(), " "); got != want {
		t.Errorf("model.safetensors has %s", got)
	}
	for _, name := range []string{"checkpoint-last.safetensors", "checkpoint-best.safetensors"} {
		if _, err := os.Stat(filepath.Join(dir, "run", name)); err != nil {
			t.Error(err)
		}
	}
	// A folder that holds something is refused.
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "run").want(t, 1, "run", "not empty", "--resume")
}

// steps checks that every step stands once, from 1 to n.
func steps(t *testing.T, events []map[string]any, n int) {
	t.Helper()
	next := 1
	for _, e := range events {
		if e["event"] == "batch" {
			if int(e["step"].(float64)) != next {
				t.Fatalf("step %v where %d is wanted", e["step"], next)
			}
			next++
		}
	}
	if next != n+1 {
		t.Errorf("%d steps, %d are wanted", next-1, n)
	}
}

// checkpoints checks those of 2 epochs of 10 steps, one every 7: at the start, every 7
// steps, at the ends of the epochs; and the best at the ends of the epochs that were it.
func checkpoints(t *testing.T, events []map[string]any) {
	t.Helper()
	var last, best, wantBest []int
	for i, e := range events {
		step, _ := e["step"].(float64)
		switch {
		case e["event"] == "epoch" && e["best"] == true:
			wantBest = append(wantBest, int(step))
		case e["event"] != "checkpoint":
		case e["path"] == "checkpoint-best.safetensors" && e["best"] == true:
			best = append(best, int(step))
		case e["path"] == "checkpoint-last.safetensors" && e["best"] == false:
			last = append(last, int(step))
			if step == 0 && i != 1 {
				t.Errorf("the first checkpoint is event %d, not the one after the start", i)
			}
		default:
			t.Errorf("event %v", e)
		}
	}
	if want := []int{0, 7, 10, 14, 20}; !slices.Equal(last, want) {
		t.Errorf("checkpoints after steps %v, %v are wanted", last, want)
	}
	if !slices.Equal(best, wantBest) || len(best) == 0 {
		t.Errorf("best checkpoints after steps %v, %v are wanted", best, wantBest)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	data, dir := small(t, 400), t.TempDir()
	for _, out := range []string{"a", "b"} {
		call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", out, "--seed", "5").want(t, 0)
	}
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "c", "--seed", "6").want(t, 0)
	a, b, c := read(t, dir, "a"), read(t, dir, "b"), read(t, dir, "c")
	if !bytes.Equal(a, b) {
		t.Error("one seed, two models")
	}
	if bytes.Equal(a, c) {
		t.Error("two seeds, one model")
	}
}

func read(t *testing.T, dir, run string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, run, "model.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamagedCheckpoint(t *testing.T) {
	data, dir := small(t, 400), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "run").want(t, 0)
	path := filepath.Join(dir, "run", "checkpoint-last.safetensors")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	foreign := read(t, dir, "run")
	for name, b := range map[string][]byte{"half": good[:len(good)/2], "foreign": foreign, "empty": {}, "text": []byte("not a checkpoint at all")} {
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		r := call(t, dir, "train", "idx", "--out", "run", "--resume")
		r.want(t, 1, "checkpoint-last.safetensors")
		if n := strings.Count(strings.TrimSpace(r.errors), "\n"); n > 2 {
			t.Errorf("%s: more than a sentence:\n%s", name, r.errors)
		}
		if left, _ := os.ReadFile(path); !bytes.Equal(left, b) {
			t.Errorf("%s: the refused checkpoint was changed", name)
		}
	}
	if _, err := safetensors.Load(filepath.Join(dir, "run", "checkpoint-best.safetensors")); err != nil {
		t.Errorf("the best checkpoint was harmed: %v", err)
	}
	if err := os.WriteFile(path, good, 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "train", "idx", "--out", "run", "--resume").want(t, 0)
	call(t, dir, "train", "idx", "--out", "run", "--resume", "--epochs", "3").want(t, 2, "--epochs 1", "3")
	call(t, dir, "train", "idx", "--out", "run", "--resume", "--threads", "7").want(t, 1, "threads", "--inexact")
	call(t, dir, "train", "idx", "--out", "nowhere", "--resume").want(t, 1, "nowhere", "run.json")
}

func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args   []string
		status int
		words  []string
	}{
		{[]string{"train", "minst"}, 2, []string{"minst", "mnist"}},
		{[]string{"train", "mnist", "--epoch", "3"}, 2, []string{"--epoch"}},
		{[]string{"train", "mnist", "--epochs", "many"}, 2, []string{"many"}},
		{[]string{"train", "mnist", "--epochs", "0"}, 2, []string{"--epochs 0"}},
		{[]string{"train", "mnist", "--epochs=-1"}, 2, []string{"--epochs -1", "from 1"}},
		{[]string{"train", "mnist", "--epochs", "-1"}, 2, []string{"--epochs -1: a number from 1 to"}},
		{[]string{"train", "mnist", "--batch", "-3"}, 2, []string{"--batch -3: a number from 1 to"}},
		{[]string{"train", "mnist", "--lr", "NaN"}, 2, []string{"--lr"}},
		{[]string{"train", "mnist", "--optimizer", "magic"}, 2, []string{"magic", "adam"}},
		{[]string{"train", "mnist", "--threads", "0"}, 2, []string{"--threads 0", "64"}},
		{[]string{"train", "mnist", "--threads", "999"}, 2, []string{"999", "64"}},
		{[]string{"train", "mnist", "--cpu", "z80"}, 2, []string{"z80", "generic"}},
		{[]string{"train", "mnist", "extra"}, 2, []string{"extra"}},
		{[]string{"train", "idx"}, 2, []string{"--data"}},
		{[]string{"train", "idx", "--data", "nowhere"}, 1, []string{"nowhere"}},
		{[]string{"paint"}, 2, []string{"paint"}},
		{[]string{"predict"}, 2, []string{"picture"}},
		{[]string{"predict", "--run", "nowhere", "x.png"}, 1, []string{"nowhere", "run.json"}},
		{[]string{"data", "path", "imagenet"}, 2, []string{"imagenet", "mnist"}},
	} {
		r := call(t, dir, c.args...)
		r.want(t, c.status, c.words...)
		if r.out != "" {
			t.Errorf("%v: standard output has %q", c.args, r.out)
		}
	}
	cmd := command(dir, "version")
	cmd.Env = append(cmd.Env, "LUMEN_THREADS=lots")
	finish(t, cmd).want(t, 2, "LUMEN_THREADS", "lots")
	cmd = command(dir, "version")
	cmd.Env = append(cmd.Env, "LUMEN_CPU=abacus")
	finish(t, cmd).want(t, 2, "LUMEN_CPU", "abacus")
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {}, {"train", "--help"}, {"train", "mnist", "--help"}, {"train", "idx", "--help"}, {"train", "cifar10", "--help"}, {"train", "images", "--help"},
		{"train", "convnetjs-mnist", "--help"}, {"train", "convnetjs-cifar", "--help"}, {"predict", "--help"},
		{"data", "--help"}, {"data", "list", "--help"}, {"data", "get", "--help"}, {"data", "path", "--help"}, {"version", "--help"}} {
		r := call(t, t.TempDir(), args...)
		r.want(t, 0, "lumen")
		if len(args) > 1 && !strings.Contains(r.out, "Example") {
			t.Errorf("%v has no example:\n%s", args, r.out)
		}
		for _, l := range strings.Split(r.out, "\n") {
			if len(l) > 100 {
				t.Errorf("%v: a line of %d columns: %s", args, len(l), l)
			}
		}
	}
}

func TestVersionAndData(t *testing.T) {
	dir := t.TempDir()
	v := lines(t, call(t, dir, "version", "--json").out)[0]
	if v["go"] != runtime.Version() || v["cpu"] == "" {
		t.Errorf("version %v", v)
	}
	list := lines(t, call(t, dir, "data", "list", "--json").out)
	if list[0]["name"] != "mnist" || list[0]["embedded"] != true {
		t.Errorf("first data set %v", list[0])
	}
	call(t, dir, "data", "list").want(t, 0, "mnist", "fashion-mnist")
}

// trained is a run on a few images, good enough to read a digit.
func trained(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	call(t, dir, "train", "idx", "--data", small(t, 4000), "--epochs", "3", "--batch", "32", "--lr", "0.05", "--out", "run").want(t, 0)
	return dir
}

func TestPredict(t *testing.T) {
	dir := trained(t)
	t.Run("other program", func(t *testing.T) { otherProgram(t, dir) })
	test, err := datasets.MNIST(datasets.Test)
	if err != nil {
		t.Fatal(err)
	}
	// the first test image is a seven
	seven := test.Image(0)
	plain := image.NewGray(image.Rect(0, 0, 28, 28))
	copy(plain.Pix, seven)
	savePNG(t, filepath.Join(dir, "seven.png"), plain)
	photo := photograph(seven)
	saveJPEG(t, filepath.Join(dir, "photo.jpg"), photo)
	dark := image.NewGray(plain.Rect)
	for i, v := range plain.Pix {
		dark.Pix[i] = 255 - v
	}
	savePNG(t, filepath.Join(dir, "dark.png"), dark)

	r := call(t, dir, "predict", "--run", "run", "seven.png", "dark.png", "--json")
	r.want(t, 0, "dark.png: dark on light")
	for _, p := range lines(t, r.out) {
		if p["class"] != "7" || p["probability"].(float64) < 0.5 || len(p["top"].([]any)) != 3 || p["index"] != nil {
			t.Errorf("prediction %v", p)
		}
	}
	call(t, dir, "predict", "--run", "run", "photo.jpg").want(t, 1, "photo.jpg", "200 x 260", "--fit")
	r = call(t, dir, "predict", "--run", "run", "--fit", "--json", "photo.jpg")
	r.want(t, 0)
	if p := lines(t, r.out)[0]; p["class"] != "7" {
		t.Errorf("the photographed seven is %v", p)
	}
	r = call(t, dir, "predict", "--run", "run", "--index", "0", "--index", "1", "--json")
	r.want(t, 0)
	got := lines(t, r.out)
	if len(got) != 2 || got[0]["label"] != "7" || got[1]["index"] != 1.0 {
		t.Errorf("predictions %v", got)
	}
	call(t, dir, "predict", "--run", "run", "--index", "200").want(t, 2, "199")
	call(t, dir, "predict", "--run", "run", "nope.png").want(t, 1, "lumen: nope.png: there is no such file")
	if err := os.WriteFile(filepath.Join(dir, "rubbish.png"), []byte("no picture"), 0o666); err != nil {
		t.Fatal(err)
	}
	r = call(t, dir, "predict", "--run", "run", "rubbish.png", "seven.png")
	r.want(t, 1, "rubbish.png", "seven.png: 7")
	savePNG(t, filepath.Join(dir, "blank.png"), image.NewGray(image.Rect(0, 0, 50, 40)))
	call(t, dir, "predict", "--run", "run", "--fit", "blank.png").want(t, 1, "blank.png", "nothing stands out")
}

// otherProgram predicts pictures that Pillow wrote (testdata/README.md). The PNG has the
// pixels of test image 0.
func otherProgram(t *testing.T, dir string) {
	folder, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	pillow, photo := filepath.Join(folder, "seven-pillow.png"), filepath.Join(folder, "seven-photo.jpg")
	r := call(t, dir, "predict", "--run", "run", "--json", pillow, "--index", "0")
	r.want(t, 0)
	got := lines(t, r.out)
	if got[0]["class"] != "7" || got[0]["file"] != pillow || math.Abs(got[0]["probability"].(float64)-got[1]["probability"].(float64)) > 1e-5 {
		t.Errorf("the PNG is %v, the test image %v", got[0], got[1])
	}
	call(t, dir, "predict", "--run", "run", photo).want(t, 1, photo, "320 x 240", "--fit")
	r = call(t, dir, "predict", "--run", "run", "--json", "--fit", photo)
	r.want(t, 0, "dark on light, inverted")
	if p := lines(t, r.out)[0]; p["class"] != "7" || p["probability"].(float64) < 0.5 {
		t.Errorf("the photographed seven is %v", p)
	}
}

// photograph is a digit as somebody would photograph it: dark ink on uneven, noisy
// paper, large, off the middle.
func photograph(digit []byte) image.Image {
	const w, h, left, top, size = 200, 260, 60, 90, 112
	r := rand.New(rand.NewPCG(1, 2))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			paper := 225 - 25*float64(x)/w - 10*float64(y)/h + 4*r.NormFloat64()
			ink := 0.0
			if x >= left && x < left+size && y >= top && y < top+size {
				ink = float64(digit[(y-top)*28/size*28+(x-left)*28/size]) / 255
			}
			v := uint8(math.Max(0, math.Min(255, paper*(1-0.85*ink))))
			img.Set(x, y, color.RGBA{v, v, uint8(float64(v) * 0.9), 255})
		}
	}
	return img
}

func savePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

func saveJPEG(t *testing.T, path string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestRubbishData(t *testing.T) {
	dir := t.TempDir()
	for name, damage := range map[string]func(data string){
		"truncated": func(data string) { truncate(t, filepath.Join(data, "train-images-idx3-ubyte")) },
		"promises": func(data string) {
			b := []byte{0, 0, 8, 3, 0x40, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3}
			if err := os.WriteFile(filepath.Join(data, "train-images-idx3-ubyte"), b, 0o666); err != nil {
				t.Fatal(err)
			}
		},
		"gzip": func(data string) {
			if err := os.Remove(filepath.Join(data, "train-images-idx3-ubyte")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, "train-images-idx3-ubyte.gz"), []byte{0x1f, 0x8b, 8, 0, 1, 2}, 0o666); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := small(t, 100)
			damage(data)
			r := call(t, dir, "train", "idx", "--data", data, "--out", name)
			r.want(t, 1, "train-images-idx3-ubyte")
			if n := strings.Count(strings.TrimSpace(r.errors), "\n"); n > 0 {
				t.Errorf("more than a sentence:\n%s", r.errors)
			}
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				t.Error("a run folder was made")
			}
		})
	}
}

func truncate(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()/2)
	}
	if err != nil {
		t.Fatal(err)
	}
}
