package main

// What Lumen is to reach against each system: how many times as fast, workload by
// workload. floor is for what has no line of its own.
type targets struct {
	lines map[string]float64
	floor float64 // 0: none
}

var goals = map[string]targets{
	torchName: {lines: map[string]float64{
		"logreg_titanic": 20, "logreg_titanic_1000": 20, "mlp_small": 3, "deep_sigmoid": 3,
		"lenet_mnist": 3.5, "convnetjs_mnist": 3.5, "convnetjs_cifar": 3.5,
		"cifar_tutorial_b4": 4, "cifar_tutorial_b64": 3, "infer_lenet_b1": 5,
		"resnet18_cifar": 1, "infer_resnet18_224_b1": 1,
		"gemm_64x784x128": 1.2, "gemm_8192x576x64": 1.2,
		"op_overhead_nograd": 13, "op_overhead_grad": 11,
		"dataloader_mnist_w0": 10, "dataloader_mnist_w2": 10,
		"filter_gauss5_1080p": 10, "filter_sobel3_1080p": 10,
	}, floor: 1},
	torchNowName:  {floor: 1},
	openCVName:    {lines: map[string]float64{"filter_gauss5_1080p": 0.7, "filter_sobel3_1080p": 0.7}},
	convNetJSName: {lines: map[string]float64{"convnetjs_mnist": 150, "convnetjs_cifar": 150}},
	goMLXName:     {lines: map[string]float64{"lenet_mnist": 10}},
}

// goal is the target of a workload against a system; 0 if there is none.
func goal(peer, workload string) float64 {
	t := goals[peer]
	if g, ok := t.lines[workload]; ok {
		return g
	}
	return t.floor
}

// otherNames are the peer's workloads that do the same work as Lumen's of the name;
// the fastest of them counts. A workload that is not listed has one of its own name.
var otherNames = map[string][]string{
	"resnet18_cifar":        {"resnet18_cifar", "resnet18_cifar_chlast"},
	"infer_resnet18_224_b1": {"infer_resnet18_224_b1", "infer_resnet18_224_b1_jit"},
}

func namesAt(workload string) []string {
	if names, ok := otherNames[workload]; ok {
		return names
	}
	return []string{workload}
}

// namesAtOpenCV is the name of a workload done by OpenCV's filter2D, which takes any kernel,
// as Lumen's Filter2D does.
func namesAtOpenCV(workload string) []string { return []string{workload + "_cv2"} }
