package vctx

import "slices"

// Dict is a dictionary of strings that remembers the order in which keys were
// added. The zero value is ready for use. It is not safe for concurrent use.
type Dict struct {
	values map[string]string
	keys   []string
}

// Get gives the value of key, "" if it is absent.
func (d *Dict) Get(key string) string { return d.values[key] }

// Lookup gives the value of key and whether it is there.
func (d *Dict) Lookup(key string) (string, bool) {
	v, ok := d.values[key]
	return v, ok
}

// Set sets a key and reports whether that changed anything.
func (d *Dict) Set(key, value string) (changed bool) {
	old, ok := d.values[key]
	if ok && old == value {
		return false
	}
	if !ok {
		if d.values == nil {
			d.values = map[string]string{}
		}
		d.keys = append(d.keys, key)
	}
	d.values[key] = value
	return true
}

// Delete removes a key and reports whether it was there.
func (d *Dict) Delete(key string) bool {
	if _, ok := d.values[key]; !ok {
		return false
	}
	delete(d.values, key)
	d.keys = slices.DeleteFunc(d.keys, func(k string) bool { return k == key })
	return true
}

// Keys lists the keys in the order in which they were added.
func (d *Dict) Keys() []string { return slices.Clone(d.keys) }

// Len gives the number of keys.
func (d *Dict) Len() int { return len(d.keys) }

// Clear removes all keys.
func (d *Dict) Clear() { d.values, d.keys = nil, nil }
