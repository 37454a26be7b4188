// Package safetensors reads and writes .safetensors files, the format in which models are exchanged: named tensors, each
// with an element type and a shape, and a map of strings for whatever else belongs to them. The files go both ways
// between Lumen and the Python package of the same name; contents that both can hold have the same bytes from either.
//
// # The format
//
// Eight bytes hold the length of the header, little-endian. The header is a JSON object that maps each name to
// {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}; "__metadata__" maps strings to strings. The rest of the file
// is the tensors' elements, little-endian and in row-major order; the offsets count from its first byte and cover it
// without holes and without overlaps. A header has at most 100,000,000 bytes. The definition is that of
// https://github.com/huggingface/safetensors; where it leaves freedom (the order of the tensors, padding, escapes), [Write]
// does what the reference implementation does: tensors of wide types first, then by name, the header padded with spaces
// to a multiple of eight bytes. Equal contents therefore give equal bytes.
//
// # Element types
//
//	F32 F64 I64 I32 U8 BOOL            read and written as tensor.Float32, Float64, Int64, Int32, Uint8, Bool
//	F16 BF16                           read as tensor.Float32, which holds every one of their values
//	I8 I16 U16 U32 U64 C64 F8_... F4   listed by Open, with an error if their elements are asked for
//
// Shapes are kept exactly, a scalar ([]) and lengths of 0 included.
//
// # Reading
//
// [Load] reads a whole file and [Read] a stream. [Open] reads the header alone and then single tensors when they are asked
// for, from the disk each time. Everything the header says is checked against itself and against the size of the file
// before memory is allocated for it, so a file that promises more than it holds costs nothing; [Read], which does not know
// the size, takes memory as the bytes arrive.
//
// # Errors
//
// Contents that break the format give a [*FormatError] that names the file, the tensor, what was found and what was
// expected. Errors of the file system come as the os package reports them. [Save] replaces a file as a whole: when it
// fails, the old file is untouched and no other is left.
package safetensors
