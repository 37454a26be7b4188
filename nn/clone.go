package nn

import "reflect"

// Clone returns a deep copy of a model: parameters and buffers of its own with the
// same values, no gradients, the same options. What holds no parameters (functions,
// channels, data) is shared. Parameters that m shares, the copy shares too.
func Clone[M any](m M) M {
	c := cloner{seen: map[visited]reflect.Value{}}
	return c.clone(reflect.ValueOf(&m).Elem()).Interface().(M)
}

type visited struct {
	p uintptr
	t reflect.Type
}

type cloner struct{ seen map[visited]reflect.Value }

func (c *cloner) clone(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		w := reflect.New(v.Type()).Elem()
		w.Set(c.clone(v.Elem()))
		return w
	case reflect.Pointer:
		if v.IsNil() || !mayHold(v.Type(), nil) {
			return v
		}
		key := visited{v.Pointer(), v.Type()}
		if w, ok := c.seen[key]; ok {
			return w
		}
		switch p := v.Interface().(type) {
		case *Param:
			w := reflect.ValueOf(p.clone())
			c.seen[key] = w
			return w
		case *Buffer:
			w := reflect.ValueOf(&Buffer{value: p.value.Clone().Detach()})
			c.seen[key] = w
			return w
		}
		w := reflect.New(v.Type().Elem())
		c.seen[key] = w
		w.Elem().Set(v.Elem()) // unexported fields are shared
		c.fields(w.Elem(), v.Elem())
		return w
	case reflect.Struct:
		if !mayHold(v.Type(), nil) {
			return v
		}
		w := reflect.New(v.Type()).Elem()
		w.Set(v)
		c.fields(w, v)
		return w
	case reflect.Slice:
		if v.IsNil() || !mayHold(v.Type().Elem(), nil) {
			return v
		}
		w := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
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
		if v.IsNil() || !mayHold(v.Type().Elem(), nil) {
			return v
		}
		w := reflect.MakeMapWithSize(v.Type(), v.Len())
		for _, k := range v.MapKeys() {
			w.SetMapIndex(k, c.clone(v.MapIndex(k)))
		}
		return w
	}
	return v
}

func (c *cloner) fields(dst, src reflect.Value) {
	if src.Kind() != reflect.Struct {
		return
	}
	for i := range src.NumField() {
		if src.Type().Field(i).IsExported() {
			dst.Field(i).Set(c.clone(src.Field(i)))
		}
	}
}

func (p *Param) clone() *Param {
	v := p.Value() // so that both have the same values
	q := &Param{shape: p.Shape(), init: p.init, value: v.Clone().Detach(), loaded: p.loaded, dtype: v.DType()}
	q.filled.Store(true)
	q.frozen.Store(p.frozen.Load())
	return q
}
