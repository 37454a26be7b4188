package cpu

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// The kernel paths, by name.
const (
	Generic = "generic"
	AVX2    = "avx2"
	AVX512  = "avx512"
	NEON    = "neon"
)

// known lists every path that exists on some processor.
var known = []string{Generic, AVX2, AVX512, NEON}

// state is what may change after start: Force replaces the path.
var state struct {
	sync.RWMutex
	path      string
	err       error
	listeners []func(path string)
}

func init() {
	state.path, state.err = choose(os.Getenv("LUMEN_CPU"), available())
}

// choose resolves a wish (empty: the best) against the paths this processor
// has, worst first. A wish that cannot be met gives Generic and the reason.
func choose(wish string, have []string) (string, error) {
	if wish == "" {
		return have[len(have)-1], nil
	}
	if err := check("LUMEN_CPU", wish, have); err != nil {
		return Generic, err
	}
	return wish, nil
}

// check says why a path cannot be used here, nil when it can.
func check(source, wish string, have []string) error {
	if slices.Contains(have, wish) {
		return nil
	}
	here := fmt.Sprintf("this processor (%s) has %s", runtime.GOARCH, strings.Join(have, ", "))
	if slices.Contains(known, wish) {
		return fmt.Errorf("%s asks for the kernel path %q, which this processor lacks: the paths are %s; %s",
			source, wish, strings.Join(known, ", "), here)
	}
	return fmt.Errorf("%s asks for the kernel path %q, which does not exist: the paths are %s; %s",
		source, wish, strings.Join(known, ", "), here)
}

// Path returns the kernel path in use: "generic", "avx2", "avx512" or "neon".
// It is the best this processor has unless LUMEN_CPU or Force chose another.
func Path() string {
	state.RLock()
	defer state.RUnlock()
	return state.path
}

// Err returns why LUMEN_CPU could not be followed, nil when it was, when it is
// unset, or after a successful Force. While it is not nil, Path is "generic".
func Err() error {
	state.RLock()
	defer state.RUnlock()
	return state.err
}

// Force chooses the kernel path by name and tells every listener. The error
// names what was given, what exists and what this processor has; the path then
// stays as it was. Do not call it while kernels are running.
func Force(path string) error {
	if err := check("--cpu", path, available()); err != nil {
		return err
	}
	state.Lock()
	state.path, state.err = path, nil
	listeners := slices.Clone(state.listeners)
	state.Unlock()
	for _, f := range listeners {
		f(path)
	}
	return nil
}

// OnChange calls f with the present path now, and again after every Force.
func OnChange(f func(path string)) {
	state.Lock()
	state.listeners = append(state.listeners, f)
	path := state.path
	state.Unlock()
	f(path)
}

// Available returns the paths this processor can run, worst first; the first is
// always "generic".
func Available() []string { return available() }
