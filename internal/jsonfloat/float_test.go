package jsonfloat_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/lumen-ml/lumen/internal/jsonfloat"
)

func Example() {
	b, _ := json.Marshal(map[string]jsonfloat.Float{"loss": jsonfloat.Float(math.NaN()), "lr": 0.1})
	var back map[string]jsonfloat.Float
	fmt.Println(string(b), json.Unmarshal(b, &back), back["loss"])
	// Output: {"loss":"NaN","lr":0.1} <nil> NaN
}

func TestRoundTrip(t *testing.T) {
	for _, v := range []float64{0, math.Copysign(0, -1), 1, 0.1, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		b, err := json.Marshal(jsonfloat.Float(v))
		var back jsonfloat.Float
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || math.Float64bits(float64(back)) != math.Float64bits(v) {
			t.Errorf("%v: %s, %v, %v", v, b, back, err)
		}
	}
	for _, bad := range []string{`"nan"`, `"Infinity"`, `null`, `true`, `[]`, `1e999`, `""`} {
		if err := json.Unmarshal([]byte(bad), new(jsonfloat.Float)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}
