package json

import "iter"

// maxGap is how far beyond the end of an array a value may be set.
const maxGap = 1 << 20

// Index gives an element of an array, counted from 0; nil if there is none or
// v is no array.
func (v *Value) Index(i int) *Value {
	if v.Kind() != KindArray || i < 0 || i >= len(v.body.items) {
		return nil
	}
	return v.body.items[i]
}

// SetIndex sets an element of an array, counted from 0. A gap between the end
// of the array and i, at most a million, is filled with nulls; a nil value
// stands for null. The errors are [ErrKind], [ErrIndex] and [ErrCycle].
func (v *Value) SetIndex(i int, value *Value) error {
	switch {
	case v.Kind() != KindArray:
		return ErrKind
	case i < 0 || i-len(v.body.items) > maxGap:
		return ErrIndex
	case v.within(value):
		return ErrCycle
	}
	for len(v.body.items) <= i {
		v.body.items = append(v.body.items, &Value{})
	}
	v.body.items[i] = attach(value)
	return nil
}

// Push adds values at the end of an array. The errors are [ErrKind] and
// [ErrCycle]; nothing is added then.
func (v *Value) Push(values ...*Value) error {
	if v.Kind() != KindArray {
		return ErrKind
	}
	for _, value := range values {
		if v.within(value) {
			return ErrCycle
		}
	}
	for _, value := range values {
		v.body.items = append(v.body.items, attach(value))
	}
	return nil
}

// Elements iterates over an array's elements, over nothing for other kinds.
func (v *Value) Elements() iter.Seq2[int, *Value] {
	return func(yield func(int, *Value) bool) {
		if v.Kind() != KindArray {
			return
		}
		for i := 0; i < len(v.body.items); i++ {
			if !yield(i, v.body.items[i]) {
				return
			}
		}
	}
}
