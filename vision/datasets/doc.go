// Package datasets holds well-known sets of labelled images as data.Dataset: MNIST, which is in the binary, its
// relatives in the IDX format, CIFAR-10 and CIFAR-100, read from a folder or an archive, and folders of your own
// images.
//
// # Shapes and units
//
// An item is (x, y): x is float32 of shape [channels, height, width], normalised as (pixel/255 - mean) / std with the
// mean and standard deviation of the set's training images, the values that torchvision's users write; y is an int64
// scalar, the class counted from 0. [Options] gives raw pixels, uint8 from 0 to 255, or another normalisation. A set
// keeps the pixels as bytes, a quarter of what float32 would take.
//
//	set            images (train, test)   shape       mean     std
//	MNIST          60000, 10000           [1 28 28]   0.1307   0.3081
//	FashionMNIST   60000, 10000           [1 28 28]   0.2860   0.3530
//	IDX            as in the files        [1 h w]     0.1307   0.3081 (the same for both splits)
//	CIFAR10        50000, 10000           [3 32 32]   0.4914 0.4822 0.4465   0.2470 0.2435 0.2616
//	CIFAR100       50000, 10000           [3 32 32]   0.5071 0.4865 0.4409   0.2673 0.2564 0.2762
//	ImageFolder    as in the folder       [3 s s]     0.485 0.456 0.406      0.229 0.224 0.225 (ImageNet's)
//
// # Where files are
//
// [Folder] says it: the environment variable LUMEN_DATA names a folder with one folder for each set (fashion-mnist,
// cifar10); without it, that is the folder lumen in the user's cache. [Catalog] lists what there is. This package opens
// no connection: an [Entry] says where its archive is to be had, the command lumen data get fetches it, and
// Entry.Install puts it into place.
//
// # Errors
//
// Files are checked before memory is allocated for what they promise. An error names the file, what is wrong with it
// and what was expected.
//
// # Sources
//
// MNIST: LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proceedings of the
// IEEE 86(11), 1998; mnist/README.md has the files' licence and checksums. Fashion-MNIST: Xiao, Rasul, Vollgraf,
// "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017.
// CIFAR-10 and CIFAR-100: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
// https://www.cs.toronto.edu/~kriz/cifar.html describes the binary version.
package datasets
