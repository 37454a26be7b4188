package vision

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/lumen-ml/lumen/tensor"
)

// Mode says which channels a picture is read into, as torchvision's ImageReadMode.
type Mode uint8

// The modes. Colours become grey as 0.299 red + 0.587 green + 0.114 blue; where a mode has
// no alpha it is left out, and where the picture has none it is opaque.
const (
	Unchanged Mode = iota // the channels of the file: 1, or 3, or 4 with alpha
	Gray                  // 1 channel
	GrayAlpha             // 2
	RGB                   // 3
	RGBAlpha              // 4
)

// String is torchvision's name, such as "RGB_ALPHA".
func (m Mode) String() string {
	names := [...]string{"UNCHANGED", "GRAY", "GRAY_ALPHA", "RGB", "RGB_ALPHA"}
	if int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// ReadOptions say how a picture is read; the zero value reads what is there, in 8 bits.
type ReadOptions struct {
	Mode Mode
	// Depth is 8 for uint8 from 0 to 255 (so does 0), or 16 for int32 from 0 to 65535. The
	// upper 8 bits of a picture of 16 are read, a picture of 8 bits is multiplied by 257.
	Depth int
	// MaxPixels bounds width times height; 0 means DefaultMaxPixels.
	MaxPixels int
	// IgnoreOrientation leaves the picture as the sensor saw it, whatever EXIF says.
	IgnoreOrientation bool
}

// DefaultMaxPixels is 64 Mi: more than cameras have, and half a gigabyte unpacked at most.
const DefaultMaxPixels = 64 << 20

// Open reads the picture in a file; see [Decode].
func Open(path string, o ...ReadOptions) (*tensor.Tensor, error) {
	options := readOptions("Open", o)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s: a folder; the name of a picture is wanted", path)
	}
	x, err := decode(f, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return x, nil
}

// Decode reads a picture of any known format: uint8 [channels, height, width], or int32
// with Depth 16. No options mean the zero ReadOptions.
func Decode(r io.Reader, o ...ReadOptions) (*tensor.Tensor, error) {
	return decode(r, readOptions("Decode", o))
}

func readOptions(op string, given []ReadOptions) ReadOptions {
	var o ReadOptions
	switch len(given) {
	case 0:
	case 1:
		o = given[0]
	default:
		misuse(op, nil, "one ReadOptions is wanted, not %d", len(given))
	}
	if o.Depth == 0 {
		o.Depth = 8
	}
	if o.MaxPixels == 0 {
		o.MaxPixels = DefaultMaxPixels
	}
	if o.Mode > RGBAlpha || o.Depth != 8 && o.Depth != 16 || o.MaxPixels < 0 {
		misuse(op, nil, "a known Mode, Depth 8 or 16 and a MaxPixels above 0 are wanted, not %v, %d and %d", o.Mode, o.Depth, o.MaxPixels)
	}
	return o
}

func decode(r io.Reader, o ReadOptions) (*tensor.Tensor, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(longestMagic)
	if err != nil && err != io.EOF {
		return nil, err
	}
	f := formatOf(head)
	if f == nil {
		return nil, fmt.Errorf("no picture that can be read: %s", beginsWith(head))
	}
	// No format needs more than 8 bytes a pixel, and some room for what is beside them.
	most := 8*int64(o.MaxPixels) + 64<<20
	file, err := io.ReadAll(io.LimitReader(b, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(file)) > most {
		return nil, fmt.Errorf("a %s file of more than %d MB, which a picture of %d pixels, the most that is read, does not need", f.name, most>>20, o.MaxPixels)
	}
	w, h, err := f.size(file)
	if err != nil {
		return nil, f.trouble("", err)
	}
	if w < 1 || h < 1 || w > o.MaxPixels/h {
		return nil, fmt.Errorf("a %s of %d x %d pixels: 1 to %d pixels are read (ReadOptions.MaxPixels)", f.name, w, h, o.MaxPixels)
	}
	img, err := f.picture(file)
	if err != nil {
		return nil, f.trouble(fmt.Sprintf(" of %d x %d pixels", w, h), err)
	}
	x := fromImage(img, o.Mode, o.Depth)
	if !o.IgnoreOrientation {
		x = upright(x, f.orientation(file))
	}
	return x, nil
}

// plain says in words what a decoder means by the end of the file.
func plain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || err == io.EOF {
		return fmt.Errorf("the file ends too early: %w", io.ErrUnexpectedEOF)
	}
	return err
}
