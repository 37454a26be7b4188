package nn_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func TestTrace(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(3, 4), nn.NewReLU(), &twice{&double{nn.NewParam(nn.Ones(), 4, 4), nn.NewParam(nn.Ones(), 4)}})
	nn.Init(m, 1)
	p := nn.Training(1)
	var heard []string
	stop := p.Trace(m, func(op, layer string) {
		if op != "" {
			heard = append(heard, op+"@"+layer)
		}
	})
	m.Forward(p, tensor.Ones(2, 3)).Sum().Backward()
	forward := "Linear@0 MatMul@2.in Add@2.in ReLU@2.in Tanh@2.in MatMul@2.in Add@2.in ReLU@2.in Sum@2.in"
	if got := strings.Join(heard[:min(9, len(heard))], " "); got != forward {
		t.Errorf("heard %s\nwant  %s", got, forward)
	}
	if !slices.Contains(heard, "linearBackward@0") || !slices.Contains(heard, "matmulBackward@2.in") {
		t.Errorf("backward: heard %q", heard)
	}
	other := 0
	stopOther := p.Trace(m, func(op, layer string) { other++ })
	heard = nil
	m.Forward(p, tensor.Ones(2, 3))
	if len(heard) == 0 || other <= len(heard) { // the second hears of the ends too
		t.Errorf("heard %q and, of a second listener, %d calls", heard, other)
	}
	stop()
	heard, other = nil, 0
	m.Forward(p, tensor.Ones(2, 3))
	if heard != nil || other == 0 {
		t.Errorf("heard %q after it was stopped, and %d calls of the other listener", heard, other)
	}
	stopOther()
	other = 0
	m.Forward(p, tensor.Ones(2, 3))
	if other != 0 {
		t.Errorf("heard %d calls after all were stopped", other)
	}
}
