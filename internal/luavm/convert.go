package luavm

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	lua "github.com/Shopify/go-lua"
)

// formatNumber gives n as Lua prints it: "%.14g" of C, with inf, -inf and
// nan.
func formatNumber(n float64) string {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e14 && (n != 0 || !math.Signbit(n)):
		return strconv.FormatInt(int64(n), 10)
	case math.IsNaN(n):
		return "nan"
	case math.IsInf(n, 0):
		if n > 0 {
			return "inf"
		}
		return "-inf"
	}
	s := fmt.Sprintf("%.14g", n)
	return s
}

// FormatValue gives a raw value as tostring does when there is no metatable.
func FormatValue(raw any) string {
	switch v := raw.(type) {
	case nil:
		return "nil"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return formatNumber(v)
	case string:
		return v
	}
	return ""
}

// ToStringMeta pushes the value at index as tostring gives it, with
// __tostring and __name, and returns it. A metamethod's error is raised, and
// so is a result that is no string.
func ToStringMeta(l *lua.State, index int) string {
	t := Of(l)
	t.ToString(index)
	switch v := t.view.at(-1).(type) {
	case string:
		return v
	case float64:
		l.Pop(1)
		return l.PushString(formatNumber(v))
	}
	Throw(l, 1, "'tostring' must return a string to 'print'")
	return ""
}

// ToString pushes what tostring gives for the value at index: a string, or
// any other value that a metamethod __tostring gives.
func (t *Thread) ToString(index int) {
	l, raw := t.L, t.view.at(index)
	if s, ok := raw.(string); ok {
		l.PushString(s)
		return
	}
	index = l.AbsIndex(index)
	name := ""
	if l.MetaTable(index) {
		l.PushString("__tostring")
		l.RawGet(-2)
		if !l.IsNil(-1) {
			l.Remove(-2)
			l.PushValue(index)
			l.Call(1, 1)
			return
		}
		l.Pop(1)
		l.PushString("__name")
		l.RawGet(-2)
		if l.TypeOf(-1) == lua.TypeString {
			name, _ = l.ToString(-1)
		}
		l.Pop(2)
	}
	switch raw.(type) {
	case float64, nil, bool:
		l.PushString(FormatValue(raw))
		return
	}
	if name == "" {
		name = t.U.typeName(raw)
	}
	l.PushString(name + ": " + Address(raw))
}

// Address gives text that tells a table, function, thread or userdata apart
// from any other that is alive.
func Address(raw any) string {
	v := reflect.ValueOf(raw)
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice, reflect.UnsafePointer:
		return fmt.Sprintf("0x%012x", v.Pointer())
	}
	return fmt.Sprintf("%v", raw)
}
