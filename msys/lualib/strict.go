package lualib

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// strict is the module of that name: once it is required, a global variable
// must be assigned in a chunk, outside of functions, before a function may
// assign it and before anything may read it. Functions of Go are exempt.
type strict struct {
	declared      map[string]bool
	index, assign any // the metamethods that the globals had before, or nil
}

// newStrict gives the loader of the module.
func newStrict() lua.Function {
	s := &strict{declared: map[string]bool{"_TLS": true, "_OSTLS": true}}
	return s.load
}

func (s *strict) load(l *lua.State) int {
	t := luavm.Of(l)
	l.SetTop(0)
	l.PushGlobalTable()
	if !l.MetaTable(1) {
		l.NewTable()
		l.PushValue(-1)
		l.SetMetaTable(1)
	}
	for _, m := range []struct {
		event  string
		before *any
		f      lua.Function
	}{{"__index", &s.index, s.read}, {"__newindex", &s.assign, s.write}} {
		l.PushString(m.event)
		l.RawGet(2)
		if *m.before = t.Pop(); *m.before == t.U.HiddenIndex() {
			*m.before = nil
		}
		l.PushString(m.event)
		l.PushGoFunction(luavm.Guard(m.f))
		l.RawSet(2)
	}
	l.PushBoolean(true)
	return 1
}

// caller tells what kind of function uses the variable.
func (s *strict) caller(t *luavm.Thread) string {
	f, ok := t.Frame(1)
	if !ok {
		return "C"
	}
	return t.U.Info(f.Function()).What
}

// read is __index of the globals.
func (s *strict) read(l *lua.State) int {
	t := luavm.Of(l)
	l.SetTop(2)
	if name, ok := t.Value(2).(string); ok && !s.declared[name] && s.index == nil && s.caller(t) != "C" {
		luavm.Throw(l, 1, "variable '%s' is not declared", name)
	}
	switch {
	case s.index == nil:
		l.PushNil()
	case t.U.IsFunction(s.index):
		t.Push(s.index)
		l.Insert(1)
		l.Call(2, 1)
	default:
		t.Push(s.index)
		l.PushValue(2)
		l.Table(-2)
	}
	return 1
}

// write is __newindex of the globals.
func (s *strict) write(l *lua.State) int {
	t := luavm.Of(l)
	l.SetTop(3)
	if name, ok := t.Value(2).(string); ok && !s.declared[name] {
		if s.caller(t) == "Lua" {
			luavm.Throw(l, 1, "assign to undeclared variable '%s'", name)
		}
		s.declared[name] = true
	}
	switch {
	case s.assign == nil:
		l.RawSet(1)
	case t.U.IsFunction(s.assign):
		t.Push(s.assign)
		l.Insert(1)
		l.Call(3, 0)
	default:
		t.Push(s.assign)
		l.Replace(1)
		l.SetTable(1)
	}
	return 0
}
