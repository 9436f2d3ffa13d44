package db

import (
	"math"
	"slices"
	"testing"
)

func TestBasicTypes(t *testing.T) {
	for _, tt := range []struct{ v, want any }{
		{nil, nil}, {true, true}, {"x", "x"}, {1.5, 1.5}, {float32(1.5), 1.5},
		{7, int64(7)}, {int8(7), int64(7)}, {int16(7), int64(7)}, {int32(7), int64(7)}, {int64(7), int64(7)},
		{uint(7), int64(7)}, {uint8(7), int64(7)}, {uint16(7), int64(7)}, {uint32(7), int64(7)}, {uint64(7), int64(7)},
		{uint64(math.MaxUint64), "18446744073709551615"},
	} {
		if got, ok := basic(tt.v); !ok || got != tt.want {
			t.Errorf("%T %v: %#v", tt.v, tt.v, got)
		}
	}
	for _, v := range []any{struct{}{}, []int{1}, map[string]any{}, func() {}} {
		if got, ok := basic(v); ok {
			t.Errorf("%T: %#v", v, got)
		}
	}
}

func TestLuaNumbers(t *testing.T) {
	for f, want := range map[float64]any{
		1: int64(1), -3: int64(-3), 1.5: 1.5, 1 << 53: int64(1 << 53), 1e300: 1e300, math.Inf(1): math.Inf(1), -1 << 62: int64(-1 << 62),
	} {
		if got := number(f); got != want {
			t.Errorf("%v: %#v", f, got)
		}
	}
}

// TestKeys has no two lists of parameters with one key.
func TestKeys(t *testing.T) {
	lists := [][]any{
		{nil}, {true}, {false}, {int64(1)}, {1.0}, {"1"}, {[]byte("1")}, {"", ""}, {""}, {nil, nil}, {"n"}, {"a", "b"}, {"ab", ""}, {"", "ab"},
		{"a", nil}, {"as\x01b"}, {math.NaN()}, {int64(-1)}, {int64(0x6e)},
	}
	seen := map[string][]any{}
	for _, list := range lists {
		st := &statement{refs: make([]ref, len(list))}
		key := keyOf(st, list)
		if old := seen[key]; old != nil {
			t.Errorf("%#v and %#v have one key", old, list)
		}
		seen[key] = list
	}
	if key := keyOf(&statement{}, nil); key != "" {
		t.Errorf("%q", key)
	}
}

func TestParametersAsText(t *testing.T) {
	got := asText([]any{nil, true, int64(-7), 1e21, 0.1, "x", []byte("y")})
	want := []any{nil, "true", "-7", "1e+21", "0.1", "x"}
	if !slices.Equal(got[:6], want) || string(got[6].([]byte)) != "y" {
		t.Errorf("%#v", got)
	}
}
