package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/lumen-ml/lumen/bench/measure"
)

const (
	torchName     = "PyTorch"
	torchNowName  = "PyTorch, newest"
	openCVName    = "OpenCV"
	convNetJSName = "ConvNetJS"
	goMLXName     = "GoMLX"
)

// A peer measures a workload. has says whether it knows it at all.
type peer interface {
	name() string
	has(workload string) bool
	measure(ctx context.Context, workload string) (*measure.Record, error)
	// settings says how it runs a workload, for the table; "" if there is one way only.
	settings(workload string) string
	stop()
}

// script is a peer that is started for every line.
type script struct {
	label     string
	command   []string
	workloads []string
	o         options
}

func (s *script) name() string             { return s.label }
func (s *script) has(workload string) bool { return slices.Contains(s.workloads, workload) }
func (s *script) settings(string) string   { return "" }
func (s *script) stop()                    {}
func (s *script) measure(ctx context.Context, workload string) (*measure.Record, error) {
	args := append(slices.Clone(s.command[1:]), "--only", workload, "--seconds", number(s.o.seconds), "--quiet-wait", number(s.o.quietWait))
	return once(ctx, nil, s.command[0], args...)
}

// listed returns the workloads that a command's --list names.
func listed(command []string) ([]string, error) {
	out, err := exec.Command(command[0], append(slices.Clone(command[1:]), "--list")...).Output()
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 0 {
			names = append(names, f[0])
		}
	}
	return names, nil
}

// torch is PyTorch, or OpenCV, which its script runs too, each workload under the settings
// that suit it best.
type torch struct {
	label     string
	names     func(workload string) []string // the script's names of Lumen's workload
	python    string
	file      string
	o         options
	workloads []string
	servers   map[string]*server  // by their settings
	best      map[string][]choice // by Lumen's workload, fastest first
	ways      []string
}

// choice is one way to run a workload.
type choice struct {
	settings, workload string
	bestMS             float64
}

// waysOld are the combinations of the script's flags; waysNew those that mean something
// to a wheel, which brings its own BLAS and picks its vector width.
func waysOld() []string {
	var all []string
	for _, foreach := range []string{"", " --foreach"} {
		for _, blas := range []string{"openmp", "pthread"} {
			for _, malloc := range []string{"tuned", "default"} {
				for _, aten := range []string{"default", "avx512"} {
					all = append(all, "--blas "+blas+" --malloc "+malloc+" --aten "+aten+foreach)
				}
			}
		}
	}
	return all
}

var (
	waysTuned = []string{"--blas openmp --malloc tuned --aten default", "--blas openmp --malloc tuned --aten avx512"}
	waysNew   = []string{"--malloc tuned", "--malloc default"}
)

func newTorch(label, python, file string, o options, ways []string, names func(string) []string) (*torch, error) {
	all, err := listed([]string{python, file})
	if err != nil {
		return nil, fmt.Errorf("%s cannot run %s: %w", python, filepath.Base(file), err)
	}
	return &torch{label: label, names: names, python: python, file: file, o: o, workloads: all, ways: ways,
		servers: map[string]*server{}, best: map[string][]choice{}}, nil
}

func (t *torch) name() string { return t.label }

func (t *torch) has(workload string) bool { return slices.Contains(t.workloads, t.names(workload)[0]) }

func (t *torch) settings(workload string) string {
	if len(t.best[workload]) == 0 {
		return ""
	}
	c := t.best[workload][0]
	s := strings.ReplaceAll(c.settings, "--", "")
	if c.workload != workload {
		s += ", " + c.workload
	}
	return s
}

// probe finds the best settings of every workload. Trained ones are also tried with
// --foreach. Settings that end the script are left out. Servers that no workload wants
// afterwards are stopped.
func (t *torch) probe(ctx context.Context, wanted []string, trained func(string) bool, log func(string, ...any)) error {
	for i, way := range t.ways {
		log("%s: trying settings %d of %d: %s", t.label, i+1, len(t.ways), way)
		s, err := startServer(ctx, t.python, t.file, t.o.threads, strings.Fields(way))
		if err != nil {
			return err
		}
		t.servers[way] = s
		for _, w := range wanted {
			if !t.has(w) || isMemory(w) || strings.Contains(way, "--foreach") && !trained(w) {
				continue
			}
			for _, other := range t.names(w) {
				r, err := s.ask(other, t.o.probe, 0)
				if err != nil {
					log("%s: %v", t.label, err)
				} else {
					t.best[w] = append(t.best[w], choice{way, other, r.BestMS})
				}
			}
			if s.failed != nil {
				break
			}
		}
		if s.failed != nil { // such as instructions that this processor does not have
			log("%s: left out: %s", t.label, way)
			for w, choices := range t.best {
				t.best[w] = slices.DeleteFunc(choices, func(c choice) bool { return c.settings == way })
			}
		}
	}
	used := map[string]bool{}
	for _, choices := range t.best {
		if len(choices) == 0 {
			continue
		}
		slices.SortStableFunc(choices, func(a, b choice) int {
			switch {
			case a.bestMS < b.bestMS:
				return -1
			case a.bestMS > b.bestMS:
				return 1
			}
			return 0
		})
		used[choices[0].settings] = true
	}
	for way, s := range t.servers {
		if !used[way] {
			s.stop()
			delete(t.servers, way)
		}
	}
	return nil
}

func (t *torch) measure(ctx context.Context, workload string) (*measure.Record, error) {
	if isMemory(workload) {
		return t.memory(ctx, workload)
	}
	if len(t.best[workload]) == 0 {
		return nil, fmt.Errorf("%s has not run %s under any settings", t.label, workload)
	}
	c := t.best[workload][0]
	return t.servers[c.settings].ask(c.workload, t.o.seconds, t.o.quietWait)
}

// memory is the least peak of the ways to allocate, each in a process of its own.
func (t *torch) memory(ctx context.Context, workload string) (*measure.Record, error) {
	var least *measure.Record
	for _, malloc := range []string{"default", "tuned"} {
		r, err := once(ctx, nil, t.python, t.file, "--only", workload, "--threads", strconv.Itoa(t.o.threads), "--malloc", malloc)
		if err != nil {
			return nil, err
		}
		if least == nil || r.PeakBytes < least.PeakBytes {
			least = r
		}
	}
	return least, nil
}

func (t *torch) stop() {
	for _, s := range t.servers {
		s.stop()
	}
}

func isMemory(workload string) bool { return strings.HasPrefix(workload, "memory_") }

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// findPeers starts what is installed, and says what is left out.
func findPeers(o options, log func(string, ...any)) []peer {
	var all []peer
	file := func(name string) string { return filepath.Join("bench", "peers", name) }
	add := func(p peer, err error, hint string) {
		if err != nil {
			log("left out: %v (%s)", err, hint)
			return
		}
		all = append(all, p)
	}
	for _, t := range []struct {
		label, python string
		ways          []string
		names         func(string) []string
	}{{torchName, o.torch, o.ways(), namesAt}, {torchNowName, o.torchNow, waysNew, namesAt}, {openCVName, o.torch, waysNew, namesAtOpenCV}} {
		if t.python == "" {
			log("left out: %s (name its Python interpreter with a flag, see -help)", t.label)
			continue
		}
		p, err := newTorch(t.label, t.python, file("torch_bench.py"), o, t.ways, t.names)
		add(p, err, "bench/peers/README.md says how it is installed")
	}
	js := []string{o.node, file("convnetjs_bench.js")}
	names, err := listed(js)
	add(&script{convNetJSName, js, names, o}, err, "node and, in NODE_PATH, the package convnetjs are wanted")
	if o.goMLX == "" {
		log("left out: %s (build bench/peers/go and name the program with -gomlx)", goMLXName)
	} else {
		ml := []string{o.goMLX}
		names, err = listed(ml)
		add(&script{goMLXName, append(ml, "--threads", strconv.Itoa(o.threads)), names, o}, err, "see bench/peers/README.md")
	}
	return all
}

// build compiles Lumen's command into dir.
func build(dir string) (string, error) {
	binary := filepath.Join(dir, "lumen")
	cmd := exec.Command("go", "build", "-o", binary, "./cmd/lumen")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building ./cmd/lumen (run compare in the root of the repository): %w\n%s", err, out)
	}
	return binary, nil
}
