package tensor_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

// The formulas are tested in package optim, beside PyTorch; here is what stands around
// them.

// updateFunctions are all updates with state of w's shape.
var updateFunctions = map[string]func(w, g, state *tensor.Tensor){
	"UpdateSGD": func(w, g, s *tensor.Tensor) {
		tensor.UpdateSGD(updateOf(w, g, s, 1, tensor.SGDArgs{LR: 0.1, Momentum: 0.9}))
	},
	"UpdateAdam": func(w, g, s *tensor.Tensor) {
		tensor.UpdateAdam(updateOf(w, g, s, 3, tensor.AdamArgs{LR: 0.1, Beta1: 0.9, Beta2: 0.99, Eps: 1e-8, AMSGrad: true, Step: 1}))
	},
	"UpdateRMSprop": func(w, g, s *tensor.Tensor) {
		tensor.UpdateRMSprop(updateOf(w, g, s, 3, tensor.RMSpropArgs{LR: 0.1, Alpha: 0.9, Eps: 1e-8, Momentum: 0.9, Centered: true}))
	},
	"UpdateAdagrad": func(w, g, s *tensor.Tensor) {
		tensor.UpdateAdagrad(updateOf(w, g, s, 1, tensor.AdagradArgs{LR: 0.1, Eps: 1e-8, Step: 1}))
	},
	"UpdateAdadelta": func(w, g, s *tensor.Tensor) {
		tensor.UpdateAdadelta(updateOf(w, g, s, 2, tensor.AdadeltaArgs{LR: 0.1, Rho: 0.9, Eps: 1e-6}))
	},
}

// updateOf is the update of one parameter, with so many tensors of state, the first given.
func updateOf[A any](w, g, first *tensor.Tensor, states int, args A) []tensor.Update[A] {
	u := tensor.Update[A]{W: w, G: g, Args: args}
	for k := range states {
		if u.State[k] = first; k > 0 && first != nil {
			u.State[k] = tensor.ZerosLike(first)
		}
	}
	return []tensor.Update[A]{u}
}

// TestUpdateStrides: weights, gradients and state that lie out of order give what
// those in order give.
func TestUpdateStrides(t *testing.T) {
	w := tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	g := tensor.FromSlice([]float32{-3, 1, 0.5, 2, -1, 7}, 2, 3)
	turned := func(x *tensor.Tensor) *tensor.Tensor { // the same elements in columns
		c := tensor.ZerosOf(x.DType(), 3, 2).Transpose(0, 1)
		c.CopyFrom(x)
		return c
	}
	for name, update := range updateFunctions {
		want, state := w.Clone(), tensor.Zeros(2, 3)
		update(want, g, state)
		got, gotState := turned(w), turned(tensor.Zeros(2, 3))
		update(got, turned(g), gotState)
		if slices.Equal(tensor.Data[float32](want), tensor.Data[float32](w)) {
			t.Errorf("%s changed nothing", name)
		}
		if !slices.Equal(tensor.Data[float32](got), tensor.Data[float32](want)) ||
			!slices.Equal(tensor.Data[float32](gotState), tensor.Data[float32](state)) {
			t.Errorf("%s of transposed tensors: %v and state %v, want %v and %v", name, got, gotState, want, state)
		}
	}
}

func TestUpdateMisuse(t *testing.T) {
	zeros := tensor.Zeros
	for name, update := range updateFunctions {
		for _, test := range []struct {
			what        string
			w, g, state *tensor.Tensor
			as          any
			want        string
		}{
			{"gradient of another shape", zeros(2, 3), zeros(3, 2), zeros(2, 3), new(*tensor.ShapeError), "of [2 3] and [3 2]: the weights and their gradient"},
			{"gradient that would broadcast", zeros(2, 3), zeros(3), zeros(2, 3), new(*tensor.ShapeError), "of [2 3] and [3]"},
			{"state of another shape", zeros(2, 3), zeros(2, 3), zeros(3), new(*tensor.ShapeError), "the weights and the optimizer's state"},
			{"no state", zeros(2), zeros(2), nil, new(*tensor.ShapeError), "not nil"},
			{"gradient of another type", zeros(2), tensor.ZerosOf(tensor.Float64, 2), zeros(2), new(*tensor.DTypeError), "float32 and float64"},
			{"state of another type", zeros(2), zeros(2), tensor.ZerosOf(tensor.Float64, 2), new(*tensor.DTypeError), "make the optimizer anew"},
			{"integers", tensor.ZerosOf(tensor.Int64, 2), tensor.ZerosOf(tensor.Int64, 2), tensor.ZerosOf(tensor.Int64, 2), new(*tensor.DTypeError), "floats are wanted"},
			{"tracked weights", zeros(2).RequireGrad(), zeros(2), zeros(2), new(*tensor.GraphError), "the parameter's Value"},
			{"expanded weights", zeros(1).Expand(2), zeros(2), zeros(2), new(*tensor.ShapeError), "share memory"},
		} {
			func() {
				defer func() {
					err, _ := recover().(error)
					if err == nil || !errors.As(err, test.as) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), name) {
						t.Errorf("%s, %s: panic with %v, want a %T with %q", name, test.what, err, test.as, test.want)
					}
				}()
				update(test.w, test.g, test.state)
			}()
		}
	}
}

// TestUpdateAllOrNone: where one parameter does not fit, none changes.
func TestUpdateAllOrNone(t *testing.T) {
	w, g := tensor.Ones(2), tensor.Ones(2)
	args := tensor.SGDArgs{LR: 0.1}
	func() {
		defer func() {
			if _, ok := recover().(*tensor.ShapeError); !ok {
				t.Error("a gradient of another shape is taken")
			}
		}()
		tensor.UpdateSGD([]tensor.Update[tensor.SGDArgs]{{W: w, G: g, Args: args}, {W: tensor.Ones(3), G: g, Args: args}})
	}()
	if got := tensor.Data[float32](w); !slices.Equal(got, []float32{1, 1}) {
		t.Errorf("the parameter before it is %v, it was [1 1]", got)
	}
}

func TestUpdateScaleAndClamp(t *testing.T) {
	x := tensor.FromSlice([]float32{-3, 1, float32(math.Inf(1)), 2}, 2, 2)
	columns := x.Transpose(0, 1)
	tensor.UpdateScale(columns, 0.5)
	if got, want := tensor.Data[float32](x), []float32{-1.5, 0.5, float32(math.Inf(1)), 1}; !slices.Equal(got, want) {
		t.Errorf("UpdateScale: %v, want %v", got, want)
	}
	tensor.UpdateClamp(columns, -1, 0.75)
	if got, want := tensor.Data[float32](x), []float32{-1, 0.5, 0.75, 0.75}; !slices.Equal(got, want) {
		t.Errorf("UpdateClamp: %v, want %v", got, want)
	}
	for want, bad := range map[string]*tensor.Tensor{
		"share memory":      tensor.Zeros(1).Expand(3),
		"floats are wanted": tensor.ZerosOf(tensor.Int64, 3),
	} {
		func() {
			defer func() {
				if err, ok := recover().(tensor.Misuse); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("panic with %v, want a sentence with %q", err, want)
				}
			}()
			tensor.UpdateClamp(bad, 0, 1)
		}()
	}
}
