package kernel

import "testing"

// An infinite weight without decay has no part in the gradient and leaves the
// optimizer's state alone.
func TestVectorInfiniteWeight(t *testing.T) {
	eachTable(t, func(t *testing.T, table *Table) {
		const n = 21
		ones := make([]float32, n)
		fillWith(ones, 1)
		for _, a := range []SGDArgs{{LR: 0.1}, {LR: 0.1, Momentum: 0.9}, {LR: 0.1, Momentum: 0.9, Nesterov: true}} {
			w, buf := make([]float32, n), make([]float32, n)
			fillWith(w, float32(inf))
			want := append([]float32(nil), w...)
			table.SGD32(w, ones, buf, a)
			sameBits(t, "SGD", w, want)
			if a.Momentum > 0 {
				sameBits(t, "momentum", buf, ones)
			}
		}
		w, m, v := make([]float32, n), make([]float32, n), make([]float32, n)
		fillWith(w, float32(inf))
		table.Adam32(w, ones, m, v, nil, AdamArgs{LR: 0.1, Beta1: 0.5, Beta2: 0.75, Eps: 1e-8, Step: 1})
		for i := range w {
			if w[i] != float32(inf) || m[i] != 0.5 || v[i] != 0.25 {
				t.Fatalf("Adam: element %d is %v with the state %v, %v", i, w[i], m[i], v[i])
			}
		}
	})
}
