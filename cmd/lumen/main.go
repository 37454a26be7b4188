package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/lumen-ml/lumen/train"
)

// commands is the whole command line.
type commands struct {
	Train     trainCommand     `cmd:"" help:"Train a network."`
	Predict   predictCommand   `cmd:"" help:"Say what is on pictures, with a trained network."`
	Titanic   titanicCommand   `cmd:"" help:"Who survived the Titanic? Logistic regression twice, and a network of three units."`
	Filter    filterCommand    `cmd:"" help:"Lay a kernel over a picture: blur, sharpen, find edges."`
	Gradients gradientsCommand `cmd:"" help:"Show how gradients vanish or explode in a deep network, and why."`
	Report    reportCommand    `cmd:"" help:"Tell what happened in a run: a summary, a page for the browser, pictures."`
	Data      dataCommand      `cmd:"" help:"List, fetch and find data sets."`
	Bench     benchCommand     `cmd:"" help:"Time Lumen on the workloads that it shares with other systems."`
	Version   versionCommand   `cmd:"" help:"Print the version, and what this machine's processor offers."`
}

// terminal is what a command talks to.
type terminal struct {
	ctx    context.Context
	out    io.Writer // results; JSON lines only where --json is given
	errors io.Writer // everything else
}

// usageError is a wrong call that the command line's own checks cannot see.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(terminal{ctx, os.Stdout, os.Stderr}, os.Args[1:]))
}

// run is the program; it returns the exit status.
func run(t terminal, args []string) (status int) {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli, kong.Name("lumen"), kong.Description("Deep learning in Go that you can see through."),
		kong.Writers(t.out, t.errors), kong.Exit(func(code int) { exited = code; panic(exit{}) }),
		kong.Vars{"optimizers": listed(optimizerNames()), "networks": listed(networkNames()), "overfit_steps": fmt.Sprint(overfitSteps), "kernels": kernelNames(),
			"activations": chainActivationNames()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		panic(err) // the structs above are wrong
	}
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			status = exited
		default:
			panic(r)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(attached(args))
	if err != nil {
		return failed(t, usageError{fmt.Errorf("%w\n%s", err, helpHint(err))})
	}
	return failed(t, k.Run(t))
}

// attached makes "--angle=-30" of "--angle -30", whose second word would be taken for flags of one letter.
func attached(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		name, flag := strings.CutPrefix(args[i], "--")
		if flag && !strings.Contains(name, "=") && i+1 < len(args) && isNegative(args[i+1]) {
			out = append(out, args[i]+"="+args[i+1])
			i++
			continue
		}
		out = append(out, args[i])
	}
	return out
}

// isNegative reports whether a word begins as a number below 0 does: -1, -.5, -1,0,1.
func isNegative(word string) bool {
	rest, minus := strings.CutPrefix(word, "-")
	rest = strings.TrimPrefix(rest, ".")
	return minus && rest != "" && '0' <= rest[0] && rest[0] <= '9' || strings.EqualFold(word, "-inf")
}

// exit unwinds to run when the help has been printed.
type exit struct{}

// helpHint is the call that shows what was meant.
func helpHint(err error) string {
	call := "lumen"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			call = node.FullPath()
		}
	}
	return call + " --help shows how it is called"
}

// failed reports an error in a sentence and turns it into the exit status.
func failed(t terminal, err error) int {
	if err == nil {
		return 0
	}
	text := err.Error()
	if !strings.HasPrefix(text, "lumen") {
		text = "lumen: " + text
	}
	fmt.Fprintln(t.errors, text)
	var interrupted *train.Interrupted
	var usage usageError
	switch {
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return 130
	case errors.As(err, &usage):
		return 2
	}
	return 1
}
