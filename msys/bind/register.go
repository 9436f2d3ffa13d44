package bind

import (
	"fmt"
	"sort"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// opener fills the module's table, which is on top of the stack.
type opener func(l *lua.State)

// Library gives the module in the shape of go-lua's own libraries: its
// function opens the module and returns the table.
func (m *Module) Library() lua.RegistryFunction {
	return lua.RegistryFunction{Name: m.Name, Function: func(l *lua.State) int {
		pushModuleTable(l, m.Name)
		m.open(l)
		return 1
	}}
}

// Preload makes modules available to require, without opening them. Several
// libraries of one name fill one table.
func Preload(l *lua.State, libs ...lua.RegistryFunction) {
	u := universeOf(luavm.Of(l))
	for _, lib := range libs {
		u.openers[lib.Name] = append(u.openers[lib.Name], func(l *lua.State) {
			l.PushGoFunction(lib.Function)
			l.Call(0, 0)
		})
		if len(u.openers[lib.Name]) > 1 {
			continue
		}
		lua.SubTable(l, lua.RegistryIndex, "_PRELOAD")
		l.PushGoFunction(luavm.Guard(func(l *lua.State) int {
			pushModuleTable(l, lib.Name)
			u.openModule(l, lib.Name)
			return 1
		}))
		l.SetField(-2, lib.Name)
		l.Pop(1)
	}
}

// Open opens modules at once, so that their tables stand in the globals
// before any script asks.
func Open(l *lua.State, libs ...lua.RegistryFunction) {
	for _, lib := range libs {
		lua.Require(l, lib.Name, luavm.Guard(lib.Function), false)
		l.Pop(1)
	}
}

// OpenPreloaded opens every module that Preload made available, as if a script
// had required each.
func OpenPreloaded(l *lua.State) {
	u := universeOf(luavm.Of(l))
	names := make([]string, 0, len(u.openers))
	for name := range u.openers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		l.Global("require")
		l.PushString(name)
		l.Call(1, 0)
		if !u.opened[name] { // somebody else's table stands under that name
			u.openModule(l, name)
		}
	}
}

// openModule runs the openers of a module that was preloaded.
func (u *universe) openModule(l *lua.State, name string) {
	u.opened[name] = true
	for _, open := range u.openers[name] {
		open(l)
	}
}

// Modules lists the declarations of all modules opened so far in the Lua
// universe of l, in order of opening.
func Modules(l *lua.State) []*Module { return universeOf(luavm.Of(l)).modules }

// pushModuleTable pushes the table that stands under the dotted name in the
// globals, and makes the tables on the way.
func pushModuleTable(l *lua.State, name string) {
	l.PushGlobalTable()
	for part := range strings.SplitSeq(name, ".") {
		l.PushString(part)
		l.RawGet(-2)
		if !l.IsTable(-1) {
			l.Pop(1)
			l.NewTable()
			l.PushString(part)
			l.PushValue(-2)
			l.RawSet(-4)
		}
		l.Remove(-2)
	}
}

// open fills the table on top of the stack.
func (m *Module) open(l *lua.State) {
	u := universeOf(luavm.Of(l))
	u.modules = append(u.modules, m)
	for i := range m.Funcs {
		f := &m.Funcs[i]
		depth := 0
		parts := strings.Split(f.Name, ".")
		for _, part := range parts[:len(parts)-1] {
			if !lua.SubTable(l, -1, part) {
				depth++
				continue
			}
			depth++
		}
		l.PushGoFunction(f.function(m.Name+"."+f.Name, nil))
		l.SetField(-2, parts[len(parts)-1])
		l.Pop(depth)
	}
	for _, k := range m.Consts {
		Push(l, k.Value)
		if k.Global {
			l.PushValue(-1)
			l.SetGlobal(k.Name)
		}
		l.SetField(-2, k.Name)
	}
	for _, class := range m.Classes {
		u.class(l, class)
	}
	for _, alias := range m.Aliases {
		lua.SubTable(l, lua.RegistryIndex, "_LOADED")
		l.PushValue(-2)
		l.SetField(-2, alias)
		l.Pop(1)
	}
	if m.Setup != nil {
		f := Func{Name: m.Name, Fn: func(c *Call) int { m.Setup(c); return 0 }}
		l.PushGoFunction(f.function(m.Name, nil))
		l.PushValue(-2)
		l.Call(1, 0)
	}
}

// function makes the Go function that go-lua calls. qualified is the name for
// messages about phases; class is the receiver's for methods.
func (f *Func) function(qualified string, class *Class) lua.Function {
	if f.Fn == nil {
		panic(fmt.Sprintf("bind: function %s is declared without Fn", qualified))
	}
	allowed := f.Allowed()
	return luavm.Guard(func(l *lua.State) int {
		t := luavm.Of(l)
		u := universeOf(t)
		c := u.call()
		c.L, c.t, c.fn = l, t, f
		if class != nil {
			o, ok := l.ToUserData(1).(*object)
			if !ok || o.class != class {
				c.typeError(1, class.Name)
			}
			c.self, c.base = o.value, 1
		}
		e := envOf(t)
		if e != background {
			e.Calls++
		}
		if !allowed.Allows(e.Phase) {
			f.wrongPhase(c, qualified, e.Phase)
		}
		n := f.Fn(c)
		u.done(c)
		return n
	})
}

func (f *Func) wrongPhase(c *Call, qualified string, at Phases) {
	text := fmt.Sprintf("%s called in phase %s (allowed: %s)", qualified, at, f.Allowed())
	if c.Env().Strict {
		c.Errorf("%s", text)
	}
	c.Warn(text)
}
