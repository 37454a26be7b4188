package workloads

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLosses holds the quick training workloads to PyTorch's losses; lumen bench holds
// all of them.
func TestLosses(t *testing.T) {
	quick := []string{"logreg_titanic", "mlp_small", "deep_sigmoid", "lenet_mnist", "convnetjs_mnist", "convnetjs_cifar", "cifar_tutorial_b4", "diag_off", "diag_on"}
	chosen, err := Select(All(), quick)
	if err != nil || len(chosen) != len(quick) {
		t.Fatalf("%d of %d workloads: %v", len(chosen), len(quick), err)
	}
	for _, w := range chosen {
		if _, _, err := w.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestCheckSees: other weights are another loss, and other statistics.
func TestCheckSees(t *testing.T) {
	all, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, train func() *training) error {
		_, _, err := Workload{Name: name, train: train}.Check()
		return err
	}
	if err := check("mlp_small", func() *training {
		m := smallMLP()
		fill(m.model, "another")
		return m
	}); err == nil {
		t.Error("mlp_small passed with other weights")
	}
	means := slices.Clone(all["deep_sigmoid"].Means)
	defer copy(all["deep_sigmoid"].Means, means)
	all["deep_sigmoid"].Means[29] *= 1.01
	if err := check("deep_sigmoid", deepSigmoid); err == nil || !strings.Contains(err.Error(), "layer 29") {
		t.Errorf("a mean gradient of one percent more: %v", err)
	}
	if err := check("unknown", func() *training {
		m := smallMLP()
		m.name = "unknown"
		return m
	}); err == nil {
		t.Error("a workload without known losses passed")
	}
	if _, _, err := (Workload{Name: "gemm_128"}).Check(); err == nil {
		t.Error("what trains nothing passed")
	}
}

// TestEveryTrainingHasLosses: a training workload without a golden would fail only in
// lumen bench.
func TestEveryTrainingHasLosses(t *testing.T) {
	all, err := golden()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range All() {
		if !w.Trains() {
			continue
		}
		if name := w.train().name; len(all[name].Losses) != CheckSteps {
			t.Errorf("%s has %d losses in testdata/losses.json", name, len(all[name].Losses))
		}
	}
}

// TestCallsRun makes and calls every workload that is over soon.
func TestCallsRun(t *testing.T) {
	for _, w := range All() {
		if strings.Contains(w.Name, "resnet") || w.Name == "gemm_2048" || w.Name == "gemm_1024" || w.Name == "logreg_titanic_1000" || strings.HasSuffix(w.Name, "_manual") {
			continue
		}
		call, err := w.Make()
		if err != nil {
			t.Errorf("%s: %v", w.Name, err)
			continue
		}
		call()
		call()
	}
}

func TestSelect(t *testing.T) {
	names := func(list []Workload) string {
		var all []string
		for _, w := range list {
			all = append(all, w.Name)
		}
		return strings.Join(all, " ")
	}
	for _, c := range []struct{ given, want string }{
		{"logreg_titanic", "logreg_titanic"},
		{"logreg", "logreg_titanic logreg_titanic_1000"},
		{"op_overhead_grad cifar_tutorial", "cifar_tutorial_b4 cifar_tutorial_b64 op_overhead_grad"},
		{"lenet_mnist lenet", "lenet_mnist"},
	} {
		got, err := Select(All(), strings.Fields(c.given))
		if err != nil || names(got) != c.want {
			t.Errorf("%s means %s, %v", c.given, names(got), err)
		}
	}
	if got, err := Select(All(), nil); err != nil || len(got) != len(All()) {
		t.Errorf("no names mean %d workloads, %v", len(got), err)
	}
	for wrong, near := range map[string]string{"lenet_mnits": "lenet_mnist", "gem_512": "gemm_512", "elem_sofmax_1m": "elem_softmax_1m", "": ""} {
		if _, err := Select(All(), []string{wrong}); err == nil || !strings.Contains(err.Error(), near) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range All() {
		if seen[w.Name] || w.Note == "" || w.Unit == "" || !(w.Items > 0) || strings.ContainsAny(w.Name, " ,") {
			t.Errorf("%+v", w)
		}
		seen[w.Name] = true
	}
}

func ExampleNumbers() {
	fmt.Println(NewNumbers("lenet_mnist/x").Normal(3))
	fmt.Println(NewNumbers("lenet_mnist/y").Labels(8, 10))
	// Output:
	// tensor([-0.6392,  1.0703, -0.5562])
	// tensor([7, 9, 3, 1, 1, 5, 5, 6])
}
