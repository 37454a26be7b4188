package models_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// TestZeroInitResidual: blocks that keep the shape begin as the identity on what a ReLU
// left, and only with the option.
func TestZeroInitResidual(t *testing.T) {
	x := tensor.FromSlice([]float32{0, 1, 2, 3, 4, 5, 6, 7}, 1, 1, 2, 4).Expand(1, 64, 2, 4)
	for _, zero := range []bool{true, false} {
		net := models.NewResNet18(models.ResNetOptions{Classes: 2, Stem: models.StemCIFAR, ZeroInitResidual: zero})
		nn.Init(net.Layer1, 1)
		apart := nn.Predict(net.Layer1, x).Sub(x).Abs().MaxAll().Item()
		if (apart == 0) != zero {
			t.Errorf("ZeroInitResidual %v: layer1 changes its input by %g", zero, apart)
		}
	}
}

// TestDropout: the probabilities of the options reach the layers, and act in training.
func TestDropout(t *testing.T) {
	rates := func(s *nn.Sequential) (p []float64) {
		for _, m := range s.Modules {
			if d, ok := m.(*nn.Dropout); ok {
				p = append(p, d.P)
			}
		}
		return p
	}
	for _, c := range []struct {
		name string
		s    *nn.Sequential
		want []float64
	}{
		{"VGG11", models.NewVGG11(models.VGGOptions{Hidden: 8}).Classifier, []float64{0.5, 0.5}},
		{"VGG11 0.1", models.NewVGG11(models.VGGOptions{Hidden: 8, Dropout: 0.1}).Classifier, []float64{0.1, 0.1}},
		{"VGG11 none", models.NewVGG11(models.VGGOptions{Hidden: 8, NoDropout: true}).Classifier, []float64{0, 0}},
		{"MobileNetV2", models.NewMobileNetV2().Classifier, []float64{0.2}},
		{"MobileNetV2 0.7", models.NewMobileNetV2(models.MobileNetV2Options{Dropout: 0.7}).Classifier, []float64{0.7}},
		{"MobileNetV2 none", models.NewMobileNetV2(models.MobileNetV2Options{NoDropout: true}).Classifier, []float64{0}},
	} {
		if got := rates(c.s); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s drops with %v, want %v", c.name, got, c.want)
		}
	}
	head := models.NewMobileNetV2(models.MobileNetV2Options{Classes: 2}).Classifier
	x := tensor.Ones(4, 1280)
	if first, second := head.Forward(nn.Training(1), x), head.Forward(nn.Training(2), x); first.Sub(second).Abs().MaxAll().Item() == 0 {
		t.Error("two seeds drop the same")
	}
}

// TestOtherImages: channels and sizes other than the default.
func TestOtherImages(t *testing.T) {
	for name, c := range map[string]struct {
		net   nn.Module
		shape []int
	}{
		"ResNet18 gray":       {models.NewResNet18(models.ResNetOptions{Classes: 2, Channels: 1}), []int{1, 1, 40, 56}},
		"ResNet18 CIFAR gray": {models.NewResNet18(models.ResNetOptions{Classes: 2, Channels: 1, Stem: models.StemCIFAR}), []int{1, 1, 9, 7}},
		"CIFARResNet gray":    {models.NewCIFARResNet(models.CIFARResNetOptions{Classes: 2, Channels: 1}), []int{1, 1, 9, 7}},
		"VGG11 gray":          {models.NewVGG11(models.VGGOptions{Classes: 2, Channels: 1, Hidden: 8}), []int{1, 1, 32, 48}},
		"MobileNetV2 gray":    {models.NewMobileNetV2(models.MobileNetV2Options{Classes: 2, Channels: 1, Width: 0.35}), []int{1, 1, 40, 33}},
		"MobileNetV2 exact":   {models.NewMobileNetV2(models.MobileNetV2Options{Classes: 2, Width: 0.33, RoundTo: 1}), []int{1, 3, 32, 32}},
	} {
		if err := nn.CheckInput(c.net, c.shape...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := nn.CheckInput(models.NewVGG11(models.VGGOptions{Hidden: 8}), 1, 3, 31, 31); err == nil {
		t.Error("VGG11 takes images of 31 x 31")
	}
}

func TestMisuse(t *testing.T) {
	for want, f := range map[string]func(){
		"Classes must be":       func() { models.NewResNet18(models.ResNetOptions{Classes: -1}) },
		"Channels must be":      func() { models.NewResNet34(models.ResNetOptions{Channels: -3}) },
		"Blocks must have":      func() { models.NewCIFARResNet(models.CIFARResNetOptions{Blocks: []int{1, -1}}) },
		"no ResNetStem(7)":      func() { models.NewResNet18(models.ResNetOptions{Stem: 7}) },
		"one options struct":    func() { models.NewVGG11(models.VGGOptions{}, models.VGGOptions{}) },
		"Hidden must be":        func() { models.NewVGG11(models.VGGOptions{Hidden: -4}) },
		"Dropout must lie":      func() { models.NewVGG11(models.VGGOptions{Dropout: 1}) },
		"not NaN":               func() { models.NewMobileNetV2(models.MobileNetV2Options{Dropout: math.NaN()}) },
		"exclude each other":    func() { models.NewMobileNetV2(models.MobileNetV2Options{Dropout: 0.5, NoDropout: true}) },
		"Width must lie":        func() { models.NewMobileNetV2(models.MobileNetV2Options{Width: -1}) },
		"RoundTo must be":       func() { models.NewMobileNetV2(models.MobileNetV2Options{RoundTo: -8}) },
		"not 0, 3 and 1":        func() { models.NewBasicBlock(0, 3, 1) },
		"not 4, 4, 3 and 0":     func() { models.NewInvertedResidual(4, 4, 3, 0) },
		"at least 2 classes":    func() { models.NewLeNet5(1, 28, 28, 1) },
		"at least 1 channel an": func() { models.NewLeNet5(1, 11, 28, 10) },
	} {
		func() {
			defer func() {
				e, ok := recover().(*tensor.ShapeError)
				if !ok || !strings.Contains(e.Error(), want) {
					t.Errorf("want a *tensor.ShapeError with %q, not %v", want, e)
				}
			}()
			f()
		}()
	}
}
