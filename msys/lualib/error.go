package lualib

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// openErrors sets assert, error, pcall and xpcall in the table on top of the
// stack.
func openErrors(l *lua.State) {
	register(l, map[string]lua.Function{
		"assert": baseAssert,
		"error":  baseError,
		"pcall":  luavm.LuaPCall,
		"xpcall": luavm.LuaXPCall,
	})
}

// baseAssert raises its second argument; a string gets the caller's position,
// as in Lua 5.1.
func baseAssert(l *lua.State) int {
	if l.ToBoolean(1) {
		return l.Top()
	}
	a := args{l, "assert"}
	a.any(1)
	switch l.TypeOf(2) {
	case lua.TypeNone, lua.TypeNil:
		a.errorf("assertion failed!")
	case lua.TypeString, lua.TypeNumber:
		a.errorf("%s", a.str(2))
	}
	l.SetTop(2)
	luavm.Raise(l)
	return 0
}

// baseError raises its first argument; a string gets the position of the
// function that level names.
func baseError(l *lua.State) int {
	level := args{l, "error"}.optInteger(2, 1)
	l.SetTop(1)
	if s, ok := l.ToValue(1).(string); ok && level > 0 {
		if position := luavm.Of(l).Position(level); position != "" {
			l.PushString(position + s)
		}
	}
	luavm.Raise(l)
	return 0
}
