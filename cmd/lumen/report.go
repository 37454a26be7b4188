package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/lumen-ml/lumen/format/tensorboard"
	"github.com/lumen-ml/lumen/report"
	"github.com/lumen-ml/lumen/train"
)

type reportCommand struct {
	Runs  []string `arg:"" name:"dir" help:"Folders of runs; several are compared."`
	HTML  string   `name:"html" placeholder:"FILE" help:"Write one HTML page that needs nothing else, for a browser."`
	Plots string   `placeholder:"DIR" help:"Write the main figures as PNG and SVG files into this folder."`
	Board string   `name:"tensorboard" placeholder:"DIR" help:"Write each run as an event file for TensorBoard, into a folder of its name in this one."`
	JSON  bool     `name:"json" help:"Print the summary as lines of JSON on standard output."`
}

func (reportCommand) Help() string {
	return `The summary: how the run ended, its losses epoch by epoch, what the diagnosis found, its gradients and update ratios.
The page has more: gradient flow and histograms of every layer, the confusion matrix, the first layer's filters, the
network. Several runs are compared: what differs first, then their results and curves. Nothing is written into
the runs' folders.

Examples:

  lumen report runs/mnist-seed1-1
  lumen report runs/mnist-seed1-1 --html report.html
  lumen report runs/mnist-seed1-1 runs/mnist-seed2-1 --html compared.html
  lumen report runs/* --tensorboard tb && tensorboard --logdir tb
  lumen report runs/* --json`
}

func (c *reportCommand) Run(t terminal) error {
	if c.HTML != "" {
		if ext := strings.ToLower(filepath.Ext(c.HTML)); ext != ".html" && ext != ".htm" {
			return usagef("--html %s: the page's name must end in .html", c.HTML)
		}
	}
	runs, err := report.ReadAll(c.Runs)
	if err != nil {
		return err
	}
	for _, r := range runs {
		r.Command = repeating(r.Info)
	}
	if c.HTML != "" {
		if err := report.SavePage(c.HTML, runs); err != nil {
			return err
		}
		fmt.Fprintf(t.errors, "page written to %s\n", c.HTML)
	}
	if c.Plots != "" {
		saved, err := report.SavePlots(c.Plots, runs)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.errors, "%d pictures written to %s\n", len(saved), c.Plots)
	}
	if c.Board != "" {
		for _, r := range runs {
			r.Graph = graphOf(r.Dir, r.Info)
		}
		saved, err := report.SaveTensorBoard(c.Board, runs)
		if err != nil {
			return err
		}
		for _, path := range saved {
			fmt.Fprintf(t.errors, "event file written to %s\n", path)
		}
	}
	if c.JSON {
		return report.WriteJSON(t.out, runs)
	}
	f, ok := t.out.(*os.File)
	colour := ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" && os.Getenv("NO_COLOR") == ""
	return report.WriteText(t.out, runs, report.TextOptions{Colour: colour})
}

// graphOf is the network of a run that lumen train made, nil of any other.
func graphOf(dir string, info train.RunInfo) *tensorboard.Graph {
	o, err := readOptions(dir, info)
	if err != nil {
		return nil
	}
	net, err := network(o)
	if err != nil {
		return nil
	}
	g, err := report.Graph(net, append([]int{1}, o.Shape...)...)
	if err != nil {
		return nil
	}
	return g
}

// repeating is the command that makes the run again, to the same bits on the same machine; "" for a run that lumen train did not make.
func repeating(info train.RunInfo) string {
	var o options
	if json.Unmarshal(info.Options, &o) != nil {
		return ""
	}
	p, known := presets[o.Preset]
	if !known {
		return ""
	}
	parts := []string{"lumen", "train", o.Preset}
	flag := func(name, value string) { parts = append(parts, "--"+name, quoted(value)) }
	if o.Data != "" {
		flag("data", o.Data)
	}
	normal := recipe(o.Preset, o.Data)
	if o.Preset == "images" {
		if o.Net != "" && o.Net != normal.Net {
			flag("net", o.Net)
		}
		if o.Size != normal.Size {
			flag("size", strconv.Itoa(o.Size))
		}
	}
	if o.Epochs != normal.Epochs {
		flag("epochs", strconv.Itoa(o.Epochs))
	}
	if o.Batch != normal.Batch {
		flag("batch", strconv.Itoa(o.Batch))
	}
	if o.Optimizer != normal.Optimizer {
		flag("optimizer", o.Optimizer)
	}
	rate := p.rate
	if m, ok := findOptimizer(o.Optimizer); ok && o.Optimizer != p.optimizer {
		rate = m.rate
	}
	if o.LR != rate {
		flag("lr", strconv.FormatFloat(o.LR, 'g', -1, 64))
	}
	if o.Examples != 0 {
		flag("examples", strconv.Itoa(o.Examples))
	}
	if o.Seed != 1 {
		flag("seed", strconv.FormatUint(o.Seed, 10))
	}
	if o.Diagnose {
		parts = append(parts, "--diagnose")
	}
	flag("threads", strconv.Itoa(info.Threads))
	flag("cpu", info.Path)
	return strings.Join(parts, " ")
}

// quoted is a word as a shell takes it.
func quoted(s string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || slices.Contains([]rune("-_./:\\+,=@"), c) || c > 0x7f
	}
	if s != "" && strings.IndexFunc(s, func(c rune) bool { return !plain(c) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// openReport says how to look at a run that is over.
func openReport(t terminal, dir string) {
	fmt.Fprintf(t.errors, "look at it with: lumen report %s --html report.html\n", quoted(dir))
}
