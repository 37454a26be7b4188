package nn

import (
	"fmt"
	"iter"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// Container is a module that names its own children instead of having them found
// among its fields, as Sequential does.
type Container interface {
	Children() iter.Seq2[string, any]
}

var (
	paramType     = reflect.TypeFor[*Param]()
	bufferType    = reflect.TypeFor[*Buffer]()
	moduleType    = reflect.TypeFor[Module]()
	containerType = reflect.TypeFor[Container]()
)

// walk calls visit for every *Param and *Buffer below root and for every pointer to
// a struct on the way (a layer or a part of the model), with its name. Something
// that is reachable by two names is visited under both. Names are the fields' in
// snake case, joined by dots; see the package's API for tags.
func walk(root any, visit func(name string, v any)) {
	w := walker{visit: visit}
	w.value("", reflect.ValueOf(root))
}

type walker struct {
	visit func(string, any)
	path  []reflect.Value // pointers being walked, to stop at cycles
}

func (w *walker) value(name string, v reflect.Value) {
	if !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		w.value(name, v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if v.Type() == paramType || v.Type() == bufferType {
			w.visit(name, v.Interface())
			return
		}
		if v.Elem().Kind() != reflect.Struct {
			return
		}
		for _, p := range w.path {
			if p.Pointer() == v.Pointer() && p.Type() == v.Type() {
				return
			}
		}
		w.path = append(w.path, v)
		w.visit(name, v.Interface())
		if v.Type().Implements(containerType) {
			for child, c := range v.Interface().(Container).Children() {
				w.value(join(name, child), reflect.ValueOf(c))
			}
		} else {
			w.fields(name, v.Elem())
		}
		w.path = w.path[:len(w.path)-1]
	case reflect.Struct:
		if v.CanAddr() && v.Addr().CanInterface() {
			w.value(name, v.Addr())
			return
		}
		w.fields(name, v)
	case reflect.Slice, reflect.Array:
		if !mayHold(v.Type().Elem(), nil) {
			return
		}
		for i := range v.Len() {
			w.value(join(name, strconv.Itoa(i)), v.Index(i))
		}
	case reflect.Map:
		if !mayHold(v.Type().Elem(), nil) {
			return
		}
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
		for _, k := range keys {
			w.value(join(name, fmt.Sprint(k)), v.MapIndex(k))
		}
	}
}

func (w *walker) fields(name string, v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("lumen")
		if tag == "-" {
			continue
		}
		if !f.IsExported() && !f.Anonymous {
			if holds(v.Field(i), 0) {
				panic(fmt.Sprintf("nn: field %s of %s holds parameters but is not exported: export it, or tag it `lumen:\"-\"` to leave it out", f.Name, t))
			}
			continue
		}
		if f.Anonymous && !f.IsExported() && f.Type.Kind() != reflect.Struct {
			if holds(v.Field(i), 0) {
				panic(fmt.Sprintf("nn: the embedded %s in %s holds parameters but is not exported: export it, or tag it `lumen:\"-\"` to leave it out", f.Name, t))
			}
			continue
		}
		if !mayHold(f.Type, nil) {
			continue
		}
		child := name
		switch {
		case tag != "":
			child = join(name, tag)
		case f.Anonymous && embedded(f.Type):
			if e := v.Field(i); e.Kind() == reflect.Struct { // no level, and no visit of its own
				w.fields(name, e)
				continue
			}
		default:
			child = join(name, snake(f.Name))
		}
		w.value(child, v.Field(i))
	}
}

// embedded reports whether an anonymous field adds no level: a struct or a pointer
// to one, not an interface.
func embedded(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t != paramType && t != bufferType
}

// mayHold reports whether a value of type t can hold parameters: it keeps the walk
// out of tensors, times, channels and the like.
func mayHold(t reflect.Type, seen []reflect.Type) bool {
	for _, s := range seen {
		if s == t {
			return false
		}
	}
	seen = append(seen, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer:
		return t == paramType || t == bufferType || mayHold(t.Elem(), seen)
	case reflect.Slice, reflect.Array, reflect.Map:
		return mayHold(t.Elem(), seen)
	case reflect.Struct:
		if t.Implements(containerType) || reflect.PointerTo(t).Implements(containerType) ||
			t.Implements(moduleType) || reflect.PointerTo(t).Implements(moduleType) {
			return true
		}
		if strings.HasPrefix(t.PkgPath(), "github.com/lumen-ml/lumen/tensor") || t == paramType.Elem() {
			return false
		}
		for i := range t.NumField() {
			if mayHold(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// holds reports whether an unexported value really holds a Param, Buffer or module.
func holds(v reflect.Value, depth int) bool {
	if depth > 8 {
		return false
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return false
		}
		if t := v.Type(); t == paramType || t == bufferType || v.Kind() == reflect.Pointer && t.Implements(moduleType) {
			return true
		}
		if v.Kind() == reflect.Pointer && v.Elem().Kind() != reflect.Struct {
			return false
		}
		return holds(v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if mayHold(v.Type().Elem(), nil) && holds(v.Index(i), depth+1) {
				return true
			}
		}
	case reflect.Map:
		if !mayHold(v.Type().Elem(), nil) {
			return false
		}
		for _, k := range v.MapKeys() {
			if holds(v.MapIndex(k), depth+1) {
				return true
			}
		}
	case reflect.Struct:
		if !mayHold(v.Type(), nil) {
			return false
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("lumen") != "-" && holds(v.Field(i), depth+1) {
				return true
			}
		}
	}
	return false
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
