package datasets

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/data/datatest"
)

// plain is a picture of one colour.
func plain(t testing.TB, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a PNG of a few bytes whose header promises 60000 x 60000 pixels.
func bomb(t testing.TB) []byte {
	t.Helper()
	b := plain(t, 1, 1, color.Black)
	binary.BigEndian.PutUint32(b[16:], 60000)
	binary.BigEndian.PutUint32(b[20:], 60000)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestImageFolder(t *testing.T) {
	dir := t.TempDir()
	red, green, blue := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}
	write := func(name string, content []byte) { writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), content) }
	write("b/2.png", plain(t, 8, 8, red))
	write("b/10.PNG", plain(t, 30, 9, green)) // another size, another case
	write("b/deep/er/0.png", plain(t, 1, 5, blue))
	write("b/notes.txt", []byte("no picture"))
	write("b/.hidden.png", []byte("no picture"))
	write("b/.cache/x.png", []byte("no picture"))
	write("a/x.png", plain(t, 8, 8, blue))
	write("readme.md", []byte("no picture"))
	write(".git/x.png", []byte("no picture"))
	var told []int
	s, err := ImageFolder(dir, 8, Options{Progress: func(done, total int) { told = append(told, done, total) }})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Len(), s.Shape(), s.Classes(), s.Labels()); got != "4 [3 8 8] [a b] [0 1 1 1]" {
		t.Errorf("read: %s", got)
	}
	if !slices.Equal(told, []int{1, 4, 2, 4, 3, 4, 4, 4}) || s.Options().Progress != nil {
		t.Errorf("progress %v", told)
	}
	for i, want := range [][3]byte{{0, 0, 255}, {0, 255, 0}, {255, 0, 0}, {0, 0, 255}} {
		for p, v := range s.Image(i) {
			if v != want[p/64] {
				t.Errorf("image %d: byte %d is %d, want %d", i, p, v, want[p/64])
				break
			}
		}
	}
	if err := datatest.TestDataset(s); err != nil {
		t.Error(err)
	}
	// the other part of a set has the classes of the first
	other := t.TempDir()
	writeFile(t, filepath.Join(other, "b", "1.png"), plain(t, 8, 8, red))
	writeFile(t, filepath.Join(other, "c", "1.png"), plain(t, 8, 8, red))
	part, err := ImageFolder(other, 4, Options{Classes: []string{"a", "b", "c"}})
	if err != nil || !slices.Equal(part.Labels(), []byte{1, 2}) || len(part.Classes()) != 3 {
		t.Errorf("with classes: %v", err)
	}
	if _, err := ImageFolder(other, 4, Options{Classes: []string{"a", "b"}}); err == nil || !strings.Contains(err.Error(), filepath.Join(other, "c")) {
		t.Errorf("an unknown class: %v", err)
	}
}

// TestImageFolderLinks: a class may be a link to a folder, an image a link to a file. A link to a folder within a class is
// passed over, as it might lead round in a circle; one that leads nowhere is an image that cannot be read.
func TestImageFolderLinks(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	writeFile(t, filepath.Join(elsewhere, "1.png"), plain(t, 8, 8, color.White))
	writeFile(t, filepath.Join(dir, "a", "1.png"), plain(t, 8, 8, color.Black))
	link := func(from string, to ...string) {
		if err := os.Symlink(from, filepath.Join(append([]string{dir}, to...)...)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	link(elsewhere, "b")
	link(filepath.Join(elsewhere, "1.png"), "a", "2.png")
	link(dir, "a", "round")
	s, err := ImageFolder(dir, 8)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(s.Classes(), s.Labels()); got != "[a b] [0 0 1]" || s.Image(0)[0] != 0 || s.Image(1)[0] != 255 || s.Image(2)[0] != 255 {
		t.Errorf("read: %s", got)
	}
	link(filepath.Join(elsewhere, "none.png"), "a", "3.png")
	if _, err := ImageFolder(dir, 8); err == nil || !strings.Contains(err.Error(), filepath.Join("a", "3.png")+": there is no such file") {
		t.Errorf("a link that leads nowhere: %v", err)
	}
}

// TestImageFolderScales: what is scaled down is averaged, and the middle of a long picture is kept.
func TestImageFolderScales(t *testing.T) {
	dir := t.TempDir()
	img := image.NewRGBA(image.Rect(0, 0, 48, 16))
	for y := range 16 {
		for x := range 48 {
			v := byte(0)
			if x >= 16 && x < 32 && (x+y)%2 == 0 { // a fine chequer in the middle, black beside it
				v = 255
			}
			img.Set(x, y, color.RGBA{v, v, v, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "a", "1.png"), b.Bytes())
	writeFile(t, filepath.Join(dir, "b", "1.png"), b.Bytes())
	s, err := ImageFolder(dir, 4)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range s.Image(0) {
		if v < 110 || v > 145 {
			t.Errorf("pixel %d is %d, the mean of black and white is wanted", i, v)
		}
	}
}

func TestImageFolderErrors(t *testing.T) {
	good := plain(t, 4, 4, color.White)
	for name, c := range map[string]struct {
		files map[string][]byte
		size  int
		want  []string
	}{
		"nothing":            {nil, 8, []string{"has no images", "a folder for each class"}},
		"loose images":       {map[string][]byte{"1.png": good, "2.png": good}, 8, []string{"has 2 images but no folders"}},
		"one class":          {map[string][]byte{"cat/1.png": good}, 8, []string{"one class only, cat"}},
		"an empty class":     {map[string][]byte{"cat/1.png": good, "dog/notes.txt": nil}, 8, []string{"dog has no images"}},
		"an unreadable one":  {map[string][]byte{"cat/1.png": good, "dog/1.png": []byte("no picture")}, 8, []string{filepath.Join("dog", "1.png"), "no picture that can be read"}},
		"two unreadable":     {map[string][]byte{"cat/1.png": nil, "cat/2.png": good, "dog/1.png": good[:30]}, 8, []string{filepath.Join("cat", "1.png"), "and 1 others"}},
		"one cut off":        {map[string][]byte{"cat/1.png": good, "dog/1.png": good[:len(good)-14]}, 8, []string{filepath.Join("dog", "1.png"), "damaged PNG"}},
		"a bomb":             {map[string][]byte{"cat/1.png": good, "dog/1.png": bomb(t)}, 8, []string{filepath.Join("dog", "1.png"), "60000 x 60000 pixels"}},
		"no size":            {map[string][]byte{"cat/1.png": good, "dog/1.png": good}, 0, []string{"images of 0 x 0"}},
		"a giant size":       {map[string][]byte{"cat/1.png": good, "dog/1.png": good}, 1 << 20, []string{"1 to 4096 are possible"}},
		"more than fits":     {many(50, good), 4096, []string{"50 images", "take a smaller size"}},
		"300 classes":        {classes(300, good), 8, []string{"has 300 classes, 256 are possible"}},
		"a class by dot":     {map[string][]byte{"cat/1.png": good, ".dog/1.png": good}, 8, []string{"one class only"}},
		"nothing but a file": {map[string][]byte{"readme.md": nil}, 8, []string{"has no images"}},
	} {
		dir := t.TempDir()
		for file, content := range c.files {
			writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), content)
		}
		s, err := ImageFolder(dir, c.size)
		if err == nil || s != nil {
			t.Errorf("%s: read", name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\ndoes not say %q", name, err, want)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "a.png")
	if err := os.WriteFile(file, good, 0o666); err != nil {
		t.Fatal(err)
	}
	for want, dir := range map[string]string{"is not a folder": file, "nowhere": filepath.Join(file + "nowhere")} {
		if _, err := ImageFolder(dir, 8); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if _, err := ImageFolder(file, 8, Options{Coarse: true}); err == nil {
		t.Error("Coarse is taken")
	}
}

// many is a set of n images in two classes.
func many(n int, content []byte) map[string][]byte {
	files := map[string][]byte{}
	for i := range n {
		files[fmt.Sprintf("c%d/%d.png", i%2, i)] = content
	}
	return files
}

// classes is a set of n classes with an image each.
func classes(n int, content []byte) map[string][]byte {
	files := map[string][]byte{}
	for i := range n {
		files[fmt.Sprintf("c%d/1.png", i)] = content
	}
	return files
}
