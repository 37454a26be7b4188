package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/lumen-ml/lumen/bench/kernels"
	"github.com/lumen-ml/lumen/bench/measure"
	"github.com/lumen-ml/lumen/bench/workloads"
	"github.com/lumen-ml/lumen/internal/pool"
)

type benchCommand struct {
	Names     []string `arg:"" optional:"" name:"name" help:"Workloads, or how their names begin; all without."`
	Seconds   float64  `default:"3" placeholder:"S" help:"Measuring time of each workload; default 3."`
	QuietWait float64  `placeholder:"S" help:"On a machine that other work shares: keep samples only in which no thread waited for a core for 5 % of the time, spending up to S more seconds on each workload."`
	NoCheck   bool     `help:"Leave out the comparison of the first 20 losses with PyTorch's."`
	List      bool     `help:"List the workloads and leave."`
	JSON      bool     `name:"json" help:"Print a line of JSON for each workload."`
	machine
}

func (benchCommand) Help() string {
	return `Times Lumen on the workloads that bench/peers runs on other systems, by the same rules. A training workload first
shows that its loss after 20 steps is PyTorch's, from the same weights and data, to 0.001. Lines with a wait above
0.05 were disturbed by other programs.

Examples:

  lumen bench --list
  lumen bench lenet_mnist
  lumen bench gemm kernel_gemm --threads 1 --seconds 1
  lumen bench lenet_mnist --json --quiet-wait 10`
}

// benchmark is a line of the benchmark: a workload or a kernel.
type benchmark struct {
	name, note string
	items      float64
	unit       string
	longer     int
	make       func() (func(), error)
	check      func() (got, want float64, err error) // nil where nothing is trained
	kernel     bool
	memory     bool
}

// benchmarks are the selected ones, in the order of the list.
func benchmarks(names []string) ([]benchmark, error) {
	all := workloads.All()
	for _, k := range kernels.All() {
		all = append(all, workloads.Workload{Name: k.Name, Note: k.Note, Items: k.Operations, Unit: "flop"})
	}
	chosen, err := workloads.Select(all, names)
	if err != nil {
		return nil, usagef("%w (lumen bench --list shows all)", err)
	}
	var list []benchmark
	for _, w := range chosen {
		b := benchmark{name: w.Name, note: w.Note, items: w.Items, unit: w.Unit, longer: max(w.Longer, 1), make: w.Make, memory: w.Memory}
		if w.Trains() {
			b.check = w.Check
		}
		if i := slices.IndexFunc(kernels.All(), func(k kernels.Kernel) bool { return k.Name == w.Name }); i >= 0 {
			k := kernels.All()[i]
			b.kernel, b.make = true, func() (func(), error) { return k.Make(), nil }
		}
		list = append(list, b)
	}
	return list, nil
}

func (c benchCommand) Run(t terminal) error {
	if !(c.Seconds > 0) || c.Seconds > 3600 || !(c.QuietWait >= 0) || c.QuietWait > 3600 {
		return usagef("--seconds %g --quiet-wait %g: up to 3600 seconds are wanted, and more than 0 to measure", c.Seconds, c.QuietWait)
	}
	list, err := benchmarks(c.Names)
	if err != nil {
		return err
	}
	if err := c.apply(); err != nil {
		return err
	}
	if c.List {
		for _, b := range list {
			if _, err := fmt.Fprintf(t.out, "%-28s %s\n", b.name, b.note); err != nil {
				return err
			}
		}
		return nil
	}
	table := benchTable{t: t, json: c.JSON, live: isTerminal(t.errors)}
	if err := table.head(list); err != nil {
		return err
	}
	peak := 0.0 // of the threads, measured when the first kernel asks
	for i, b := range list {
		table.doing(i, len(list), b.name)
		var r measure.Record
		var loss string
		if b.check != nil && !c.NoCheck {
			got, want, err := b.check()
			if err != nil {
				return err
			}
			loss = fmt.Sprintf("loss %.4f, PyTorch %.4f", got, want)
		}
		switch {
		case b.memory && len(list) > 1:
			r, err = c.inItsOwnProcess(t, b.name)
		case b.memory:
			r, err = b.peakMemory()
		default:
			r, err = c.time(t, b)
		}
		if err != nil {
			return err
		}
		if b.kernel {
			if peak == 0 {
				peak = kernels.Peak()
			}
			if peak > 0 {
				r.PeakShare = math.Round(r.BestGFLOPS*1e9/peak*1e3) / 1e3
			}
		}
		if err := table.row(r, loss); err != nil {
			return err
		}
	}
	return nil
}

func (c benchCommand) time(t terminal, b benchmark) (measure.Record, error) {
	call, err := b.make()
	if err != nil {
		return measure.Record{}, fmt.Errorf("%s: %w", b.name, err)
	}
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	r, err := measure.Call(t.ctx, call, measure.Options{Budget: seconds(c.Seconds * float64(b.longer)), QuietWait: seconds(c.QuietWait)})
	if err != nil {
		return measure.Record{}, err
	}
	return measure.NewRecord("lumen", b.name, pool.Threads(), b.items, b.unit, r), nil
}

// peakMemory does the steps of a memory workload, which wants a process that has done
// nothing else.
func (b benchmark) peakMemory() (measure.Record, error) {
	call, err := b.make()
	if err != nil {
		return measure.Record{}, fmt.Errorf("%s: %w", b.name, err)
	}
	runtime.GC()
	before, _, ok := measure.Resident()
	if !ok || !measure.ForgetPeak() {
		return measure.Record{}, fmt.Errorf("%s: this system does not say how much memory a process has in RAM; Linux does", b.name)
	}
	call()
	_, peak, _ := measure.Resident()
	return measure.Record{Peer: "lumen", Workload: b.name, Threads: pool.Threads(), Unit: b.unit, Samples: 1, Inner: workloads.MemorySteps,
		PeakBytes: max(peak-before, 1)}, nil
}

func (c benchCommand) inItsOwnProcess(t terminal, name string) (measure.Record, error) {
	program, err := os.Executable()
	if err != nil {
		return measure.Record{}, fmt.Errorf("%s wants a process of its own: %w", name, err)
	}
	args := []string{"bench", name, "--json", "--threads", fmt.Sprint(pool.Threads())}
	if c.CPU != "" {
		args = append(args, "--cpu", c.CPU)
	}
	var errs bytes.Buffer
	child := exec.CommandContext(t.ctx, program, args...)
	child.Stderr = &errs
	line, err := child.Output()
	if err != nil {
		return measure.Record{}, fmt.Errorf("%s in a process of its own: %w: %s", name, err, strings.TrimSpace(errs.String()))
	}
	return measure.Parse(line)
}

// benchTable prints a line for each workload: JSON, or aligned columns.
type benchTable struct {
	t     terminal
	json  bool
	live  bool // a line of progress is redrawn on the terminal
	width int
}

func (b *benchTable) head(list []benchmark) error {
	if b.json {
		return nil
	}
	for _, l := range list {
		b.width = max(b.width, len(l.name))
	}
	_, err := fmt.Fprintf(b.t.out, "%-*s %11s %11s  %-16s %5s\n", b.width, "workload", "median ms", "best ms", "rate", "wait")
	return err
}

func (b *benchTable) doing(i, n int, name string) {
	if b.live {
		fmt.Fprintf(b.t.errors, "\r\x1b[K%d/%d %s ...", i+1, n, name)
	}
}

func (b *benchTable) row(r measure.Record, loss string) error {
	if b.live {
		fmt.Fprint(b.t.errors, "\r\x1b[K")
	}
	if b.json {
		return json.NewEncoder(b.t.out).Encode(r)
	}
	if r.PeakBytes > 0 {
		_, err := fmt.Fprintf(b.t.out, "%-*s %11s %11s  %.1f MB\n", b.width, r.Workload, "", "", float64(r.PeakBytes)/1e6)
		return err
	}
	note := loss
	if r.PeakShare > 0 {
		note = fmt.Sprintf("%.0f %% of the peak", 100*r.PeakShare)
	}
	if r.Wait > measure.MaxWait {
		note = strings.TrimPrefix(note+", disturbed", ", ")
	}
	_, err := fmt.Fprintln(b.t.out, strings.TrimRight(fmt.Sprintf("%-*s %11s %11s  %-16s %5.3f  %s", b.width, r.Workload,
		milliseconds(r.MedianMS), milliseconds(r.BestMS), rate(r), r.Wait, note), " "))
	return err
}

func milliseconds(ms float64) string {
	switch {
	case ms >= 100:
		return fmt.Sprintf("%.0f", ms)
	case ms >= 1:
		return fmt.Sprintf("%.2f", ms)
	case ms >= 0.01:
		return fmt.Sprintf("%.4f", ms)
	}
	return fmt.Sprintf("%.6f", ms)
}

// rate is the work done in a second, or the time of one operation.
func rate(r measure.Record) string {
	switch r.Unit {
	case "flop":
		return fmt.Sprintf("%.4g GFLOP/s", r.ItemsPerS/1e9)
	case "op":
		return fmt.Sprintf("%.0f ns/op", r.MedianMS*1e6)
	}
	for _, scale := range []struct {
		factor float64
		prefix string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if r.ItemsPerS >= scale.factor {
			return fmt.Sprintf("%.3g %s%s/s", r.ItemsPerS/scale.factor, scale.prefix, r.Unit)
		}
	}
	return fmt.Sprintf("%.3g %s/s", r.ItemsPerS, r.Unit)
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
