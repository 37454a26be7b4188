package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/pprof"

	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/probe"
	"github.com/lumen-ml/lumen/train"
)

// profiles are the flags about where the time and the memory go.
type profiles struct {
	Profile    optionalNumber `help:"Print where the time of a step goes, by layer and operation, on average over 10 steps after the first; --profile=N over N."`
	Trace      string         `placeholder:"FILE" help:"Write the steps of --profile as a Chrome trace, JSON for chrome://tracing and ui.perfetto.dev."`
	CPUProfile string         `name:"cpuprofile" placeholder:"FILE" help:"Write a CPU profile of the training for go tool pprof, its samples labelled with op and layer."`
	MemProfile string         `name:"memprofile" placeholder:"FILE" help:"Write a profile of the memory that the training allocated, for go tool pprof."`
}

// check refuses what cannot work.
func (p profiles) check() error {
	files := []struct{ flag, path string }{{"--cpuprofile", p.CPUProfile}, {"--memprofile", p.MemProfile}, {"--trace", p.Trace}}
	for i, a := range files {
		for _, b := range files[:i] {
			if a.path != "" && b.path != "" && filepath.Clean(a.path) == filepath.Clean(b.path) {
				return usagef("%s and %s both name %s: give two files", b.flag, a.flag, b.path)
			}
		}
	}
	return nil
}

// steps is what train.Run is to measure, nil for nothing.
func (p profiles) steps() *probe.ProfileOptions {
	if p.Profile == 0 && p.Trace == "" {
		return nil
	}
	return &probe.ProfileOptions{Steps: p.Profile.or(0)}
}

// around runs f and writes the profiles that were asked for, also of an f that fails or
// is interrupted. A file that cannot be written is an error before f runs. The table of
// --profile goes to standard error where standard output is for JSON.
func (p profiles) around(t terminal, json bool, f func() (*train.Record, error)) error {
	measured := new(probe.Profiler)
	err := profiled("--memprofile", p.MemProfile, writeMemory, func() error {
		return profiled("--cpuprofile", p.CPUProfile, writeCPU, func() error {
			return profiled("--trace", p.Trace, func(w io.Writer, f func() error) (ran, failed error) {
				ran = f()
				return ran, measured.WriteTrace(w)
			}, func() error {
				record, err := f()
				if record != nil && record.Profile != nil {
					measured = record.Profile
				}
				return err
			})
		})
	})
	if n, _ := measured.Steps(); p.Profile != 0 && n > 0 {
		out := t.out
		if json {
			out = t.errors
		}
		fmt.Fprintf(out, "\n%s\n", measured.Table())
	}
	return err
}

// profiled runs f within write, whose output becomes the file at path; without a path it
// runs f alone.
func profiled(flag, path string, write func(w io.Writer, f func() error) (ran, failed error), f func() error) error {
	if path == "" {
		return f()
	}
	var ran error
	err := atomicfile.WriteFile(path, func(w io.Writer) (err error) {
		ran, err = write(w, f)
		return err
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", flag, err)
	}
	if ran == nil || err == nil {
		return cmp.Or(ran, err)
	}
	return errors.Join(ran, err)
}

func writeCPU(w io.Writer, f func() error) (ran, failed error) {
	if err := pprof.StartCPUProfile(w); err != nil {
		return nil, err
	}
	defer pprof.StopCPUProfile()
	return f(), nil
}

func writeMemory(w io.Writer, f func() error) (ran, failed error) {
	ran = f()
	runtime.GC() // what lives at the end is known after a collection only
	return ran, pprof.Lookup("allocs").WriteTo(w, 0)
}
