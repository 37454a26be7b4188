// Package nn builds neural networks: parameters, layers, losses, initialisation,
// and the state of a model under PyTorch's names.
//
// A model is any struct, pointer, slice or map that holds layers and [Param]s; it
// becomes a [Module] by having Forward. What is constant about a model lies in the
// model, what belongs to one use of it in a [Pass]: whether it is training or
// inference, the random stream of dropout, the step's memory, and the gradients.
// Any number of goroutines may run inference on one model, each with its own Pass;
// whoever writes (an optimizer's Step, LoadState, a training Pass through batch
// norm) needs the model for itself. Inference beside training runs on a [Clone] that
// is refreshed by [CopyState] between steps.
//
// # Shapes and types
//
// Image batches are [N, C, H, W] float32, class labels int64 [N]; losses average
// over the batch. Weights have PyTorch's layouts and default initialisation. A model
// is float32 until [To] makes it float64.
//
// # Names
//
// A parameter is called after the fields that lead to it, in snake case with dots;
// a run of capitals is one word: FC1.Weight is "fc1.weight". The tag
// `lumen:"name"` renames a field, `lumen:"-"` leaves it out; slices and a
// [Sequential] number their elements, the keys of maps are sorted, embedded structs
// add no level. A field that is not exported and holds a parameter or a module
// panics, as do two parameters of one name. A parameter that is reached in two ways
// is listed once in [Parameters] and under both names in [State].
//
// # Errors
//
// A wrong shape or element type panics with a *tensor.ShapeError, *tensor.DTypeError
// or another [tensor.Misuse]; ask first with [CheckInput]. [LoadState] returns an
// error that lists every difference, and changes nothing then.
//
// Package nn/nntest checks that a module of one's own keeps to these rules, package
// gradcheck that its gradients are right.
package nn
