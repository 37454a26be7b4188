package vision_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/lumen-ml/lumen/vision"
)

// FuzzDecode: a file is a picture within the limit, or an error.
func FuzzDecode(f *testing.F) {
	for name := range pictures(f) {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, b := range bombs(f) {
		f.Add(b)
	}
	const most = 1 << 16
	f.Fuzz(func(t *testing.T, file []byte) {
		x, err := vision.Decode(bytes.NewReader(file), vision.ReadOptions{MaxPixels: most})
		if err != nil {
			return
		}
		if c := x.Size(0); x.Dim() != 3 || c < 1 || c > 4 || x.Size(1)*x.Size(2) > most || x.Numel() == 0 {
			t.Errorf("a picture of shape %v", x.Shape())
		}
	})
}
