package train

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

var escape = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]|\r")

// onTerminal is what a terminal of a width is sent during two steps and an epoch's end.
func onTerminal(t *testing.T, width int, loss float64) string {
	t.Helper()
	var b strings.Builder
	p := &progress{w: &b, live: true, colour: true, resize: func() int { return width }}
	accuracy := []Value{{"accuracy", 0.875}}
	for _, e := range []Event{
		Started{Epochs: 10, StepsPerEpoch: 860, Examples: 55000, Parameters: 61706, Path: "generic", Threads: 2},
		Stepped{Step: 859, Epoch: 1, Batch: 859, Batches: 860, Examples: 64, Loss: loss, Seconds: 0.01, Metrics: func() []Value { return accuracy }},
		Stepped{Step: 860, Epoch: 1, Batch: 860, Batches: 860, Examples: 64, Loss: loss, Seconds: 0.01, Metrics: func() []Value { return accuracy }},
		EpochEnded{Epoch: 1, Epochs: 10, Step: 860, Loss: loss, Metrics: accuracy, Validated: true, ValidationLoss: loss, Validation: accuracy, Best: true, Seconds: 12},
		Ended{Tested: true, TestLoss: loss, Test: accuracy, Steps: 860, Seconds: 13},
	} {
		if err := p.On(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// TestTerminal: a bar that were wider than its terminal could not be redrawn in place.
func TestTerminal(t *testing.T) {
	for _, width := range []int{100, 77, 50, 40, 30} {
		text := onTerminal(t, width, 0.25)
		for _, bar := range strings.Split(text, "\r") {
			bar = escape.ReplaceAllString(strings.SplitN(bar, "\n", 2)[0], "")
			if n := utf8.RuneCountInString(bar); strings.Contains(bar, "━") && n > width {
				t.Errorf("%d columns have a bar of %d: %s", width, n, bar)
			}
		}
		if !strings.Contains(text, "left") {
			t.Errorf("%d columns: no time left in:\n%s", width, text)
		}
	}
	wide := escape.ReplaceAllString(onTerminal(t, 100, 0.25), "")
	for _, w := range []string{"─ 859/860  loss 0.2500  accuracy 87.50 %  6,400/s  1:17 left", "validation loss 0.2500", "generic kernels, 2 threads"} {
		if !strings.Contains(wide, w) {
			t.Errorf("%q is not in:\n%s", w, wide)
		}
	}
}

func TestLossNotFinite(t *testing.T) {
	text := onTerminal(t, 100, math.NaN())
	if strings.Count(text, "lower learning rate") != 1 || !strings.Contains(text, "step 859: the loss is NaN") {
		t.Errorf("a lost loss is not said once:\n%s", text)
	}
}

// TestLeave: what is said after a run that failed does not stand behind the bar.
func TestLeave(t *testing.T) {
	var b strings.Builder
	p := &progress{w: &b, live: true, resize: func() int { return 100 }}
	if err := p.On(Stepped{Step: 1, Epoch: 1, Batch: 1, Batches: 1, Metrics: func() []Value { return nil }}); err != nil {
		t.Fatal(err)
	}
	p.leave()
	p.leave()
	if text := b.String(); !strings.HasSuffix(text, "\n") || strings.Count(text, "\n") != 1 {
		t.Errorf("%q", text)
	}
}
