package msys

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// strictScripts is the module strict of a loop: functions of the scripts that
// required it must not read or assign undeclared global variables. A variable
// is declared by an assignment outside of functions, in any script. Functions
// of other scripts go on as before.
type strictScripts struct {
	sources       map[string]bool // of scripts that required it, as the VM names them
	declared      map[string]bool // assigned in a chunk, perhaps to nil
	installed     bool
	index, assign any // the metamethods that the globals had before, or nil
}

// installStrict makes require("strict") the loop's own.
func (lp *loop) installStrict(l *lua.State) {
	s := &strictScripts{sources: map[string]bool{}, declared: map[string]bool{}}
	lua.SubTable(l, lua.RegistryIndex, "_PRELOAD")
	l.PushGoFunction(luavm.Guard(s.load))
	l.SetField(-2, "strict")
	l.Pop(1)
}

// load marks the script that requires the module. It returns false, which
// require does not keep, so that it runs for each script.
func (s *strictScripts) load(l *lua.State) int {
	t := luavm.Of(l)
	for level := 1; ; level++ {
		f, ok := t.Frame(level)
		if !ok {
			break
		}
		if f.IsLua() {
			s.sources[t.U.Info(f.Function()).Source] = true
			break
		}
	}
	if !s.installed {
		s.installed = true
		s.install(l, t)
	}
	l.PushBoolean(false)
	return 1
}

func (s *strictScripts) install(l *lua.State, t *luavm.Thread) {
	l.PushGlobalTable()
	globals := l.Top()
	if !l.MetaTable(globals) {
		l.NewTable()
		l.PushValue(-1)
		l.SetMetaTable(globals)
	}
	meta := l.Top()
	for _, m := range []struct {
		event  string
		before *any
		f      lua.Function
	}{{"__index", &s.index, s.read}, {"__newindex", &s.assign, s.write}} {
		l.PushString(m.event)
		l.RawGet(meta)
		if *m.before = t.Pop(); *m.before == t.U.HiddenIndex() {
			*m.before = nil
		}
		l.PushString(m.event)
		l.PushGoFunction(luavm.Guard(m.f))
		l.RawSet(meta)
	}
	l.SetTop(globals - 1)
}

// user reports whether a function of a strict script, not its chunk,
// uses the variable, and whether a chunk does.
func (s *strictScripts) user(t *luavm.Thread) (strictFunction, chunk bool) {
	f, ok := t.Frame(1)
	if !ok || !f.IsLua() {
		return false, false
	}
	info := t.U.Info(f.Function())
	return info.What == "Lua" && s.sources[info.Source], info.What == "main"
}

// read is __index of the globals.
func (s *strictScripts) read(l *lua.State) int {
	t := luavm.Of(l)
	l.SetTop(2)
	if name, ok := t.Value(2).(string); ok && s.index == nil && !s.declared[name] {
		if strict, _ := s.user(t); strict {
			luavm.Throw(l, 1, "variable '%s' is not declared", name)
		}
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
func (s *strictScripts) write(l *lua.State) int {
	t := luavm.Of(l)
	l.SetTop(3)
	if name, ok := t.Value(2).(string); ok && !s.declared[name] {
		switch strict, chunk := s.user(t); {
		case strict:
			luavm.Throw(l, 1, "assign to undeclared variable '%s'", name)
		case chunk:
			s.declared[name] = true
		}
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
