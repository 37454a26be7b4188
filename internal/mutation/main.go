package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// mutation is one wrong backward.
type mutation struct {
	op       string   // the row of the op table
	file     string   // in package tensor
	old, new string   // old stands in the file once
	tests    []string // those that must notice
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	survived := 0
	for _, m := range mutations {
		binary, err := m.build(root, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", m.op, err)
		}
		for _, test := range m.tests {
			out, err := runTest(root, binary, "^"+test+"$/^"+m.op+"$")
			switch {
			case err == nil:
				fmt.Printf("%-12s %q for %q in %s: %s did not notice\n", m.op, m.new, m.old, m.file, test)
				survived++
			case !strings.Contains(out, "--- FAIL: "+test+"/"+m.op):
				return fmt.Errorf("%s: %s failed in another way:\n%s", m.op, test, out)
			}
		}
		os.Remove(binary)
	}
	if survived > 0 {
		return fmt.Errorf("%d checks did not notice a wrong gradient", survived)
	}
	fmt.Printf("%d wrong gradients, each noticed by every test that must\n", len(mutations))
	return nil
}

// build compiles the tests of package tensor with the mutation in place.
func (m mutation) build(root, dir string) (string, error) {
	path := filepath.Join(root, "tensor", m.file)
	src, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(src), m.old); n != 1 {
		return "", fmt.Errorf("%q stands %d times in %s, once is wanted: bring the list of mutations up to date", m.old, n, m.file)
	}
	mutant := filepath.Join(dir, m.file)
	if err := os.WriteFile(mutant, []byte(strings.Replace(string(src), m.old, m.new, 1)), 0o666); err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{path: mutant}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, b, 0o666); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "tensor.test")
	// Compiling is most of the time: without optimisation it takes two thirds of it.
	build := exec.Command("go", "test", "-c", "-gcflags=-N -l", "-ldflags=-s -w", "-overlay", overlay, "-o", binary, "./tensor")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%q for %q does not compile: %w\n%s", m.new, m.old, err, out)
	}
	return binary, nil
}

func runTest(root, binary, pattern string) (string, error) {
	cmd := exec.Command(binary, "-test.run", pattern)
	cmd.Dir = filepath.Join(root, "tensor")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
