package lualib

import (
	"math"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// args reads the arguments of the running library function. Its errors name
// the function and carry the caller's position, as those of C Lua do.
type args struct {
	l  *lua.State
	fn string // the function's name, for calls that do not show one
}

// errorf raises an error at the caller's position. It does not return.
func (a args) errorf(format string, v ...any) {
	luavm.Throw(a.l, 1, format, v...)
}

// fail raises the error of a bad argument. It does not return.
func (a args) fail(i int, msg string) {
	luavm.ArgError(a.l, i, a.fn, msg)
}

// failType raises the error of an argument of the wrong type. It does not
// return.
func (a args) failType(i int, expected string) {
	a.fail(i, expected+" expected, got "+a.typeName(i))
}

// typeName returns the type of the value at index i, or "no value".
func (a args) typeName(i int) string {
	t := a.l.TypeOf(i)
	if t == lua.TypeNone && (i < 0 || i <= a.l.Top()) {
		t = lua.TypeLightUserData // which go-lua does not tell
	}
	return t.String()
}

// missing reports whether argument i is nil or not there.
func (a args) missing(i int) bool { return a.l.IsNoneOrNil(i) }

// str returns a string, or a number as text.
func (a args) str(i int) string {
	// ToValue, unlike ToString, does not put the string in a new box.
	switch v := a.l.ToValue(i).(type) {
	case string:
		return v
	case float64:
		return FormatNumber(v)
	}
	a.failType(i, "string")
	return ""
}

func (a args) optStr(i int, absent string) string {
	if a.missing(i) {
		return absent
	}
	return a.str(i)
}

// num returns a number, or the number that a string reads as.
func (a args) num(i int) float64 {
	switch v := a.l.ToValue(i).(type) {
	case float64:
		return v
	case string:
		if n, ok := ParseNumber(v); ok {
			return n
		}
	}
	a.failType(i, "number")
	return 0
}

func (a args) optNum(i int, absent float64) float64 {
	if a.missing(i) {
		return absent
	}
	return a.num(i)
}

// integer returns a number without its fraction.
func (a args) integer(i int) int { return truncate(a.num(i)) }

func (a args) optInteger(i, absent int) int {
	if a.missing(i) {
		return absent
	}
	return a.integer(i)
}

func (a args) table(i int) {
	if !a.l.IsTable(i) {
		a.failType(i, "table")
	}
}

func (a args) function(i int) {
	if !a.l.IsFunction(i) {
		a.failType(i, "function")
	}
}

func (a args) any(i int) {
	if a.l.IsNone(i) {
		a.fail(i, "value expected")
	}
}

// option returns the place of string argument i in names.
func (a args) option(i int, absent string, names ...string) int {
	name := a.optStr(i, absent)
	for k, n := range names {
		if n == name {
			return k
		}
	}
	a.fail(i, "invalid option '"+name+"'")
	return 0
}

// room makes sure that n values can be pushed.
func (a args) room(n int, what string) {
	if !a.l.CheckStack(n) {
		a.errorf("stack overflow (%s)", what)
	}
}

// truncate cuts the fraction off. Numbers out of range give the nearest int,
// which is far beyond every length; NaN gives the smallest.
func truncate(f float64) int {
	switch {
	case f >= math.MaxInt:
		return math.MaxInt
	case f > math.MinInt:
		return int(f)
	}
	return math.MinInt
}
