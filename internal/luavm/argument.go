package luavm

import (
	lua "github.com/Shopify/go-lua"
)

// ArgError raises "bad argument #n to 'name' (message)" with the name by which
// the running Go function was called; def is the name if the call shows none.
// For a method call the receiver is not counted.
func ArgError(l *lua.State, n int, def, message string) {
	t := Of(l)
	name, kind := t.FunctionName(0)
	if kind == "method" {
		if n--; n == 0 {
			Throw(l, 1, "calling '%s' on bad self (%s)", name, message)
		}
	}
	if kind == "" || name == "?" {
		name = def
	}
	Throw(l, 1, "bad argument #%d to '%s' (%s)", n, name, message)
}

// argTypeError raises the error of an argument of a wrong type.
func (t *Thread) argTypeError(n int, def, expected string) {
	ArgError(t.L, n, def, expected+" expected, got "+t.argType(n))
}

func (t *Thread) argType(n int) string {
	if n > t.L.Top() {
		return "no value"
	}
	return t.U.typeName(t.view.at(n))
}
