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
)

// profiles are the flags about where the time and the memory go.
type profiles struct {
	CPUProfile string `name:"cpuprofile" placeholder:"FILE" help:"Write a CPU profile of the training for go tool pprof, its samples labelled with op and layer."`
	MemProfile string `name:"memprofile" placeholder:"FILE" help:"Write a profile of the memory that the training allocated, for go tool pprof."`
}

// check refuses what cannot work.
func (p profiles) check() error {
	if p.CPUProfile != "" && p.MemProfile != "" && filepath.Clean(p.CPUProfile) == filepath.Clean(p.MemProfile) {
		return usagef("--cpuprofile and --memprofile both name %s: give two files", p.CPUProfile)
	}
	return nil
}

// around runs f and writes the profiles that were asked for, also of an f that fails or
// is interrupted. A file that cannot be written is an error before f runs.
func (p profiles) around(f func() error) error {
	return profiled("--memprofile", p.MemProfile, writeMemory, func() error {
		return profiled("--cpuprofile", p.CPUProfile, writeCPU, f)
	})
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
