package main

// Tests of the built binary on folders and streams that are not as they should be.

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestDamagedRunFile: nonsense in run.json is said in a sentence that names the file.
func TestDamagedRunFile(t *testing.T) {
	data, dir := small(t, 100), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "run").want(t, 0)
	path := filepath.Join(dir, "run", "run.json")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, damage := range map[string]func(options map[string]any){
		"batch":     func(o map[string]any) { o["batch"] = 0 },
		"epochs":    func(o map[string]any) { o["epochs"] = -2 },
		"lr":        func(o map[string]any) { o["lr"] = -3 },
		"optimizer": func(o map[string]any) { o["optimizer"] = "magic" },
		"shape":     func(o map[string]any) { o["shape"] = []int{1, -28, 28} },
		"channels":  func(o map[string]any) { o["shape"] = []int{-1, 28, 28} },
		"giant":     func(o map[string]any) { o["shape"] = []int{1, 3 << 30, 3 << 30} },
		"mean":      func(o map[string]any) { o["mean"] = nil },
		"empty":     func(o map[string]any) { clear(o) },
	} {
		var info map[string]any
		if err := json.Unmarshal(good, &info); err != nil {
			t.Fatal(err)
		}
		damage(info["options"].(map[string]any))
		bad, err := json.Marshal(info)
		if err == nil {
			err = os.WriteFile(path, bad, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Run(what, func(t *testing.T) {
			call(t, dir, "train", "idx", "--out", "run", "--resume").want(t, 1, "run.json")
			call(t, dir, "predict", "--run", "run", "--index", "0").want(t, 1, "run.json")
		})
	}
}

// TestOtherTestImages: sets that do not fit together are refused before any training.
func TestOtherTestImages(t *testing.T) {
	data, dir := small(t, 100), t.TempDir()
	images := make([]byte, 16+200*14*14)
	copy(images, []byte{0, 0, 8, 3, 0, 0, 0, 200, 0, 0, 0, 14, 0, 0, 0, 14})
	if err := os.WriteFile(filepath.Join(data, "t10k-images-idx3-ubyte"), images, 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "train", "idx", "--data", data, "--out", "run").want(t, 1, "[1 28 28]", "[1 14 14]")
	if _, err := os.Stat(filepath.Join(dir, "run")); err == nil {
		t.Error("a run folder was made")
	}
}

// TestChangedTestImages: the folder of a run's images is not what it was.
func TestChangedTestImages(t *testing.T) {
	data, dir := small(t, 100), t.TempDir()
	call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "run").want(t, 0)
	labels := filepath.Join(data, "t10k-labels-idx1-ubyte")
	b, err := os.ReadFile(labels)
	if err != nil {
		t.Fatal(err)
	}
	b[8] = 12
	if err := os.WriteFile(labels, b, 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "predict", "--run", "run", "--index", "0").want(t, 1, data, "13 classes")
}

// TestDiverged: a rate far too high makes weights that are no numbers; everything says so
// and nothing breaks.
func TestDiverged(t *testing.T) {
	data, dir := small(t, 300), t.TempDir()
	r := call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--batch", "8", "--lr", "1e5", "--out", "run", "--json")
	r.want(t, 0, "the loss is NaN", "lower learning rate")
	if end := lines(t, r.out); end[len(end)-1]["test_loss"] != "NaN" {
		t.Errorf("the last event is %v", end[len(end)-1])
	}
	r = call(t, dir, "predict", "--run", "run", "--index", "0", "--json")
	r.want(t, 0)
	if p := lines(t, r.out)[0]; p["probability"] != "NaN" || p["top"].([]any)[0].(map[string]any)["probability"] != "NaN" {
		t.Errorf("prediction %v", p)
	}
	call(t, dir, "predict", "--run", "run", "--index", "0").want(t, 0, "NaN")
}

// TestFullOutput: a result that could not be written is no success.
func TestFullOutput(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/dev/full is a device of Linux")
	}
	data, dir := small(t, 20), t.TempDir()
	for name, args := range map[string][]string{
		"text":    {"train", "idx", "--data", data, "--epochs", "1", "--out", "text"},
		"json":    {"train", "idx", "--data", data, "--epochs", "1", "--out", "json", "--json"},
		"predict": {"predict", "--run", "text", "--index", "0"},
		"version": {"version"},
	} {
		if name == "predict" {
			call(t, dir, "train", "idx", "--data", data, "--epochs", "1", "--out", "ready").want(t, 0)
			args[2] = "ready"
		}
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd := command(dir, args...)
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &errs
		cmd.Run()
		full.Close()
		if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%s: exit status %d, it said:\n%s", name, cmd.ProcessState.ExitCode(), errs.String())
		}
	}
}

// TestPictures are files that are not what they seem, and a photograph in bad light.
func TestPictures(t *testing.T) {
	dir := t.TempDir()
	call(t, dir, "train", "idx", "--data", small(t, 20), "--epochs", "1", "--out", "run").want(t, 0)
	if err := os.Mkdir(filepath.Join(dir, "folder.png"), 0o777); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "predict", "--run", "run", "folder.png").want(t, 1, "folder.png", "a folder")
	clear := image.NewNRGBA(image.Rect(0, 0, 28, 28)) // all transparent: white paper
	for y := 8; y < 20; y++ {
		clear.Set(14, y, color.NRGBA{A: 255})
	}
	savePNG(t, filepath.Join(dir, "clear.jpg"), clear) // a PNG by another name
	call(t, dir, "predict", "--run", "run", "clear.jpg").want(t, 0, "dark on light")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	status := run(terminal{ctx, &out, &errs}, []string{"predict", "--run", filepath.Join(dir, "run"), filepath.Join(dir, "clear.jpg")})
	if status != 130 || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted before") {
		t.Errorf("an interrupted predict: exit status %d, it said:\n%s%s", status, out.String(), errs.String())
	}
	dim := image.NewGray16(image.Rect(0, 0, 90, 70))
	for i := range 90 * 70 {
		v := uint16(0x6000)
		if x, y := i%90, i/90; x > 40 && x < 47 && y > 10 && y < 60 {
			v = 0x1000
		}
		dim.SetGray16(i%90, i/90, color.Gray16{Y: v})
	}
	savePNG(t, filepath.Join(dir, "dim.png"), dim)
	call(t, dir, "predict", "--run", "run", "--fit", "dim.png").want(t, 0, "dark on light")
	// Of any format, and as the camera was held.
	samples := filepath.Join("..", "..", "vision", "testdata")
	for name, size := range map[string]string{"rgb.webp": "11 x 7", "gray.tiff": "11 x 7", "rgb.bmp": "11 x 7", "orientation6.jpg": "7 x 11"} {
		b, err := os.ReadFile(filepath.Join(samples, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o666); err != nil {
			t.Fatal(err)
		}
		call(t, dir, "predict", "--run", "run", name).want(t, 1, name+": the picture has "+size+" pixels, the network takes 28 x 28; use --fit")
	}
	if err := os.WriteFile(filepath.Join(dir, "bomb.gif"), []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), 0o666); err != nil {
		t.Fatal(err)
	}
	call(t, dir, "predict", "--run", "run", "--fit", "bomb.gif").want(t, 1, "bomb.gif: a GIF of 65535 x 65535 pixels")
}
