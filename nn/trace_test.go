package nn_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"

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

// shortcut is a residual block whose shortcut is computed before its first activation.
type shortcut struct{ Conv1, Conv2, Downsample *nn.Conv2d }

func newShortcut() *shortcut {
	return &shortcut{nn.NewConv2d(1, 2, 3, nn.ConvOptions{Padding: 1}), nn.NewConv2d(2, 2, 3, nn.ConvOptions{Padding: 1}), nn.NewConv2d(1, 2, 1)}
}

func (b *shortcut) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	y, z := b.Conv1.Forward(p, x), b.Downsample.Forward(p, x)
	return b.Conv2.Forward(p, y.ReLU()).Add(z.Tanh()).ReLU()
}

// TestTraceSideBySide: an activation belongs to the layer that made what it is given, in every step, forward and backward,
// what follows Backward to none, and results are not kept.
func TestTraceSideBySide(t *testing.T) {
	for _, c := range []struct {
		m    nn.Module
		x    *tensor.Tensor
		want string
	}{
		{&fork{nn.NewLinear(3, 2), nn.NewLinear(3, 2)}, tensor.Ones(4, 3), "Linear@fc1 Linear@fc2 ReLU@fc1 ReLU@fc2 Tanh@fc2 Add@fc2 Mean@fc2 " +
			"meanBackward@fc2 addBackward@fc2 tanhBackward@fc2 reluBackward@fc2 linearBackward@fc2 reluBackward@fc1 linearBackward@fc1 ArgMax@"},
		{newShortcut(), tensor.Ones(2, 1, 4, 4), "Conv2d@conv1 Conv2d@downsample ReLU@conv1 Conv2d@conv2 Tanh@downsample Add@conv2 ReLU@conv2 Mean@conv2 " +
			"meanBackward@conv2 reluBackward@conv2 addBackward@conv2 tanhBackward@downsample conv2dBackward@downsample " +
			"conv2dBackward@conv2 reluBackward@conv1 conv2dBackward@conv1 ArgMax@"},
	} {
		nn.Init(c.m, 1)
		p := nn.Training(1)
		var heard []string
		p.Trace(c.m, func(op, layer string) {
			if op != "" {
				heard = append(heard, op+"@"+layer)
			}
		})
		var first weak.Pointer[tensor.Tensor]
		for step := range 3 {
			heard = nil
			y := c.m.Forward(p, c.x)
			if step == 0 {
				first = weak.Make(y)
			}
			y.Mean().Backward()
			y.ArgMax(0)
			if got := strings.Join(heard, " "); got != c.want {
				t.Errorf("%T: heard %s\nwant  %s", c.m, got, c.want)
			}
		}
		runtime.GC()
		if first.Value() != nil {
			t.Errorf("%T: the first step's result is kept", c.m)
		}
	}
}

// TestTraceIsObserve: who traces hears of the layers that an observer does.
func TestTraceIsObserve(t *testing.T) {
	image := tensor.Zeros(2, 3, 8, 8)
	for _, c := range []struct {
		m nn.Module
		x *tensor.Tensor
	}{
		{newNet(), tensor.Zeros(2, 1, 8, 8)}, {newLeNet(), tensor.Zeros(1, 1, 28, 28)}, {newResNet(), image}, {newShortcut(), tensor.Zeros(2, 1, 4, 4)},
		{&fork{nn.NewLinear(3, 2), nn.NewLinear(3, 2)}, tensor.Ones(4, 3)},
		{nn.NewSequential(nn.NewIdentity(), newBlock(2, 4, 2)), tensor.Zeros(2, 2, 4, 4)},
		{&twice{&double{nn.NewParam(nn.Ones(), 2, 2), nn.NewParam(nn.Ones(), 2)}}, tensor.Zeros(1, 2)},
		{nn.NewSequential(nn.NewIdentity(), nn.NewDropout(0.5), tail{}, nn.NewReLU6(), nn.NewSoftplus()), tensor.Zeros(1, 2)},
	} {
		for _, p := range []*nn.Pass{nn.Training(1), nn.Inference()} {
			var observed, traced []string
			running := ""
			p.Trace(c.m, func(op, layer string) {
				if op == "" {
					traced = append(traced, running)
				}
				running = layer
			})
			p.Observe(c.m, func(e nn.Event) { observed = append(observed, e.Layer) })
			for range 2 {
				c.m.Forward(p, c.x)
			}
			if !slices.Equal(traced, observed) {
				t.Errorf("%T: traced   %q\nobserved %q", c.m, traced, observed)
			}
		}
	}
}
