package tensor_test

import (
	"fmt"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
)

var _ = op(func() row {
	r := row{Name: "Einsum", Func: tensor.Einsum}
	add := func(kinks bool, spec string, shapes ...[]int) {
		c := opCase{Label: fmt.Sprint(spec, shapes), Kinks: kinks, Torch: fmt.Sprintf("torch.einsum(%q, *x)", spec),
			F: one(func(x []*tensor.Tensor) *tensor.Tensor { return tensor.Einsum(spec, x...) })}
		for _, s := range shapes {
			c.In = append(c.In, in{Shape: s})
		}
		r.Cases = append(r.Cases, c)
	}
	add(false, "ij,jk->ik", []int{2, 3}, []int{3, 4})
	add(false, "ij,jk", []int{2, 3}, []int{3, 4})
	add(false, "ba", []int{2, 3})
	add(false, "bA", []int{2, 3})
	add(false, "i->", []int{4})
	add(false, "ij->j", []int{2, 3})
	add(false, "ij->ji", []int{2, 3})
	add(false, "ii", []int{3, 3})
	add(false, "ii->i", []int{3, 3})
	add(false, "iij->ij", []int{2, 2, 3})
	add(false, "iji->j", []int{2, 3, 2})
	add(false, "iii->i", []int{2, 2, 2})
	add(false, "i,i", []int{4}, []int{4})
	add(false, "i,j->ij", []int{2}, []int{3})
	add(false, "i,j->ji", []int{2}, []int{3})
	add(false, "ij,ij->ij", []int{2, 3}, []int{2, 3})
	add(false, "ij,ij->i", []int{2, 3}, []int{2, 3})
	add(false, "ij,kl->il", []int{2, 3}, []int{2, 3})
	add(false, ",ij->ij", []int{}, []int{2, 3})
	add(false, "bij,bjk->bik", []int{2, 2, 3}, []int{2, 3, 2})
	add(false, "bhqd,bhkd->bhqk", []int{1, 2, 3, 2}, []int{1, 2, 2, 2})
	add(false, "...ij,...jk->...ik", []int{2, 1, 2, 3}, []int{2, 3, 2})
	add(false, "...ij->...ji", []int{2, 2, 3})
	add(false, "i...,i...->...", []int{2, 3}, []int{2, 3})
	add(false, "...,...", []int{2, 3}, []int{3})
	add(false, "i...j", []int{2, 3, 2})
	add(false, "ij,jk,kl->il", []int{2, 3}, []int{3, 2}, []int{2, 2})
	add(false, "bn,anm,bm->ba", []int{2, 3}, []int{4, 3, 2}, []int{2, 2})
	add(false, "i,i,i->i", []int{3}, []int{3}, []int{3})
	add(false, "ij,jk->ik", []int{2, 1}, []int{3, 4}) // a length of 1 stretches
	add(false, " i j , j k -> i k ", []int{2, 3}, []int{3, 2})
	add(true, "ij,jk->ik", []int{2, 0}, []int{0, 3})
	add(true, "ij->i", []int{0, 3})
	add(true, "ij,jk->ik", []int{0, 2}, []int{2, 3})
	return r
}())

func TestEinsumMisuse(t *testing.T) {
	x, y := tensor.Ones(2, 3), tensor.Ones(4, 2)
	for _, c := range []struct {
		spec, want string
		ts         []*tensor.Tensor
	}{
		{"ij,jk->ik", `the letter 'j' of "ij,jk->ik" stands for lengths 3 and 4`, []*tensor.Tensor{x, y}},
		{"ij->ik", `the result of "ij->ik" has the letter 'k', no operand has it`, []*tensor.Tensor{x}},
		{"ij->ii", `the result of "ij->ii" has the letter 'i' twice`, []*tensor.Tensor{x}},
		{"i1->i", `operand 0 of "i1->i": '1' is neither a letter, nor an ellipsis, nor a comma`, []*tensor.Tensor{x}},
		{"i..->i", `an ellipsis is three dots`, []*tensor.Tensor{x}},
		{"...i...->i", `one ellipsis is possible`, []*tensor.Tensor{x}},
		{"ij->...ij", `has an ellipsis, no operand has one`, []*tensor.Tensor{x}},
		{"...ijk->i", `operand 0 of "...ijk->i" has 3 subscripts, the tensor 2 dimensions`, []*tensor.Tensor{x}},
		{"ijk->i", `operand 0 of "ijk->i" has 3 subscripts, the tensor 2 dimensions`, []*tensor.Tensor{x}},
		{"i->i", `operand 0 of "i->i" has 1 subscript, the tensor 2 dimensions`, []*tensor.Tensor{x}},
		{"ij,jk->ik", `"ij,jk->ik" names 2 operands, given are 1`, []*tensor.Tensor{x}},
		{"ii->i", `the letter 'i' of "ii->i" stands for lengths 2 and 3 of one operand`, []*tensor.Tensor{x}},
		{"...,...->...", `the ellipses of "...,...->..." cover lengths 2 and 4, which do not broadcast`, []*tensor.Tensor{x, y}},
		{"ij->é", `'é' is neither a letter`, []*tensor.Tensor{x}},
		{"abcde,fghij->abcdefghij", `of 10 dimensions, at most 8 are possible`, []*tensor.Tensor{tensor.Ones(1, 1, 1, 1, 1), tensor.Ones(1, 1, 1, 1, 1)}},
	} {
		misuse[*tensor.ShapeError](t, c.want, func() { tensor.Einsum(c.spec, c.ts...) })
	}
	misuse[*tensor.DTypeError](t, "Einsum of int64: floats are wanted", func() { tensor.Einsum("i", tensor.ZerosOf(tensor.Int64, 2)) })
	misuse[*tensor.ShapeError](t, "names 1 operand, given are 0", func() { tensor.Einsum("i") })
}

func ExampleEinsum() {
	a := tensor.FromSlice([]float32{1, 2, 3, 4}, 2, 2)
	fmt.Println(tensor.Data[float32](tensor.Einsum("ij,jk->ik", a, a)))
	fmt.Println(tensor.Data[float32](tensor.Einsum("ii", a)))
	fmt.Println(tensor.Data[float32](tensor.Einsum("ij->i", a)))
	// Output:
	// [7 10 15 22]
	// [5]
	// [3 7]
}
