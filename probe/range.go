package probe

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/lumen-ml/lumen/tensor"
)

// Range is how far a tensor's elements reach.
type Range struct {
	Shape    []int
	Min, Max float64 // of the finite elements, NaN if there is none
	NaN, Inf int     // how many elements are that
	// First is the place of the first element that is not finite, in row-major order; -1 if
	// all are finite.
	First int
}

// RangeOf looks at every element of t.
func RangeOf(t *tensor.Tensor) Range {
	switch t.DType() {
	case tensor.Float32:
		return floatRange[float32](t)
	case tensor.Float64:
		return floatRange[float64](t)
	case tensor.Int64:
		return integerRange[int64](t)
	case tensor.Int32:
		return integerRange[int32](t)
	case tensor.Uint8:
		return integerRange[uint8](t)
	}
	return noRange(t) // of bools
}

func noRange(t *tensor.Tensor) Range {
	return Range{Shape: t.Shape(), Min: math.NaN(), Max: math.NaN(), First: -1}
}

func floatRange[T float32 | float64](t *tensor.Tensor) Range {
	r := noRange(t)
	tensor.Read(t, func(data []T) {
		low, high := T(math.Inf(1)), T(math.Inf(-1))
		for i, v := range data {
			if v-v != 0 {
				if r.First < 0 {
					r.First = i
				}
				if v != v {
					r.NaN++
				} else {
					r.Inf++
				}
				continue
			}
			if v < low {
				low = v
			}
			if v > high {
				high = v
			}
		}
		if r.NaN+r.Inf < len(data) {
			r.Min, r.Max = float64(low), float64(high)
		}
	})
	return r
}

func integerRange[T int64 | int32 | uint8](t *tensor.Tensor) Range {
	r := noRange(t)
	tensor.Read(t, func(data []T) {
		if len(data) == 0 {
			return
		}
		low, high := data[0], data[0]
		for _, v := range data {
			low, high = min(low, v), max(high, v)
		}
		r.Min, r.Max = float64(low), float64(high)
	})
	return r
}

// Count is the number of elements.
func (r Range) Count() int {
	n := 1
	for _, d := range r.Shape {
		n *= d
	}
	return n
}

// NonFinite is the share of elements that are NaN or infinite.
func (r Range) NonFinite() float64 {
	if r.NaN+r.Inf == 0 {
		return 0
	}
	return float64(r.NaN+r.Inf) / float64(r.Count())
}

// Example is the place in the batch, the first dimension, of the first element that is not
// finite; -1 if there is none, or no batch.
func (r Range) Example() int {
	if r.First < 0 || len(r.Shape) < 2 {
		return -1
	}
	return r.First / (r.Count() / r.Shape[0])
}

// Largest is the greatest size of a finite element.
func (r Range) Largest() float64 { return math.Max(math.Abs(r.Min), math.Abs(r.Max)) }

// String is a line such as "[64 10] -3.1 ... 0.92, 1.5 % NaN".
func (r Range) String() string {
	text := fmt.Sprint(r.Shape)
	if !math.IsNaN(r.Min) {
		text += fmt.Sprintf(" %.4g ... %.4g", r.Min, r.Max)
	}
	for _, bad := range []struct {
		n    int
		what string
	}{{r.NaN, "NaN"}, {r.Inf, "Inf"}} {
		switch {
		case bad.n == 0:
		case bad.n == r.Count():
			text += ", all " + bad.what
		default:
			text += fmt.Sprintf(", %s %% %s", percent(float64(bad.n)/float64(r.Count())), bad.what)
		}
	}
	return text
}

// percent is a share in per cent; one that is not 0 never reads as 0, nor one that is not all as 100.
func percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 0.01:
		return "< 0.01"
	case p < 1:
		return fmt.Sprintf("%.2f", p)
	case p > 99.9 && p < 100:
		return "> 99.9"
	default:
		return fmt.Sprintf("%.1f", p)
	}
}

// MarshalJSON writes the fields in lower case; min and max are null where no element is finite.
func (r Range) MarshalJSON() ([]byte, error) {
	number := func(x float64) *float64 {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		return &x
	}
	return json.Marshal(struct {
		Shape []int    `json:"shape"`
		Min   *float64 `json:"min"`
		Max   *float64 `json:"max"`
		NaN   int      `json:"nan"`
		Inf   int      `json:"inf"`
		First int      `json:"first"`
	}{r.Shape, number(r.Min), number(r.Max), r.NaN, r.Inf, r.First})
}
