package bind

import (
	"math"
	"sort"
	"strconv"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// Push pushes a Go value: nil, booleans, numbers, strings, byte slices,
// durations (as seconds), errors (as text), [Ref], slices and maps of these.
// Any other value is pushed as nil.
func Push(l *lua.State, v any) {
	switch v := v.(type) {
	case nil:
		l.PushNil()
	case bool:
		l.PushBoolean(v)
	case string:
		l.PushString(v)
	case []byte:
		l.PushString(string(v))
	case int:
		l.PushInteger(v)
	case int64:
		l.PushNumber(float64(v))
	case uint64:
		l.PushNumber(float64(v))
	case int32:
		l.PushInteger(int(v))
	case uint32:
		l.PushNumber(float64(v))
	case float64:
		l.PushNumber(v)
	case time.Duration:
		l.PushNumber(v.Seconds())
	case error:
		l.PushString(v.Error())
	case Ref:
		v.Push(l)
	case []string:
		l.CreateTable(len(v), 0)
		for i, s := range v {
			l.PushString(s)
			l.RawSetInt(-2, i+1)
		}
	case []any:
		l.CreateTable(len(v), 0)
		for i, e := range v {
			Push(l, e)
			l.RawSetInt(-2, i+1)
		}
	case map[string]string:
		pushMap(l, v)
	case map[string]any:
		pushMap(l, v)
	default:
		l.PushNil()
	}
}

func pushMap[V any](l *lua.State, m map[string]V) {
	l.CreateTable(0, len(m))
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		l.PushString(k)
		Push(l, any(m[k]))
		l.RawSet(-3)
	}
}

// text gives the value at index as a string if it stands for one; the value
// on the stack stays as it is.
func text(l *lua.State, index int) (string, bool) { return textOf(luavm.Of(l), index) }

func textOf(t *luavm.Thread, index int) (string, bool) {
	switch v := t.Value(index).(type) {
	case string:
		return v, true
	case float64:
		return FormatNumber(v), true
	}
	if o, ok := t.L.ToUserData(index).(*object); ok && o.class.Text != nil {
		return o.class.Text(o.value), true
	}
	return "", false
}

// FormatNumber gives n as Lua prints it: "%.14g", with inf, -inf, nan and
// -nan as C writes them.
func FormatNumber(n float64) string {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e14 && (n != 0 || !math.Signbit(n)):
		return strconv.FormatInt(int64(n), 10)
	case math.IsNaN(n):
		if math.Signbit(n) {
			return "-nan"
		}
		return "nan"
	case math.IsInf(n, 1):
		return "inf"
	case math.IsInf(n, -1):
		return "-inf"
	}
	return strconv.FormatFloat(n, 'g', 14, 64)
}

// typeName gives the class of the value at index, or its Lua type.
func typeName(l *lua.State, index int) string {
	if o, ok := l.ToUserData(index).(*object); ok {
		return o.class.Name
	}
	if l.IsNoneOrNil(index) {
		return "nil"
	}
	return lua.TypeNameOf(l, index)
}

// Strings gives the texts of an array-like table at index, or the one text
// that stands there. ok is false if it is neither or holds something else.
func Strings(l *lua.State, index int) (out []string, ok bool) {
	if s, isText := text(l, index); isText {
		return []string{s}, true
	}
	if !l.IsTable(index) {
		return nil, false
	}
	index = l.AbsIndex(index)
	for i := 1; ; i++ {
		l.RawGetInt(index, i)
		if l.IsNil(-1) {
			l.Pop(1)
			return out, true
		}
		s, isText := text(l, -1)
		l.Pop(1)
		if !isText {
			return out, false
		}
		out = append(out, s)
	}
}

// Go gives the value at index as a Go value: nil, bool, float64, string, the
// Go value of an object, []any for a table with only the keys 1..n and
// map[string]any for any other (keys that are no strings as text). Functions
// and threads are given as [Ref]. Tables nested deeper than 100 levels, or
// in themselves, are cut off with nil.
func Go(l *lua.State, index int) any { return toGo(l, l.AbsIndex(index), 0) }

func toGo(l *lua.State, index, depth int) any {
	switch l.TypeOf(index) {
	case lua.TypeBoolean:
		return l.ToBoolean(index)
	case lua.TypeNumber:
		n, _ := l.ToNumber(index)
		return n
	case lua.TypeString:
		s, _ := l.ToString(index)
		return s
	case lua.TypeUserData:
		if o, ok := l.ToUserData(index).(*object); ok {
			return o.value
		}
		return l.ToUserData(index)
	case lua.TypeFunction, lua.TypeThread:
		return RefAt(l, index)
	case lua.TypeTable:
		if depth >= 100 || !l.CheckStack(4) {
			return nil
		}
		return tableToGo(l, index, depth)
	}
	return nil
}

func tableToGo(l *lua.State, index, depth int) any {
	n, count := l.RawLength(index), 0
	m := map[string]any{}
	RangeTable(l, index, func() {
		count++
		key, ok := text(l, -2)
		if !ok {
			key = lua.TypeNameOf(l, -2)
		}
		m[key] = toGo(l, l.AbsIndex(-1), depth+1)
	})
	if n == 0 || n != count {
		return m
	}
	list := make([]any, n)
	for i := range list {
		l.RawGetInt(index, i+1)
		list[i] = toGo(l, l.AbsIndex(-1), depth+1)
		l.Pop(1)
	}
	return list
}

// Text gives the value at index as a string if it is one, a number, or an
// object that stands for a string.
func Text(l *lua.State, index int) (string, bool) { return text(l, index) }
