package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/vision/models"
)

// networks are those that presets use and --net may name, by name.
var networks = map[string]func(o options) (nn.Module, error){
	"lenet": func(o options) (nn.Module, error) {
		if o.Shape[1] < 12 || o.Shape[2] < 12 {
			return nil, fmt.Errorf("images of shape %v: LeNet wants at least 12 x 12 pixels", o.Shape)
		}
		return models.NewLeNet5(o.Shape[0], o.Shape[1], o.Shape[2], len(o.Classes)), nil
	},
	"convnetjs-mnist": func(o options) (nn.Module, error) {
		if !slices.Equal(o.Shape, []int{1, 28, 28}) || len(o.Classes) != 10 {
			return nil, fmt.Errorf("images of shape %v in %d classes: ConvNetJS's network for MNIST wants [1 28 28] in 10", o.Shape, len(o.Classes))
		}
		return &averaged{models.NewConvNetJSMNIST(), 24, fourCrops}, nil
	},
	"convnetjs-cifar": func(o options) (nn.Module, error) {
		if !slices.Equal(o.Shape, []int{3, 32, 32}) || len(o.Classes) != 10 {
			return nil, fmt.Errorf("images of shape %v in %d classes: ConvNetJS's network for CIFAR-10 wants [3 32 32] in 10", o.Shape, len(o.Classes))
		}
		return &averaged{models.NewConvNetJSCIFAR(), 0, sixCopies}, nil
	},
	"resnet8": func(o options) (nn.Module, error) {
		return &averaged{models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 1, 1, 1}, Width: 32, Pool: true, Classes: len(o.Classes), Channels: o.Shape[0]}), 0, withMirror}, nil
	},
	"resnet14": func(o options) (nn.Module, error) {
		return &averaged{models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{0, 2, 2, 2}, Width: 32, Pool: true, Classes: len(o.Classes), Channels: o.Shape[0]}), 0, withMirror}, nil
	},
	"resnet18": func(o options) (nn.Module, error) {
		stem := models.StemCIFAR
		if min(o.Shape[1], o.Shape[2]) > 64 {
			stem = models.StemImageNet
		}
		return models.NewResNet18(models.ResNetOptions{Classes: len(o.Classes), Channels: o.Shape[0], Stem: stem}), nil
	},
}

// networkNames are those that take images of any size.
func networkNames() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(networks)), func(name string) bool { return strings.HasPrefix(name, "convnetjs") })
}

// network is the run's, for its images.
func network(o options) (nn.Module, error) {
	make, ok := networks[o.Net]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no network %q; there are %s", o.Net, listed(networkNames()))
	case len(o.Shape) != 3 || len(o.Classes) < 2:
		return nil, fmt.Errorf("images of shape %v in %d classes: at least 2 classes are wanted", o.Shape, len(o.Classes))
	}
	return make(o)
}
