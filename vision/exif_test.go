package vision

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// structure is an EXIF block that says an orientation, after an entry that says something else.
func structure(order binary.AppendByteOrder, kind, value uint16) []byte {
	b := []byte("II*\x00")
	if order.String() == "BigEndian" {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 10)
	b = append(b, 0, 0) // the directory need not follow at once
	b = order.AppendUint16(b, 2)
	for _, e := range [][2]uint16{{271, 2}, {274, kind}} {
		b = order.AppendUint16(b, e[0])
		b = order.AppendUint16(b, e[1])
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, value)
		b = append(b, 0, 0)
	}
	return b
}

func TestOrientation(t *testing.T) {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for value := range uint16(12) {
			want := int(value)
			if value < 1 || value > 8 {
				want = 1
			}
			if got := exifOrientation(structure(order, 3, value)); got != want {
				t.Errorf("%v: orientation %d is read as %d", order, value, got)
			}
			if got := exifOrientation(structure(order, 4, value)); got != 1 {
				t.Errorf("%v: an orientation of the wrong type is read as %d", order, got)
			}
		}
		b := structure(order, 3, 6)
		for n := range b {
			if got := exifOrientation(b[:n]); got != 1 && n < len(b)-2 {
				t.Errorf("%v: cut to %d of %d bytes: %d", order, n, len(b), got)
			}
		}
	}
}

// FuzzOrientation: whatever a file is, the search for its orientation ends, in the file.
func FuzzOrientation(f *testing.F) {
	f.Add(structure(binary.LittleEndian, 3, 6))
	f.Add(structure(binary.BigEndian, 3, 8))
	f.Add([]byte("II*\x00\xff\xff\xff\xff\xff\xff"))
	names, err := filepath.Glob(filepath.Join("testdata", "orientation*"))
	if err != nil || len(names) == 0 {
		f.Fatalf("%d pictures with an orientation: %v", len(names), err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, format := range formats {
			if o := format.orientation(file); o < 1 || o > 8 {
				t.Errorf("%s: orientation %d", format.name, o)
			}
		}
		if w, h := webpSize(file); w < 0 || h < 0 || w > 1<<14 || h > 1<<14 {
			t.Errorf("a WebP of %d x %d", w, h)
		}
	})
}
