package models_test

import (
	"fmt"
	"strings"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// parameters counts those of a network.
func parameters(net any) (count int) {
	for _, p := range nn.Named(net) {
		count += p.Numel()
	}
	return count
}

func ExampleNewConvNetJSMNIST() {
	net := models.NewConvNetJSMNIST()
	nn.Init(net, 1)
	fmt.Println(parameters(net), nn.Predict(net, tensor.Zeros(20, 1, 24, 24)).Shape())
	// Output: 5994 [20 10]
}

func ExampleNewConvNetJSCIFAR() {
	net := models.NewConvNetJSCIFAR()
	nn.Init(net, 1)
	fmt.Println(parameters(net), nn.Predict(net, tensor.Zeros(4, 3, 32, 32)).Shape())
	// Output: 22466 [4 10]
}

func ExampleNewCIFARTutorial() {
	net := models.NewCIFARTutorial()
	nn.Init(net, 1)
	table, err := nn.Summary(net, 4, 3, 32, 32)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(table)
	// Output:
	// layer             output shape     parameters  multiply-adds     memory
	// -----------------------------------------------------------------------
	// conv1 (Conv2d)    [4, 6, 28, 28]          456      1,411,200   73.5 KiB
	// conv1.relu        [4, 6, 28, 28]                               73.5 KiB
	// conv1.max_pool2d  [4, 6, 14, 14]                               18.4 KiB
	// conv2 (Conv2d)    [4, 16, 10, 10]       2,416        960,000   25.0 KiB
	// conv2.relu        [4, 16, 10, 10]                              25.0 KiB
	// conv2.max_pool2d  [4, 16, 5, 5]                                 6.2 KiB
	// fc1 (Linear)      [4, 120]             48,120        192,000    1.9 KiB
	// fc1.relu          [4, 120]                                      1.9 KiB
	// fc2 (Linear)      [4, 84]              10,164         40,320    1.3 KiB
	// fc2.relu          [4, 84]                                       1.3 KiB
	// fc3 (Linear)      [4, 10]                 850          3,360      160 B
	// -----------------------------------------------------------------------
	// total                                  62,006      2,606,880  228.2 KiB
	// parameters take 242.2 KiB
}

func ExampleNewResNet18() {
	net := models.NewResNet18(models.ResNetOptions{Classes: 10, Stem: models.StemCIFAR})
	nn.Init(net, 1)
	fmt.Println(parameters(net), "parameters; those of the first block that changes the size:")
	for name := range nn.Named(net) {
		if strings.HasPrefix(name, "layer2.0.") {
			fmt.Println(name)
		}
	}
	// Output:
	// 11173962 parameters; those of the first block that changes the size:
	// layer2.0.conv1.weight
	// layer2.0.bn1.weight
	// layer2.0.bn1.bias
	// layer2.0.conv2.weight
	// layer2.0.bn2.weight
	// layer2.0.bn2.bias
	// layer2.0.downsample.0.weight
	// layer2.0.downsample.1.weight
	// layer2.0.downsample.1.bias
}

func ExampleNewResNet34() {
	fmt.Println(parameters(models.NewResNet34()))
	// Output: 21797672
}

func ExampleNewVGG11() {
	fmt.Println(parameters(models.NewVGG11()), parameters(models.NewVGG11(models.VGGOptions{BatchNorm: true})))
	// A narrow head for small images:
	fmt.Println(parameters(models.NewVGG11(models.VGGOptions{Classes: 10, Hidden: 256})))
	// Output:
	// 132863336 132868840
	// 15711626
}

func ExampleNewMobileNetV2() {
	for _, width := range []float64{0.5, 1, 1.4} {
		net := models.NewMobileNetV2(models.MobileNetV2Options{Width: width})
		fmt.Println(width, parameters(net))
	}
	// Output:
	// 0.5 1968680
	// 1 3504872
	// 1.4 6108776
}

// The network of lumen train cifar10.
func ExampleNewCIFARResNet() {
	net := models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 1, 1, 1}, Width: 32})
	fmt.Println(parameters(net), "parameters")
	fmt.Println(nn.Predict(net, tensor.Zeros(1, 3, 32, 32)).Shape())
	// Output:
	// 1210410 parameters
	// [1 10]
}
