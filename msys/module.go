package msys

import (
	"fmt"
	"slices"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// module is a table that a script registered.
type module struct {
	name   string
	script string   // the registering file
	table  bind.Ref // the registered table
	look   luavm.Table
	ready  bool // init has run
}

// registerModule puts a table under name into the loop's list; the lock is
// held. The same script registering again replaces its table.
func (lp *loop) registerModule(l *lua.State, name, script string, table int) error {
	usable := false
	names := map[*HookDef]string{}
	table = l.AbsIndex(table)
	bind.RangeTable(l, table, func() {
		if !l.IsFunction(-1) || l.TypeOf(-2) != lua.TypeString {
			return
		}
		key, _ := l.ToString(-2)
		d := lp.rt.hooks.find(key)
		switch {
		case d == nil:
			lp.rt.log.Debug("function of a module is no callout", "module", name, "function", key)
		case d.internal:
			usable = true
			lp.rt.warnOnce("hook "+key, fmt.Sprintf("hook %s: accepted but never called by this host (module %s, %s)",
				key, name, script))
		default:
			usable = true
			if first, twice := names[d]; twice {
				// The order of a table's keys differs between loops.
				lp.rt.warnOnce("names "+script+" "+name+" "+d.Name, fmt.Sprintf("hook %s: defined as %s and as %s; only one of them is called (module %s, %s)",
					d.Name, min(first, key), max(first, key), name, script))
			}
			names[d] = key
		}
	})
	if !usable {
		return fmt.Errorf("no usable methods found for module %s in registerModule call", name)
	}
	ref, look := bind.RefAt(l, table), luavm.TableOf(luavm.Of(l).Value(table))
	for _, m := range lp.modules {
		if m.name != name {
			continue
		}
		if m.script == script {
			m.table, m.look = ref, look
			return nil
		}
		lp.rt.warnOnce("module "+name, fmt.Sprintf("module name registered twice; both run (module %s, %s and %s)", name, m.script, script))
	}
	lp.modules = append(lp.modules, &module{name: name, script: script, table: ref, look: look})
	return nil
}

// pushHook pushes the module's function for the hook and reports whether it
// has one; if not, nothing is pushed. The lock is held.
func (m *module) pushHook(l *lua.State, d *HookDef) bool {
	if m.look.Plain(d.keys) {
		return false // as most modules lack most hooks
	}
	m.table.Push(l)
	for _, key := range d.keys {
		l.PushLightUserData(key) // the string itself, already boxed
		l.RawGet(-2)
		if l.IsFunction(-1) {
			l.Remove(-2)
			return true
		}
		l.Pop(1)
	}
	if pushInherited(l, d.Name) {
		l.Remove(-2)
		return true
	}
	l.Pop(1)
	return false
}

// pushInherited pushes the function that the table on top of the stack
// inherits under name through tables given as __index. The globals, which
// package.seeall lets a module inherit, hold no callouts.
func pushInherited(l *lua.State, name string) bool {
	base := l.Top()
	l.PushValue(-1)
	for range 10 {
		if !l.MetaTable(-1) {
			break
		}
		l.PushString("__index")
		l.RawGet(-2)
		if !l.IsTable(-1) {
			break
		}
		l.PushGlobalTable()
		globals := l.RawEqual(-1, -2)
		l.Pop(1)
		if globals {
			break
		}
		l.PushString(name)
		l.RawGet(-2)
		if l.IsFunction(-1) {
			l.Replace(base + 1)
			l.SetTop(base + 1)
			return true
		}
		l.Pop(1)
		l.Replace(base + 1)
		l.SetTop(base + 1)
	}
	l.SetTop(base)
	return false
}

// defines reports whether any module has a function for the hook; the lock is
// held.
func (lp *loop) defines(d *HookDef) bool {
	l := lp.main.L
	for _, m := range lp.modules {
		if m.pushHook(l, d) {
			l.Pop(1)
			return true
		}
	}
	return false
}

func (lp *loop) moduleInfo() []ModuleInfo {
	l := lp.main.L
	var infos []ModuleInfo
	for _, m := range lp.modules {
		info := ModuleInfo{Name: m.name, Script: m.script}
		m.table.Push(l)
		bind.RangeTable(l, -1, func() {
			key, isText := l.ToString(-2)
			if d := lp.rt.hooks.find(key); isText && d != nil && l.IsFunction(-1) && !slices.Contains(info.Hooks, d.Name) {
				info.Hooks = append(info.Hooks, d.Name)
			}
		})
		l.Pop(1)
		slices.Sort(info.Hooks)
		infos = append(infos, info)
	}
	return infos
}

// initModules runs init and rsrc_setup of the modules that have not run them
// yet; the lock is not held.
func (lp *loop) initModules() error {
	for _, name := range []string{"init", "rsrc_setup"} {
		for _, m := range lp.pending() {
			if err := lp.lifecycle(m, name); err != nil {
				return err
			}
		}
	}
	for _, m := range lp.pending() {
		m.ready = true
	}
	return nil
}

func (lp *loop) pending() []*module {
	lp.mu.Lock()
	defer lp.mu.Unlock()
	var out []*module
	for _, m := range lp.modules {
		if !m.ready {
			out = append(out, m)
		}
	}
	return out
}

// lifecycle calls init, rsrc_setup or deinit, which must return true (0 is
// accepted, as samples return it).
func (lp *loop) lifecycle(m *module, name string) error {
	d := lp.rt.hooks.find(name)
	env := lp.environment(lp.rt.ctx, d.Phase)
	env.Callout, env.Module, env.NoWait = name, m.name, name
	return lp.with(env, func(t *luavm.Thread) error {
		l := t.L
		if !m.pushHook(l, d) {
			return nil
		}
		m.table.Push(l)
		traced := lp.traceStart(env, d, m)
		err := t.PCall(1, 1)
		lp.trace(traced, env, d, l, -1, err)
		if err != nil {
			lp.rt.logFailure(env, m, err)
			return fmt.Errorf("msys: module %s: %s: %w", m.name, name, err)
		}
		n, isNumber := l.ToNumber(-1)
		ok := l.TypeOf(-1) == lua.TypeBoolean && l.ToBoolean(-1) || isNumber && l.TypeOf(-1) == lua.TypeNumber && (n == 0 || n == 1)
		if !ok {
			return fmt.Errorf("msys: module %s: %s returned %s, expected true", m.name, name, describe(l, -1))
		}
		return nil
	})
}

// deinit runs deinit of all modules of the loop; failures are logged.
func (lp *loop) deinit() {
	lp.mu.Lock()
	modules := slices.Clone(lp.modules)
	lp.mu.Unlock()
	for _, m := range modules {
		if err := lp.lifecycle(m, "deinit"); err != nil {
			lp.rt.log.Warn("deinit failed", "module", m.name, "error", err)
		}
	}
}

// describe names the value at index for an error: its type, and its text if
// it has a short one.
func describe(l *lua.State, index int) string {
	switch l.TypeOf(index) {
	case lua.TypeNil, lua.TypeNone:
		return "nil"
	case lua.TypeBoolean:
		return fmt.Sprint(l.ToBoolean(index))
	case lua.TypeNumber:
		n, _ := l.ToNumber(index)
		return bind.FormatNumber(n)
	case lua.TypeString:
		s, _ := l.ToString(index)
		if len(s) > 40 {
			s = s[:40] + "…"
		}
		return fmt.Sprintf("%q", s)
	}
	return "a " + lua.TypeNameOf(l, index)
}
