package tensor_test

import (
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(row{Name: "Refill", Func: tensor.Refill[float32], NoGolden: "it moves memory and computes nothing; TestRefill covers it"})

func count(from float32) func([]float32) {
	return func(data []float32) {
		for i := range data {
			data[i] = from + float32(i)
		}
	}
}

func goesStale(use func()) (stale bool) {
	defer func() {
		if v := recover(); v != nil {
			_, stale = v.(*tensor.StaleError)
		}
	}()
	use()
	return false
}

func TestExpire(t *testing.T) {
	x := tensor.FromSlice([]float32{1, 2, 3, 4})
	view, copied := x.Reshape(2, 2), x.Clone()
	tensor.Expire(nil, x, x)
	for name, use := range map[string]func(){
		"the tensor": func() { tensor.Data[float32](x) },
		"a view":     func() { view.Reshape(4) },
	} {
		if !goesStale(use) {
			t.Errorf("%s is usable after Expire", name)
		}
	}
	if got := tensor.Data[float32](copied); !slices.Equal(got, []float32{1, 2, 3, 4}) {
		t.Errorf("the copy is %v", got)
	}
	shared := tensor.FromSlice([]float32{5})
	kept := shared.Detach()
	tensor.Expire(shared)
	if got := tensor.Data[float32](kept)[0]; got != 5 {
		t.Errorf("the detached tensor is %v", got)
	}
}

func TestRefill(t *testing.T) {
	old := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	var memory *float32
	first := tensor.Refill(old, func(data []float32) { memory = &data[0]; count(10)(data) }, 5)
	if !goesStale(func() { tensor.Data[float32](old) }) {
		t.Error("the old tensor is usable")
	}
	if got := tensor.Data[float32](first); !slices.Equal(got, []float32{10, 11, 12, 13, 14}) {
		t.Errorf("refilled with %v", got)
	}
	// the memory already has a new owner
	second := tensor.Refill(old, count(20), 2)
	if got := tensor.Data[float32](first)[0]; got != 10 {
		t.Errorf("refilling an expired tensor twice overwrote its heir: %v", got)
	}
	// smaller fits, larger gets memory of its own
	third := tensor.Refill(first, func(data []float32) {
		if &data[0] != memory {
			t.Error("memory that fits is not used")
		}
		count(30)(data)
	}, 3, 2)
	tensor.Refill(third, func(data []float32) {
		if len(data) != 1000 {
			t.Errorf("%d elements to fill, want 1000", len(data))
		}
		count(40)(data)
	}, 10, 100)
	if got := tensor.Data[float32](second); !slices.Equal(got, []float32{20, 21}) {
		t.Errorf("the second is %v", got)
	}
	// another type, no shape, nothing old, a detached old one
	label := tensor.Refill(tensor.Zeros(4), func(data []int64) { data[0] = 7 })
	if label.Dim() != 0 || label.Item() != 7 {
		t.Errorf("a scalar of shape %v: %v", label.Shape(), label.Item())
	}
	fresh := tensor.Refill(nil, count(1), 2)
	kept := fresh.Detach()
	tensor.Refill(fresh, count(50), 2)
	if got := tensor.Data[float32](kept); !slices.Equal(got, []float32{1, 2}) {
		t.Errorf("a detached tensor was overwritten: %v", got)
	}
}
