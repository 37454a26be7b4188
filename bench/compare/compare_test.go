package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/bench/measure"
	"github.com/lumen-ml/lumen/bench/workloads"
)

func record(best, wait float64) *measure.Record { return &measure.Record{BestMS: best, Wait: wait} }

func TestSummarise(t *testing.T) {
	s := summarise([]round{
		{record(1, 0), record(3, 0)},
		{record(2, 0), record(4, 0.2)}, // disturbed
		{record(1, 0.01), record(10, 0)},
		{nil, record(1, 0)}, // no ratio
		{record(1, 0), nil},
	})
	if want := (ratios{Median: 6.5, Least: 3, Greatest: 10, Rounds: 2, Disturbed: 1}); s != want {
		t.Errorf("%+v, %+v is right", s, want)
	}
	s = summarise([]round{{record(1, 0.1), record(3, 0)}, {record(1, 0), record(5, 0.1)}})
	if want := (ratios{Median: 4, Least: 3, Greatest: 5, Rounds: 2, Disturbed: 2, AllDisturbed: true}); s != want {
		t.Errorf("all disturbed: %+v, %+v is right", s, want)
	}
	if s := summarise(nil); s != (ratios{}) {
		t.Errorf("no rounds give %+v", s)
	}
	memory := round{&measure.Record{PeakBytes: 10}, &measure.Record{PeakBytes: 25}}
	if got := ratioOf(memory); got != 2.5 {
		t.Errorf("25 bytes beside 10 are %g", got)
	}
	if got := ratioOf(round{record(1, 0), &measure.Record{PeakBytes: 25}}); got != 0 {
		t.Errorf("bytes beside milliseconds are %g", got)
	}
}

// TestMedianOfRatios: the ratio is taken in each round, not of the medians.
func TestMedianOfRatios(t *testing.T) {
	s := summarise([]round{{record(1, 0), record(2, 0)}, {record(10, 0), record(50, 0)}, {record(5, 0), record(20, 0)}})
	if s.Median != 4 {
		t.Errorf("median %g of 2, 5 and 4", s.Median)
	}
}

func TestGoalsNameWorkloads(t *testing.T) {
	for peer, g := range goals {
		for name := range g.lines {
			if list, err := workloads.Select(workloads.All(), []string{name}); err != nil || len(list) != 1 {
				t.Errorf("%s: the target of %s is for no workload: %v", peer, name, err)
			}
		}
	}
	for name := range otherNames {
		if list, err := workloads.Select(workloads.All(), []string{name}); err != nil || len(list) != 1 {
			t.Errorf("%s has other names and is no workload: %v", name, err)
		}
	}
	if goal(torchName, "lenet_mnist") != 3.5 || goal(torchName, "gemm_512") != 1 || goal(convNetJSName, "lenet_mnist") != 0 {
		t.Error("targets are mixed up")
	}
}

func TestWays(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range waysOld() {
		seen[w] = true
	}
	if len(seen) != 16 {
		t.Errorf("%d combinations of four settings of two values", len(seen))
	}
	for _, w := range waysTuned {
		if !seen[w] {
			t.Errorf("%q is not one of all ways", w)
		}
	}
}

func TestWrongCalls(t *testing.T) {
	for call, word := range map[string]string{
		"-only lenet_mnits": "did you mean", "-rounds 0": "above 0", "-settings best": "tuned", "lenet_mnist": "-only", "-rnds 3": "rnds",
	} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), strings.Fields(call), &out, &errs); status != 2 || !strings.Contains(errs.String(), word) {
			t.Errorf("%s: status %d, %s", call, status, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if status := run(t.Context(), []string{"-help"}, &out, &errs); status != 0 || !strings.Contains(errs.String(), "usage:") {
		t.Errorf("-help: status %d, %s", status, errs.String())
	}
}

func TestReadTraining(t *testing.T) {
	clock := 0.0
	now := func() float64 { clock++; return clock }
	run, err := readTraining(strings.NewReader(`{"event":"start"}
{"event":"batch","step":1}
{"event":"batch","step":2}
{"event":"end","test_accuracy":0.991}
`), now)
	if err != nil || run.first != 1 || run.accuracy != 0.991 {
		t.Errorf("%+v, %v", run, err)
	}
	for _, cut := range []string{"", `{"event":"batch"}`, `{"event":"end","test_accuracy":1}`} {
		if _, err := readTraining(strings.NewReader(cut), now); err == nil {
			t.Errorf("%q was taken for a whole run", cut)
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	lines := []line{
		{workload: "lenet_mnist", settings: "blas openmp", rounds: []round{{record(1, 0), record(3.6, 0)}, {record(1, 0), record(3.4, 0.3)}, {record(1, 0), record(4, 0)}}},
		{workload: "gemm_512", rounds: []round{{record(2, 0), record(1, 0)}}},
		{workload: "gemm_256", rounds: []round{{nil, record(1, 0)}}},
	}
	if err := writeTable(&b, torchName, lines); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| `lenet_mnist` | 1 | 3.6 | 3.8x (3.6x to 4x) of 2 rounds | 3.5x | yes | blas openmp |",
		"| `gemm_512` | 2 | 1 | 0.5x (0.5x to 0.5x) of 1 rounds | 1x | no |  |",
		"| `gemm_256` | - | 1 | not measured | 1x |  |  |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s\nis not in\n%s", want, b.String())
		}
	}
}

func Example() {
	rounds := []round{{record(1.1, 0), record(3.3, 0)}, {record(1, 0), record(3.8, 0)}, {record(1, 0), record(3.6, 0)}}
	if err := writeTable(os.Stdout, goMLXName, []line{{workload: "lenet_mnist", rounds: rounds}}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ### Against GoMLX
	//
	// | workload | Lumen best ms | GoMLX best ms | ratio: median (least to greatest) | target | met | settings |
	// |---|---:|---:|---:|---:|---|---|
	// | `lenet_mnist` | 1 | 3.6 | 3.6x (3x to 3.8x) of 3 rounds | 10x | no |  |
}
