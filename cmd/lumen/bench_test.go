package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/bench/measure"
)

func TestBench(t *testing.T) {
	r := call(t, t.TempDir(), "bench", "--list")
	r.want(t, 0, "lenet_mnist", "op_overhead_grad", "kernel_gemm_512", "dataloader_mnist_w0")
	if n := strings.Count(r.out, "\n"); n < 40 || r.errors != "" {
		t.Errorf("%d lines, and on standard error %q", n, r.errors)
	}

	r = call(t, t.TempDir(), "bench", "logreg_titanic", "gemm_128", "kernel_gemm_64", "--json", "--seconds", "0.01", "--threads", "1")
	r.want(t, 0)
	got := lines(t, r.out)
	if len(got) != 3 {
		t.Fatalf("%d lines of JSON: %s", len(got), r.out)
	}
	for i, l := range got {
		for _, field := range []string{"peer", "workload", "threads", "median_ms", "best_ms", "items_per_s", "unit", "samples", "inner", "wait", "other_cpu"} {
			if _, ok := l[field]; !ok {
				t.Errorf("line %d has no %s", i, field)
			}
		}
		if l["peer"] != "lumen" || l["threads"] != 1.0 || l["workload"] != []string{"logreg_titanic", "gemm_128", "kernel_gemm_64"}[i] {
			t.Errorf("line %v", l)
		}
		if _, has := l["best_gflops"]; has != (l["unit"] == "flop") {
			t.Errorf("best_gflops in %v", l)
		}
	}

	r = call(t, t.TempDir(), "bench", "mlp_small", "--seconds", "0.01")
	r.want(t, 0, "workload", "mlp_small", "ksample/s", "loss 1.8878, PyTorch 1.8878")
}

func TestBenchMisuse(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string
		words []string
	}{
		"a wrong name": {[]string{"lenet_mnits"}, []string{`did you mean "lenet_mnist"?`, "--list"}},
		"no time":      {[]string{"gemm_128", "--seconds", "0"}, []string{"--seconds"}},
		"not a number": {[]string{"gemm_128", "--seconds", "nan"}, []string{"--seconds"}},
		"threads":      {[]string{"gemm_128", "--threads", "0"}, []string{"--threads"}},
		"a wrong flag": {[]string{"gemm_128", "--second", "1"}, []string{"--seconds"}},
	} {
		t.Run(name, func(t *testing.T) {
			call(t, t.TempDir(), append([]string{"bench"}, c.args...)...).want(t, 2, c.words...)
		})
	}
	call(t, t.TempDir(), "bench", "--help").want(t, 0, "Examples:", "lumen bench lenet_mnist", "--quiet-wait")
}

func TestRates(t *testing.T) {
	for _, c := range []struct {
		r    measure.Record
		want string
	}{
		{measure.Record{Unit: "flop", ItemsPerS: 2.5e11}, "250 GFLOP/s"},
		{measure.Record{Unit: "op", MedianMS: 6.1e-5}, "61 ns/op"},
		{measure.Record{Unit: "sample", ItemsPerS: 23400}, "23.4 ksample/s"},
		{measure.Record{Unit: "sample", ItemsPerS: 76}, "76 sample/s"},
	} {
		if got := rate(c.r); got != c.want {
			t.Errorf("%q, %q is right", got, c.want)
		}
	}
	got := []string{milliseconds(411.2), milliseconds(3.041), milliseconds(0.0259), milliseconds(0.000061)}
	if want := []string{"411", "3.04", "0.0259", "0.000061"}; !slices.Equal(got, want) {
		t.Errorf("%v, %v is right", got, want)
	}
}
