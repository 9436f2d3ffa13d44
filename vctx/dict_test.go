package vctx_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
)

func TestDict(t *testing.T) {
	var d vctx.Dict
	if d.Get("a") != "" || d.Len() != 0 || len(d.Keys()) != 0 || d.Delete("a") {
		t.Error("a new dictionary is not empty")
	}
	for _, step := range []struct {
		key, value string
		changed    bool
	}{{"b", "1", true}, {"a", "2", true}, {"b", "1", false}, {"c", "", true}, {"b", "3", true}} {
		if got := d.Set(step.key, step.value); got != step.changed {
			t.Errorf("Set(%q, %q) = %v", step.key, step.value, got)
		}
	}
	if diff := cmp.Diff([]string{"b", "a", "c"}, d.Keys()); diff != "" {
		t.Error(diff)
	}
	if value, ok := d.Lookup("c"); value != "" || !ok {
		t.Errorf("Lookup of an empty value: %q, %v", value, ok)
	}
	if !d.Delete("a") || d.Delete("a") {
		t.Error("Delete does not tell what it did")
	}
	d.Set("a", "4")
	if diff := cmp.Diff([]string{"b", "c", "a"}, d.Keys()); diff != "" {
		t.Error(diff)
	}
	d.Clear()
	if d.Len() != 0 || d.Get("b") != "" {
		t.Error("Clear left something")
	}
}

func TestDictChangedWhileIterated(t *testing.T) {
	var d vctx.Dict
	for i := range 100 {
		d.Set(fmt.Sprint(i), "x")
	}
	var seen []string
	it := d.Iterator()
	for key, _, ok := it.Next(); ok; key, _, ok = it.Next() {
		seen = append(seen, key)
		d.Delete(key)
		d.Delete("50")
		if len(seen) <= 10 {
			d.Set("new"+key, "x")
		}
	}
	var want []string
	for i := range 100 {
		if i != 50 {
			want = append(want, fmt.Sprint(i))
		}
	}
	for i := range 10 {
		want = append(want, fmt.Sprintf("new%d", i))
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	if d.Len() != 0 {
		t.Errorf("%d keys left", d.Len())
	}
	for range 2 {
		if _, _, ok := it.Next(); ok {
			t.Error("the iterator goes on after its end")
		}
	}
	d.Set("late", "x")
	if key, _, ok := it.Next(); key != "late" || !ok {
		t.Errorf("a key that was added at the end: %q, %v", key, ok)
	}
	d.Clear()
	d.Set("after", "x")
	if key, _, ok := it.Next(); key != "after" || !ok {
		t.Errorf("a key after Clear: %q, %v", key, ok)
	}
}

// A dictionary behaves as a map with a list of its keys does.
func FuzzDict(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x11\x12\x21\xf0\x01"))
	f.Add([]byte("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789"))
	f.Fuzz(func(t *testing.T, program []byte) {
		var d vctx.Dict
		values, keys := map[string]string{}, []string{}
		it := d.Iterator()
		for i, op := range program {
			key := fmt.Sprint(op & 15)
			switch {
			case op>>4 == 15:
				d.Clear()
				clear(values)
				keys = keys[:0]
			case op&0x10 == 0:
				d.Set(key, fmt.Sprint(i))
				if _, ok := values[key]; !ok {
					keys = append(keys, key)
				}
				values[key] = fmt.Sprint(i)
			case op&0x20 == 0:
				_, had := values[key]
				if d.Delete(key) != had {
					t.Fatalf("Delete(%s) says %v", key, !had)
				}
				delete(values, key)
				keys = slices.DeleteFunc(keys, func(k string) bool { return k == key })
			default:
				if key, value, ok := it.Next(); ok && values[key] != value {
					t.Fatalf("iterator gives %s=%s, want %s", key, value, values[key])
				}
			}
			if diff := cmp.Diff(keys, d.Keys()); diff != "" || d.Len() != len(keys) {
				t.Fatal(diff)
			}
			for k, v := range values {
				if d.Get(k) != v {
					t.Fatalf("Get(%s) = %s, want %s", k, d.Get(k), v)
				}
			}
		}
	})
}
