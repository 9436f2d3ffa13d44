package lualib

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// openPairs sets next, pairs and ipairs in the table on top of the stack.
func (b *baseLibrary) openPairs(l *lua.State) {
	t := luavm.Of(l)
	l.PushGoFunction(b.universe.LuaNext)
	b.next = t.Value(-1)
	l.SetField(-2, "next")
	l.PushGoFunction(nextInteger)
	b.inext = t.Pop()
	register(l, map[string]lua.Function{"pairs": b.pairs, "ipairs": b.ipairs})
}

func (b *baseLibrary) pairs(l *lua.State) int {
	if lua.MetaField(l, 1, "__pairs") {
		l.PushValue(1)
		l.Call(1, 3)
		return 3
	}
	args{l, "pairs"}.table(1)
	l.SetTop(1)
	l.PushLightUserData(b.next)
	l.Insert(1)
	l.PushNil()
	return 3
}

func (b *baseLibrary) ipairs(l *lua.State) int {
	if lua.MetaField(l, 1, "__ipairs") {
		l.PushValue(1)
		l.Call(1, 3)
		return 3
	}
	args{l, "ipairs"}.table(1)
	l.SetTop(1)
	l.PushLightUserData(b.inext)
	l.Insert(1)
	pushInt(l, 0)
	return 3
}

// nextInteger is the iterator of ipairs.
func nextInteger(l *lua.State) int {
	a := args{l, "ipairs"}
	a.table(1)
	i := a.integer(2) + 1
	pushInt(l, i)
	l.RawGetInt(1, i)
	if l.IsNil(-1) {
		return 1
	}
	return 2
}
