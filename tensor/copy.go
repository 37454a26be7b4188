package tensor

import "github.com/lumen-ml/lumen/internal/nd"

// CopyFrom overwrites t's elements with src's, of the same shape, converted to t's
// type. It is for tensors that are not tracked, such as a parameter's values; a
// graph that saved them notices.
func (t *Tensor) CopyFrom(src *Tensor) {
	notNil("CopyFrom", t, src)
	begin("CopyFrom", t, src)
	if t.node != nil {
		badGraph("CopyFrom", "the tensor is tracked; overwrite parameters through their Value, not the tensor Use returned")
	}
	if !nd.SameShape(&t.a, &src.a) {
		badShape("CopyFrom", []*Tensor{t, src}, "the shapes must be equal")
	}
	t.device().Copy(&t.a, &src.a)
	t.a.Buf.Version++
}
