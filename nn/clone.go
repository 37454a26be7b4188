package nn

import (
	"reflect"
	"unsafe"
)

// Clone returns a deep copy of a model: parameters and buffers of its own with the
// same values, no gradients, the same options. What holds no parameters (functions,
// channels, data) is shared. Parameters that m shares, the copy shares too, and a
// pointer from one part of m to another points into the copy.
func Clone[M any](m M) M {
	v := reflect.ValueOf(&m).Elem()
	c := cloner{done: map[visited]reflect.Value{}}
	reflect.ValueOf(&m).Elem().Set(c.clone(v))
	return m
}

type cloner struct{ done map[visited]reflect.Value }

// clone returns a copy of v, or v itself if it cannot hold parameters.
func (c *cloner) clone(v reflect.Value) reflect.Value {
	if !mayHold(v.Type(), nil) {
		return v
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return v
		}
		if v.Kind() == reflect.Interface {
			w := reflect.New(v.Type()).Elem()
			w.Set(c.clone(v.Elem()))
			return w
		}
		if w, ok := c.done[seen(v)]; ok {
			return w
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		switch p := v.Interface().(type) {
		case *Param:
			return c.keep(v, reflect.ValueOf(p.clone()))
		case *Buffer:
			return c.keep(v, reflect.ValueOf(NewBuffer(p.value)))
		}
		w := c.keep(v, reflect.New(v.Type().Elem()))
		w.Elem().Set(v.Elem())
		if v.Elem().Kind() == reflect.Struct {
			c.fields(w.Elem())
		} else {
			w.Elem().Set(c.clone(v.Elem()))
		}
		return w
	case reflect.Struct:
		w := reflect.New(v.Type()).Elem()
		w.Set(v)
		c.fields(w)
		return w
	case reflect.Slice:
		w := c.keep(v, reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			w.Index(i).Set(c.clone(v.Index(i)))
		}
		return w
	case reflect.Array:
		w := reflect.New(v.Type()).Elem()
		for i := range v.Len() {
			w.Index(i).Set(c.clone(v.Index(i)))
		}
		return w
	case reflect.Map:
		w := c.keep(v, reflect.MakeMapWithSize(v.Type(), v.Len()))
		for _, k := range v.MapKeys() {
			w.SetMapIndex(k, c.clone(v.MapIndex(k)))
		}
		return w
	}
	return v
}

// keep notes that w is the copy of v.
func (c *cloner) keep(v, w reflect.Value) reflect.Value {
	c.done[seen(v)] = w
	return w
}

// fields replaces the fields of a struct, which is a flat copy, by copies of their
// own. Fields that are not exported are shared unless they hold parameters, as one
// tagged `lumen:"-"` may: were those shared, training the copy would change the
// original.
func (c *cloner) fields(s reflect.Value) {
	for i := range s.NumField() {
		f := s.Field(i)
		if !f.CanSet() {
			if !holds(f, map[visited]bool{}) {
				continue
			}
			f = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
		}
		f.Set(c.clone(f))
	}
}

func (p *Param) clone() *Param {
	v := p.Value() // so that both have the same values
	q := &Param{shape: p.Shape(), init: p.init, value: v.Clone().Detach(), loaded: p.loaded, dtype: v.DType()}
	q.filled.Store(true)
	q.frozen.Store(p.frozen.Load())
	return q
}
