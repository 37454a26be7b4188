// Package nd holds n-dimensional arrays and the arithmetic on them that records
// nothing: shapes, strides, element types, buffers, and the table of device
// functions through which every operation of Lumen goes.
//
// An [Array] is a view: a [Buffer], an offset, a shape and strides, all counted in
// elements. Views share their buffer; a stride of 0 repeats (broadcasting). A
// [Buffer] is opaque memory of a device with a generation (how often its memory
// changed owners) and a version (how often it was changed in place).
//
// A [Device] is a table of whole operations on arrays: a matrix product, a
// convolution, a softmax, an optimizer's update. [CPU] is the first; another
// device plugs in by filling a table of its own. Shapes have been checked when a
// device function is called; it never allocates its result.
package nd
