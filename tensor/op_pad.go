package tensor

import (
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/nd"
)

// PadMode says what padding holds.
type PadMode uint8

// The ways to pad. Of a row a b c d, padded by two at either end:
const (
	PadZero      PadMode = iota // v v a b c d v v: a constant, in a convolution 0
	PadReflect                  // c b a b c d c b: mirrored at the border element
	PadReplicate                // a a a b c d d d: the border element repeated
	PadCircular                 // c d a b c d a b: the other end
)

var padNames = [...]string{"zeros", "reflect", "replicate", "circular"}

// String is PyTorch's name of a convolution's padding_mode: "zeros".
func (m PadMode) String() string { return nameOf(padNames[:], int(m), "PadMode") }

// MarshalText writes the name, so that options in a run's record are readable.
func (m PadMode) MarshalText() ([]byte, error) { return textOf(padNames[:], int(m), "padding mode") }

// UnmarshalText reads a name that MarshalText writes.
func (m *PadMode) UnmarshalText(text []byte) error {
	i, err := parseName(padNames[:], text, "padding mode")
	*m = PadMode(i)
	return err
}

// Pad returns t with elements added around it, as torch.nn.functional.pad: pads
// holds pairs, before and after, for the last dimension first, then the one before
// it and so on; dimensions that it does not reach are not padded. Every element
// type can be padded, gradients flow through floats.
//
// PadZero fills with value; there a negative number cuts elements off. PadReflect
// wants less padding than the dimension has elements, PadCircular at most as many,
// PadReplicate at least one element; value must be 0 for these.
func (t *Tensor) Pad(pads []int, mode PadMode, value float64) *Tensor {
	t.checkPads(pads, mode, value)
	for i := range len(pads) / 2 { // PadZero alone has negative ones
		before, after := max(0, -pads[2*i]), max(0, -pads[2*i+1])
		if before+after > 0 {
			d := int(t.a.Rank) - 1 - i
			t = t.Slice(d, before, t.a.Size(d)-after, 1)
		}
	}
	p := padding{mode: mode, value: value}
	for i := range len(pads) / 2 {
		d := int(t.a.Rank) - 1 - i
		p.before[d], p.after[d] = max(0, pads[2*i]), max(0, pads[2*i+1])
	}
	return t.pad(p)
}

// checkPads panics unless t can be padded so.
func (t *Tensor) checkPads(pads []int, mode PadMode, value float64) {
	begin("Pad", t)
	given := []*Tensor{t}
	if int(mode) >= len(padNames) {
		badIndex("Pad", t, int(mode), "there is no such PadMode; use PadZero, PadReflect, PadReplicate or PadCircular")
	}
	if len(pads)%2 != 0 || len(pads) > 2*int(t.a.Rank) {
		badShape("Pad", given, "pairs for at most %s are wanted, last dimension first, not %v", plural(int(t.a.Rank), "dimension"), pads)
	}
	if mode != PadZero && value != 0 {
		badShape("Pad", given, "mode %v takes no value, %v was given", mode, value)
	}
	shape := t.Shape()
	for i := range len(pads) / 2 {
		before, after := pads[2*i], pads[2*i+1]
		d := int(t.a.Rank) - 1 - i
		size := shape[d]
		if max(before, after) > nd.MaxElements || min(before, after) < -nd.MaxElements {
			badShape("Pad", given, "the padding %v of dimension %d is too large", pads[2*i:2*i+2], d)
		}
		shape[d] = size + before + after
		least, most := min(before, after), max(before, after)
		switch {
		case mode == PadZero && size+min(before, 0)+min(after, 0) < 0:
			badShape("Pad", given, "%v cuts more than dimension %d has", pads[2*i:2*i+2], d)
		case mode == PadZero || before == 0 && after == 0:
		case least < 0:
			badShape("Pad", given, "mode %v cannot cut: %v for dimension %d; Slice it first", mode, pads[2*i:2*i+2], d)
		case mode == PadReflect && most >= size:
			badShape("Pad", given, "reflection needs less padding than elements: %d for the %d of dimension %d", most, size, d)
		case mode == PadCircular && most > size:
			badShape("Pad", given, "circular padding cannot exceed the elements: %d for the %d of dimension %d", most, size, d)
		case size == 0:
			badShape("Pad", given, "dimension %d has no element to repeat", d)
		}
	}
	checkShape("Pad", shape)
}

// padding is what the recorded operations keep.
type padding struct {
	before, after [MaxDims]int
	mode          PadMode
	value         float64
}

// pad is Pad by dimension, without negative numbers.
func (t *Tensor) pad(p padding) *Tensor {
	s := begin("Pad", t)
	dims, rank := t.a.Dims, int(t.a.Rank)
	for d := range rank {
		dims[d] += int32(p.before[d] + p.after[d])
	}
	y := shaped(s, t.device(), t.a.Type, dims, rank)
	dev := y.device()
	inner := p.inner(&y.a, t.a.Dims)
	dev.Copy(&inner, &t.a)
	for d := range rank { // later dimensions copy the corners of earlier ones too
		p.borders(d, int(t.a.Dims[d]), func(at, from int) {
			border := slab(&y.a, d, at)
			if p.mode == PadZero {
				dev.Fill(&border, p.value)
				return
			}
			source := slab(&y.a, d, from)
			dev.Copy(&border, &source)
		})
	}
	if !y.a.Type.IsFloat() {
		return untracked("pad", y, t)
	}
	if n := record("pad", backPad, y, t); n != nil {
		n.attr = p
	}
	return y
}

func backPad(c *context) {
	n := c.n.edge(0).node
	c.set(0, c.grad.unpad(c.n.attr.(padding), n.dims))
}

// unpad is the transpose of pad: it adds every border to the elements it was
// copied from and returns the inside, of the given shape.
func (t *Tensor) unpad(p padding, dims [MaxDims]int32) *Tensor {
	s := begin("Pad", t)
	rank := int(t.a.Rank)
	y := shaped(s, t.device(), t.a.Type, dims, rank)
	dev := y.device()
	sum := t
	if p.mode != PadZero {
		sum = like(s, t)
		dev.Copy(&sum.a, &t.a)
		for d := rank - 1; d >= 0; d-- {
			p.borders(d, int(dims[d]), func(at, from int) {
				border, source := slab(&sum.a, d, at), slab(&sum.a, d, from)
				dev.Binary(kernel.Add, &source, &source, &border)
			})
		}
	}
	inner := p.inner(&sum.a, dims)
	dev.Copy(&y.a, &inner)
	if n := record("unpad", backUnpad, y, t); n != nil {
		n.attr = p
	}
	return y
}

func backUnpad(c *context) {
	p := c.n.attr.(padding)
	p.value = 0
	c.set(0, c.grad.pad(p))
}

// inner is the part of the padded a that was there before.
func (p *padding) inner(a *nd.Array, dims [MaxDims]int32) nd.Array {
	v := *a
	v.Dims = dims
	for d := range int(a.Rank) {
		v.Off += p.before[d] * a.Stride(d)
	}
	return v
}

// borders calls f with each place of the border along d, where size elements were
// before, and the place it repeats.
func (p *padding) borders(d, size int, f func(at, from int)) {
	before := p.before[d]
	for at := range before {
		switch p.mode {
		case PadZero:
			f(at, at)
		case PadReflect:
			f(at, 2*before-at)
		case PadReplicate:
			f(at, before)
		case PadCircular:
			f(at, at+size)
		}
	}
	end := before + size
	for at := end; at < end+p.after[d]; at++ {
		switch p.mode {
		case PadZero:
			f(at, at)
		case PadReflect:
			f(at, 2*(end-1)-at)
		case PadReplicate:
			f(at, end-1)
		case PadCircular:
			f(at, at-size)
		}
	}
}

// slab is the part of a at one place of dimension d.
func slab(a *nd.Array, d, at int) nd.Array {
	v := *a
	v.Dims[d] = 1
	v.Off += at * a.Stride(d)
	return v
}
