package nd

import "slices"

// axis is a dimension of an array that is being reduced, or several neighbours that
// are walked as one.
type axis struct {
	n       int
	stride  int // of the operand
	result  int // of the result; 0 if reduced
	reduced bool
}

// axes lists x's dimensions that are longer than 1 in the order of memory, the last
// the closest, and merges neighbours of a kind: a reduction then walks memory as it
// lies, however x was permuted. The elements it goes with lie without gaps: x's, or
// a copy's.
func axes(dst, x *Array, mask uint8) ([]axis, *Array) {
	list := make([]axis, 0, MaxDims)
	for i := range int(x.Rank) {
		if x.Dims[i] == 1 {
			continue
		}
		a := axis{n: x.Size(i), stride: x.Stride(i), reduced: mask>>i&1 == 1}
		if !a.reduced {
			a.result = dst.Stride(i)
		}
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b axis) int { return b.stride - a.stride })
	n, dense := 1, true
	for i := len(list) - 1; i >= 0; i-- {
		dense = dense && list[i].stride == n
		n *= list[i].n
	}
	if !dense {
		p := *x
		p.Rank = uint8(len(list))
		for i, a := range list {
			p.Dims[i], p.Strides[i] = int32(a.n), int32(a.stride)
		}
		x = compact(&p)
	}
	return merge(list), x
}

// merge joins neighbours of a kind; kept ones only where the result has them together.
func merge(list []axis) []axis {
	out := list[:0]
	for _, a := range list {
		if k := len(out) - 1; k >= 0 && out[k].reduced == a.reduced && (a.reduced || out[k].result == a.result*a.n) {
			out[k].n *= a.n
			out[k].result = a.result
			continue
		}
		out = append(out, a)
	}
	return out
}

// size is the number of elements over the axes.
func size(list []axis) int {
	n := 1
	for _, a := range list {
		n *= a.n
	}
	return n
}

// reduces reports whether an axis is reduced.
func reduces(list []axis) bool {
	return slices.ContainsFunc(list, func(a axis) bool { return a.reduced })
}

// lastReduced is the reduced axis closest in memory; there is one.
func lastReduced(list []axis) int {
	at := len(list) - 1
	for !list[at].reduced {
		at--
	}
	return at
}

// inOrder reports whether the kept axes in their order are the result's.
func inOrder(list []axis) bool {
	n := 1
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].reduced {
			continue
		}
		if list[i].result != n {
			return false
		}
		n *= list[i].n
	}
	return true
}

// place writes values, which lie in the order of the kept axes, where the result has
// them.
func place[T Element](dst *Array, list []axis, values []T) {
	d := Slice[T](dst)
	var index [MaxDims]int
	at := 0
	for _, v := range values {
		d[at] = v
		for i := len(list) - 1; i >= 0; i-- {
			index[i]++
			at += list[i].result
			if index[i] < list[i].n {
				break
			}
			at -= list[i].n * list[i].result
			index[i] = 0
		}
	}
}

// compact is p itself if contiguous, else a contiguous copy.
func compact(p *Array) *Array {
	if p.Contiguous() {
		return p
	}
	c := *p
	c.Off = 0
	c.SetContiguous()
	c.Buf = NewBuffer(p.Numel() * p.Type.Size())
	cpuCopy(&c, p)
	return &c
}
