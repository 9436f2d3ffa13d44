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

func baseAssert(l *lua.State) int {
	if l.ToBoolean(1) {
		return l.Top()
	}
	args{l, "assert"}.any(1)
	if l.Top() == 1 {
		luavm.Throw(l, 0, "assertion failed!")
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
