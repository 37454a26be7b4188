package vision

import (
	"bytes"
	"encoding/binary"

	"github.com/lumen-ml/lumen/tensor"
)

// orientation is EXIF's, from 1 (upright) to 8; 1 if the file says nothing.
func (f *format) orientation(file []byte) int {
	if f.exif == nil {
		return 1
	}
	return exifOrientation(f.exif(file))
}

// exifOrientation looks up tag 274 in the first directory of a TIFF structure.
func exifOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(b[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			return 1
		}
		const tag, short = 274, 3
		if order.Uint16(entries) == tag {
			if v := order.Uint16(entries[8:]); order.Uint16(entries[2:]) == short && v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

var exifHead = []byte("Exif\x00\x00")

// jpegEXIF looks through the segments before the pixels.
func jpegEXIF(file []byte) []byte {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		const application1, scan = 0xe1, 0xda
		kind, size := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		switch {
		case kind == 0xff: // filling
			at++
			continue
		case kind == scan || size < 2 || at+2+size > len(file):
			return nil
		}
		if body := file[at+4 : at+2+size]; kind == application1 && bytes.HasPrefix(body, exifHead) {
			return body[len(exifHead):]
		}
		at += 2 + size
	}
	return nil
}

func pngEXIF(file []byte) []byte {
	for at := 8; at+8 <= len(file); {
		size := uint64(binary.BigEndian.Uint32(file[at:]))
		if uint64(at)+12+size > uint64(len(file)) {
			return nil
		}
		if string(file[at+4:at+8]) == "eXIf" {
			return file[at+8 : at+8+int(size)]
		}
		at += 12 + int(size)
	}
	return nil
}

func webpEXIF(file []byte) (exif []byte) {
	webpChunks(file, func(name string, body []byte) bool {
		if name == "EXIF" {
			exif = bytes.TrimPrefix(body, exifHead)
		}
		return exif == nil
	})
	return exif
}

// upright turns and mirrors a picture [channels, height, width] as an orientation wants.
func upright(x *tensor.Tensor, orientation int) *tensor.Tensor {
	if orientation >= 5 {
		x = x.Transpose(1, 2)
	}
	var mirrored []int
	if o := orientation; o == 3 || o == 4 || o == 7 || o == 8 {
		mirrored = append(mirrored, 1)
	}
	if o := orientation; o == 2 || o == 3 || o == 6 || o == 7 {
		mirrored = append(mirrored, 2)
	}
	if len(mirrored) == 0 && orientation < 5 {
		return x
	}
	return x.Flip(mirrored...) // a copy, also of a transposed picture
}
