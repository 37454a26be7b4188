package tensor

import (
	"slices"
	"testing"
)

// FuzzEinsumSpec: whatever the text, the parser returns an error or a specification
// whose result has each subscript once and only such as the operands have.
func FuzzEinsumSpec(f *testing.F) {
	for _, s := range []string{"", "ij,jk->ik", "ii", "...ij->...ji", ",->", "i.j", "a->b", "->", "i,,j", "..", "é", "i->i->i", "Ab...,b", "i-", " i "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseEinsum(text)
		if err != nil {
			return
		}
		if len(s.operands) == 0 {
			t.Fatalf("%q has no operands", text)
		}
		all := slices.Concat(s.operands...)
		for i, r := range s.result {
			if slices.Contains(s.result[:i], r) || !slices.Contains(all, r) {
				t.Fatalf("%q: the result is %q", text, string(s.result))
			}
		}
		for _, list := range s.operands {
			if n := len(list) - len(slices.DeleteFunc(slices.Clone(list), func(r rune) bool { return r == ellipsis })); n > 1 {
				t.Fatalf("%q: an operand with %d ellipses", text, n)
			}
		}
	})
}
