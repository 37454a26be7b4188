package datasets

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data/datatest"
	"github.com/lumen-ml/lumen/tensor"
)

// small is a set in CIFAR's layout with a few images a file, and its files' contents.
func small(labels int) (*cifar, map[string][]byte) {
	c := &cifar{title: "CIFAR-3", name: "cifar3", folder: "cifar-3-batches-bin", labels: labels, classes: []string{"a", "b", "c"},
		mean: []float64{0, 0.5, 1}, std: []float64{1, 0.5, 0.25}, download: Download{Name: "cifar-3-binary.tar.gz"}}
	if labels == 2 {
		c.coarse = []string{"x", "y"}
	}
	content := map[string][]byte{}
	for k, f := range []cifarFile{{"one.bin", Train, 3, ""}, {"two.bin", Train, 2, ""}, {"test.bin", Test, 4, ""}} {
		var b []byte
		for i := range f.images {
			if labels == 2 {
				b = append(b, byte((k+i)%2))
			}
			b = append(b, byte((k+i)%3))
			for p := range cifarPixels {
				b = append(b, byte(k*50+i*7+p/1024*100+p))
			}
		}
		content[f.name] = b
		f.sha256 = fmt.Sprintf("%x", sha256.Sum256(b))
		c.files = append(c.files, f)
	}
	return c, content
}

// member is a file of an archive.
type member struct {
	name    string
	content []byte
}

// members are the files of a set as an archive has them, with others between.
func members(c *cifar, content map[string][]byte) []member {
	all := []member{{c.folder + "/batches.meta.txt", []byte("a\nb\nc\n")}}
	for _, f := range c.files {
		all = append(all, member{c.folder + "/" + f.name, content[f.name]})
	}
	return append(all, member{c.folder + "/readme.html", []byte("<html>")})
}

func tarred(t testing.TB, all []member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range all {
		if err := w.WriteHeader(&tar.Header{Name: m.name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(m.content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// layout writes a set's files into a folder.
func layout(t testing.TB, dir string, content map[string][]byte) {
	t.Helper()
	for name, b := range content {
		writeFile(t, filepath.Join(dir, name), b)
	}
}

// TestCIFARPlaces: a folder or an archive, named itself or by a folder that holds it, gives the same set.
func TestCIFARPlaces(t *testing.T) {
	c, content := small(1)
	archive := tarred(t, members(c, content))
	root := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{root}, parts...)...) }
	layout(t, at("plain"), content)
	layout(t, at("nested", c.folder), content)
	layout(t, at("data", c.name, c.folder), content)
	writeFile(t, at("packed", c.download.Name), packed(t, archive))
	writeFile(t, at("renamed", c.folder+".tgz"), packed(t, archive))
	writeFile(t, at("own", "mine.tar"), archive)
	for _, dir := range []string{at("plain"), at("nested"), at("nested", c.folder), at("data"), at("data", c.name), at("packed"),
		at("packed", c.download.Name), at("renamed"), at("own", "mine.tar")} {
		for split, want := range map[Split][]string{Train: {"one.bin", "two.bin"}, Test: {"test.bin"}} {
			s, err := c.read(dir, split, chooseChannels(nil, c.mean, c.std))
			if err != nil {
				t.Errorf("%s: %v", dir, err)
				continue
			}
			var pixels, labels []byte
			for _, name := range want {
				for b := content[name]; len(b) > 0; b = b[3073:] {
					labels = append(labels, b[0])
					pixels = append(pixels, b[1:3073]...)
				}
			}
			if !bytes.Equal(s.Labels(), labels) || !bytes.Equal(s.Images(), pixels) || !slices.Equal(s.Shape(), []int{3, 32, 32}) || len(s.Classes()) != 3 {
				t.Errorf("%s: %v: %d images %v", dir, split, s.Len(), s.Labels())
			}
			if err := datatest.TestDataset(s); err != nil {
				t.Error(err)
			}
			x, _, _ := s.Item(0, nil)
			v := tensor.Data[float32](x)
			for channel := range 3 {
				p := pixels[channel*1024+5]
				want := (float32(p)/255 - float32(c.mean[channel])) / float32(c.std[channel])
				if got := v[channel*1024+5]; math.Abs(float64(got-want)) > 1e-6 {
					t.Errorf("channel %d is normalised to %v, want %v", channel, got, want)
				}
			}
		}
	}
	t.Setenv("LUMEN_DATA", at("data"))
	if s, err := c.read("", Test, chooseChannels(nil, c.mean, c.std)); err != nil || s.Len() != 4 {
		t.Errorf("LUMEN_DATA: %v", err)
	}
	t.Setenv("LUMEN_DATA", at("packed"))
	if s, err := c.read("", Test, chooseChannels(nil, c.mean, c.std)); err != nil || s.Len() != 4 {
		t.Errorf("LUMEN_DATA with an archive: %v", err)
	}
}

func TestCIFARCoarse(t *testing.T) {
	c, content := small(2)
	dir := t.TempDir()
	layout(t, dir, content)
	fine, err := c.read(dir, Train, chooseChannels(nil, c.mean, c.std))
	if err != nil {
		t.Fatal(err)
	}
	coarse, err := c.read(dir, Train, chooseChannels([]Options{{Coarse: true}}, c.mean, c.std))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(fine.Labels(), []byte{0, 1, 2, 1, 2}) || len(fine.Classes()) != 3 ||
		!slices.Equal(coarse.Labels(), []byte{0, 1, 0, 1, 0}) || !slices.Equal(coarse.Classes(), []string{"x", "y"}) || !bytes.Equal(fine.Images(), coarse.Images()) {
		t.Errorf("fine %v %v, coarse %v %v", fine.Labels(), fine.Classes(), coarse.Labels(), coarse.Classes())
	}
	if _, err := CIFAR10(dir, Train, Options{Coarse: true}); err == nil || !strings.Contains(err.Error(), "Coarse is for CIFAR-100") {
		t.Errorf("coarse CIFAR-10: %v", err)
	}
}

func TestCIFARErrors(t *testing.T) {
	c, content := small(1)
	fails := func(name, path string, split Split, wants ...string) {
		t.Helper()
		s, err := c.read(path, split, chooseChannels(nil, c.mean, c.std))
		if s != nil || err == nil {
			t.Errorf("%s: read in spite of %q", name, wants)
			return
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\ndoes not say %q", name, err, want)
			}
		}
	}
	for name, damage := range map[string]struct {
		change func(files map[string][]byte)
		want   []string
	}{
		"cut within an image":   {func(f map[string][]byte) { f["two.bin"] = f["two.bin"][:5000] }, []string{"two.bin", "it has 5000 bytes, 6146 are wanted (2 images of 3073 bytes)", "cut off"}},
		"cut between images":    {func(f map[string][]byte) { f["two.bin"] = f["two.bin"][:3073] }, []string{"two.bin", "it has 3073 bytes, 6146"}},
		"empty":                 {func(f map[string][]byte) { f["one.bin"] = nil }, []string{"one.bin", "it has 0 bytes"}},
		"too long":              {func(f map[string][]byte) { f["one.bin"] = append(f["one.bin"], 1) }, []string{"one.bin", "it has 9220 bytes, 9219 are wanted", "another file"}},
		"a label out of range":  {func(f map[string][]byte) { f["one.bin"][3073] = 7 }, []string{"one.bin", "image 1 has label 7: CIFAR-3 has classes 0 to 2"}},
		"label 255":             {func(f map[string][]byte) { f["two.bin"][0] = 255 }, []string{"two.bin", "image 0 has label 255"}},
		"a file is missing":     {func(f map[string][]byte) { delete(f, "two.bin") }, []string{"a file is missing: there is no two.bin", "lumen data get cifar3"}},
		"nothing but one there": {func(f map[string][]byte) { delete(f, "two.bin"); delete(f, "one.bin") }, []string{"there is no one.bin, two.bin"}},
	} {
		_, files := small(1)
		damage.change(files)
		dir := filepath.Join(t.TempDir(), "folder")
		layout(t, dir, files)
		fails(name, dir, Train, append(damage.want, dir)...)
		var all []member
		for _, m := range members(c, files) {
			if _, ok := files[filepath.Base(m.name)]; ok || strings.HasSuffix(m.name, "txt") {
				all = append(all, m)
			}
		}
		archive := filepath.Join(t.TempDir(), "set.tar.gz")
		writeFile(t, archive, packed(t, tarred(t, all)))
		fails(name+", packed", archive, Train, append(damage.want, archive)...)
	}

	good := tarred(t, members(c, content))
	zipped := packed(t, good)
	badSum := slices.Clone(zipped)
	badSum[len(badSum)-8] ^= 1
	twice := members(c, content)
	twice = append(twice, twice[1])
	for name, a := range map[string]struct {
		content []byte
		want    string
	}{
		"gzip cut in the middle":       {zipped[:len(zipped)/2], "damaged or cut off"},
		"gzip cut in its checksum":     {zipped[:len(zipped)-3], "damaged or cut off"},
		"gzip with a wrong checksum":   {badSum, "damaged or cut off"},
		"gzip's header alone":          {zipped[:6], "damaged or cut off"},
		"tar cut in the middle":        {good[:len(good)/2], "damaged or cut off"},
		"a web page":                   {bytes.Repeat([]byte("<!DOCTYPE html> "), 100), "not a tar archive"},
		"nothing":                      {nil, "there is no one.bin, two.bin, test.bin in it"},
		"an archive of something else": {packed(t, tarred(t, []member{{"a.txt", []byte("a")}})), "there is no one.bin, two.bin, test.bin in it"},
		"a file twice":                 {packed(t, tarred(t, twice)), "it holds one.bin twice"},
		"a bomb":                       {packed(t, make([]byte, 30<<20)), "far more than the files of CIFAR-3"},
	} {
		path := filepath.Join(t.TempDir(), "set.tar.gz")
		writeFile(t, path, a.content)
		for _, split := range []Split{Train, Test} {
			fails(name, path, split, path, a.want)
		}
	}
	huge := append([]member{{"filler", make([]byte, 4<<20)}}, members(c, content)...)
	path := filepath.Join(t.TempDir(), "set.tar.gz")
	writeFile(t, path, packed(t, tarred(t, huge)))
	fails("a bomb before the files", path, Train, path, "far more than the files of CIFAR-3")

	empty := t.TempDir()
	fails("an empty folder", empty, Test, empty, "a file is missing", "one.bin", "cifar-3-batches-bin", "cifar-3-binary.tar.gz", "lumen data get cifar3")
	fails("no folder", filepath.Join(empty, "absent"), Test, "absent", "lumen data get cifar3")
	fails("no split", empty, Split(3), "no split 3")
	t.Setenv("LUMEN_DATA", filepath.Join(empty, "nowhere"))
	fails("nothing in LUMEN_DATA", "", Test, filepath.Join(empty, "nowhere"), "lumen data get cifar3", "--from")
}

// TestCIFARMemory: what an archive promises costs no memory.
func TestCIFARMemory(t *testing.T) {
	c, _ := small(1)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: "one.bin", Typeflag: tar.TypeReg, Size: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "set.tar")
	writeFile(t, path, b.Bytes())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.read(path, Train, chooseChannels(nil, c.mean, c.std))
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; err == nil || !strings.Contains(err.Error(), "it has 1099511627776 bytes") || got > 1<<20 {
		t.Errorf("%d bytes allocated, error %v", got, err)
	}
}

// installed checks what Install left in a folder: the set and nothing else.
func installed(t *testing.T, c *cifar, root string, content map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 1 || entries[0].Name() != c.folder {
		t.Fatalf("%s holds %v, %v", root, entries, err)
	}
	for name, want := range content {
		if got, err := os.ReadFile(filepath.Join(root, c.folder, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
}

func TestInstall(t *testing.T) {
	c, content := small(1)
	archive := filepath.Join(t.TempDir(), "set.tar.gz")
	writeFile(t, archive, packed(t, tarred(t, members(c, content))))
	folder := t.TempDir()
	layout(t, folder, content)
	for _, from := range []string{archive, folder} {
		root := filepath.Join(t.TempDir(), "data")
		t.Setenv("LUMEN_DATA", root)
		e := c.entry("three")
		if e.Present || e.Path != "" {
			t.Errorf("before: %+v", e)
		}
		if _, err := e.Get(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "lumen data get cifar3") {
			t.Errorf("Get before: %v", err)
		}
		last := int64(0)
		dir, err := e.Install(t.Context(), from, InstallOptions{}, func(done, total int64) {
			if total != c.bytes() || done < last {
				t.Errorf("progress %d after %d, of %d", done, last, total)
			}
			last = done
		})
		if err != nil || dir != filepath.Join(root, c.name, c.folder) || last != c.bytes() {
			t.Fatalf("%s, %v after %d bytes", dir, err, last)
		}
		installed(t, c, filepath.Join(root, c.name), content)
		if names, err := os.ReadFile(filepath.Join(dir, "batches.meta.txt")); err != nil || string(names) != "a\nb\nc\n\n" {
			t.Errorf("batches.meta.txt: %q, %v", names, err)
		}
		e = c.entry("three")
		if !e.Present || e.Path != dir || e.Bytes != 9*3073 {
			t.Errorf("after: %+v", e)
		}
		if s, err := e.Load(Test); err != nil || s.Len() != 4 {
			t.Errorf("Load: %v", err)
		}
		if got, err := e.Get(context.Background(), nil); err != nil || got != dir {
			t.Errorf("Get after: %s, %v", got, err)
		}
		// From its own place, and over what is there.
		for _, again := range []string{dir, from} {
			if got, err := e.Install(t.Context(), again, InstallOptions{}, nil); err != nil || got != dir {
				t.Errorf("again from %s: %s, %v", again, got, err)
			}
			installed(t, c, filepath.Join(root, c.name), content)
		}
	}
	// elsewhere
	to := t.TempDir()
	if dir, err := c.entry("").Install(t.Context(), archive, InstallOptions{To: to}, nil); err != nil || dir != filepath.Join(to, c.folder) {
		t.Errorf("To: %s, %v", dir, err)
	}
	installed(t, c, to, content)
	mnist, err := Find("mnist")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mnist.Install(t.Context(), archive, InstallOptions{}, nil); err == nil {
		t.Error("MNIST is installed from an archive of CIFAR")
	}
}

// TestInstallFails: whatever goes wrong, what was there stays and nothing else does.
func TestInstallFails(t *testing.T) {
	c, content := small(1)
	for _, before := range []bool{false, true} {
		to := t.TempDir()
		if before {
			layout(t, filepath.Join(to, c.folder), content)
		}
		fails := func(ctx context.Context, from string, o InstallOptions, want string) {
			t.Helper()
			o.To = to
			_, err := c.entry("").Install(ctx, from, o, nil)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q", err, want)
			}
			if before {
				installed(t, c, to, content)
			} else if left, err := os.ReadDir(to); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		}
		_, other := small(1)
		other["two.bin"][100] ^= 1
		folder := t.TempDir()
		layout(t, folder, other)
		fails(t.Context(), folder, InstallOptions{}, "two.bin: its SHA-256 is")
		archive := filepath.Join(t.TempDir(), "set.tar.gz")
		writeFile(t, archive, packed(t, tarred(t, members(c, other))))
		fails(t.Context(), archive, InstallOptions{}, "two.bin: its SHA-256 is")
		zipped, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, archive, zipped[:len(zipped)-20])
		fails(t.Context(), archive, InstallOptions{Unchecked: true}, "cut off")
		fails(t.Context(), t.TempDir(), InstallOptions{}, "a file is missing")
		fails(t.Context(), "", InstallOptions{}, "no folder or archive")
		other["one.bin"][0] = 9
		layout(t, folder, other)
		fails(t.Context(), folder, InstallOptions{Unchecked: true}, "one.bin: image 0 has label 9")
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		good := t.TempDir()
		layout(t, good, content)
		fails(cancelled, good, InstallOptions{}, "canceled")

		other["one.bin"][0] = 0
		layout(t, folder, other)
		if _, err := c.entry("").Install(t.Context(), folder, InstallOptions{To: to, Unchecked: true}, nil); err != nil {
			t.Errorf("unchecked: %v", err)
		}
		installed(t, c, to, other)
	}
}

// TestInstallUnwritable writes into a folder that takes nothing.
func TestInstallUnwritable(t *testing.T) {
	c, content := small(1)
	folder := t.TempDir()
	layout(t, folder, content)
	blocked := filepath.Join(t.TempDir(), "file")
	writeFile(t, blocked, nil)
	if _, err := c.entry("").Install(t.Context(), folder, InstallOptions{To: blocked}, nil); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("into a file: %v", err)
	}
}

// TestRealCIFAR10 holds the real images, if they are here, to what is known of them: torchvision's first labels, and the
// statistics that everybody writes.
func TestRealCIFAR10(t *testing.T) {
	e, err := Find("cifar10")
	if err != nil {
		t.Fatal(err)
	}
	if !e.Present {
		t.Skip("CIFAR-10 is not here: lumen data get cifar10 gets it")
	}
	for split, first := range map[Split][]byte{Train: {6, 9, 9, 4, 1, 1, 2, 7, 8, 3}, Test: {3, 8, 8, 0, 6, 6, 1, 6, 3, 1}} {
		s, err := e.Load(split)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.Labels()[:10], first) {
			t.Errorf("%v: the first labels are %v", split, s.Labels()[:10])
		}
		counts := make([]int, 10)
		for _, l := range s.Labels() {
			counts[l]++
		}
		if n := s.Len() / 10; slices.Min(counts) != n || slices.Max(counts) != n {
			t.Errorf("%v: classes have %v images", split, counts)
		}
		if split == Test {
			continue
		}
		for channel := range 3 {
			var sum, squares, n float64
			for i := range s.Len() {
				for _, p := range s.Image(i)[channel*1024:][:1024] {
					v := float64(p) / 255
					sum, squares, n = sum+v, squares+v*v, n+1
				}
			}
			mean := sum / n
			std := math.Sqrt(squares/n - mean*mean)
			if o := s.Options(); math.Abs(mean-o.Mean[channel]) > 6e-5 || math.Abs(std-o.Std[channel]) > 6e-5 {
				t.Errorf("channel %d: mean %.4f, standard deviation %.4f; written down are %v and %v", channel, mean, std, o.Mean[channel], o.Std[channel])
			}
		}
	}
}

func TestCIFARClasses(t *testing.T) {
	for _, c := range []*cifar{&cifar10, &cifar100} {
		images := map[Split]int{}
		for _, f := range c.files {
			images[f.split] += f.images
			if len(f.sha256) != 64 {
				t.Errorf("%s: checksum %q", f.name, f.sha256)
			}
		}
		if images[Train] != 50000 || images[Test] != 10000 || len(c.download.SHA256) != 64 || len(c.download.MD5) != 32 {
			t.Errorf("%s: %v images", c.title, images)
		}
	}
	if len(cifar10.classes) != 10 || len(cifar100.classes) != 100 || len(cifar100.coarse) != 20 || !slices.IsSorted(cifar100.classes) {
		t.Errorf("%d, %d and %d classes", len(cifar10.classes), len(cifar100.classes), len(cifar100.coarse))
	}
}

// packedReader hides what a reader can do besides reading.
type packedReader struct{ io.Reader }

func FuzzCIFAR(f *testing.F) {
	c, content := small(1)
	c.files = c.files[1:] // shorter inputs
	good := tarred(f, members(c, content))
	for _, seed := range [][]byte{good, packed(f, good), good[:3000], packed(f, good)[:500], nil, content["two.bin"], []byte("\x1f\x8b\x08")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, split := range []Split{Train, Test} {
			images := 0
			err := c.eachPacked(packedReader{bytes.NewReader(b)}, &split, func(f cifarFile, size int64, r io.Reader) error {
				labels := make([]byte, f.images)
				if err := c.parse(r, f, size, false, labels, make([]byte, f.images*cifarPixels)); err != nil {
					return err
				}
				images += f.images
				if slices.Max(labels) > 2 {
					t.Fatalf("labels %v", labels)
				}
				return nil
			})
			want := map[Split]int{Train: 2, Test: 4}[split]
			if err == nil && images != want {
				t.Fatalf("%d images, %d are wanted", images, want)
			}
			if errors.Is(err, io.EOF) {
				t.Fatalf("a bare end: %v", err)
			}
		}
		// a file by itself
		file := c.files[0]
		labels := make([]byte, file.images)
		err := c.parse(bytes.NewReader(b), file, int64(len(b)), false, labels, make([]byte, file.images*cifarPixels))
		if (err == nil) != (int64(len(b)) == c.size(file) && b[0] < 3 && b[3073] < 3) {
			t.Fatalf("%d bytes: %v", len(b), err)
		}
	})
}
