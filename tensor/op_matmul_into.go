package tensor

// MatMulInto writes the matrix product of a and b into dst, in place and outside any
// graph: torch.matmul with out=. dst is as MatMul's result would be, of its shape and
// element type, and nothing is allocated if dst is contiguous and shares no memory with
// a or b; otherwise the product is made apart and copied. a and b need two dimensions
// at least.
//
// It panics with a *GraphError if one of the three is tracked (use MatMul then), with a
// *ShapeError or *DTypeError as MatMul does, or if dst is not what MatMul would return.
func MatMulInto(dst, a, b *Tensor) {
	const op = "MatMulInto"
	notNil(op, dst, a, b)
	floats(op, a, b)
	begin(op, dst, a, b)
	if dst.a.Type != a.a.Type {
		badType(op, []*Tensor{dst, a, b}, "the destination must have the operands' element type")
	}
	if dst.node != nil || a.node != nil || b.node != nil {
		badGraph(op, "a product into given memory has no gradient; use MatMul, or Detach the operands")
	}
	separate(op, dst)
	ar, br, dr := int(a.a.Rank), int(b.a.Rank), int(dst.a.Rank)
	if ar < 2 || br < 2 {
		badShape(op, []*Tensor{dst, a, b}, "both operands need at least two dimensions")
	}
	m, k, n := a.a.Dims[ar-2], a.a.Dims[ar-1], b.a.Dims[br-1]
	if k != b.a.Dims[br-2] {
		badShape(op, []*Tensor{dst, a, b}, "the inner lengths must agree, %d is not %d", k, b.a.Dims[br-2])
	}
	dims, rank := dst.a.Dims, max(ar, br)
	if dr != rank || dims[rank-2] != m || dims[rank-1] != n || !batchesAre(dst, a, b) {
		badShape(op, []*Tensor{dst, a, b}, "the destination, which comes first, must have the shape of the product")
	}
	if !dst.a.Contiguous() || dst.a.Buf == a.a.Buf || dst.a.Buf == b.a.Buf {
		y := a.matMul(b, []*Tensor{a, b})
		dst.device().Copy(&dst.a, &y.a)
	} else {
		x, w := batched(&a.a, dims, rank), batched(&b.a, dims, rank)
		dst.device().MatMul(&dst.a, &x, &w, false)
	}
	dst.a.Buf.Version++
}

// batchesAre reports whether dst's leading dimensions are those of a and b, broadcast.
func batchesAre(dst, a, b *Tensor) bool {
	rank := int(dst.a.Rank)
	lead := func(t *Tensor, d int) int32 { // the length at dst's dimension d
		if d -= rank - int(t.a.Rank); d < 0 {
			return 1
		}
		return t.a.Dims[d]
	}
	for d := range rank - 2 {
		x, w := lead(a, d), lead(b, d)
		if x != w && x != 1 && w != 1 {
			return false
		}
		want := x
		if x == 1 {
			want = w
		}
		if dst.a.Dims[d] != want {
			return false
		}
	}
	return true
}
