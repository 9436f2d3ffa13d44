package bind

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// RangeTable calls f for each pair of the table at index, with the key at -2
// and the value at -1. f must leave the stack as it found it. The table may
// be changed meanwhile as during pairs.
func RangeTable(l *lua.State, index int, f func()) {
	index = l.AbsIndex(index)
	l.PushNil()
	for luavm.Next(l, index) {
		f()
		l.Pop(1)
	}
}

// Options reads a table of named options, as many functions take it for their
// last argument. A nil argument gives an Options without any.
type Options struct {
	c     *Call
	arg   int
	empty bool
}

// Options gives argument i, which must be a table or nil.
func (c *Call) Options(i int) Options {
	if c.IsNil(i) {
		return Options{c: c, arg: i, empty: true}
	}
	c.CheckTable(i)
	return Options{c: c, arg: i}
}

// get pushes the option's value and reports whether it is there; if not,
// nothing is pushed.
func (o Options) get(name string) bool {
	if o.empty {
		return false
	}
	o.c.L.Field(o.c.Index(o.arg), name)
	if o.c.L.IsNil(-1) {
		o.c.L.Pop(1)
		return false
	}
	return true
}

// Has reports whether the option is given.
func (o Options) Has(name string) bool {
	ok := o.get(name)
	if ok {
		o.c.L.Pop(1)
	}
	return ok
}

// String gives a text option, or def.
func (o Options) String(name, def string) string {
	if !o.get(name) {
		return def
	}
	s, ok := text(o.c.L, -1)
	if !ok {
		o.wrong(name, "string")
	}
	o.c.L.Pop(1)
	return s
}

// Number gives a number option, or def.
func (o Options) Number(name string, def float64) float64 {
	if !o.get(name) {
		return def
	}
	n, ok := o.c.L.ToNumber(-1)
	if !ok {
		o.wrong(name, "number")
	}
	o.c.L.Pop(1)
	return n
}

// Bool gives the truth of an option, or def if it is not given. The numbers 0
// and the strings "false", "no" and "0" are false too, as scripts carry
// configuration values into options.
func (o Options) Bool(name string, def bool) bool {
	if !o.get(name) {
		return def
	}
	defer o.c.L.Pop(1)
	switch s, isText := text(o.c.L, -1); {
	case isText:
		return s != "0" && s != "false" && s != "no" && s != ""
	}
	return o.c.L.ToBoolean(-1)
}

// Strings gives an option that is a text or an array of texts.
func (o Options) Strings(name string) []string {
	if !o.get(name) {
		return nil
	}
	list, ok := Strings(o.c.L, -1)
	if !ok {
		o.wrong(name, "string or array of strings")
	}
	o.c.L.Pop(1)
	return list
}

// Function gives an option that is a function; the zero Ref if not given.
func (o Options) Function(name string) Ref {
	if !o.get(name) {
		return Ref{}
	}
	if !o.c.L.IsFunction(-1) {
		o.wrong(name, "function")
	}
	f := RefAt(o.c.L, -1)
	o.c.L.Pop(1)
	return f
}

// Value gives an option converted by [Go], nil if not given.
func (o Options) Value(name string) any {
	if !o.get(name) {
		return nil
	}
	defer o.c.L.Pop(1)
	return Go(o.c.L, -1)
}

// wrong raises; the option's value is on top of the stack, under the error.
func (o Options) wrong(name, expected string) {
	o.c.ArgError(o.arg, "option '%s': %s expected, got %s", name, expected, typeName(o.c.L, -1))
}
