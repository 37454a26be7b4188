package kernel

import (
	"math/bits"

	"github.com/lumen-ml/lumen/internal/cpu"
)

func init() {
	Register(&Table{Path: cpu.NEON, MaxPool2x2: planewise(maxPool2x2NEON), MaxPool2x2Back: planewise(maxPool2x2BackNEON)})
}

// planewise is f for one plane after the other.
func planewise(f func(*PoolRows)) func(*PoolRows) {
	return func(a *PoolRows) {
		a.check()
		x, y, index, planes, strange := a.X, a.Y, a.Index, a.Planes, 0
		a.Planes = 1
		for p := range planes {
			a.X, a.Y, a.Index = x[p*a.XPlane:], y[p*a.YPlane:], tail(index, p*a.YPlane)
			f(a)
			strange |= a.Strange
		}
		a.X, a.Y, a.Index, a.Planes, a.Strange = x, y, index, planes, strange
	}
}

// maxPool2x2NEON is Table.MaxPool2x2: fours of columns in assembly, the others here.
func maxPool2x2NEON(a *PoolRows) {
	a.check()
	columns := bits.Len(uint(a.Mask))
	whole := columns / 4 * 4
	var index *int64
	if a.Index != nil {
		index = &a.Index[0]
	}
	if whole > 0 {
		poolMaxNEON(&a.X[0], &a.Y[0], index, a.Rows, whole/4, a.XRow, a.YRow, a.First)
	}
	for r := 0; r < a.Rows && whole < columns; r++ {
		y, left, index := a.Y[r*a.YRow+whole:][:columns-whole], 2*r*a.XRow+2*whole, a.Index
		if index != nil {
			index = index[r*a.YRow+whole:][:len(y)]
		}
		maxPool2x2(y, index, a.X[left:], a.XRow, 1, len(y))
		for j := range index {
			index[j] += int64(a.First + left)
		}
	}
}

// maxPool2x2BackNEON is Table.MaxPool2x2Back.
func maxPool2x2BackNEON(a *PoolRows) {
	a.check()
	columns := bits.Len(uint(a.Mask))
	whole := columns / 4 * 4
	if whole > 0 && poolMaxBackNEON(&a.X[0], &a.Y[0], &a.Index[0], a.Rows, whole/4, a.XRow, a.YRow, a.First) != -1 {
		a.Strange = 1
	}
	for r := range a.Rows {
		for j := whole; j < columns; j++ {
			at := 2*r*a.XRow + 2*j
			a.X[at], a.X[at+1], a.X[at+a.XRow], a.X[at+a.XRow+1] = 0, 0, 0, 0
			place := int(a.Index[r*a.YRow+j]) - a.First
			switch place - at {
			case 0, 1, a.XRow, a.XRow + 1:
				a.X[place] = a.Y[r*a.YRow+j] + 0 // added to zeros
			default:
				a.Strange = 1
			}
		}
	}
}
