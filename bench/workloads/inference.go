package workloads

import (
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/models"
)

// infer is the forward pass alone, in evaluation mode, with the memory of the last call.
func infer(name string, model nn.Module, shape ...int) func() {
	fill(model, name)
	x := NewNumbers(name + "/x").Normal(shape...)
	p := nn.Inference()
	var logits *tensor.Tensor
	return func() {
		p.Reset()
		logits = model.Forward(p, x)
		_ = logits
	}
}

func inferences() []Workload {
	return []Workload{
		{Name: "infer_lenet_b1", Items: 1, Unit: "sample", Note: "LeNet forward, batch 1, no gradients",
			make: func() (func(), error) {
				return infer("infer_lenet_b1", models.NewLeNet5(1, 28, 28, 10), 1, 1, 28, 28), nil
			}},
		{Name: "infer_resnet18_224_b1", Items: 1, Unit: "sample", Note: "ResNet-18 forward, evaluation mode, 224x224, batch 1",
			make: func() (func(), error) {
				return infer("infer_resnet18_224_b1", models.NewResNet18(), 1, 3, 224, 224), nil
			}},
	}
}
