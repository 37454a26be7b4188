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
func Named(root any) iter.Seq2[string, *Param] { return named[*Param](root) }

// Buffers yields the buffers below root, each once, with its (first) name.
func Buffers(root any) iter.Seq2[string, *Buffer] { return named[*Buffer](root) }

func named[T comparable](root any) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		var names []string
		var all []T
		seen := map[T]bool{}
		walk(root, func(name string, v any) {
			if p, ok := v.(T); ok && !seen[p] {
				seen[p] = true
				names, all = append(names, name), append(all, p)
			}
		})
		for i, p := range all {
			if !yield(names[i], p) {
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
