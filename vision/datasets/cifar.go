package datasets

import (
	"archive/tar"
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The binary layout, as the page of CIFAR describes it: records without a header, each one byte for the label (in
// CIFAR-100 two, coarse and fine) and 3072 for the pixels, 32 rows of 32 in red, then green, then blue.

const (
	cifarSide   = 32
	cifarPixels = 3 * cifarSide * cifarSide
	cifarPage   = "https://www.cs.toronto.edu/~kriz/"
)

// cifar is a set in that layout: its files, and what it is called.
type cifar struct {
	title    string // "CIFAR-10"
	name     string // in the catalog, and of its folder
	folder   string // that the archive unpacks to
	labels   int    // label bytes before an image's pixels
	files    []cifarFile
	classes  []string // of the last label byte
	coarse   []string // of the first of two
	mean     []float64
	std      []float64
	download Download
}

// cifarFile is one of the files, all of which are needed.
type cifarFile struct {
	name   string
	split  Split
	images int
	sha256 string // of the original
}

// record is how many bytes an image takes.
func (c *cifar) record() int { return c.labels + cifarPixels }

// size is how many bytes a file has.
func (c *cifar) size(f cifarFile) int64 { return int64(f.images) * int64(c.record()) }

// bytes is the size of all files together.
func (c *cifar) bytes() int64 {
	total := int64(0)
	for _, f := range c.files {
		total += c.size(f)
	}
	return total
}

// file is the one of that name.
func (c *cifar) file(name string) (cifarFile, bool) {
	i := slices.IndexFunc(c.files, func(f cifarFile) bool { return f.name == name })
	if i < 0 {
		return cifarFile{}, false
	}
	return c.files[i], true
}

// help says where the set is to be had.
func (c *cifar) help() string {
	return fmt.Sprintf("get %s with: lumen data get %s (or, from a folder or archive that you have: lumen data get %s --from PATH)", c.title, c.name, c.name)
}

// read reads a split from dir, which source explains.
func (c *cifar) read(dir string, split Split, o Options) (*Set, error) {
	if err := split.check(); err != nil {
		return nil, err
	}
	if o.Coarse && c.coarse == nil {
		return nil, fmt.Errorf("datasets: Options.Coarse is for CIFAR-100: %s has one set of classes", c.title)
	}
	src, err := c.source(dir)
	if err != nil {
		return nil, err
	}
	images := 0
	first := map[string]int{} // where a file's images begin
	for _, f := range c.files {
		if f.split == split {
			first[f.name] = images
			images += f.images
		}
	}
	u := unpacked{labels: make([]byte, images), pixels: make([]byte, images*cifarPixels), shape: [3]int{3, cifarSide, cifarSide}}
	err = c.each(src, &split, func(f cifarFile, size int64, r io.Reader) error {
		from, to := first[f.name], first[f.name]+f.images
		return c.parse(r, f, size, o.Coarse, u.labels[from:to], u.pixels[from*cifarPixels:to*cifarPixels])
	})
	if err != nil {
		return nil, err
	}
	return newSet(src, u.pixels, u.labels, u.shape, c.names(o.Coarse), o)
}

// names are the classes' names.
func (c *cifar) names(coarse bool) []string {
	if coarse {
		return c.coarse
	}
	return c.classes
}

// parse reads a file of the given size into labels, one an image, and pixels.
func (c *cifar) parse(r io.Reader, f cifarFile, size int64, coarse bool, labels, pixels []byte) error {
	if err := c.checkSize(f, size); err != nil {
		return err
	}
	b := bufio.NewReaderSize(r, 64<<10)
	label := make([]byte, c.labels)
	at := c.labels - 1
	if coarse {
		at = 0
	}
	classes := len(c.names(coarse))
	for i := range f.images {
		_, err := io.ReadFull(b, label)
		if err == nil {
			_, err = io.ReadFull(b, pixels[i*cifarPixels:(i+1)*cifarPixels])
		}
		if err != nil {
			return fmt.Errorf("it ends within image %d of %d: %w", i, f.images, noEOF(err))
		}
		if int(label[at]) >= classes {
			return fmt.Errorf("image %d has label %d: %s has classes 0 to %d; the file is damaged", i, label[at], c.title, classes-1)
		}
		labels[i] = label[at]
	}
	return nil
}

// checkSize holds a file's size to what the format says.
func (c *cifar) checkSize(f cifarFile, size int64) error {
	want := c.size(f)
	if size == want {
		return nil
	}
	what := "it is another file"
	if size < want {
		what = "it is cut off, or another file"
	}
	return fmt.Errorf("it has %d bytes, %d are wanted (%d images of %d bytes): %s", size, want, f.images, c.record(), what)
}

// source finds the folder or the archive with the set's files. dir is one of these itself, or a folder that holds one
// under its usual name, or holds the set's folder in Folder's sense; "" is where Folder looks.
func (c *cifar) source(dir string) (string, error) {
	given := dir
	if dir == "" {
		own, err := Folder(c.name)
		if err != nil {
			return "", err
		}
		dir = filepath.Dir(own)
	}
	info, err := os.Stat(dir)
	switch {
	case given == "" && errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("datasets: %w: %s is not in %s; %s", errNoFile, c.title, filepath.Join(dir, c.name), c.help())
	case err != nil:
		return "", fmt.Errorf("datasets: %w; %s", err, c.help())
	case !info.IsDir():
		return dir, nil
	}
	var some error // a folder has a part of the files
	for _, in := range []string{dir, filepath.Join(dir, c.folder), filepath.Join(dir, c.name), filepath.Join(dir, c.name, c.folder)} {
		missing := c.missing(in)
		if len(missing) == 0 {
			return in, nil
		}
		if len(missing) < len(c.files) && some == nil {
			some = fmt.Errorf("datasets: %s: %w: there is no %s; %s", in, errNoFile, strings.Join(missing, ", "), c.help())
		}
		for _, name := range []string{c.download.Name, c.folder + ".tar.gz", c.folder + ".tgz"} {
			archive := filepath.Join(in, name)
			if info, err := os.Stat(archive); err == nil && info.Mode().IsRegular() {
				return archive, nil
			}
		}
	}
	if some != nil {
		return "", some
	}
	return "", fmt.Errorf("datasets: %s: %w: looked for %s and the like there, in %s, and for %s; %s",
		dir, errNoFile, c.files[0].name, c.folder, c.download.Name, c.help())
}

// missing lists the files that dir lacks.
func (c *cifar) missing(dir string) []string {
	var names []string
	for _, f := range c.files {
		if info, err := os.Stat(filepath.Join(dir, f.name)); err != nil || !info.Mode().IsRegular() {
			names = append(names, f.name)
		}
	}
	return names
}

// each calls visit with every file of a split (nil: of both) in src, a folder or an archive, in the order they lie
// there. Its errors get the file's name.
func (c *cifar) each(src string, split *Split, visit func(f cifarFile, size int64, r io.Reader) error) error {
	info, err := os.Stat(src)
	if err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	if !info.IsDir() {
		file, err := os.Open(src)
		if err != nil {
			return fmt.Errorf("datasets: %w", err)
		}
		defer file.Close()
		if err := c.eachPacked(file, split, visit); err != nil {
			return fmt.Errorf("datasets: %s: %w", src, err)
		}
		return nil
	}
	for _, f := range c.files {
		if split != nil && f.split != *split {
			continue
		}
		if err := c.open(filepath.Join(src, f.name), f, visit); err != nil {
			return err
		}
	}
	return nil
}

// open is visit with one file of a folder.
func (c *cifar) open(name string, f cifarFile, visit func(f cifarFile, size int64, r io.Reader) error) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("datasets: %w", err)
	}
	if err := visit(f, info.Size(), file); err != nil {
		return fmt.Errorf("datasets: %s: %w", name, err)
	}
	return nil
}

// eachPacked is each of a tar archive, compressed with gzip or not. It is read to its end, so that one that is cut off
// anywhere is refused. What it unpacks to is bounded: an archive of the set has little but the set's files.
func (c *cifar) eachPacked(r io.Reader, split *Split, visit func(f cifarFile, size int64, r io.Reader) error) error {
	b := bufio.NewReaderSize(r, 64<<10)
	unpacked := io.Reader(b)
	if magic, err := b.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return damaged(err)
		}
		unpacked = z
	}
	bound := &bounded{r: unpacked, left: 2*c.bytes() + 1<<20, title: c.title}
	t := tar.NewReader(bound)
	seen := map[string]bool{}
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return c.cutOff(err)
		}
		f, ok := c.file(path.Base(h.Name))
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		if seen[f.name] {
			return fmt.Errorf("it holds %s twice: it is not an archive of %s", f.name, c.title)
		}
		seen[f.name] = true
		if split != nil && f.split != *split {
			continue
		}
		if err := visit(f, h.Size, t); err != nil {
			return fmt.Errorf("%s: %w", h.Name, c.cutOff(err))
		}
	}
	// what follows the last file: for gzip, the checksum
	if _, err := io.Copy(io.Discard, bound); err != nil {
		return c.cutOff(err)
	}
	var missing []string
	for _, f := range c.files {
		if !seen[f.name] {
			missing = append(missing, f.name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: there is no %s in it; %s", errNoFile, strings.Join(missing, ", "), c.help())
	}
	return nil
}

// cutOff explains errors of the archive's formats.
func (c *cifar) cutOff(err error) error {
	if errors.Is(err, tar.ErrHeader) {
		return fmt.Errorf("it is not a tar archive, or a damaged one: %w; %s", err, c.help())
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the archive is damaged or cut off: %w; get it again", err)
	}
	return damaged(err)
}

// bounded reads up to a number of bytes and then gives an error, where io.LimitedReader would give an end.
type bounded struct {
	r     io.Reader
	left  int64
	title string
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("it unpacks to far more than the files of %s: it is not an archive of that", b.title)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// entry is the set in the catalog.
func (c *cifar) entry(description string) Entry {
	e := Entry{Name: c.name, Description: description, Source: cifarPage + "cifar.html", Licence: "none stated; its page asks that the report on it be cited",
		Download: &c.download,
		load: func(split Split, o []Options) (*Set, error) {
			return c.read("", split, chooseChannels(o, c.mean, c.std))
		},
		install: c.install}
	src, err := c.source("")
	if err == nil {
		if info, err := os.Stat(src); err == nil && info.IsDir() {
			e.Path, e.Bytes, e.Present = src, c.bytes(), true
		} else if err == nil {
			e.Path, e.Bytes, e.Present = filepath.Dir(src), info.Size(), true
		}
	}
	e.get = func(_ context.Context, progress func(done, total int64)) (string, error) {
		if err != nil {
			return "", err
		}
		progress(e.Bytes, e.Bytes)
		return e.Path, nil
	}
	return e
}

// install is Entry.Install.
func (c *cifar) install(ctx context.Context, from string, o InstallOptions, progress func(done, total int64)) (dir string, err error) {
	if from == "" {
		return "", fmt.Errorf("datasets: no folder or archive with %s is named", c.title)
	}
	src, err := c.source(from)
	if err != nil {
		return "", err
	}
	own := o.To
	if own == "" {
		if own, err = Folder(c.name); err != nil {
			return "", err
		}
	}
	dir = filepath.Join(own, c.folder)
	if same(src, dir) {
		return dir, c.each(src, nil, func(f cifarFile, size int64, r io.Reader) error { return c.copyTo(io.Discard, f, size, r, o.Unchecked) })
	}
	if err := os.MkdirAll(own, 0o777); err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	}
	// Everything goes into a folder beside it, which then takes the name: it is there as a whole or not at all.
	part, err := os.MkdirTemp(own, c.folder+".*.part")
	if err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	}
	defer os.RemoveAll(part)
	if err := os.Chmod(part, 0o755); err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	}
	done := int64(0)
	err = c.each(src, nil, func(f cifarFile, size int64, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		out, err := os.Create(filepath.Join(part, f.name))
		if err != nil {
			return err
		}
		w := writerFunc(func(p []byte) (int, error) {
			n, err := out.Write(p)
			done += int64(n)
			progress(done, c.bytes())
			return n, err
		})
		err = c.copyTo(w, f, size, r, o.Unchecked)
		if err == nil {
			err = out.Sync()
		}
		if closing := out.Close(); err == nil {
			err = closing
		}
		return err
	})
	if err != nil {
		return "", err
	}
	for name, names := range c.nameFiles() {
		if err := os.WriteFile(filepath.Join(part, name), []byte(strings.Join(names, "\n")+"\n\n"), 0o644); err != nil {
			return "", fmt.Errorf("datasets: %w", err)
		}
	}
	if err := replaceFolder(part, dir); err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	}
	return dir, nil
}

// nameFiles are the small files beside the others: the classes' names, a line each.
func (c *cifar) nameFiles() map[string][]string {
	if c.coarse == nil {
		return map[string][]string{"batches.meta.txt": c.classes}
	}
	return map[string][]string{"fine_label_names.txt": c.classes, "coarse_label_names.txt": c.coarse}
}

// copyTo copies a file and checks it against the original's checksum, or without that its size and labels.
func (c *cifar) copyTo(w io.Writer, f cifarFile, size int64, r io.Reader, unchecked bool) error {
	if err := c.checkSize(f, size); err != nil {
		return err
	}
	hash := sha256.New()
	var failed error // of writing, which no reader is to blame for
	tee := io.TeeReader(r, io.MultiWriter(writerFunc(func(p []byte) (n int, err error) {
		n, err = w.Write(p)
		failed = err
		return n, err
	}), hash))
	if unchecked {
		err := c.parse(tee, f, size, false, make([]byte, f.images), make([]byte, f.images*cifarPixels))
		return cmp.Or(failed, err)
	}
	if n, err := io.Copy(io.Discard, tee); err != nil {
		return err
	} else if n != size {
		return fmt.Errorf("it ends after %d of %d bytes: %w", n, size, io.ErrUnexpectedEOF)
	}
	if got := fmt.Sprintf("%x", hash.Sum(nil)); got != f.sha256 {
		return fmt.Errorf("its SHA-256 is %s, the original's is %s: it is damaged or not the original", got, f.sha256)
	}
	return nil
}

// writerFunc makes an io.Writer of a function.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// same reports whether two paths are one file or folder.
func same(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// replaceFolder gives the folder part the name dir. One of that name goes first, and comes back if that fails.
func replaceFolder(part, dir string) error {
	old := dir + ".old"
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	err := os.Rename(dir, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(part, dir); err != nil {
		return errors.Join(err, restore(old, dir))
	}
	return os.RemoveAll(old)
}

// restore puts a folder back, if there was one.
func restore(old, dir string) error {
	if err := os.Rename(old, dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
