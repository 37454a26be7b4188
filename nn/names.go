package nn

import (
	"iter"
	"strings"
	"unicode"
)

// Parameters lists the parameters below root, each once, in the order of the fields.
func Parameters(root any) []*Param {
	var ps []*Param
	for _, p := range Named(root) {
		ps = append(ps, p)
	}
	return ps
}

// Named yields the parameters below root, each once, with its (first) name.
func Named(root any) iter.Seq2[string, *Param] {
	return func(yield func(string, *Param) bool) {
		type named struct {
			name string
			p    *Param
		}
		var all []named
		seen := map[*Param]bool{}
		walk(root, func(name string, v any) {
			if p, ok := v.(*Param); ok && !seen[p] {
				seen[p] = true
				all = append(all, named{name, p})
			}
		})
		for _, n := range all {
			if !yield(n.name, n.p) {
				return
			}
		}
	}
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "." + b
}

// snake turns a Go field name into PyTorch's spelling: FC1 is fc1, BatchNorm2 is
// batch_norm2, InProjWeight is in_proj_weight. A run of capitals is one word.
func snake(s string) string {
	r := []rune(s)
	var b strings.Builder
	for i, c := range r {
		if unicode.IsUpper(c) && i > 0 {
			next := i+1 < len(r) && unicode.IsLower(r[i+1])
			if prev := r[i-1]; unicode.IsLower(prev) || unicode.IsDigit(prev) || unicode.IsUpper(prev) && next {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
