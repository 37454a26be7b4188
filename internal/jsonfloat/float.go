package jsonfloat

import (
	"encoding/json"
	"fmt"
	"math"
)

// Float is a float64 that marshals whatever it is.
type Float float64

// MarshalJSON writes a number or one of the three strings.
func (f Float) MarshalJSON() ([]byte, error) {
	switch v := float64(f); {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Inf"`), nil
	default:
		return json.Marshal(v)
	}
}

// UnmarshalJSON reads what MarshalJSON writes; anything else, null included, is an error.
func (f *Float) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*f = Float(math.NaN())
		return nil
	case `"Inf"`:
		*f = Float(math.Inf(1))
		return nil
	case `"-Inf"`:
		*f = Float(math.Inf(-1))
		return nil
	}
	var v *float64
	if err := json.Unmarshal(b, &v); err != nil || v == nil {
		const most = 40
		return fmt.Errorf(`%.*s is no number, nor "NaN", "Inf" or "-Inf"`, most, b)
	}
	*f = Float(*v)
	return nil
}
