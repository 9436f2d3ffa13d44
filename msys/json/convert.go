package json

import (
	"fmt"
	"slices"
)

// maxGoDepth is how deeply Go values may be nested to be converted.
const maxGoDepth = 1000

// Of gives the value of a Go value: nil, booleans, numbers, strings, slices
// and maps with string keys of these, and values, which are not copied. The
// keys of maps are sorted. The error wraps [ErrUnsupported], or [ErrTooDeep]
// for maps and slices that hold themselves.
func Of(x any) (*Value, error) { return of(x, 0) }

func of(x any, depth int) (*Value, error) {
	if depth > maxGoDepth {
		return nil, ErrTooDeep
	}
	switch x := x.(type) {
	case nil:
		return Null(), nil
	case *Value:
		return x, nil
	case bool:
		return Bool(x), nil
	case string:
		return String(x), nil
	case []byte:
		return String(string(x)), nil
	case int:
		return Int(int64(x)), nil
	case int32:
		return Int(int64(x)), nil
	case int64:
		return Int(x), nil
	case uint32:
		return Int(int64(x)), nil
	case float32:
		return Double(float64(x)), nil
	case float64:
		return Double(x), nil
	case []any:
		return ofSlice(x, depth)
	case []string:
		return ofSlice(x, depth)
	case map[string]any:
		return ofMap(x, depth)
	case map[string]string:
		return ofMap(x, depth)
	}
	return nil, fmt.Errorf("%w %T", ErrUnsupported, x)
}

func ofSlice[T any](s []T, depth int) (*Value, error) {
	array := Array()
	for _, e := range s {
		v, err := of(e, depth+1)
		if err != nil {
			return nil, err
		}
		array.body.items = append(array.body.items, attach(v))
	}
	return array, nil
}

func ofMap[T any](m map[string]T, depth int) (*Value, error) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	object := Object()
	for _, k := range keys {
		v, err := of(m[k], depth+1)
		if err != nil {
			return nil, err
		}
		object.body.set(k, attach(v))
	}
	return object, nil
}

// Go gives the value as a Go value: nil, bool, int64, float64, string, []any
// or map[string]any.
func (v *Value) Go() any {
	switch v.Kind() {
	case KindBool:
		return v.Bool()
	case KindInt:
		return v.Int()
	case KindDouble:
		return v.Float()
	case KindString:
		return v.str
	case KindArray:
		s := make([]any, 0, v.Len())
		for _, e := range v.body.items {
			s = append(s, e.Go())
		}
		return s
	case KindObject:
		m := make(map[string]any, v.Len())
		for i, k := range v.body.keys {
			m[k] = v.body.items[i].Go()
		}
		return m
	}
	return nil
}

// Copy gives a deep copy of the value.
func (v *Value) Copy() *Value {
	if v == nil {
		return &Value{}
	}
	c := *v
	if v.body != nil {
		c.body = &body{}
		for i, item := range v.body.items {
			if v.kind == KindObject {
				c.body.set(v.body.keys[i], attach(item.Copy()))
			} else {
				c.body.items = append(c.body.items, attach(item.Copy()))
			}
		}
	}
	return &c
}
