package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/lumen-ml/lumen/bench/measure"
	"github.com/lumen-ml/lumen/bench/workloads"
)

// options are the flags.
type options struct {
	only                      string
	rounds, threads           int
	seconds, quietWait, probe float64
	settings                  string
	torch, torchNow           string
	node, goMLX, lumen, out   string
	seed                      uint64
}

// ways are the settings of the older PyTorch that are tried.
func (o options) ways() []string {
	if o.settings == "tuned" {
		return waysTuned
	}
	return waysOld()
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	mnist := len(args) > 0 && args[0] == "mnist"
	if mnist {
		args = args[1:]
	}
	o, err := parse(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	log := func(format string, a ...any) { fmt.Fprintf(errs, format+"\n", a...) }
	chosen, err := workloads.Select(workloads.All(), names(o.only))
	if err != nil {
		log("compare: %v", err)
		return 2
	}
	if mnist {
		err = compareMNIST(ctx, o, out, log)
	} else {
		err = compare(ctx, o, chosen, out, log)
	}
	if err != nil {
		log("compare: %v", err)
		return 1
	}
	return 0
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() {
		fmt.Fprintln(errs, "usage: go run ./bench/compare [mnist] [flags], in the root of the repository")
		f.PrintDefaults()
	}
	f.StringVar(&o.only, "only", "", "workloads or how their names begin, comma separated; all without")
	f.IntVar(&o.rounds, "rounds", 7, "undisturbed rounds that are wanted; for mnist 3 are enough")
	f.IntVar(&o.threads, "threads", 2, "threads of every system that has any")
	f.Float64Var(&o.seconds, "seconds", 0.5, "measuring time of a line")
	f.Float64Var(&o.quietWait, "quiet-wait", 5, "seconds more in search of undisturbed samples")
	f.Float64Var(&o.probe, "probe-seconds", 0.2, "measuring time of a line while settings are tried")
	f.StringVar(&o.settings, "settings", "all", "PyTorch's settings to try: all, or tuned for the two that are mostly best")
	f.StringVar(&o.torch, "torch", os.Getenv("LUMEN_BENCH_TORCH"), "Python interpreter with PyTorch 1.13, from Debian 12; default LUMEN_BENCH_TORCH")
	f.StringVar(&o.torchNow, "torch-now", os.Getenv("LUMEN_BENCH_TORCH_NOW"), "Python interpreter with the newest PyTorch; default LUMEN_BENCH_TORCH_NOW")
	f.StringVar(&o.node, "node", "node", "node, with the package convnetjs in NODE_PATH")
	f.StringVar(&o.goMLX, "gomlx", os.Getenv("LUMEN_BENCH_GOMLX"), "the program built from bench/peers/go; default LUMEN_BENCH_GOMLX")
	f.StringVar(&o.lumen, "lumen", "", "Lumen's program; built from ./cmd/lumen without")
	f.StringVar(&o.out, "out", "", "write the tables into this file, too")
	f.Uint64Var(&o.seed, "seed", 1, "of the training runs of mnist")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	bad := ""
	switch {
	case f.NArg() > 0:
		bad = fmt.Sprintf("%q is no flag; workloads go into -only", f.Arg(0))
	case o.rounds < 1 || o.threads < 1 || !(o.seconds > 0) || !(o.probe > 0) || !(o.quietWait >= 0):
		bad = "rounds, threads and seconds must be above 0"
	case o.settings != "all" && o.settings != "tuned":
		bad = fmt.Sprintf("-settings %s: all or tuned is wanted", o.settings)
	}
	if bad != "" {
		fmt.Fprintln(errs, "compare:", bad)
		return o, errors.New(bad)
	}
	return o, nil
}

func names(only string) []string {
	if only == "" {
		return nil
	}
	return strings.Split(only, ",")
}

// comparison is a run of the program.
type comparison struct {
	o     options
	lumen string
	log   func(string, ...any)
}

// repeats is how often a disturbed line is measured anew.
const repeats = 3

func compare(ctx context.Context, o options, chosen []workloads.Workload, out io.Writer, log func(string, ...any)) error {
	c := comparison{o, o.lumen, log}
	if c.lumen == "" {
		dir, err := os.MkdirTemp("", "compare")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if c.lumen, err = build(dir); err != nil {
			return err
		}
	}
	peers := findPeers(o, log)
	if len(peers) == 0 {
		return errors.New("no other system is here to compare with")
	}
	trained := map[string]bool{}
	var all []string
	for _, w := range chosen {
		all = append(all, w.Name)
		if trained[w.Name] = w.Trains(); w.Trains() {
			if _, err := c.ownLine(ctx, w.Name, "--seconds", "0.01"); err != nil { // its losses are PyTorch's
				return err
			}
		}
	}
	for _, p := range peers {
		defer p.stop()
		if t, ok := p.(*torch); ok {
			if err := t.probe(ctx, all, func(w string) bool { return trained[w] }, log); err != nil {
				return err
			}
		}
	}
	tables := make([][]line, len(peers))
	failed := c.rounds(ctx, all, peers, tables)
	w := out
	if o.out != "" {
		file, err := os.Create(o.out)
		if err != nil {
			return err
		}
		defer file.Close()
		w = io.MultiWriter(out, file)
	}
	for i, p := range peers {
		if err := writeTable(w, p.name(), tables[i]); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted: the tables have the rounds until then: %w", ctx.Err())
	}
	if failed > 0 {
		return fmt.Errorf("%d lines could not be measured", failed)
	}
	return nil
}

// rounds measures every workload in every round, Lumen beside its peers, and returns
// how many lines failed. Rounds that were disturbed are made up for.
func (c comparison) rounds(ctx context.Context, all []string, peers []peer, tables [][]line) (failed int) {
	at := make([]map[string]int, len(peers)) // rows
	for i, p := range peers {
		at[i] = map[string]int{}
		for _, w := range all {
			if p.has(w) {
				at[i][w] = len(tables[i])
				tables[i] = append(tables[i], line{workload: w, settings: p.settings(w)})
			}
		}
	}
	// enough reports whether every peer has had its undisturbed rounds of a workload.
	enough := func(w string) bool {
		for i := range peers {
			row, ok := at[i][w]
			if !ok {
				continue
			}
			calm := 0
			for _, r := range tables[i][row].rounds {
				if r.calm() {
					calm++
				}
			}
			if calm < c.o.rounds {
				return false
			}
		}
		return true
	}
	for k := range 2 * c.o.rounds { // as many again, at most, for those that were disturbed
		for _, w := range all {
			if ctx.Err() != nil {
				return failed
			}
			if enough(w) {
				continue
			}
			c.log("round %d (%d wanted): %s", k+1, c.o.rounds, w)
			own := c.undisturbed(func() (*measure.Record, error) { return c.ownLine(ctx, w, "--no-check") })
			if ctx.Err() != nil {
				return failed
			}
			if own == nil {
				failed++
			}
			for i, p := range peers {
				row, ok := at[i][w]
				if !ok {
					continue
				}
				theirs := c.undisturbed(func() (*measure.Record, error) { return p.measure(ctx, w) })
				if ctx.Err() != nil {
					return failed
				}
				if theirs == nil {
					failed++
				}
				tables[i][row].rounds = append(tables[i][row].rounds, round{own, theirs})
			}
		}
	}
	return failed
}

// undisturbed measures until threads had their cores, a few times at most; then the
// least disturbed line counts. nil means that it failed.
func (c comparison) undisturbed(f func() (*measure.Record, error)) *measure.Record {
	var best *measure.Record
	for range repeats {
		r, err := f()
		if err != nil {
			c.log("compare: %v", err)
			return best
		}
		if best == nil || r.Wait < best.Wait {
			best = r
		}
		if !disturbed(best) {
			break
		}
	}
	return best
}

func (c comparison) ownLine(ctx context.Context, workload string, more ...string) (*measure.Record, error) {
	args := append([]string{"bench", workload, "--json", "--threads", fmt.Sprint(c.o.threads),
		"--seconds", number(c.o.seconds), "--quiet-wait", number(c.o.quietWait)}, more...)
	return once(ctx, nil, c.lumen, args...)
}
