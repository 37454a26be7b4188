package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/lumen-ml/lumen/bench/measure"
)

// server is a peer's script that stays alive and measures what it is asked for.
type server struct {
	args   []string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	failed error
}

// startServer starts PYTHON SCRIPT ARGS --serve.
func startServer(ctx context.Context, python, script string, threads int, args []string) (*server, error) {
	all := append([]string{script, "--serve", "--threads", strconv.Itoa(threads)}, args...)
	cmd := exec.CommandContext(ctx, python, all...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &server{args: args, cmd: cmd, in: in, out: bufio.NewReader(out)}, nil
}

// ask has a workload measured.
func (s *server) ask(workload string, seconds, quietWait float64) (*measure.Record, error) {
	if s.failed != nil {
		return nil, s.failed
	}
	if _, err := fmt.Fprintf(s.in, "%s %g %g\n", workload, seconds, quietWait); err != nil {
		s.failed = fmt.Errorf("%s ended: %w", filepath.Base(s.cmd.Args[1]), err)
		return nil, s.failed
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		s.failed = fmt.Errorf("%s ended while it measured %s: %w", filepath.Base(s.cmd.Args[1]), workload, err)
		return nil, s.failed
	}
	var answer struct{ Error string }
	if json.Unmarshal(line, &answer) == nil && answer.Error != "" {
		return nil, fmt.Errorf("%s: %s", workload, answer.Error)
	}
	r, err := measure.Parse(line)
	return &r, err
}

// stop ends the script and waits for it.
func (s *server) stop() {
	s.in.Close()
	s.cmd.Wait() // its last answer has been read: how it ends changes nothing
}

// once runs a program that prints one line for one workload.
func once(ctx context.Context, env []string, program string, args ...string) (*measure.Record, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %v: %w", filepath.Base(program), args, err)
	}
	r, err := measure.Parse(out)
	return &r, err
}
