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
	a.eachPlane(f, x, dst, idx, planes, h, w, oh, ow)
	return true
}

// MaxPool2x2BackPlanes is MaxPool2dBack into planes of zeros, for places that all lie in
// the 2 x 2 window of their element. Where one does not, or the path has no kernel, it
// returns false, and what dx holds is nothing.
func MaxPool2x2BackPlanes(dx, g []float32, idx []int64, planes, h, w, oh, ow int) bool {
	f := Active().MaxPool2x2Back
	if f == nil || oh*ow == 0 || 2*oh > h || 2*ow > w || h*w >= 1<<31 {
		return false
	}
	a := freePoolRows.Get().(*PoolRows)
	defer a.free()
	if 2*oh != h || 2*ow != w {
		clear(dx[:planes*h*w])
	}
	return !a.eachPlane(f, dx, g, idx, planes, h, w, oh, ow)
}

func (a *PoolRows) free() {
	*a = PoolRows{}
	freePoolRows.Put(a)
}

// eachPlane calls f for as many planes at a time as one call may do, and for 16 columns, of
// which the last ones end with the plane, until places are strange.
func (a *PoolRows) eachPlane(f func(*PoolRows), x, y []float32, idx []int64, planes, h, w, oh, ow int) (strange bool) {
	most := max(1, poolElements/(h*w))
	a.Rows, a.XRow, a.YRow, a.XPlane, a.YPlane = oh, w, ow, h*w, oh*ow
	for p := 0; p < planes; p += most {
		a.Planes = min(most, planes-p)
		for next := 0; next < ow; next += 16 {
			at := max(0, min(next, ow-16))
			a.X, a.Y, a.Index = x[p*h*w:][2*at:], y[p*oh*ow:][at:], tail(idx, p*oh*ow+at)
			a.First, a.Mask = 2*at, 1<<min(16, ow-at)-1
			f(a)
			if a.Strange != 0 {
				return true
			}
		}
	}
	return false
}

// tail is s from element n on, nil of nil.
func tail(s []int64, n int) []int64 {
	if s == nil {
		return nil
	}
	return s[n:]
}
