package tensor

import (
	"fmt"
	"strings"
)

// einsumSpec is a parsed Einsum specification. A subscript is a letter, or ellipsis
// for "...".
type einsumSpec struct {
	operands [][]rune
	result   []rune
	// implicit: the specification had no "->"; ellipsis comes first, then the letters
	// that occur once, in order of the alphabet, capitals first.
	implicit bool
}

// ellipsis stands in a list of subscripts for the dimensions that "..." covers.
const ellipsis = '.'

// parseEinsum reads "ij,jk->ik". Spaces mean nothing.
func parseEinsum(spec string) (einsumSpec, error) {
	var s einsumSpec
	left, right, explicit := strings.Cut(spec, "->")
	count := map[rune]int{}
	for i, part := range strings.Split(left, ",") {
		list, err := subscripts(part)
		if err != nil {
			return s, fmt.Errorf("operand %d of %q: %w", i, spec, err)
		}
		for _, r := range list {
			count[r]++
		}
		s.operands = append(s.operands, list)
	}
	if !explicit {
		s.implicit = true
		if count[ellipsis] > 0 {
			s.result = append(s.result, ellipsis)
		}
		for r := 'A'; r <= 'z'; r++ {
			if count[r] == 1 {
				s.result = append(s.result, r)
			}
		}
		return s, nil
	}
	var err error
	if s.result, err = subscripts(right); err != nil {
		return s, fmt.Errorf("the result of %q: %w", spec, err)
	}
	seen := map[rune]bool{}
	for _, r := range s.result {
		switch {
		case seen[r]:
			return s, fmt.Errorf("the result of %q has the letter %q twice", spec, r)
		case count[r] == 0 && r == ellipsis:
			return s, fmt.Errorf("the result of %q has an ellipsis, no operand has one", spec)
		case count[r] == 0:
			return s, fmt.Errorf("the result of %q has the letter %q, no operand has it", spec, r)
		}
		seen[r] = true
	}
	return s, nil
}

// subscripts reads the letters of one operand.
func subscripts(part string) ([]rune, error) {
	var list []rune
	dots := false
	for i := 0; i < len(part); i++ {
		switch ch := part[i]; {
		case ch == ' ':
		case ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z':
			list = append(list, rune(ch))
		case strings.HasPrefix(part[i:], "...") && dots:
			return nil, fmt.Errorf("one ellipsis is possible, there are two")
		case strings.HasPrefix(part[i:], "..."):
			dots = true
			list = append(list, ellipsis)
			i += 2
		case ch == '.':
			return nil, fmt.Errorf("an ellipsis is three dots")
		default:
			r := []rune(part[i:])[0]
			return nil, fmt.Errorf("%q is neither a letter, nor an ellipsis, nor a comma", r)
		}
	}
	return list, nil
}
