package gradcheck_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/tensor"
)

func values(v ...float64) *tensor.Tensor { return tensor.FromSlice(v) }

// wrong is x squared with a gradient of share * 2x.
func wrong(x *tensor.Tensor, share float64) *tensor.Tensor {
	off := x.Detach().Square().MulScalar(1 - share)
	return x.Square().MulScalar(share).Add(off)
}

func TestFuncAcceptsRightGradients(t *testing.T) {
	for name, f := range map[string]func(xs []*tensor.Tensor) *tensor.Tensor{
		"product":  func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Mul(xs[1]) },
		"matrix":   func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Unsqueeze(1).MatMul(xs[1].Unsqueeze(0)).Tanh() },
		"one only": func(xs []*tensor.Tensor) *tensor.Tensor { return xs[1].Exp() },
	} {
		if err := gradcheck.Func(f, []*tensor.Tensor{values(0.3, -0.7, 1.1), values(0.5, 0.2, -0.4)}, gradcheck.Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFuncFindsWrongGradients(t *testing.T) {
	for _, share := range []float64{-1, 0, 0.98, 1.02, 2} {
		x := values(0.5, 1, 2, -3)
		f := func(xs []*tensor.Tensor) *tensor.Tensor { return wrong(xs[0], share) }
		err := gradcheck.Func(f, []*tensor.Tensor{x}, gradcheck.Options{Max: 2})
		var report *gradcheck.Error
		if !errors.As(err, &report) {
			t.Errorf("share %v: %v", share, err)
			continue
		}
		if len(report.Mismatches) != 4 || report.Checked != 4 {
			t.Errorf("share %v: %d of %d elements off", share, len(report.Mismatches), report.Checked)
		}
		if m := report.Mismatches[2]; m.Input != "input 0" || m.Index[0] != 2 || m.Value != 2 {
			t.Errorf("share %v: %+v", share, m)
		}
		if text := err.Error(); !strings.Contains(text, "input 0[1] = 1") || strings.Contains(text, "input 0[2]") || !strings.Contains(text, "and 2 more") {
			t.Errorf("share %v: %s", share, text)
		}
	}
}

func TestFuncFindsOneWrongElement(t *testing.T) {
	mask := values(1, 1, 0, 1)
	f := func(xs []*tensor.Tensor) *tensor.Tensor {
		x := xs[1]
		lost := x.Detach().Sub(x).Mul(mask.MulScalar(-1).AddScalar(1)) // takes the gradient of element 2 away
		return xs[0].Add(x).Add(lost)
	}
	var report *gradcheck.Error
	if !errors.As(gradcheck.Func(f, []*tensor.Tensor{values(1, 2, 3, 4), values(5, 6, 7, 8)}, gradcheck.Options{}), &report) {
		t.Fatal("not found")
	}
	if len(report.Mismatches) != 1 || report.Mismatches[0].Input != "input 1" || report.Mismatches[0].Index[0] != 2 || report.Checked != 8 {
		t.Errorf("%v", report)
	}
}

func TestFuncRecognisesKinks(t *testing.T) {
	relu := func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].ReLU() }
	x := []*tensor.Tensor{values(-1, 0, 2)}
	if err := gradcheck.Func(relu, x, gradcheck.Options{}); err != nil {
		t.Errorf("relu at 0 is to be left out: %v", err)
	}
	var report *gradcheck.Error
	err := gradcheck.Func(relu, x, gradcheck.Options{Kinks: true})
	if !errors.As(err, &report) || len(report.Mismatches) != 1 || !report.Mismatches[0].Kink || !strings.Contains(err.Error(), "a kink") {
		t.Errorf("Kinks: %v", err)
	}
	err = gradcheck.Func(relu, []*tensor.Tensor{values(0, 0)}, gradcheck.Options{})
	if !errors.As(err, &report) || report.Kinks != 2 || !strings.Contains(err.Error(), "nothing could be compared") {
		t.Errorf("nothing but kinks: %v", err)
	}
	// At a kink the gradient must lie between the slopes all the same.
	beyond := func(xs []*tensor.Tensor) *tensor.Tensor {
		extra := xs[0].Sub(xs[0].Detach()).Mul(values(3, 0)) // changes the gradient of element 0 alone
		return xs[0].ReLU().Add(extra)
	}
	err = gradcheck.Func(beyond, []*tensor.Tensor{values(0, 0.5)}, gradcheck.Options{})
	if !errors.As(err, &report) || len(report.Mismatches) != 1 || report.Mismatches[0].Index[0] != 0 {
		t.Errorf("a gradient of 3 at a kink with slopes 0 and 1: %v", err)
	}
	// The slopes left and right of a sharp bend differ as at a kink, but less so nearby.
	bend := func(xs []*tensor.Tensor) *tensor.Tensor {
		extra := xs[0].Sub(xs[0].Detach()).Mul(values(0.5, 0))
		return xs[0].Square().MulScalar(1e6).Add(extra)
	}
	err = gradcheck.Func(bend, []*tensor.Tensor{values(0, 1e-3)}, gradcheck.Options{})
	if !errors.As(err, &report) || len(report.Mismatches) != 1 || report.Mismatches[0].Kink {
		t.Errorf("a wrong gradient in a bend was taken for a kink: %v", err)
	}
	// A function that is merely steep or curved has no kinks to hide behind.
	steep := func(xs []*tensor.Tensor) *tensor.Tensor { return wrong(xs[0].MulScalar(300), 0.9) }
	if err := gradcheck.Func(steep, []*tensor.Tensor{values(1, -2)}, gradcheck.Options{}); err == nil {
		t.Error("a wrong gradient of a steep function was taken for a kink")
	}
}

func TestFuncSaysWhyItCannot(t *testing.T) {
	same := func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0] }
	for want, c := range map[string]struct {
		f func(xs []*tensor.Tensor) *tensor.Tensor
		x *tensor.Tensor
	}{
		"float32":                   {same, tensor.Ones(2)},
		"no float64 input":          {same, tensor.ZerosOf(tensor.Int64, 2)},
		"no elements":               {func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].MulScalar(2) }, tensor.ZerosOf(tensor.Float64, 0)},
		"does not depend":           {func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Detach() }, values(1)},
		"returns float32, float64 ": {func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].To(tensor.Float32) }, values(1)},
	} {
		if err := gradcheck.Func(c.f, []*tensor.Tensor{c.x}, gradcheck.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q in it", err, want)
		}
	}
}

func TestFuncLeavesInputs(t *testing.T) {
	x := values(1, 2).RequireGrad()
	if err := gradcheck.Func(func(xs []*tensor.Tensor) *tensor.Tensor { return xs[0].Square() }, []*tensor.Tensor{x}, gradcheck.Options{}); err != nil {
		t.Fatal(err)
	}
	if x.Grad() != nil || tensor.Data[float64](x)[1] != 2 {
		t.Error("the input was changed")
	}
}
