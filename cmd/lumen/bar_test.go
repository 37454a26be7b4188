package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestBar draws with a clock of its own.
func TestBar(t *testing.T) {
	var out bytes.Buffer
	at := time.Unix(0, 0)
	for _, live := range []bool{true, false} {
		out.Reset()
		b := newBar(&out, "fetching cifar10")
		b.live, b.colour, b.now = live, false, func() time.Time { return at }
		b.update(20e6, 170e6) // of an earlier attempt
		for done := int64(30e6); done <= 170e6; done += 10e6 {
			at = at.Add(4 * time.Second)
			b.update(done, 170e6)
		}
		b.end()
		text := out.String()
		for _, want := range []string{" 47 %", "80.0/170.0 MB", "2.5 MB/s", "0:36 left"} {
			if !strings.Contains(text, want) {
				t.Errorf("live %t: %q is not in\n%q", live, want, text)
			}
		}
		lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' })
		for _, l := range lines {
			if n := utf8.RuneCountInString(strings.TrimSuffix(l, "\x1b[K")); n > 100 {
				t.Errorf("live %t: a line of %d columns: %q", live, n, l)
			}
		}
		if live != strings.Contains(text, "\r") || live == strings.Contains(text, "\n") || live && !strings.HasSuffix(text, "\r\x1b[K") {
			t.Errorf("live %t: %q", live, text)
		}
		if !live && len(lines) > 6 {
			t.Errorf("a minute has %d lines", len(lines))
		}
	}
	out.Reset()
	b := newBar(&out, "fetching")
	b.live = true
	b.update(1e6, -1)
	b.end()
	if !strings.Contains(out.String(), "1.0 MB") || strings.Contains(out.String(), "%") {
		t.Errorf("an unknown length: %q", out.String())
	}
	out.Reset()
	b = newBar(&out, "reading")
	b.live, b.things, b.now = true, "images", func() time.Time { return at }
	b.update(1, 200)
	at = at.Add(8 * time.Second)
	b.update(21, 200)
	if want := " 10 %  21/200 images  2.5 images/s  1:12 left"; !strings.Contains(out.String(), want) {
		t.Errorf("%q is not in\n%q", want, out.String())
	}
}
