package lualib

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// environments are the tables that setfenv has given to what has no variable
// for one: functions without global variables, Go functions and threads.
type environments map[any]any

// maxEnvironments bounds an environments: what is in it stays in memory.
const maxEnvironments = 1000

func (e environments) set(of, table any) {
	if len(e) < maxEnvironments {
		e[of] = table
	}
}

// openEnvironments sets getfenv, setfenv and module in the table on top of
// the stack.
func openEnvironments(l *lua.State, e environments) {
	register(l, map[string]lua.Function{"getfenv": e.getEnvironment, "setfenv": e.setEnvironment, "module": module})
}

// functionAt gives the raw function that argument 1 is, or that runs at the
// level that it is.
func functionAt(a args, t *luavm.Thread, level int) any {
	if a.l.IsFunction(1) {
		return t.Value(1)
	}
	if !a.missing(1) || level < 0 {
		level = a.integer(1)
	}
	if level < 0 {
		a.fail(1, "level must be non-negative")
	}
	f, ok := t.Frame(level)
	if !ok {
		a.fail(1, "invalid level")
	}
	return f.Function()
}

func (e environments) getEnvironment(l *lua.State) int {
	a, t := args{l, "getfenv"}, luavm.Of(l)
	if n, ok := l.ToValue(1).(float64); ok && n == 0 {
		l.PushGlobalTable()
		return 1
	}
	e.push(t, functionAt(a, t, 1))
	return 1
}

// push pushes the environment of a raw function or thread.
func (e environments) push(t *luavm.Thread, of any) {
	if env, ok := t.U.Environment(of); ok {
		t.Push(env)
	} else if env := e[of]; env != nil {
		t.Push(env)
	} else {
		t.L.PushGlobalTable()
	}
}

func (e environments) debugGet(l *lua.State) int {
	args{l, "debug.getfenv"}.any(1)
	if t := luavm.Of(l); l.IsFunction(1) || l.IsThread(1) {
		e.push(t, t.Value(1))
	} else {
		l.PushNil()
	}
	return 1
}

func (e environments) debugSet(l *lua.State) int {
	a, t := args{l, "debug.setfenv"}, luavm.Of(l)
	a.table(2)
	l.SetTop(2)
	if !l.IsFunction(1) && !l.IsThread(1) {
		a.errorf("'setfenv' cannot change environment of given object")
	}
	if !t.U.SetEnvironment(t.Value(1), t.Value(2)) {
		e.set(t.Value(1), t.Value(2))
	}
	l.SetTop(1)
	return 1
}

func (e environments) setEnvironment(l *lua.State) int {
	a, t := args{l, "setfenv"}, luavm.Of(l)
	a.table(2)
	if n, ok := a.l.ToValue(1).(float64); ok && n == 0 {
		l.PushValue(2)
		l.RawSetInt(lua.RegistryIndex, lua.RegistryIndexGlobals)
		return 0
	}
	f := functionAt(a, t, -1)
	t.Push(f)
	if l.IsGoFunction(-1) {
		a.errorf("'setfenv' cannot change environment of given object")
	}
	if !t.U.SetEnvironment(f, t.Value(2)) {
		e.set(f, t.Value(2))
	}
	return 1
}

// module makes the calling chunk's globals the fields of a table that stands
// under the dotted name in the globals and in package.loaded.
func module(l *lua.State) int {
	a, t := args{l, "module"}, luavm.Of(l)
	name := a.str(1)
	top := l.Top()
	lua.SubTable(l, lua.RegistryIndex, "_LOADED")
	l.Field(-1, name)
	if !l.IsTable(-1) {
		l.Pop(1)
		if !findTable(l, name) {
			a.errorf("name conflict for module '%s'", name)
		}
		l.PushValue(-1)
		l.SetField(-3, name)
	}
	l.Field(-1, "_NAME")
	fresh := l.IsNil(-1)
	l.Pop(1)
	if fresh {
		l.PushValue(-1)
		l.SetField(-2, "_M")
		l.PushString(name)
		l.SetField(-2, "_NAME")
		l.PushString(name[:strings.LastIndexByte(name, '.')+1])
		l.SetField(-2, "_PACKAGE")
	}
	caller, ok := t.Frame(1)
	if !ok || !caller.IsLua() {
		a.errorf("'module' not called from a Lua function")
	}
	t.U.SetEnvironment(caller.Function(), t.Value(-1))
	for i := 2; i <= top; i++ {
		l.PushValue(i)
		l.PushValue(-2)
		l.Call(1, 0)
	}
	return 0
}

// findTable pushes the table at a dotted name in the globals, and makes the
// tables on the way. It is false if something else stands there.
func findTable(l *lua.State, name string) bool {
	l.PushGlobalTable()
	for part := range strings.SplitSeq(name, ".") {
		l.PushString(part)
		l.RawGet(-2)
		if l.IsNil(-1) {
			l.Pop(1)
			l.NewTable()
			l.PushString(part)
			l.PushValue(-2)
			l.SetTable(-4)
		}
		if l.Remove(-2); !l.IsTable(-1) {
			l.Pop(1)
			return false
		}
	}
	return true
}
