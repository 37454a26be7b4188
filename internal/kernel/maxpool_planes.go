package kernel

import "sync"

var freePoolRows = sync.Pool{New: func() any { return new(PoolRows) }}

// MaxPool2x2Planes is MaxPool2d of several planes that lie one behind the other, with a
// 2 x 2 kernel and stride 2, where the path in use has a kernel for it; else it does
// nothing and returns false. 2*oh and 2*ow are at most h and w.
func MaxPool2x2Planes(dst []float32, idx []int64, x []float32, planes, h, w, oh, ow int) bool {
	f := Active().MaxPool2x2
	if f == nil || oh*ow == 0 || h*w >= 1<<31 {
		return false
	}
	a := freePoolRows.Get().(*PoolRows)
	defer a.free()
	for p := range planes {
		a.eachColumn(f, x[p*h*w:][:h*w], dst[p*oh*ow:][:oh*ow], tail(idx, p*oh*ow), w, oh, ow)
	}
	return true
}

// MaxPool2x2BackPlanes is MaxPool2dBack into planes of zeros, for places that all lie in
// the 2 x 2 window of their element. It returns how many planes, from the first on, it
// has written: fewer than all where a place does not, or the path has no kernel.
func MaxPool2x2BackPlanes(dx, g []float32, idx []int64, planes, h, w, oh, ow int) int {
	f := Active().MaxPool2x2Back
	if f == nil || oh*ow == 0 || 2*oh > h || 2*ow > w || h*w >= 1<<31 {
		return 0
	}
	a := freePoolRows.Get().(*PoolRows)
	defer a.free()
	for p := range planes {
		to := dx[p*h*w:][:h*w]
		if 2*oh != h || 2*ow != w {
			clear(to)
		}
		if strange := a.eachColumn(f, to, g[p*oh*ow:][:oh*ow], tail(idx, p*oh*ow), w, oh, ow); strange {
			return p
		}
	}
	return planes
}

func (a *PoolRows) free() {
	*a = PoolRows{}
	freePoolRows.Put(a)
}

// eachColumn calls f for 16 columns of a plane at a time, of which the last end with it.
func (a *PoolRows) eachColumn(f func(*PoolRows), x, y []float32, idx []int64, w, oh, ow int) (strange bool) {
	a.Rows, a.XRow, a.YRow = oh, w, ow
	for next := 0; next < ow; next += 16 {
		at := max(0, min(next, ow-16))
		a.X, a.Y, a.Index = x[2*at:], y[at:], tail(idx, at)
		a.First, a.Mask = 2*at, 1<<min(16, ow-at)-1
		f(a)
		strange = strange || a.Strange != 0
	}
	return strange
}

// tail is s from element n on, nil of nil.
func tail(s []int64, n int) []int64 {
	if s == nil {
		return nil
	}
	return s[n:]
}
