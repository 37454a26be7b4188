// Command lumen trains networks and uses them.
//
//	lumen train mnist                       LeNet on the embedded MNIST
//	lumen train idx --data DIR              the same on a folder of IDX files
//	lumen train cifar10                     a small residual network on CIFAR-10
//	lumen train images --data DIR           a network on your own images
//	lumen predict --run runs/NAME digit.png what is on a picture
//	lumen filter in.jpg out.png             a kernel laid over a picture
//	lumen data list                         the data sets that Lumen knows
//	lumen bench lenet_mnist                 how long a step takes, and other workloads
//	lumen version
//
// Every command has --help. The exit status is 0 when it is done, 1 when it failed,
// 2 when it was called wrongly, and 130 when it was interrupted (after the
// checkpoint). docs/formats.md describes the files and streams.
package main
