package tensor_test

import (
	"encoding/json"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

func padCase(label string, a in, pads []int, mode tensor.PadMode, value float64, torch string) opCase {
	return opCase{Label: label, In: []in{a}, F: one(func(x []*tensor.Tensor) *tensor.Tensor { return x[0].Pad(pads, mode, value) }),
		Torch: "F.pad(x[0], " + torch + ")", Plain: a.Type.IsInteger() || a.Type == tensor.Bool}
}

var _ = op(row{Name: "Pad", Cases: []opCase{
	padCase("", in{Shape: []int{2, 3}}, []int{1, 2}, tensor.PadZero, 0, "(1, 2)"),
	padCase("value", in{Shape: []int{2, 3, 2}}, []int{0, 1, 2, 0, 1, 1}, tensor.PadZero, -1.5, "(0, 1, 2, 0, 1, 1), value=-1.5"),
	padCase("vector", in{Shape: []int{3}}, []int{2, 0}, tensor.PadZero, 0, "(2, 0)"),
	padCase("cut", in{Shape: []int{4, 5}}, []int{-1, 2, 1, -2}, tensor.PadZero, 3, "(-1, 2, 1, -2), value=3"),
	padCase("cut all", in{Shape: []int{2, 3}}, []int{-2, -1}, tensor.PadZero, 0, "(-2, -1)").atKinks(),
	padCase("nothing", in{Shape: []int{2, 3}}, []int{0, 0}, tensor.PadZero, 0, "(0, 0)"),
	padCase("empty", in{Shape: []int{2, 0}}, []int{1, 1}, tensor.PadZero, 2, "(1, 1), value=2").atKinks(),
	padCase("not a number", in{Shape: []int{1, 2}, Values: []float64{nan, -inf}}, []int{1, 0}, tensor.PadZero, inf, "(1, 0), value=math.inf").atKinks(),
	padCase("integers", in{Shape: []int{2, 3}, Type: tensor.Int64}, []int{1, 1}, tensor.PadZero, 7, "(1, 1), value=7"),
	padCase("bools", in{Shape: []int{2, 3}, Type: tensor.Bool}, []int{1, 1}, tensor.PadZero, 1, "(1, 1), value=True"),
	padCase("reflect", in{Shape: []int{2, 2, 4, 3}}, []int{2, 1, 3, 0}, tensor.PadReflect, 0, "(2, 1, 3, 0), mode='reflect'"),
	padCase("reflect row", in{Shape: []int{2, 4}}, []int{3, 3}, tensor.PadReflect, 0, "(3, 3), mode='reflect'"),
	padCase("replicate", in{Shape: []int{2, 2, 2, 3}}, []int{2, 1, 0, 3}, tensor.PadReplicate, 0, "(2, 1, 0, 3), mode='replicate'"),
	padCase("replicate one", in{Shape: []int{2, 1}}, []int{2, 2}, tensor.PadReplicate, 0, "(2, 2), mode='replicate'"),
	padCase("circular", in{Shape: []int{1, 2, 3, 3}}, []int{2, 1, 3, 2}, tensor.PadCircular, 0, "(2, 1, 3, 2), mode='circular'"),
	padCase("empty batch", in{Shape: []int{0, 2, 3}}, []int{1, 1}, tensor.PadReplicate, 0, "(1, 1), mode='replicate'").atKinks(),
}})

func TestPadIntegersReflected(t *testing.T) {
	got := tensor.Data[int64](tensor.FromSlice([]int64{1, 2, 3}).Pad([]int{2, 1}, tensor.PadReflect, 0))
	for i, want := range []int64{3, 2, 1, 2, 3, 2} {
		if got[i] != want {
			t.Fatalf("padded to %v", got)
		}
	}
}

func TestPadMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	pad := func(pads []int, mode tensor.PadMode, value float64) func() {
		return func() { x.Pad(pads, mode, value) }
	}
	type shape = *tensor.ShapeError
	misuse[shape](t, "Pad of [2 3]: pairs for at most 2 dimensions are wanted, last dimension first, not [1]", pad([]int{1}, tensor.PadZero, 0))
	misuse[shape](t, "pairs for at most 2 dimensions", pad([]int{1, 1, 1, 1, 1, 1}, tensor.PadZero, 0))
	misuse[shape](t, "[-2 -2] cuts more than dimension 1 has", pad([]int{-2, -2}, tensor.PadZero, 0))
	misuse[shape](t, "[-4 2] cuts more than dimension 1 has", pad([]int{-4, 2}, tensor.PadZero, 0))
	misuse[shape](t, "reflection needs less padding than elements: 3 for the 3 of dimension 1", pad([]int{0, 3}, tensor.PadReflect, 0))
	misuse[shape](t, "circular padding cannot exceed the elements: 3 for the 2 of dimension 0", pad([]int{0, 0, 3, 0}, tensor.PadCircular, 0))
	misuse[shape](t, "mode reflect cannot cut", pad([]int{-1, 0}, tensor.PadReflect, 0))
	misuse[shape](t, "mode replicate takes no value, 2 was given", pad([]int{1, 0}, tensor.PadReplicate, 2))
	misuse[shape](t, "dimension 0 has no element to repeat", func() { tensor.Zeros(0).Pad([]int{1, 0}, tensor.PadReplicate, 0) })
	misuse[shape](t, "at most 2147483647 elements", pad([]int{1 << 30, 1 << 30}, tensor.PadZero, 0))
	misuse[shape](t, "is too large", pad([]int{1 << 40, 0}, tensor.PadZero, 0))
	misuse[*tensor.IndexError](t, "there is no such PadMode", pad([]int{1, 0}, 9, 0))
}

// Options go into a run's record as text.
func TestModesAsText(t *testing.T) {
	o := tensor.ConvOptions{PaddingMode: tensor.PadCircular, Activation: tensor.ActGELU}
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var back tensor.ConvOptions
	if err := json.Unmarshal(text, &back); err != nil || back != o {
		t.Errorf("%s reads as %+v, %v", text, back, err)
	}
	if err := json.Unmarshal([]byte(`{"PaddingMode":"mirror"}`), &back); err == nil {
		t.Error("an unknown padding mode was read")
	}
	if _, err := json.Marshal(tensor.UpsampleMode(9)); err == nil {
		t.Error("an unknown upsampling mode was written")
	}
	for got, want := range map[string]string{tensor.PadReflect.String(): "reflect", tensor.PadMode(9).String(): "PadMode(9)",
		tensor.ActNone.String(): "none", tensor.Bilinear.String(): "bilinear"} {
		if got != want {
			t.Errorf("String is %q, want %q", got, want)
		}
	}
}
