package nn

import (
	"iter"
	"reflect"

	"github.com/lumen-ml/lumen/tensor"
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
	tensorPackage = reflect.TypeFor[tensor.Tensor]().PkgPath()
)

// isModule reports whether t, or a pointer to it, has Forward or names children.
func isModule(t reflect.Type) bool {
	for _, want := range []reflect.Type{moduleType, containerType} {
		if t.Implements(want) || t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(want) {
			return true
		}
	}
	return false
}

// mayHold reports whether a value of type t can hold parameters: it keeps the walk
// out of tensors, times, channels and the like. seen are the types it came through.
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
		if isModule(t) {
			return true
		}
		if t.PkgPath() == tensorPackage || t == paramType.Elem() || t == bufferType.Elem() {
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

// holds reports whether a value, exported or not, really holds a Param, a Buffer or
// a module. done are the pointers it has looked behind.
func holds(v reflect.Value, done map[visited]bool) bool {
	if !v.IsValid() || !mayHold(v.Type(), nil) {
		return false
	}
	switch v.Kind() {
	case reflect.Interface:
		return holds(v.Elem(), done)
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return false
		}
		if v.Type() == paramType || v.Type() == bufferType || isModule(v.Type()) {
			return true
		}
		if done[seen(v)] {
			return false
		}
		done[seen(v)] = true
	}
	switch v.Kind() {
	case reflect.Pointer:
		return holds(v.Elem(), done)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if holds(v.Index(i), done) {
				return true
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if holds(v.MapIndex(k), done) {
				return true
			}
		}
	case reflect.Struct:
		if isModule(v.Type()) {
			return true
		}
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("lumen") != "-" && holds(v.Field(i), done) {
				return true
			}
		}
	}
	return false
}
