package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	name := filepath.Join(t.TempDir(), "growth.svg")
	var out, errs bytes.Buffer
	if status := run(t.Context(), strings.Fields("-seconds 0.001 -quiet-wait 0 -most 16 -svg "+name), &out, &errs); status != 0 {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	for _, s := range all() {
		if !strings.Contains(out.String(), s.title) {
			t.Errorf("no table of %s", s.name)
		}
	}
	svg, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	circles := 0
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the plot is not XML: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			circles++
		}
	}
	if circles != 5+5 { // batch and depth from 1 to 16; the others have one point
		t.Errorf("%d points in the plot", circles)
	}
}

func TestWrongCalls(t *testing.T) {
	for _, call := range []string{"-only height", "-seconds 0", "batch", "-onl batch"} {
		var out, errs bytes.Buffer
		if status := run(t.Context(), strings.Fields(call), &out, &errs); status != 2 || errs.Len() == 0 {
			t.Errorf("%s: status %d, %s", call, status, errs.String())
		}
	}
}

// TestLenetWork: 28 x 28 pixels take 416,520 multiply-adds.
func TestLenetWork(t *testing.T) {
	if got, want := lenetWork(28), float64(6*25*784+16*150*100+400*120+120*84+840); got != want {
		t.Errorf("%g, %g is right", got, want)
	}
}

func TestExponent(t *testing.T) {
	for want, b := range map[float64]point{1: {work: 4, best: 12}, 0.5: {work: 4, best: 6}, 2: {work: 2, best: 12}} {
		if got := exponent(point{work: 1, best: 3}, b); math.Abs(got-want) > 1e-12 {
			t.Errorf("from 3 s to %g s with %g times the work: %g, %g is right", b.best, b.work, got, want)
		}
	}
}

func Example() {
	s := series{title: "Something", unit: "things"}
	fmt.Print(table(s, []point{{1, 1e6, 1e-3}, {2, 2e6, 1.5e-3}}))
	// Output:
	// ### Something
	//
	// | things | step, ms | forward GFLOP/s equivalent | growth |
	// |---:|---:|---:|---:|
	// | 1 | 1 | 2 |  |
	// | 2 | 1.5 | 2.67 | 0.58 |
}
