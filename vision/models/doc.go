// Package models holds well-known networks for images, under the names that their
// parameters have in PyTorch programs, so that a state dict of torchvision in a
// safetensors file loads with nn.LoadState. Inputs are [N, C, H, W] float32, results are
// logits [N, classes].
//
//	LeNet5                           28 x 28 or others    MNIST
//	ConvNetJSMNIST, ConvNetJSCIFAR   24 x 24, 32 x 32     the demonstrations of ConvNetJS
//	CIFARTutorial                    32 x 32              PyTorch's first tutorial
//	ResNet18, ResNet34               any                  torchvision's resnet18, resnet34; stems for ImageNet and CIFAR
//	CIFARResNet                      about 32 x 32        the same paper's networks for CIFAR-10
//	VGG11                            from 32 x 32         torchvision's vgg11, vgg11_bn
//	MobileNetV2                      any                  torchvision's mobilenet_v2
//
// Constructors panic with a *tensor.ShapeError on numbers that make no network, Forward
// where a layer does on images that do not fit; nn.CheckInput returns that as an error.
// First values are torchvision's (PyTorch's where torchvision has no such network); draw
// them with nn.Init.
package models
