package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestSort(t *testing.T) {
	for _, n := range []int{0, 1, 2, 11, 12, 13, 24, 25, 100, 1000} {
		x := random[int32](n, uint64(n))
		y := make([]float32, n)
		for i, v := range x {
			if y[i] = float32(v % 10); i%17 == 5 {
				y[i] = float32(nan)
			}
		}
		for _, descending := range []bool{false, true} {
			checkSort(t, x, descending)
			checkSort(t, y, descending)
		}
	}
}

// checkSort compares with the standard library's stable sort.
func checkSort[T Number](t *testing.T, x []T, descending bool) {
	t.Helper()
	want := make([]int64, len(x))
	for i := range want {
		want[i] = int64(i)
	}
	slices.SortStableFunc(want, func(i, j int64) int {
		a, b := x[i], x[j]
		if descending {
			a, b = b, a
		}
		switch {
		case a < b, b != b && a == a:
			return -1
		case b < a, a != a && b == b:
			return 1
		}
		return 0
	})
	values, idx := slices.Clone(x), make([]int64, len(x))
	Sort(values, idx, make([]Entry[T], 2*len(x)), descending)
	compare(t, fmt.Sprint("indices of ", x, descending), idx, want, 0, 0)
	for i, from := range want {
		if values[i] != x[from] && x[from] == x[from] {
			t.Errorf("value %d is %v, want %v", i, values[i], x[from])
		}
	}
}

func ExampleSort() {
	values, idx := []float32{3, 1, 2}, make([]int64, 3)
	Sort(values, idx, make([]Entry[float32], 6), true)
	fmt.Println(values, idx)
	// Output: [3 2 1] [0 2 1]
}
