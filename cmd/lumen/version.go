package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"

	"github.com/lumen-ml/lumen/internal/cpu"
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/train"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Print one line of JSON."`
}

func (versionCommand) Help() string { return "Example:\n\n  lumen version --json" }

func (c versionCommand) Run(t terminal) error {
	if err := (machine{}).apply(); err != nil {
		return err
	}
	v := struct {
		Lumen    string   `json:"lumen"`
		Go       string   `json:"go"`
		OS       string   `json:"os"`
		Arch     string   `json:"arch"`
		CPU      string   `json:"cpu"`
		Threads  int      `json:"threads"`
		Features []string `json:"features"`
	}{train.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, kernel.Active().Path, pool.Threads(), cpu.Features()}
	if c.JSON {
		return json.NewEncoder(t.out).Encode(v)
	}
	_, err := fmt.Fprintf(t.out, "lumen %s (%s, %s/%s)\nkernels %s, %d threads; processor: %s\n", v.Lumen, v.Go, v.OS, v.Arch,
		v.CPU, v.Threads, strings.Join(v.Features, " "))
	return err
}
