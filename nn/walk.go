package nn

import (
	"fmt"
	"reflect"
	"sort"
	"strconv"
)

// walk calls visit for every *Param and *Buffer below root and for every pointer to
// a struct on the way (a layer or a part of the model), with its name. Something
// that is reachable by two names is visited under both; two parameters of one name
// are a mistake in the model and panic. Names are the fields' in snake case, joined
// by dots, with the tag `lumen:"name"` instead of the field's name where there is
// one; `lumen:"-"` leaves the field out.
func walk(root any, visit func(name string, v any)) {
	w := walker{visit: visit, names: map[string]any{}}
	w.value("", reflect.ValueOf(root))
}

type walker struct {
	visit func(string, any)
	names map[string]any // parameters and buffers so far
	path  []visited      // what is being walked, to stop at cycles
}

// visited is a pointer, map or slice that was seen.
type visited struct {
	p uintptr
	n int // a slice's length
	t reflect.Type
}

func seen(v reflect.Value) visited {
	if v.Kind() == reflect.Slice {
		return visited{v.Pointer(), v.Len(), v.Type()}
	}
	return visited{v.Pointer(), 0, v.Type()}
}

// within runs f with v on the path, unless v is on it.
func (w *walker) within(v reflect.Value, f func()) {
	key := seen(v)
	for _, p := range w.path {
		if p == key {
			return
		}
	}
	w.path = append(w.path, key)
	f()
	w.path = w.path[:len(w.path)-1]
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
			w.leaf(name, v.Interface())
			return
		}
		if v.Elem().Kind() != reflect.Struct {
			if mayHold(v.Type().Elem(), nil) {
				w.within(v, func() { w.value(name, v.Elem()) })
			}
			return
		}
		w.within(v, func() {
			w.visit(name, v.Interface())
			if v.Type().Implements(containerType) {
				w.children(name, v)
			} else {
				w.fields(name, v.Elem())
			}
		})
	case reflect.Struct:
		switch {
		case v.CanAddr():
			w.value(name, v.Addr())
		case v.Type().Implements(containerType):
			w.children(name, v)
		default:
			w.fields(name, v)
		}
	case reflect.Slice:
		if v.Len() > 0 && mayHold(v.Type().Elem(), nil) {
			w.within(v, func() { w.elements(name, v) })
		}
	case reflect.Array:
		if mayHold(v.Type().Elem(), nil) {
			w.elements(name, v)
		}
	case reflect.Map:
		if mayHold(v.Type().Elem(), nil) {
			w.within(v, func() { w.entries(name, v) })
		}
	}
}

func (w *walker) leaf(name string, v any) {
	if before, ok := w.names[name]; ok && before != v {
		badSize("Named", "two different parameters are called %q: rename a field, or tag it `lumen:\"another_name\"`", name)
	}
	w.names[name] = v
	w.visit(name, v)
}

func (w *walker) children(name string, v reflect.Value) {
	for child, c := range v.Interface().(Container).Children() {
		w.value(join(name, child), reflect.ValueOf(c))
	}
}

func (w *walker) elements(name string, v reflect.Value) {
	for i := range v.Len() {
		w.value(join(name, strconv.Itoa(i)), v.Index(i))
	}
}

func (w *walker) entries(name string, v reflect.Value) {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
	for _, k := range keys {
		w.value(join(name, fmt.Sprint(k)), v.MapIndex(k))
	}
}

func (w *walker) fields(name string, v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("lumen")
		if tag == "-" || !mayHold(f.Type, nil) {
			continue
		}
		// An embedded struct gives its exported fields even if its own name is not exported.
		level := !f.Anonymous || !embedded(f.Type) || tag != ""
		if !f.IsExported() && (level || f.Type.Kind() != reflect.Struct) {
			if holds(v.Field(i), map[visited]bool{}) {
				badSize("Named", "field %s of %s holds parameters or a module but is not exported: export it, or tag it `lumen:\"-\"` to leave it out", f.Name, t)
			}
			continue
		}
		switch e := v.Field(i); {
		case tag != "":
			w.value(join(name, tag), e)
		case level:
			w.value(join(name, snake(f.Name)), e)
		case e.Kind() == reflect.Struct:
			w.fields(name, e) // no visit of its own: it is a part of this struct
		default:
			w.value(name, e)
		}
	}
}

// embedded reports whether an anonymous field adds no level: a struct or a pointer
// to one, not an interface, and not a parameter itself.
func embedded(t reflect.Type) bool {
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t != paramType && t != bufferType
}
