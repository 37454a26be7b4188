package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// TestWinogradLayout holds the fields of the structs that assembly reads to the places that
// _asm/winograd.go names.
func TestWinogradLayout(t *testing.T) {
	var in WinogradInput
	var weights WinogradWeights
	var product WinogradProduct
	var out WinogradOutput
	for name, at := range map[string][2]uintptr{
		"WinogradInput.Starts": {unsafe.Offsetof(in.Starts), 72}, "WinogradInput.YPlace": {unsafe.Offsetof(in.YPlace), 112},
		"WinogradWeights.Channels": {unsafe.Offsetof(weights.Channels), 72}, "WinogradWeights.YPlace": {unsafe.Offsetof(weights.YPlace), 96},
		"WinogradProduct.Sixteens": {unsafe.Offsetof(product.Sixteens), 72}, "WinogradProduct.Places": {unsafe.Offsetof(product.Places), 88},
		"WinogradProduct.XSixteen": {unsafe.Offsetof(product.XSixteen), 96}, "WinogradProduct.Add": {unsafe.Offsetof(product.Add), 120},
		"WinogradOutput.Starts": {unsafe.Offsetof(out.Starts), 96}, "WinogradOutput.Lanes": {unsafe.Offsetof(out.Lanes), 120},
		"WinogradOutput.Tiles": {unsafe.Offsetof(out.Tiles), 248}, "WinogradOutput.Strange": {unsafe.Offsetof(out.Strange), 280},
	} {
		if at[0] != at[1] && unsafe.Sizeof(uintptr(0)) == 8 {
			t.Errorf("%s lies at %d, assembly reads it at %d", name, at[0], at[1])
		}
	}
}

// winogradMatrices are B^T, G and A^T, from the points.
func winogradMatrices() (bt, g, at [][]float64) {
	points := []float64{0, 11. / 16, -11. / 16, 23. / 16, -23. / 16}
	times := func(skip int) []float64 { // coefficients of the product of x - p, but for one
		c := []float64{1}
		for i, p := range points {
			if i == skip {
				continue
			}
			next := make([]float64, len(c)+1)
			for j, v := range c {
				next[j+1] += v
				next[j] -= p * v
			}
			c = next
		}
		return c
	}
	at = make([][]float64, 4)
	for i, p := range points {
		norm := 1.0
		for j, q := range points {
			if i != j {
				norm *= p - q
			}
		}
		bt = append(bt, append(times(i), 0))
		g = append(g, []float64{1 / norm, p / norm, p * p / norm})
		for k := range at {
			at[k] = append(at[k], math.Pow(p, float64(k)))
		}
	}
	for k := range at {
		at[k] = append(at[k], float64(k/3))
	}
	return append(bt, times(-1)), append(g, []float64{0, 0, 1}), at
}

// both is m x m^T, by rows.
func both(m [][]float64, x func(i, j int) float64) []float64 {
	var y []float64
	for _, left := range m {
		for _, right := range m {
			sum := 0.0
			for i, l := range left {
				for j, r := range right {
					sum += l * x(i, j) * r
				}
			}
			y = append(y, sum)
		}
	}
	return y
}

func eachWinograd(t *testing.T, f func(t *testing.T, table *Table)) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.WinogradInput32 == nil {
			t.Skip("no kernels")
		}
		f(t, table)
	})
}

// normal is n numbers at an odd place of memory, with 77 before and behind them in all.
func normal(r *rand.Rand, n int) (x, all []float32) {
	all = make([]float32, n+80)
	fillWith(all, 77)
	x = all[37 : 37+n : 37+n]
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x, all
}

// untouched tells whether places of all that wrote has not are 77 still.
func untouched(t *testing.T, name string, all []float32, wrote func(i int) bool) {
	t.Helper()
	for i, v := range all {
		if at := i - 37; v != 77 && (at < 0 || at >= len(all)-80 || !wrote(at)) {
			t.Fatalf("%s: place %d was changed to %g", name, at, v)
		}
	}
}

func winogradNear(got float32, want, size float64) bool {
	return math.Abs(float64(got)-want) <= 4e-6*(size+math.Abs(want))
}

func TestWinogradTransforms(t *testing.T) {
	bt, g, _ := winogradMatrices()
	eachWinograd(t, func(t *testing.T, table *Table) {
		r := rand.New(rand.NewPCG(1, 2))
		spill := make([]float32, WinogradSpill)
		for _, tiles := range []int{1, 2, 7} {
			const width = 29
			place := tiles*16 + 5
			x, allX := normal(r, 20*width*16)
			y, all := normal(r, 35*place+tiles*16)
			fillWith(y, 77)
			a := WinogradInput{X: x, Y: y, Spill: spill, Tiles: tiles, XRow: width * 16, YPlace: place}
			for range tiles {
				a.Starts = append(a.Starts, (r.IntN(15)*width+r.IntN(width-5))*16)
			}
			a.Starts[0] = (14*width + width - 6) * 16
			table.WinogradInput32(&a)
			for tile, start := range a.Starts {
				for lane := range 16 {
					for k, want := range both(bt, func(i, j int) float64 { return float64(x[start+(i*width+j)*16+lane]) }) {
						if got := y[k*place+tile*16+lane]; !winogradNear(got, want, 8) {
							t.Fatalf("tile %d, place %d, lane %d is %g, not %g", tile, k, lane, got, want)
						}
					}
				}
			}
			untouched(t, "tiles", all, func(i int) bool { return i%place < tiles*16 })
			untouched(t, "the image", allX, func(i int) bool { return true })
		}
		for _, channels := range []int{1, 2, 9} {
			for _, tap := range []int{16, -16} {
				place := channels*16 + 3
				x, _ := normal(r, channels*9*16)
				y, all := normal(r, 35*place+channels*16)
				fillWith(y, 77)
				start := 0
				if tap < 0 {
					start = 8 * 16
				}
				table.WinogradWeights32(&WinogradWeights{X: x, Y: y, Spill: spill, Channels: channels, XStart: start, XTap: tap, YPlace: place})
				for c := range channels {
					for lane := range 16 {
						for k, want := range both(g, func(i, j int) float64 { return float64(x[start+c*9*16+(3*i+j)*tap+lane]) }) {
							if got := y[k*place+c*16+lane]; !winogradNear(got, want, 2) {
								t.Fatalf("channel %d, place %d, lane %d is %g, not %g", c, k, lane, got, want)
							}
						}
					}
				}
				untouched(t, "weights", all, func(i int) bool { return i%place < channels*16 })
			}
		}
	})
}

func TestWinogradProducts(t *testing.T) {
	eachWinograd(t, func(t *testing.T, table *Table) {
		r := rand.New(rand.NewPCG(3, 4))
		for rows := 1; rows <= table.WinogradRows; rows++ {
			for _, c := range [][3]int{{1, 1, 1}, {2, 3, 36}, {3, 2, 5}} { // sixteens, panels, places
				for add := range 2 {
					a := WinogradProduct{Sixteens: c[0], Panels: c[1], Places: c[2], Add: add}
					tiles := rows*a.Panels + 1 // of which one is not meant
					a.XSixteen, a.WPlace = tiles*16, a.Sixteens*16*16+9
					a.XPlace = a.Sixteens*a.XSixteen + 7
					a.W, _ = normal(r, a.Places*a.WPlace)
					a.X, _ = normal(r, a.Places*a.XPlace)
					y, all := normal(r, ((tiles-2)*WinogradPlaces+a.Places)*16)
					fillWith(y, 77)
					a.Y = y
					table.WinogradProduct32[rows](&a)
					for tile := range tiles - 1 {
						for k := range a.Places {
							for lane := range 16 {
								want := 77 * float64(add)
								for c := range a.Sixteens * 16 {
									want += float64(a.W[k*a.WPlace+c*16+lane]) * float64(a.X[k*a.XPlace+c/16*a.XSixteen+tile*16+c%16])
								}
								if got := y[(tile*WinogradPlaces+k)*16+lane]; !winogradNear(got, want, 8) {
									t.Fatalf("%d rows, %v: tile %d, place %d, lane %d is %g, not %g", rows, c, tile, k, lane, got, want)
								}
							}
						}
					}
					untouched(t, "products", all, func(i int) bool { return i/16%WinogradPlaces < a.Places })
				}
			}
		}
	})
}

func TestWinogradOutput(t *testing.T) {
	_, _, at := winogradMatrices()
	eachWinograd(t, func(t *testing.T, table *Table) {
		r := rand.New(rand.NewPCG(5, 6))
		for _, lanes := range []int{1, 7, 8, 9, 15, 16} {
			for relu := range 2 {
				const width, height, plane = 11, 9, 11*9 + 3
				// The second tile overlaps the first one.
				a := WinogradOutput{Starts: []int{0, 2, 5*width + 7}, Tiles: 3, YRow: width, Halves: (lanes + 7) / 8, ReLU: relu}
				a.X, _ = normal(r, a.Tiles*WinogradPlaces*16)
				a.Bias, _ = normal(r, 16)
				a.Spill = make([]float32, WinogradSpill)
				y, all := normal(r, (lanes-1)*plane+height*width)
				fillWith(y, 77)
				a.Y = y
				want := make([]float64, len(y))
				for i := range want {
					want[i] = 77
				}
				for i := range a.Lanes {
					a.Lanes[i] = min(i, lanes-1) * plane
				}
				for tile, start := range a.Starts {
					for lane := range lanes {
						for k, v := range both(at, func(i, j int) float64 { return float64(a.X[(tile*WinogradPlaces+6*i+j)*16+lane]) }) {
							v += float64(a.Bias[lane])
							if relu == 1 {
								v = max(v, 0)
							}
							want[start+lane*plane+k/4*width+k%4] = v
						}
					}
				}
				table.WinogradOutput32(&a)
				for i, v := range want {
					if got := y[i]; !winogradNear(got, v, 40) {
						t.Fatalf("%d lanes: place %d is %g, not %g", lanes, i, got, v)
					}
				}
				untouched(t, "pixels", all, func(i int) bool { return true })
				if a.Strange != 0 {
					t.Fatal("finite numbers are strange")
				}
				for i := range a.X {
					was := a.X[i]
					a.X[i] = float32([]float64{math.NaN(), math.Inf(1), math.Inf(-1)}[i%3])
					table.WinogradOutput32(&a)
					if i%16 < 8*a.Halves && a.Strange == 0 {
						t.Fatalf("%g at %d is not strange", a.X[i], i)
					}
					a.X[i] = was
				}
			}
		}
	})
}

// TestWinogradZeros: as with the other kernels there is no negative zero behind a ReLU, and
// NaN goes through it.
func TestWinogradZeros(t *testing.T) {
	eachWinograd(t, func(t *testing.T, table *Table) {
		a := WinogradOutput{X: make([]float32, WinogradPlaces*16), Y: make([]float32, 16*16), Bias: make([]float32, 16), Spill: make([]float32, WinogradSpill),
			Starts: []int{0}, Tiles: 1, YRow: 4, Halves: 2, ReLU: 1}
		negative := float32(math.Copysign(0, -1))
		fillWith(a.X, negative)
		fillWith(a.Bias, negative)
		for i := range a.Lanes {
			a.Lanes[i] = 16 * i
		}
		a.X[15] = float32(math.NaN())
		table.WinogradOutput32(&a)
		for i, v := range a.Y {
			if nan := v != v; nan != (i == 15*16) || !nan && math.Float32bits(v) != 0 {
				t.Errorf("element %d is %g", i, v)
			}
		}
	})
}
