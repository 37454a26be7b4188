// Package transforms changes images: sizes, parts, angles, colours, noise. Its names are those of
// torchvision.transforms.v2, and what draws nothing gives torchvision's numbers; docs/transforms.md has the table.
//
// # Two forms
//
// A function such as [Resize] or [Rotate] changes an image now. A [Transform], which the functions New... make, is the
// same as a value: [Compose] joins several, [Apply] does them, [Dataset] does them to the images of a set while a
// data.Loader makes batches.
//
//	augment := transforms.Compose(
//		transforms.NewRandomCrop(32, 32, transforms.RandomCropOptions{Padding: 4}),
//		transforms.NewRandomHorizontalFlip(0.5),
//		transforms.NewNormalize(mean, std),
//	)
//	loader := data.NewLoader(transforms.Dataset(set, augment), data.LoaderOptions{BatchSize: 128, Shuffle: true, Seed: 1, Workers: 2})
//
// # Shapes and pixels
//
// Images are [C, H, W], batches [N, C, H, W]. Elements are float32 or, from 0 to 255, uint8. What computes (an
// interpolation, a colour, a blur) does it in float32 and makes bytes again of bytes; Normalize alone wants float32, which
// [ToFloat] makes. Colours want float pixels from 0 to 1, so Normalize stands behind them. Results are new tensors without
// history: gradients do not flow through a transform. Memory is that of a few images for each goroutine at work.
//
// # What is random
//
// A transform draws from the *rand.Rand that it is given and from nothing else. In a batch every image has draws of its
// own; torchvision gives a whole batch the same. [Dataset] gives item i of an epoch the loader's stream data.Stream(seed,
// epoch, i), so the same seed makes the same batches with any number of workers.
//
// # Errors
//
// A number out of its range, a crop larger than the image, colours of an image that is neither grey nor RGB panic with a
// *tensor.ShapeError or *tensor.DTypeError: from the function New... if the numbers alone are wrong, else from the call
// with the image. In a loader images come from outside, so there it is an error, which names the item or batch.
package transforms
