package kernel

// Im2col lays out the patches that a convolution reads as the columns of a
// matrix. x is one image [c, h, w]; dst becomes [c*kh*kw, oh*ow], where
//
//	dst[(ic*kh+ky)*kw+kx, oy*ow+ox] = x[ic, oy*sh-ph+ky*dh, ox*sw-pw+kx*dw]
//
// and 0 outside the image. k is the kernel, s the stride, p the padding, d the
// dilation, oh x ow the size of the result; h counts rows and w columns.
func Im2col[T Float](dst, x []T, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow int) {
	at := 0
	for ic := range c {
		plane := x[ic*h*w:][:h*w]
		for ky := range kh {
			for kx := range kw {
				lo, hi := inside(w, kx*dw-pw, sw, ow)
				for oy := range oh {
					row := dst[at:][:ow]
					at += ow
					y := oy*sh - ph + ky*dh
					if y < 0 || y >= h || lo >= hi {
						clear(row)
						continue
					}
					clear(row[:lo])
					clear(row[hi:])
					from := plane[y*w:][:w]
					j := lo*sw - pw + kx*dw
					if sw == 1 {
						copy(row[lo:hi], from[j:])
						continue
					}
					for i := lo; i < hi; i++ {
						row[i] = from[j]
						j += sw
					}
				}
			}
		}
	}
}

// Col2im is the transpose of Im2col: it adds every element of cols
// [c*kh*kw, oh*ow] to the pixel of dst [c, h, w] that Im2col read it from.
func Col2im[T Float](dst, cols []T, c, h, w, kh, kw, sh, sw, ph, pw, dh, dw, oh, ow int) {
	at := 0
	for ic := range c {
		plane := dst[ic*h*w:][:h*w]
		for ky := range kh {
			for kx := range kw {
				lo, hi := inside(w, kx*dw-pw, sw, ow)
				for oy := range oh {
					row := cols[at:][:ow]
					at += ow
					y := oy*sh - ph + ky*dh
					if y < 0 || y >= h || lo >= hi {
						continue
					}
					to := plane[y*w:][:w]
					j := lo*sw - pw + kx*dw
					if sw == 1 {
						part := row[lo:hi]
						to := to[j:][:len(part)]
						for i, v := range part {
							to[i] += v
						}
						continue
					}
					for _, v := range row[lo:hi] {
						to[j] += v
						j += sw
					}
				}
			}
		}
	}
}

// inside returns the range of output places o in [0, outputs) whose input place
// o*stride+offset lies in [0, size).
func inside(size, offset, stride, outputs int) (lo, hi int) {
	if offset < 0 {
		lo = (-offset + stride - 1) / stride
	}
	if last := size - 1 - offset; last >= 0 {
		hi = last/stride + 1
	}
	lo, hi = min(lo, outputs), min(hi, outputs)
	return lo, max(lo, hi)
}
