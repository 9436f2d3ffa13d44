package json

import "math"

// Kind is the type of a value.
type Kind uint8

// The kinds of values.
const (
	KindNull Kind = iota
	KindBool
	KindInt
	KindDouble
	KindString
	KindArray
	KindObject
)

// String gives the kind's name: "null", "boolean", "int", "double", "string",
// "array" or "object".
func (k Kind) String() string {
	names := [...]string{"null", "boolean", "int", "double", "string", "array", "object"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Value is a JSON value. The zero Value is null. A nil *Value may be read and
// is a null; copying a Value gives a second handle on the same container.
type Value struct {
	kind Kind
	bits uint64 // a boolean, an integer or a double
	str  string
	body *body // of arrays and objects
}

// body is what the handles on one container share.
type body struct {
	items []*Value
	keys  []string       // of an object, in order
	index map[string]int // where keys are; nil while there are few
	// attached is set once the container was put into another; until then it
	// cannot be part of what is put into it.
	attached bool
}

// Null gives a new null.
func Null() *Value { return &Value{} }

// Bool gives a new boolean.
func Bool(b bool) *Value {
	v := &Value{kind: KindBool}
	if b {
		v.bits = 1
	}
	return v
}

// Int gives a new integer.
func Int(n int64) *Value { return &Value{kind: KindInt, bits: uint64(n)} }

// Double gives a new number that is written with a point or an exponent, or as
// null if it is infinite or NaN.
func Double(f float64) *Value { return &Value{kind: KindDouble, bits: math.Float64bits(f)} }

// Number gives a new number: an integer if f is integral and below 2^53 in
// magnitude, else a double.
func Number(f float64) *Value {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return Int(int64(f))
	}
	return Double(f)
}

// String gives a new string. Bytes that are not UTF-8 are kept and written as
// U+FFFD.
func String(s string) *Value { return &Value{kind: KindString, str: s} }

// Array gives a new array of the values.
func Array(items ...*Value) *Value {
	v := &Value{kind: KindArray, body: &body{}}
	for _, item := range items {
		v.body.items = append(v.body.items, attach(item))
	}
	return v
}

// Object gives a new, empty object.
func Object() *Value { return &Value{kind: KindObject, body: &body{}} }

// attach readies a value for a place in a container.
func attach(v *Value) *Value {
	if v == nil {
		return &Value{}
	}
	if v.body != nil {
		v.body.attached = true
	}
	return v
}

// Kind gives the value's type.
func (v *Value) Kind() Kind {
	if v == nil {
		return KindNull
	}
	return v.kind
}

// IsContainer reports whether the value is an array or an object.
func (v *Value) IsContainer() bool { return v != nil && v.body != nil }

// Bool gives a boolean's value, false for other kinds.
func (v *Value) Bool() bool { return v.Kind() == KindBool && v.bits != 0 }

// Int gives an integer's value, a double's cut towards zero and kept within
// range, and 0 for other kinds.
func (v *Value) Int() int64 {
	switch v.Kind() {
	case KindInt:
		return int64(v.bits)
	case KindDouble:
		f := math.Float64frombits(v.bits)
		switch {
		case f >= math.MaxInt64:
			return math.MaxInt64
		case f <= math.MinInt64:
			return math.MinInt64
		case f == f:
			return int64(f)
		}
	}
	return 0
}

// Float gives a number's value, 0 for other kinds.
func (v *Value) Float() float64 {
	switch v.Kind() {
	case KindInt:
		return float64(int64(v.bits))
	case KindDouble:
		return math.Float64frombits(v.bits)
	}
	return 0
}

// Str gives a string's value, "" for other kinds.
func (v *Value) Str() string {
	if v.Kind() != KindString {
		return ""
	}
	return v.str
}

// Same reports whether v and w are handles on one container, or one and the
// same scalar.
func (v *Value) Same(w *Value) bool {
	return v == w || v != nil && w != nil && v.body != nil && v.body == w.body
}

// Len gives the number of elements of an array or members of an object, 0 for
// other kinds.
func (v *Value) Len() int {
	if !v.IsContainer() {
		return 0
	}
	return len(v.body.items)
}
