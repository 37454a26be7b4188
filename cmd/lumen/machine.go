package main

import (
	"runtime"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/pool"
)

// machine are the flags about how to compute. They beat the environment.
type machine struct {
	Threads int    `placeholder:"N" help:"Threads to compute with; default LUMEN_THREADS, else all processors."`
	CPU     string `name:"cpu" placeholder:"PATH" help:"Kernels to use: generic, avx2, avx512 or neon; default LUMEN_CPU, else the best there are."`
}

// apply makes the flags take effect.
func (m machine) apply() error {
	if m.CPU != "" {
		if err := cpu.Force(m.CPU); err != nil {
			return usageError{err}
		}
	}
	switch {
	case m.Threads < 0 || m.Threads > pool.MaxThreads:
		return usagef("--threads %d: a number from 1 to %d is wanted", m.Threads, pool.MaxThreads)
	case m.Threads > 0:
		pool.SetThreads(m.Threads)
		runtime.GOMAXPROCS(max(m.Threads, 2)) // one more for what is not computing
	}
	return nil
}
