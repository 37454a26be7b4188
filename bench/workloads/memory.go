package workloads

// MemorySteps is how many steps a memory workload takes.
const MemorySteps = 20

// memories are the training workloads whose peak memory is reported.
func memories() []Workload {
	w := func(name string, train func() *training) Workload {
		return Workload{Name: "memory_" + name, Note: "peak memory of 20 steps above that before the first", Items: 1, Unit: "byte",
			Memory: true, train: func() *training {
				t := train()
				t.steps = MemorySteps
				return t
			}}
	}
	return []Workload{w("lenet_mnist", lenet), w("resnet18_cifar", resnetCIFAR)}
}
