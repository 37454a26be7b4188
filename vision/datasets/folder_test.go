package datasets

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The names of the files, images and labels of each split in turn.
var (
	plainNames = []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}
	dotNames   = []string{"train-images.idx3-ubyte.gz", "train-labels.idx1-ubyte", "test-images.idx3-ubyte", "test-labels.idx1-ubyte.gz"}
)

// writeSet writes the same images and labels as both splits under the given names.
func writeSet(t *testing.T, dir string, names []string, pixels, labels []byte, dims ...int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		content := idx(t, pixels, dims...)
		if i%2 == 1 {
			content = idx(t, labels, len(labels))
		}
		if strings.HasSuffix(name, ".gz") {
			content = packed(t, content)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIDXFolder(t *testing.T) {
	pixels, labels := ramp(3*2*5), []byte{11, 0, 3}
	for _, names := range [][]string{plainNames, dotNames} {
		dir := t.TempDir()
		writeSet(t, dir, names, pixels, labels, 3, 2, 5)
		// the test split lacks class 12, which the classes' names must not
		if err := os.WriteFile(filepath.Join(dir, names[1]), idx(t, []byte{12, 0, 3}, 3), 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := IDX(dir, Test)
		if err != nil {
			t.Fatal(err)
		}
		if s.Len() != 3 || !slices.Equal(s.Shape(), []int{1, 2, 5}) || !slices.Equal(s.Images(), pixels) || !slices.Equal(s.Labels(), labels) {
			t.Errorf("%s: %d images of %v", names[0], s.Len(), s.Shape())
		}
		if c := s.Classes(); len(c) != 13 || c[12] != "12" {
			t.Errorf("%s: classes %v", names[0], c)
		}
		train, err := IDX(dir, Train)
		if err != nil || train.Label(0) != 12 || len(train.Classes()) != 13 {
			t.Errorf("%s: training split: %v", names[0], err)
		}
		if s, err := IDX(dir, Test, Options{Classes: make([]string, 20)}); err != nil || len(s.Classes()) != 20 {
			t.Errorf("classes given: %v", err)
		}
	}
}

func TestIDXFolderErrors(t *testing.T) {
	dir := t.TempDir()
	fails := func(split Split, wants ...string) {
		t.Helper()
		s, err := IDX(dir, split)
		if s != nil || err == nil {
			t.Errorf("read in spite of: %s", wants)
			return
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v\ndoes not say %q", err, want)
			}
		}
	}
	write := func(name string, content []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	fails(Train, dir, "a file is missing", "train-images-idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte")
	fails(Test, "t10k-images-idx3-ubyte,", "test-images.idx3-ubyte.gz")
	write("train-images-idx3-ubyte", idx(t, ramp(20), 2, 2, 5))
	fails(Train, "train-labels-idx1-ubyte")
	write("train-labels-idx1-ubyte", idx(t, []byte{1, 2, 3}, 3))
	fails(Train, "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "3 labels for 2 images")
	write("train-labels-idx1-ubyte", idx(t, ramp(4), 2, 2))
	fails(Train, "train-labels-idx1-ubyte: the elements have 2 dimensions")
	write("train-labels-idx1-ubyte", idx(t, []byte{1, 2}, 2))
	write("train-images-idx3-ubyte", idx(t, ramp(20), 2, 10))
	fails(Train, "train-images-idx3-ubyte: the elements have 2 dimensions [2 10], 3 are wanted")
	write("t10k-labels-idx1-ubyte", []byte("rubbish"))
	fails(Train, "t10k-labels-idx1-ubyte: it begins with the bytes")

	dir = filepath.Join(dir, "train-images-idx3-ubyte")
	fails(Train, "is not a folder")
	dir = filepath.Join(t.TempDir(), "absent")
	fails(Train, dir)
	fails(Split(5), "no split 5")
}

func TestFolder(t *testing.T) {
	t.Setenv("LUMEN_DATA", filepath.Join("some", "where"))
	if dir, err := Folder("x"); err != nil || dir != filepath.Join("some", "where", "x") {
		t.Errorf("%s, %v", dir, err)
	}
	t.Setenv("LUMEN_DATA", "")
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no cache folder here:", err)
	}
	if dir, err := Folder("x"); err != nil || dir != filepath.Join(cache, "lumen", "x") {
		t.Errorf("%s, %v", dir, err)
	}
}

func TestFashionMNIST(t *testing.T) {
	root := t.TempDir()
	t.Setenv("LUMEN_DATA", root)
	if _, err := FashionMNIST(Train); err == nil || !strings.Contains(err.Error(), "LUMEN_DATA") ||
		!strings.Contains(err.Error(), filepath.Join(root, "fashion-mnist")) {
		t.Errorf("absent: %v", err)
	}
	e, err := Find("fashion-mnist")
	if err != nil || e.Present || e.Path != "" {
		t.Errorf("absent: %+v, %v", e, err)
	}
	if _, err := e.Get(context.Background(), nil); err == nil || !strings.Contains(err.Error(), fashionSource) {
		t.Errorf("absent: Get gives %v", err)
	}
	dir := filepath.Join(root, "fashion-mnist")
	writeSet(t, dir, plainNames, ramp(20), []byte{9, 1}, 2, 2, 5)
	s, err := FashionMNIST(Test)
	if err != nil || s.Classes()[s.Label(0)] != "Ankle boot" {
		t.Errorf("read: %v", err)
	}
	if e, err = Find("fashion-mnist"); err != nil || !e.Present || e.Path != dir || e.Bytes != 2*(16+20+8+2) {
		t.Errorf("present: %+v, %v", e, err)
	}
	if got, err := e.Get(context.Background(), nil); err != nil || got != dir {
		t.Errorf("present: Get gives %s, %v", got, err)
	}
	if s, err := e.Load(Train); err != nil || s.Len() != 2 {
		t.Errorf("Load: %v", err)
	}
}

func TestCatalog(t *testing.T) {
	root := t.TempDir()
	t.Setenv("LUMEN_DATA", root)
	writeSet(t, filepath.Join(root, "kuzushiji"), dotNames, ramp(20), []byte{3, 1}, 2, 2, 5)
	if err := os.Mkdir(filepath.Join(root, "other"), 0o777); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range Catalog() {
		names = append(names, e.Name)
		if e.Description == "" || e.Source == "" || e.Licence == "" || e.Present && e.Bytes == 0 {
			t.Errorf("%+v", e)
		}
		if s, err := e.Load(Test); (err == nil) != e.Present || err == nil && s.Len() == 0 {
			t.Errorf("%s: present %t, Load gives %v", e.Name, e.Present, err)
		}
		if dir, err := e.Get(context.Background(), nil); (err == nil) != e.Present || e.Path != "" && dir != e.Path {
			t.Errorf("%s: present %t, Get gives %s, %v", e.Name, e.Present, dir, err)
		}
	}
	if !slices.Equal(names, []string{"mnist", "fashion-mnist", "cifar10", "cifar100", "kuzushiji"}) {
		t.Errorf("listed are %v", names)
	}
	if _, err := Find("minst"); err == nil || !strings.Contains(err.Error(), `no set "minst"; there are mnist, fashion-mnist, cifar10, cifar100, kuzushiji`) {
		t.Errorf("%v", err)
	}
}

func TestGetMNIST(t *testing.T) {
	t.Setenv("LUMEN_DATA", t.TempDir())
	e, err := Find("mnist")
	if err != nil || !e.Embedded || !e.Present || e.Path != "" || e.Bytes != 9912422+28881+1648877+4542 {
		t.Fatalf("%+v, %v", e, err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Get(cancelled, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var done []int64
	dir, err := e.Get(context.Background(), func(d, total int64) {
		if total != e.Bytes {
			t.Errorf("%d bytes in all, %d announced", total, e.Bytes)
		}
		done = append(done, d)
	})
	if err != nil || len(done) != 4 || done[3] != e.Bytes {
		t.Fatalf("progress %v, %v", done, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 4 {
		t.Errorf("%v, %v", files, err)
	}
	// a damaged file is replaced, the others stay
	labels := filepath.Join(dir, "t10k-labels-idx1-ubyte.gz")
	if err := os.WriteFile(labels, []byte("rubbish"), 0o666); err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(dir, "t10k-images-idx3-ubyte.gz")
	before, err := os.Stat(images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Get(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(images); err != nil || !os.SameFile(before, after) {
		t.Errorf("a good file was written again: %v", err)
	}
	read, err := IDX(dir, Test)
	if err != nil {
		t.Fatal(err)
	}
	embedded, err := MNIST(Test)
	if err != nil || !slices.Equal(read.Images(), embedded.Images()) || !slices.Equal(read.Labels(), embedded.Labels()) {
		t.Errorf("the files differ from what is embedded: %v", err)
	}
	if e, err := Find("mnist"); err != nil || e.Path != dir {
		t.Errorf("path %q, %v", e.Path, err)
	}
	// a place that cannot be written
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LUMEN_DATA", blocked)
	if _, err := e.Get(context.Background(), nil); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("into a file: %v", err)
	}
}
