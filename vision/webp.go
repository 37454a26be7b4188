package vision

import (
	"encoding/binary"
	"image"
	"math"
)

// webpChunks calls f with the chunks of a WebP file until it returns false.
func webpChunks(file []byte, f func(name string, body []byte) bool) {
	for at := 12; at+8 <= len(file); {
		name, size := string(file[at:at+4]), int(binary.LittleEndian.Uint32(file[at+4:]))
		body := file[at+8:]
		body = body[:min(size, len(body))]
		if !f(name, body) {
			return
		}
		at += 8 + len(body) + size&1
	}
}

// webpSize is the size that the header of the picture inside a WebP file gives (RFC 9649
// for VP8L, RFC 6386 for VP8).
func webpSize(file []byte) (w, h int) {
	webpChunks(file, func(name string, body []byte) bool {
		switch {
		case name == "VP8 " && len(body) >= 10:
			w, h = int(binary.LittleEndian.Uint16(body[6:])&0x3fff), int(binary.LittleEndian.Uint16(body[8:])&0x3fff)
			return false
		case name == "VP8L" && len(body) >= 5:
			bits := binary.LittleEndian.Uint32(body[1:])
			w, h = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
			return false
		}
		return true
	})
	return w, h
}

// webpAnimated reports whether a WebP file holds an animation.
func webpAnimated(file []byte) (animated bool) {
	webpChunks(file, func(name string, body []byte) bool {
		animated = name == "ANIM" || name == "ANMF"
		return !animated
	})
	return animated
}

// webpColours gives a lossy WebP its colours. In it black is a Y of 16 and white one of 235, as in ITU-R BT.601, which
// package image takes for dark and light grey; and chroma, which has half the resolution, is interpolated, the nearest
// of four values counting 9/16 and the farthest 1/16, as libwebp does. Other pictures stay.
func webpColours(img image.Image) image.Image {
	var alpha *image.NYCbCrA
	var m *image.YCbCr
	switch img := img.(type) {
	case *image.YCbCr:
		m = img
	case *image.NYCbCrA:
		m, alpha = &img.YCbCr, img
	}
	if m == nil || m.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return img
	}
	bounds := m.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	columns, rows := (w+1)/2, (h+1)/2
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	// beside is the second nearest of n chroma values: of two pixels in a row the left one looks to the left.
	beside := func(at, n int) int { return min(max(at/2+2*(at%2)-1, 0), n-1) }
	for y := range h {
		near, far := m.COffset(bounds.Min.X, bounds.Min.Y+y), (beside(y, rows)-y/2)*m.CStride
		for x := range w {
			a, b := near+x/2, near+beside(x, columns)
			chroma := func(plane []uint8) float64 {
				return float64(9*int(plane[a])+3*int(plane[b])+3*int(plane[a+far])+int(plane[b+far]))/16 - 128
			}
			luma := 255. / 219 * (float64(m.Y[m.YOffset(bounds.Min.X+x, bounds.Min.Y+y)]) - 16)
			// 2(1-kr) and 2(1-kb) with kr = 0.299 and kb = 0.114, chroma reaching from -112 to 112.
			blue, red := chroma(m.Cb)*255/224, chroma(m.Cr)*255/224
			pixel := out.Pix[4*(y*w+x):][:4]
			pixel[0] = nearestByte(luma + 1.402*red)
			pixel[1] = nearestByte(luma - 0.714136*red - 0.344136*blue)
			pixel[2] = nearestByte(luma + 1.772*blue)
			pixel[3] = 0xff
			if alpha != nil {
				pixel[3] = alpha.A[alpha.AOffset(bounds.Min.X+x, bounds.Min.Y+y)]
			}
		}
	}
	if alpha == nil {
		return (*image.RGBA)(out) // opaque: the same bytes
	}
	return out
}

func nearestByte(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }
