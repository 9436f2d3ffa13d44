package json

import (
	"iter"
	"slices"
)

// fewKeys is the number of keys up to which looking at each is fastest.
const fewKeys = 8

// find gives the position of key, or -1.
func (b *body) find(key string) int {
	if b.index != nil {
		if i, ok := b.index[key]; ok {
			return i
		}
		return -1
	}
	for i, k := range b.keys {
		if k == key {
			return i
		}
	}
	return -1
}

// set adds a member or replaces the value of one.
func (b *body) set(key string, v *Value) {
	if i := b.find(key); i >= 0 {
		b.items[i] = v
		return
	}
	if b.index == nil && len(b.keys) == fewKeys {
		b.reindex()
	}
	if b.index != nil {
		b.index[key] = len(b.keys)
	}
	b.keys = append(b.keys, key)
	b.items = append(b.items, v)
}

func (b *body) reindex() {
	b.index = make(map[string]int, 2*len(b.keys))
	for i, k := range b.keys {
		b.index[k] = i
	}
}

// Get gives the value of an object's member, nil if there is none or v is no
// object.
func (v *Value) Get(key string) *Value {
	if v.Kind() != KindObject {
		return nil
	}
	if i := v.body.find(key); i >= 0 {
		return v.body.items[i]
	}
	return nil
}

// Set adds a member to an object, as the last one, or replaces its value; nil
// stands for null. The errors are [ErrKind] and [ErrCycle].
func (v *Value) Set(key string, value *Value) error {
	if v.Kind() != KindObject {
		return ErrKind
	}
	if v.within(value) {
		return ErrCycle
	}
	v.body.set(key, attach(value))
	return nil
}

// Delete removes a member of an object and reports whether there was one.
func (v *Value) Delete(key string) bool {
	if v.Kind() != KindObject {
		return false
	}
	b := v.body
	i := b.find(key)
	if i < 0 {
		return false
	}
	b.keys = slices.Delete(b.keys, i, i+1)
	b.items = slices.Delete(b.items, i, i+1)
	if b.index != nil {
		delete(b.index, key)
		for j := i; j < len(b.keys); j++ {
			b.index[b.keys[j]] = j
		}
	}
	return true
}

// Member gives the key and value of an object's member by position, from 0;
// ok is false if there is none or v is no object.
func (v *Value) Member(i int) (key string, value *Value, ok bool) {
	if v.Kind() != KindObject || i < 0 || i >= len(v.body.keys) {
		return "", nil, false
	}
	return v.body.keys[i], v.body.items[i], true
}

// MemberIndex gives the position of an object's member, -1 if there is none.
func (v *Value) MemberIndex(key string) int {
	if v.Kind() != KindObject {
		return -1
	}
	return v.body.find(key)
}

// Members iterates over an object's members in order, over nothing for other
// kinds. The loop body may set and delete members; what it adds is seen, too.
func (v *Value) Members() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		if v.Kind() != KindObject {
			return
		}
		for i := 0; i < len(v.body.keys); {
			key := v.body.keys[i]
			if !yield(key, v.body.items[i]) {
				return
			}
			if i < len(v.body.keys) && v.body.keys[i] == key {
				i++
			}
		}
	}
}

// within reports whether v is value or somewhere inside it.
func (v *Value) within(value *Value) bool {
	if !value.IsContainer() {
		return false
	}
	if v.body == value.body {
		return true
	}
	if !v.body.attached {
		return false
	}
	seen := map[*body]bool{value.body: true}
	todo := []*body{value.body}
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, item := range b.items {
			switch {
			case item.body == nil || seen[item.body]:
			case item.body == v.body:
				return true
			default:
				seen[item.body] = true
				todo = append(todo, item.body)
			}
		}
	}
	return false
}
