package main

import (
	"os"
	"runtime"
	"slices"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/train"
)

// machine are the flags about how to compute. They beat the environment.
type machine struct {
	Threads *int   `placeholder:"N" help:"Threads to compute with; default LUMEN_THREADS, else all processors."`
	CPU     string `name:"cpu" placeholder:"PATH" help:"Kernels to use: generic, avx2, avx512 or neon; default LUMEN_CPU, else the best there are."`
}

// as fills in what neither a flag nor the environment says from a run that is resumed: it
// makes the same bits only as it was begun.
func (m machine) as(info train.RunInfo) machine {
	if m.Threads == nil && os.Getenv("LUMEN_THREADS") == "" && info.Threads >= 1 && info.Threads <= pool.MaxThreads {
		m.Threads = &info.Threads
	}
	if m.CPU == "" && os.Getenv("LUMEN_CPU") == "" && slices.Contains(cpu.Available(), info.Path) {
		m.CPU = info.Path
	}
	return m
}

// apply makes the flags take effect. What the environment says is looked at, and refused
// if it makes no sense, where there is no flag.
func (m machine) apply() error {
	err := cpu.Err()
	if m.CPU != "" {
		err = cpu.Force(m.CPU)
	}
	if m.Threads == nil && err == nil {
		err = pool.Err()
	}
	if err != nil {
		return usageError{err}
	}
	if m.Threads == nil {
		return nil
	}
	n := *m.Threads
	if n < 1 || n > pool.MaxThreads {
		return usagef("--threads %d: a number from 1 to %d is wanted", n, pool.MaxThreads)
	}
	runtime.GOMAXPROCS(max(n, 2)) // one more for what is not computing
	pool.SetThreads(n)            // looks at GOMAXPROCS
	return nil
}
