package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lumen-ml/lumen/bench/measure"
	"github.com/lumen-ml/lumen/vision/datasets"
)

// The targets of the whole run and of its first step.
const (
	wholeGoal = 3
	firstGoal = 5
)

// trainingRun is one run from the start of the process, in seconds.
type trainingRun struct {
	first, whole float64 // to the first finished step, and to the process's end
	accuracy     float64 // on the test images, of 1
}

// compareMNIST trains LeNet by Lumen's recipe with both systems, alternately.
func compareMNIST(ctx context.Context, o options, out io.Writer, log func(string, ...any)) error {
	dir, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	lumen := o.lumen
	if lumen == "" {
		if lumen, err = build(dir); err != nil {
			return err
		}
	}
	if err := unzip(dir); err != nil {
		return err
	}
	threads := strconv.Itoa(o.threads)
	type side struct {
		name    string
		command func(k int) []string
		runs    []trainingRun
	}
	sides := []*side{{name: "Lumen", command: func(k int) []string {
		return []string{lumen, "train", "idx", "--data", dir, "--json", "--seed", strconv.FormatUint(o.seed, 10), "--threads", threads,
			"--out", filepath.Join(dir, fmt.Sprintf("run%d", k))}
	}}}
	for _, t := range []struct{ name, python string }{{torchName, o.torch}, {torchNowName, o.torchNow}} {
		if t.python == "" {
			log("left out: %s (name its Python interpreter with a flag, see -help)", t.name)
			continue
		}
		sides = append(sides, &side{name: t.name, command: func(int) []string {
			return []string{t.python, filepath.Join("bench", "peers", "torch_mnist.py"), "--data", dir, "--threads", threads,
				"--blas", "openmp", "--malloc", "tuned", "--seed", strconv.FormatUint(o.seed, 10)}
		}})
	}
	for k := range o.rounds {
		for _, s := range sides {
			log("round %d of %d: %s", k+1, o.rounds, s.name)
			run, err := timeTraining(ctx, s.command(k))
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			log("  first step after %.2f s, end after %.1f s, test accuracy %.2f %%", run.first, run.whole, 100*run.accuracy)
			s.runs = append(s.runs, run)
		}
	}
	fmt.Fprintf(out, "\n### LeNet on MNIST by the recipe of `lumen train mnist`, from the start of the process\n\n")
	fmt.Fprintln(out, "| | first finished step, s | whole run, s | test accuracy |\n|---|---:|---:|---:|")
	column := func(runs []trainingRun, f func(trainingRun) float64) float64 {
		var all []float64
		for _, r := range runs {
			all = append(all, f(r))
		}
		return measure.Median(all)
	}
	first := func(r trainingRun) float64 { return r.first }
	whole := func(r trainingRun) float64 { return r.whole }
	for _, s := range sides {
		fmt.Fprintf(out, "| %s | %.2f | %.1f | %.2f %% |\n", s.name, column(s.runs, first), column(s.runs, whole),
			100*column(s.runs, func(r trainingRun) float64 { return r.accuracy }))
	}
	fmt.Fprintln(out, "\n| ratio, median of the rounds | first step | target | whole run | target |\n|---|---:|---:|---:|---:|")
	for _, s := range sides[1:] {
		var firsts, wholes []float64
		for k, r := range s.runs {
			firsts = append(firsts, r.first/sides[0].runs[k].first)
			wholes = append(wholes, r.whole/sides[0].runs[k].whole)
		}
		fmt.Fprintf(out, "| %s | %s | %dx | %s | %dx |\n", s.name, times(measure.Median(firsts)), firstGoal, times(measure.Median(wholes)), wholeGoal)
	}
	return nil
}

// unzip writes MNIST as four IDX files that need no unpacking.
func unzip(dir string) error {
	for _, s := range []struct {
		split datasets.Split
		name  string
	}{{datasets.Train, "train"}, {datasets.Test, "t10k"}} {
		set, err := datasets.MNIST(s.split)
		if err != nil {
			return err
		}
		for name, content := range map[string]struct {
			bytes []byte
			dims  []int
		}{"-images-idx3-ubyte": {set.Images(), []int{set.Len(), 28, 28}}, "-labels-idx1-ubyte": {set.Labels(), []int{set.Len()}}} {
			file, err := os.Create(filepath.Join(dir, s.name+name))
			if err != nil {
				return err
			}
			w := bufio.NewWriter(file)
			err = errors.Join(datasets.WriteIDX(w, content.bytes, content.dims...), w.Flush(), file.Close())
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// timeTraining runs a program that prints events as lines of JSON: "batch" after every
// step and "end", with the test accuracy, at last.
func timeTraining(ctx context.Context, command []string) (trainingRun, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return trainingRun{}, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return trainingRun{}, err
	}
	run, readErr := readTraining(out, func() float64 { return time.Since(start).Seconds() })
	err = cmd.Wait()
	run.whole = time.Since(start).Seconds()
	if err != nil {
		return run, fmt.Errorf("%s: %w", filepath.Base(command[0]), err)
	}
	return run, readErr
}

func readTraining(out io.Reader, now func() float64) (trainingRun, error) {
	var run trainingRun
	ended := false
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e struct {
			Event        string
			TestAccuracy float64 `json:"test_accuracy"`
		}
		if run.first == 0 {
			if err := json.Unmarshal(lines.Bytes(), &e); err == nil && e.Event == "batch" {
				run.first = now()
			}
			continue
		}
		if json.Unmarshal(lines.Bytes(), &e) == nil && e.Event == "end" {
			run.accuracy, ended = e.TestAccuracy, true
		}
	}
	if err := lines.Err(); err != nil {
		return run, err
	}
	if !ended || run.first == 0 {
		return run, errors.New("the program printed no step or no end")
	}
	return run, nil
}
