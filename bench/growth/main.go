package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/lumen-ml/lumen/bench/measure"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// point is one measured value of a series.
type point struct {
	value      int
	work, best float64 // multiply-adds, seconds
}

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("growth", flag.ContinueOnError)
	f.SetOutput(errs)
	only := f.String("only", "", "what grows: batch, width, depth, image; all without")
	seconds := f.Float64("seconds", 0.3, "measuring time of each row")
	quietWait := f.Float64("quiet-wait", 2, "seconds more in search of undisturbed samples")
	most := f.Int("most", math.MaxInt32, "leave out values above this")
	svg := f.String("svg", "", "write the plot into this file")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	var chosen []series
	for _, s := range all() {
		if *only == "" || s.name == *only {
			chosen = append(chosen, s)
		}
	}
	if len(chosen) == 0 || f.NArg() > 0 || !(*seconds > 0) || !(*quietWait >= 0) {
		fmt.Fprintf(errs, "growth: -only %q -seconds %g %s: batch, width, depth or image is wanted, and a time above 0\n", *only, *seconds, strings.Join(f.Args(), " "))
		return 2
	}
	duration := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	var measured [][]point
	for _, s := range chosen {
		var points []point
		for _, v := range s.values {
			if v > *most {
				continue
			}
			fmt.Fprintf(errs, "%s %d\n", s.name, v)
			r, err := measure.Call(ctx, s.step(v), measure.Options{Budget: duration(*seconds), QuietWait: duration(*quietWait)})
			if err != nil {
				fmt.Fprintln(errs, "growth:", err)
				return 1
			}
			points = append(points, point{v, s.work(v), r.Best()})
		}
		measured = append(measured, points)
		if _, err := io.WriteString(out, table(s, points)); err != nil {
			fmt.Fprintln(errs, "growth:", err)
			return 1
		}
	}
	if *svg != "" {
		if err := os.WriteFile(*svg, []byte(plot(chosen, measured)), 0o666); err != nil {
			fmt.Fprintln(errs, "growth:", err)
			return 1
		}
	}
	return 0
}

func table(s series, points []point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n| %s | step, ms | forward GFLOP/s equivalent | growth |\n|---:|---:|---:|---:|\n", s.title, s.unit)
	for i, p := range points {
		growth := ""
		if i > 0 {
			growth = fmt.Sprintf("%.2f", exponent(points[i-1], p))
		}
		fmt.Fprintf(&b, "| %d | %.3g | %.3g | %s |\n", p.value, p.best*1e3, 2*p.work/p.best/1e9, growth)
	}
	return b.String()
}

// exponent is that of the work in the time, from one point to the next.
func exponent(a, b point) float64 { return math.Log(b.best/a.best) / math.Log(b.work/a.work) }
