package json

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustParse(t *testing.T, text string) *Value {
	t.Helper()
	v, err := Parse([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestObjectEdit(t *testing.T) {
	o := mustParse(t, `{"b":1,"a":[true,null]}`)
	if err := o.Set("n", Number(2.5)); err != nil {
		t.Fatal(err)
	}
	if err := o.Set("b", nil); err != nil {
		t.Fatal(err)
	}
	if got, want := o.String(), `{ "b": null, "a": [ true, null ], "n": 2.5 }`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !o.Delete("b") || o.Delete("b") || o.Get("b") != nil || o.Len() != 2 {
		t.Errorf("after delete: %s", o)
	}
	if err := o.Get("a").Set("k", Null()); !errors.Is(err, ErrKind) {
		t.Errorf("setting a key of an array: %v", err)
	}
	if o.Get("a").Get("k") != nil || Null().Get("k") != nil || o.Index(0) != nil {
		t.Error("something was found where nothing is")
	}
}

// TestManyKeys edits an object that is large enough to be indexed.
func TestManyKeys(t *testing.T) {
	o := Object()
	var want []string
	for i := range 100 {
		key := fmt.Sprint("key", i)
		if err := o.Set(key, Int(int64(i))); err != nil {
			t.Fatal(err)
		}
		if i%3 != 0 {
			want = append(want, key)
		}
	}
	for i := 0; i < 100; i += 3 {
		if !o.Delete(fmt.Sprint("key", i)) {
			t.Errorf("key%d not found", i)
		}
	}
	var got []string
	for k, v := range o.Members() {
		got = append(got, k)
		if k != fmt.Sprint("key", v.Int()) || o.Get(k) != v || o.MemberIndex(k) != len(got)-1 {
			t.Errorf("%s = %s", k, v)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for k := range o.Members() {
		o.Delete(k)
	}
	if o.Len() != 0 || o.String() != "{ }" {
		t.Errorf("after deleting all: %s", o)
	}
}

func TestArrayEdit(t *testing.T) {
	a := Array(Int(1), nil)
	if err := a.SetIndex(4, String("x")); err != nil {
		t.Fatal(err)
	}
	if err := a.Push(Bool(true), Double(2)); err != nil {
		t.Fatal(err)
	}
	if got, want := a.String(), `[ 1, null, null, null, "x", true, 2.0 ]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := a.SetIndex(-1, Null()); !errors.Is(err, ErrIndex) {
		t.Errorf("negative index: %v", err)
	}
	if err := a.SetIndex(1<<30, Null()); !errors.Is(err, ErrIndex) {
		t.Errorf("huge index: %v", err)
	}
	if a.Len() != 7 || a.Index(7) != nil || a.Index(-1) != nil {
		t.Errorf("length %d", a.Len())
	}
	if err := Object().Push(Null()); !errors.Is(err, ErrKind) {
		t.Errorf("push to an object: %v", err)
	}
	if err := Object().SetIndex(0, Null()); !errors.Is(err, ErrKind) {
		t.Errorf("index of an object: %v", err)
	}
	n := 0
	for i, v := range a.Elements() {
		if v != a.Index(i) {
			t.Errorf("element %d differs", i)
		}
		n++
	}
	if n != 7 {
		t.Errorf("%d elements", n)
	}
}

func TestSharing(t *testing.T) {
	k, p := Object(), Object()
	if err := p.Set("k", k); err != nil {
		t.Fatal(err)
	}
	if err := k.Set("v", Int(1)); err != nil {
		t.Fatal(err)
	}
	if got, want := p.String(), `{ "k": { "v": 1 } }`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !p.Get("k").Same(k) || p.Same(k) || !(*Value)(nil).Same(nil) {
		t.Error("Same is wrong")
	}
	c := p.Copy()
	if err := k.Set("v", Int(2)); err != nil {
		t.Fatal(err)
	}
	if got, want := c.String(), `{ "k": { "v": 1 } }`; got != want {
		t.Errorf("the copy became %s", got)
	}
}

func TestCycles(t *testing.T) {
	a := mustParse(t, `{"b":{"c":[{}]}}`)
	inner := a.Get("b").Get("c")
	for _, v := range []*Value{a, a.Get("b"), inner} {
		if err := inner.Push(v); !errors.Is(err, ErrCycle) {
			t.Errorf("pushing %s into itself: %v", v, err)
		}
		if err := inner.SetIndex(0, v); !errors.Is(err, ErrCycle) {
			t.Errorf("setting %s in itself: %v", v, err)
		}
		if err := inner.Index(0).Set("k", v); !errors.Is(err, ErrCycle) {
			t.Errorf("setting %s in itself: %v", v, err)
		}
	}
	if err := inner.Push(Array(), inner.Index(0)); err != nil {
		t.Errorf("the same value twice side by side: %v", err)
	}
	if got, want := a.String(), `{ "b": { "c": [ { }, [ ], { } ] } }`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestDoubling builds a value whose text would be larger than memory.
func TestDoubling(t *testing.T) {
	v := Array(String("x"))
	for range 64 {
		w := Array()
		if err := w.Push(v, v); err != nil {
			t.Fatal(err)
		}
		v = w
	}
	if _, err := v.Append(nil, &Format{MaxText: 1 << 20}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("error = %v, want ErrTooLarge", err)
	}
	inside := v.Index(0).Index(0)
	if err := inside.Push(v); !errors.Is(err, ErrCycle) {
		t.Errorf("error = %v, want ErrCycle", err)
	}
}

func TestTooDeep(t *testing.T) {
	v := Array()
	for range maxTextDepth {
		v = Array(v)
	}
	if _, err := v.Append(nil, nil); !errors.Is(err, ErrTooDeep) {
		t.Errorf("error = %v, want ErrTooDeep", err)
	}
	if s := v.String(); s != "" {
		t.Errorf("String gives %d bytes", len(s))
	}
}

func TestFormat(t *testing.T) {
	v := mustParse(t, `{"a":[1,{}],"b":"x/y","e":[]}`)
	tests := []struct {
		name string
		f    *Format
		want string
	}{
		{"default", nil, `{ "a": [ 1, { } ], "b": "x/y", "e": [ ] }`},
		{"compact", &Format{Compact: true}, `{"a":[1,{}],"b":"x/y","e":[]}`},
		{"slashes", &Format{EscapeSlash: true}, `{ "a": [ 1, { } ], "b": "x\/y", "e": [ ] }`},
		{"indented", &Format{Indent: "  "}, "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x/y\",\n  \"e\": []\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := v.Append([]byte("> "), tt.f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("> "+tt.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	tests := []struct {
		v    *Value
		kind Kind
		want string
		i    int64
		f    float64
	}{
		{Number(42), KindInt, "42", 42, 42},
		{Number(-0.5), KindDouble, "-0.5", 0, -0.5},
		{Number(1 << 53), KindDouble, "9007199254740992.0", 1 << 53, 1 << 53},
		{Number(1<<53 - 1), KindInt, "9007199254740991", 1<<53 - 1, 1<<53 - 1},
		{Number(1e300), KindDouble, "1e+300", math.MaxInt64, 1e300},
		{Double(2), KindDouble, "2.0", 2, 2},
		{Double(-1e300), KindDouble, "-1e+300", math.MinInt64, -1e300},
		{Double(math.Inf(1)), KindDouble, "null", math.MaxInt64, math.Inf(1)},
		{Int(math.MinInt64), KindInt, "-9223372036854775808", math.MinInt64, math.MinInt64},
		{String("7"), KindString, "7", 0, 0},
		{nil, KindNull, "null", 0, 0},
	}
	for _, tt := range tests {
		if tt.v.Kind() != tt.kind || tt.v.String() != tt.want || tt.v.Int() != tt.i || tt.v.Float() != tt.f {
			t.Errorf("%s %s: %d, %g", tt.v.Kind(), tt.v, tt.v.Int(), tt.v.Float())
		}
	}
	if nan := Number(math.NaN()); nan.String() != "null" || nan.Int() != 0 {
		t.Errorf("NaN: %s, %d", nan, nan.Int())
	}
}

func TestGoValues(t *testing.T) {
	v, err := Of(map[string]any{"z": []any{nil, true, 1, 2.5, "s"}, "a": map[string]string{"k": "v"}, "l": []string{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.String(), `{ "a": { "k": "v" }, "l": [ "x" ], "z": [ null, true, 1, 2.5, "s" ] }`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := map[string]any{
		"z": []any{nil, true, int64(1), 2.5, "s"},
		"a": map[string]any{"k": "v"},
		"l": []any{"x"},
	}
	if diff := cmp.Diff(any(want), v.Go()); diff != "" {
		t.Error(diff)
	}
	if _, err := Of([]any{make(chan int)}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("error = %v, want ErrUnsupported", err)
	}
	self := []any{nil}
	self[0] = self
	if _, err := Of(self); !errors.Is(err, ErrTooDeep) {
		t.Errorf("error = %v, want ErrTooDeep", err)
	}
}

func TestStandardLibrary(t *testing.T) {
	type doc struct {
		Name string
		Data *Value
	}
	var d doc
	if err := json.Unmarshal([]byte(`{"Name":"n","Data":{"z":1,"a":2.0}}`), &d); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(out), `{"Name":"n","Data":{"z":1,"a":2.0}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
