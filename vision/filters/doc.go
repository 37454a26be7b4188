// Package filters lays kernels over images: blurring, sharpening, edges, and any other weighted sum of the pixels
// around one.
//
//	x, err := vision.Open("photo.jpg", vision.ReadOptions{Mode: vision.RGB})
//	y := filters.Filter2D(x, filters.Gaussian(9, 1.5), filters.Options{Padding: filters.Reflect})
//
// # Shapes and units
//
// An image is [height, width], [channels, height, width] or [n, channels, height, width], uint8 or float32 of any
// scale; a kernel is [height, width] of floats and is laid over every channel by itself. A result keeps the element
// type: uint8 is computed in float32, rounded, halves to even, and saturated to 0 to 255. Kernels are correlated with
// the image, as everywhere in deep learning, unless [Options].Convolution asks for them to be turned first.
//
// # Beyond the edge
//
// [Padding] says what stands there: zeros, the image mirrored, its edge repeated, or its other end; all are legal for
// kernels larger than the image. [Explain] shows the products of one result, and which came from beyond.
//
// # Cost
//
// A kernel that is a column times a row (box, Gaussian, Sobel ...) is found to be one and costs the sum of its sides
// a pixel, any other one as many products as it has weights that are not 0. Rows are shared by the threads. Memory
// is that of the result and some rows.
//
// # Sources
//
// Names, borders and anchors are those of OpenCV's filter2D and of scipy.ndimage's correlate and convolve. Sobel and
// Feldman, "A 3x3 isotropic gradient operator for image processing", 1968; Prewitt, "Object enhancement and
// extraction", 1970; Scharr, "Optimale Operatoren in der digitalen Bildverarbeitung", 2000; Marr and Hildreth,
// "Theory of edge detection", 1980 (Laplacian of Gaussian); Gabor, "Theory of communication", 1946.
package filters
