package models_test

import (
	"math"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

// torchRandom is PyTorch's random stream on the CPU, as float64 draws from it: the
// Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), two numbers of 32 bits for
// every float64. (Of float32, PyTorch's normal numbers depend on the processor.)
type torchRandom struct {
	state [624]uint32
	next  int
}

// manualSeed is torch.manual_seed.
func manualSeed(seed uint32) *torchRandom {
	r := &torchRandom{next: 624}
	r.state[0] = seed
	for i := 1; i < len(r.state); i++ {
		before := r.state[i-1]
		r.state[i] = 1812433253*(before^before>>30) + uint32(i)
	}
	return r
}

func (r *torchRandom) uint32() uint32 {
	if r.next == len(r.state) {
		r.refill()
	}
	y := r.state[r.next]
	r.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (r *torchRandom) refill() {
	s := &r.state
	for i := range s {
		y := s[i]&0x80000000 | s[(i+1)%624]&0x7fffffff
		s[i] = s[(i+397)%624] ^ y>>1 ^ (y&1)*0x9908b0df
	}
	r.next = 0
}

// float is a number in [0, 1) of 53 bits.
func (r *torchRandom) float() float64 {
	high := uint64(r.uint32())
	return float64((high<<32|uint64(r.uint32()))&(1<<53-1)) / (1 << 53)
}

// uniform is Tensor.uniform_(-bound, bound).
func (r *torchRandom) uniform(out []float64, bound float64) {
	for i := range out {
		out[i] = r.float()*(2*bound) - bound
	}
}

// normal is Tensor.normal_(0, std) of at least 16 elements: even numbers, then turned
// into normal ones by Box and Muller's method, 8 pairs at a time; what is left over at
// the end is the last 16 again.
func (r *torchRandom) normal(out []float64, std float64) {
	if len(out) < 16 {
		panic("fewer than 16 numbers are drawn otherwise")
	}
	r.uniform01(out)
	for i := 0; i+16 <= len(out); i += 16 {
		boxMuller(out[i:], std)
	}
	if len(out)%16 != 0 {
		last := out[len(out)-16:]
		r.uniform01(last)
		boxMuller(last, std)
	}
}

func (r *torchRandom) uniform01(out []float64) {
	for i := range out {
		out[i] = r.float()
	}
}

func boxMuller(v []float64, std float64) {
	for j := range 8 {
		radius := std * math.Sqrt(-2*math.Log(1-v[j]))
		sin, cos := math.Sincos(2 * math.Pi * v[j+8])
		v[j], v[j+8] = radius*cos, radius*sin
	}
}

// randn is torch.randn.
func (r *torchRandom) randn(shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	values := make([]float64, n)
	r.normal(values, 1)
	return tensor.FromSlice(values, shape...)
}

// seeded gives a network the values that torch.manual_seed(seed) and torchvision's
// constructor give it in float64. Every layer draws PyTorch's defaults when it is made; then the
// model draws those again that it wants otherwise, in the order of its layers.
func seeded(t *testing.T, net any, seed uint32) {
	t.Helper()
	nn.To(net, tensor.Float64)
	r := manualSeed(seed)
	state := map[string]*tensor.Tensor{}
	bound := 0.0
	for name, p := range nn.Named(net) {
		values := make([]float64, p.Numel())
		switch shape := p.Shape(); {
		case len(shape) > 1:
			in, _ := nn.Fans(shape...)
			bound = 1 / math.Sqrt(float64(in))
			r.uniform(values, bound)
		case strings.HasSuffix(name, "bias") && bound != 0: // of that linear layer or convolution
			r.uniform(values, bound)
			bound = 0
		}
		if len(p.Shape()) == 1 {
			bound = 0
		}
		state[name] = tensor.FromSlice(values, p.Shape()...)
	}
	for name, p := range nn.Named(net) {
		values := tensor.Data[float64](state[name])
		switch init := p.Initializer().(type) {
		case nn.KaimingUniform, nn.Uniform: // PyTorch's default, as drawn
			continue
		case nn.KaimingNormal:
			_, out := nn.Fans(p.Shape()...)
			r.normal(values, math.Sqrt(2/float64(out)))
		case nn.Normal:
			r.normal(values, init.Std)
		case nn.Constant:
			for i := range values {
				values[i] = init.Value
			}
		default:
			t.Fatalf("%s starts as %v, which torchvision's networks have nowhere", name, init)
		}
		state[name] = tensor.FromSlice(values, p.Shape()...)
	}
	if _, err := nn.LoadState(net, state, nn.LoadOptions{AllowMissing: true}); err != nil {
		t.Fatal(err)
	}
}

// TestMersenneTwister: the ten thousandth number of the default seed is the one that
// the C++ standard gives for std::mt19937 ([rand.predef]).
func TestMersenneTwister(t *testing.T) {
	r := manualSeed(5489)
	for range 9999 {
		r.uint32()
	}
	if got := r.uint32(); got != 4123659995 {
		t.Errorf("number 10000 is %d", got)
	}
}
