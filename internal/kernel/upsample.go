package kernel

import "math"

// Lerp is where along one dimension a place of an upsampled image reads:
// x[At]*(1-Weight) + x[Next]*Weight.
type Lerp[T Float] struct {
	At, Next int
	Weight   T
}

// NearestLerps fills dst with the places of nearest-neighbour interpolation:
// floor(i*ratio), ratio being the input's length by the output's. size is the
// input's length. Like PyTorch it rounds the product to float32 before it takes
// the floor, which keeps whole products whole, and takes a length that stays as it
// is or doubles for exactly that, whatever the ratio.
func NearestLerps[T Float](dst []Lerp[T], size int, ratio T) {
	for i := range dst {
		at := min(int(math.Floor(float64(float32(T(i)*ratio)))), size-1)
		if n := len(dst); n == size || n == 2*size {
			at = i * size / n
		}
		dst[i] = Lerp[T]{At: at, Next: at}
	}
}

// LinearLerps fills dst with the places and weights of linear interpolation, as
// PyTorch has them: pixels are unit squares and the centre of place i lies at
// (i+1/2)*ratio, or, with alignCorners, pixels are points and it lies at i*ratio.
func LinearLerps[T Float](dst []Lerp[T], size int, ratio T, alignCorners bool) {
	for i := range dst {
		if len(dst) == size {
			dst[i] = Lerp[T]{At: i, Next: i}
			continue
		}
		at := T(i) * ratio
		if !alignCorners {
			at = max(0, (T(i)+0.5)*ratio-0.5)
		}
		low := min(int(math.Floor(float64(float32(at)))), size-1)
		dst[i] = Lerp[T]{At: low, Next: min(low+1, size-1), Weight: min(max(at-T(low), 0), 1)}
	}
}

// UpsampleNearest reads dst [len(rows), len(columns)] from a plane x with w
// columns, at the Lerps' At.
func UpsampleNearest[T Float](dst, x []T, w int, rows, columns []Lerp[T]) {
	for i, r := range rows {
		from := x[r.At*w:][:w]
		to := dst[i*len(columns):][:len(columns)]
		for j := range columns {
			to[j] = from[columns[j].At]
		}
	}
}

// UpsampleNearestBack is the transpose of UpsampleNearest: it adds g to dx.
func UpsampleNearestBack[T Float](dx, g []T, w int, rows, columns []Lerp[T]) {
	for i, r := range rows {
		to := dx[r.At*w:][:w]
		for j, v := range g[i*len(columns):][:len(columns)] {
			to[columns[j].At] += v
		}
	}
}

// UpsampleBilinear interpolates dst [len(rows), len(columns)] from a plane x with
// w columns, along the rows first.
func UpsampleBilinear[T Float](dst, x []T, w int, rows, columns []Lerp[T]) {
	for i, r := range rows {
		upper, lower := x[r.At*w:][:w], x[r.Next*w:][:w]
		to := dst[i*len(columns):][:len(columns)]
		for j := range columns {
			c := &columns[j]
			a := upper[c.At]*(1-c.Weight) + upper[c.Next]*c.Weight
			b := lower[c.At]*(1-c.Weight) + lower[c.Next]*c.Weight
			to[j] = a*(1-r.Weight) + b*r.Weight
		}
	}
}

// UpsampleBilinearBack is the transpose of UpsampleBilinear: it adds to dx the
// shares of g.
func UpsampleBilinearBack[T Float](dx, g []T, w int, rows, columns []Lerp[T]) {
	for i, r := range rows {
		upper, lower := dx[r.At*w:][:w], dx[r.Next*w:][:w]
		for j, v := range g[i*len(columns):][:len(columns)] {
			c := &columns[j]
			a, b := v*(1-r.Weight), v*r.Weight
			upper[c.At] += a * (1 - c.Weight)
			upper[c.Next] += a * c.Weight
			lower[c.At] += b * (1 - c.Weight)
			lower[c.Next] += b * c.Weight
		}
	}
}
