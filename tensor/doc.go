// Package tensor holds n-dimensional arrays that remember how they were computed,
// so that the gradient of a number can be had with respect to everything it was
// computed from (reverse-mode automatic differentiation). Names and definitions are
// PyTorch's where it has them.
//
// # Shapes
//
// A [Tensor] has a shape of up to 8 dimensions, one element type ([DType]: float32
// by default, float64, int64, int32, uint8, bool), strides, and memory that views
// share. Reshape, Permute, Transpose, Slice, Select, Expand, Squeeze and Unsqueeze
// are views where the strides allow it. Dimensions may be counted from the end: -1
// is the last. Operands of elementwise operations broadcast as in NumPy: aligned at
// the right, lengths of 1 stretch.
//
// Element types are never mixed: convert with To. Numbers given as float64 arguments
// take the tensor's type. Comparisons give bools, sums of integers and bools int64.
//
// # Gradients
//
// An operation is recorded if and only if an operand is tracked: a leaf made by
// RequireGrad (or handed out by an nn.Pass), or a result of one. Nothing is ambient:
// there is no switch that turns recording off for a while, use [Tensor.Detach] or an
// inference Pass. [Tensor.Backward] adds the gradients of one number to every leaf's
// Grad and frees the graph; [GradOf] returns gradients instead, of any order with
// BackwardOptions.CreateGraph.
//
// In-place operations (AddInPlace, SetSlice ...) raise a version number; a backward
// that needs the overwritten value panics and names the operation.
//
// # Memory
//
// Tensors made without a Pass live as usual. Results that belong to a [Scope] (the
// lower half of an nn.Pass) are valid until the first forward after a Backward on it,
// and panic with a *[StaleError] from then on; keep others with Data, Clone or Detach.
// Results of up to 4 elements, gradients and detached tensors never go stale.
//
// A tensor, and a Scope, belong to one goroutine at a time; reading detached tensors
// from several is safe while nobody writes.
//
// # Mistakes
//
// A wrong shape, type, index or graph panics with an error that implements [Misuse]:
// it names the operation, every operand's shape, what was expected, and the caller's
// file and line.
package tensor
