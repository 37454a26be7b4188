// Package data brings examples to a training loop: a [Dataset] is a length and a way to get one item, a [Loader]
// makes batches of it, shuffled by a seed and prepared ahead by workers.
//
// # Shapes
//
// An item is a pair of tensors, x of any shape and y of any shape (a class is an int64 scalar, shape []). A batch of N
// items has X of shape [N, x...] and Y of shape [N, y...], of the items' element types. The items of a batch must have
// one shape and one element type. Where a dataset has no targets, y and Y are nil.
//
// # What is random
//
// Everything random is a function of the loader's seed, the epoch and the item's index, never of time, of the number
// of workers or of who runs first: item i of epoch e draws from [Stream](seed, e, i). So batches are the same for
// every number of workers, and a loader that goes on from a saved [LoaderState] gives exactly the batches that were
// still to come.
//
// # Memory
//
// A [Batch] is valid until the loop asks for the next one. Its memory is then filled anew, and a later use of its
// tensors panics with a *tensor.StaleError; [Batch.Clone] keeps one. Tensors made from it are not affected, views are.
//
// # Errors
//
// What comes from outside is an error: an item that cannot be read, items of unequal shape, an empty dataset, a saved
// position of another loader. It ends the epoch and names the item. A mistake in the program (BatchSize 0, an index
// out of range) panics with one of tensor's Misuse types. A panic inside a dataset reaches the consumer of the batches
// with its own value, also from a worker.
//
// A dataset of one's own is tested with package data/datatest.
package data
