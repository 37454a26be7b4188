package main

import (
	"strings"
	"testing"
)

func TestCheckLine(t *testing.T) {
	for _, c := range []struct {
		line, want string // want: what the error says; none: the line is right
		word       bool
	}{
		{"\tWORD $0x4e22d420 // fadd v0.4s, v1.4s, v2.4s", "", true},
		{"\tVADD V1.S4, V2.S4, V3.S4", "", false},
		{"\tWORD $0x4e22d420 // fadd v0.4s, v1.4s, v3.4s", `is "fadd v0.4s, v1.4s, v2.4s"`, true},
		{"\tWORD $0x4ea2d420 // fadd v0.4s, v1.4s, v2.4s", `is "fsub v0.4s, v1.4s, v2.4s"`, true},
		{"\tWORD $0x4e22d420", "want the form", true},
		{"\tWORD $0xffffffff // fadd v0.4s, v1.4s, v2.4s", "0xffffffff", true},
	} {
		word, err := checkLine(c.line)
		if word != c.word || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, %v; want %v, %q", c.line, word, err, c.word, c.want)
		}
	}
}

// A value that is still needed keeps its register, and a number that has none is
// loaded where it is used.
func TestAllocate(t *testing.T) {
	var l lanes
	x := reg(&value{})
	y := l.add(x, l.number(2))
	z := l.fma(x, y, y) // y is read and changed
	l.mul(z, x)
	load := func(pattern uint32, place int) string { return "load" }
	f := &frame{}
	lines, ok := f.allocate(l.body, []reg{x}, nil, load)
	text := strings.Join(lines, "\n")
	if !ok || strings.Count(text, "load") != 1 || !strings.Contains(text, "\tVMOV V1.B16, V2.B16\n\tVFMLA V1.S4, V0.S4, V2.S4") {
		t.Errorf("%v\n%s", ok, text)
	}
	full := &frame{accumulators: registers - 1}
	if _, ok := full.allocate(l.body, []reg{x}, nil, load); ok {
		t.Error("one register was enough")
	}
}
