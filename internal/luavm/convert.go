package luavm

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"
)

// FormatNumber gives n as Lua prints it: "%.14g" of C, with inf, -inf, nan
// and -nan.
func FormatNumber(n float64) string {
	switch {
	case n == math.Trunc(n) && math.Abs(n) < 1e14 && (n != 0 || !math.Signbit(n)):
		return strconv.FormatInt(int64(n), 10)
	case math.IsNaN(n):
		if math.Signbit(n) {
			return "-nan"
		}
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

// ParseNumber reads a number as tonumber does: decimal or hexadecimal, with
// white space around it.
func ParseNumber(s string) (float64, bool) {
	s = strings.Trim(s, " \t\n\v\f\r")
	if s == "" || strings.ContainsAny(s, "_nNiIpP") && !isHex(s) {
		return 0, false
	}
	if isHex(s) {
		return parseHex(s)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(n, 0) {
		return 0, false
	}
	return n, true
}

func isHex(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X')
}

// parseHex reads [+-]0xH.HpD.
func parseHex(s string) (float64, bool) {
	sign := 1.0
	if s[0] == '-' || s[0] == '+' {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if len(s) < 3 || s[0] != '0' {
		return 0, false
	}
	n, exponent, digits := 0.0, 0, 0
	i := 2
	for dot := false; i < len(s); i++ {
		c := s[i]
		if c == '.' && !dot {
			dot = true
			continue
		}
		d := hexDigit(c)
		if d < 0 {
			break
		}
		digits++
		if n = n*16 + float64(d); dot {
			exponent -= 4
		}
	}
	if digits == 0 {
		return 0, false
	}
	if i < len(s) {
		if s[i] != 'p' && s[i] != 'P' || strings.ContainsRune(s[i:], '_') {
			return 0, false
		}
		e, err := strconv.Atoi(s[i+1:])
		if err != nil {
			return 0, false
		}
		exponent += e
	}
	return sign * math.Ldexp(n, exponent), true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// FormatValue gives a raw value as tostring does when there is no metatable.
func FormatValue(raw any) string {
	switch v := raw.(type) {
	case nil:
		return "nil"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return FormatNumber(v)
	case string:
		return v
	}
	return ""
}

// ToStringMeta gives the value at index as tostring does, with __tostring and
// __name; pushes it too. A metamethod's error is raised, and so is a result
// that is no string.
func ToStringMeta(l *lua.State, index int) string {
	t := Of(l)
	raw := t.view.at(index)
	switch v := raw.(type) {
	case string:
		return l.PushString(v)
	case float64, nil, bool:
		if !l.MetaTable(index) {
			return l.PushString(FormatValue(v))
		}
		l.Pop(1)
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
			return t.tostringResult()
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
		return l.PushString(FormatValue(raw))
	}
	if name == "" {
		name = t.U.typeName(raw)
	}
	return l.PushString(name + ": " + Address(raw))
}

func (t *Thread) tostringResult() string {
	switch v := t.view.at(-1).(type) {
	case string:
		return v
	case float64:
		s := FormatNumber(v)
		t.L.Pop(1)
		return t.L.PushString(s)
	}
	Throw(t.L, 1, "'tostring' must return a string to 'print'")
	return ""
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
