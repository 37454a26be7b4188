package main

import (
	"slices"
	"strings"
	"testing"
)

// TestAttached: numbers below 0 are values of the flag before them; nothing else changes.
func TestAttached(t *testing.T) {
	for text, want := range map[string]string{
		"titanic --c -1":                     "titanic --c=-1",
		"filter --angle -.5 --delta -20 a b": "filter --angle=-.5 --delta=-20 a b",
		"filter --kernel -1,0,1 a":           "filter --kernel=-1,0,1 a",
		"x --a -inf --b -Inf":                "x --a=-inf --b=-Inf",
		"x --a=-1 -1":                        "x --a=-1 -1",
		"x --a --b -1":                       "x --a --b=-1",
		"x -h --a -":                         "x -h --a -",
		"x --a -.":                           "x --a -.",
		"x --a -b":                           "x --a -b",
		"x -- --a -1":                        "x -- --a -1",
		"x --a -- -1":                        "x --a -- -1",
		"":                                   "",
	} {
		if got := attached(strings.Fields(text)); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
