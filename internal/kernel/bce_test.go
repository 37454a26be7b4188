package kernel

import "testing"

// TestBCE holds the kernels against the reference over the lengths, between guards, with
// probabilities, their ends, numbers that are none, and NaN.
func TestBCE(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		if table.BCE32 == nil {
			t.Skip("no kernels")
		}
		const most = 64<<10 + 3
		x, target := random[float32](most, 1), random[float32](most, 2)
		special := []float32{0, 1, 1e-30, 1 - 0x1p-24, 0x1p-149, float32(nan), -0.1, 1.1, 0.5, float32(inf), float32(-inf)}
		for i := range x {
			x[i], target[i] = min(max(x[i]/4+0.5, 0), 1), min(max(target[i]/4+0.5, 0), 1)
			if i%3 == 0 {
				x[i] = special[(i/3)%len(special)]
			}
			if i%5 == 0 {
				target[i] = float32(i / 5 % 2)
			}
		}
		kernels := map[string]func(dst, x, y []float32){
			"BCE": table.BCE32, "BCEGrad": func(dst, x, y []float32) { table.BCEGrad32(dst, x, y, 0.3) },
		}
		references := map[string]func(dst, x, y []float32){
			"BCE": bceGeneric[float32], "BCEGrad": func(dst, x, y []float32) { bceGradGeneric(dst, x, y, 0.3) },
		}
		for name, f := range kernels {
			all, want := make([]float32, most), make([]float32, most)
			f(all, x, target)
			references[name](want, x, target)
			compare(t, name, all, want, 4e-7, 0x1p-148)
			for _, n := range vectorLengths() {
				start := (n * 7) % (most - n + 1)
				dst, check := fenced(t, make([]float32, n), n%guards)
				x, checkX := fenced(t, x[start:][:n], n%7)
				y, checkY := fenced(t, target[start:][:n], n%5)
				f(dst, x, y)
				check(name)
				checkX(name)
				checkY(name)
				sameBits(t, name+" at another place", dst, all[start:][:n])
			}
		}
	})
}
