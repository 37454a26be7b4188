package kernel

// packA copies mc rows of kc columns into pairs of rows: dst[p*kc+l] is column l
// of rows 2p and 2p+1, 0 where there is no row.
func packA[T Float](dst [][gemmMR]T, a []T, mc, kc, ars, acs int) {
	for i := 0; i < mc; i += gemmMR {
		pair := dst[i/gemmMR*kc:][:kc]
		at, next := i*ars, (i+1)*ars
		switch {
		case i+1 == mc:
			for l := range pair {
				pair[l] = [gemmMR]T{a[at], 0}
				at += acs
			}
		case acs == 1:
			x, y := a[at:][:len(pair)], a[next:][:len(pair)]
			for l := range pair {
				pair[l] = [gemmMR]T{x[l], y[l]}
			}
		default:
			for l := range pair {
				pair[l] = [gemmMR]T{a[at], a[next]}
				at += acs
				next += acs
			}
		}
	}
}

// packB copies kc rows of nc columns into fours of columns: dst[p*kc+l] is row l
// of columns 4p to 4p+3, 0 where there is no column.
func packB[T Float](dst [][gemmNR]T, b []T, kc, nc, brs, bcs int) {
	for j := 0; j < nc; j += gemmNR {
		panel := dst[j/gemmNR*kc:][:kc]
		at := j * bcs
		switch {
		case j+gemmNR > nc:
			for l := range panel {
				panel[l] = [gemmNR]T{}
				for x := range nc - j {
					panel[l][x] = b[at+x*bcs]
				}
				at += brs
			}
		case bcs == 1:
			for l := range panel {
				panel[l] = [gemmNR]T(b[at:])
				at += brs
			}
		case brs == 1:
			b0, b1 := b[at:][:len(panel)], b[at+bcs:][:len(panel)]
			b2, b3 := b[at+2*bcs:][:len(panel)], b[at+3*bcs:][:len(panel)]
			for l := range panel {
				panel[l] = [gemmNR]T{b0[l], b1[l], b2[l], b3[l]}
			}
		default:
			for l := range panel {
				panel[l] = [gemmNR]T{b[at], b[at+bcs], b[at+2*bcs], b[at+3*bcs]}
				at += brs
			}
		}
	}
}
