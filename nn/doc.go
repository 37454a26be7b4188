// Package nn builds neural networks: parameters, layers, losses, initialisation,
// and the state of a model under PyTorch's names.
//
// A model is any struct, pointer, slice or map that holds layers and [Param]s; it
// becomes a [Module] by having Forward. What is constant about a model lies in the
// model, what belongs to one use of it in a [Pass]: whether it is training or
// inference, the random stream of dropout, the step's memory, and the gradients.
// Any number of goroutines may run inference on one model, each with its own Pass;
// whoever writes (an optimizer's Step, LoadState, a training Pass through batch
// norm) needs the model for itself.
//
// Image batches are [N, C, H, W] float32, class labels int64 [N]; losses average
// over the batch.
package nn
