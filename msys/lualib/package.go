package lualib

import (
	"errors"
	"io/fs"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// packageLibrary is require and the table package.
type packageLibrary struct {
	files    scriptFiles
	table    any               // the table package
	loaded   any               // package.loaded
	sentinel *struct{ _ byte } // stands in package.loaded while a module runs
	names    map[string]string // by file: the name under which it was required
}

const defaultPath = "?.lua;?/init.lua"

// openPackage sets require and leaves the table package on the stack.
func openPackage(l *lua.State, o *Options) int {
	p := &packageLibrary{files: scriptFiles{roots: o.Roots}, sentinel: &struct{ _ byte }{}, names: map[string]string{}}
	l.NewTable()
	register(l, map[string]lua.Function{"loadlib": loadLib, "searchpath": p.searchPath, "seeall": seeAll})
	l.CreateTable(3, 0)
	for i, f := range []lua.Function{searchPreload, p.searchLua, searchOwn()} {
		l.PushGoFunction(luavm.Guard(f))
		l.RawSetInt(-2, i+1)
	}
	l.PushValue(-1)
	l.SetField(-3, "loaders")
	l.SetField(-2, "searchers")
	for field, value := range map[string]string{"path": defaultPath, "cpath": "", "config": "/\n;\n?\n!\n-\n"} {
		l.PushString(value)
		l.SetField(-2, field)
	}
	lua.SubTable(l, lua.RegistryIndex, "_PRELOAD")
	l.SetField(-2, "preload")
	lua.SubTable(l, lua.RegistryIndex, "_LOADED")
	t := luavm.Of(l)
	p.loaded = t.Value(-1)
	l.SetField(-2, "loaded")
	p.table = t.Value(-1)
	l.PushGoFunction(luavm.Guard(p.require))
	l.SetGlobal("require")
	return 1
}

func loadLib(l *lua.State) int {
	l.PushNil()
	l.PushString("dynamic libraries not enabled; check your Lua installation")
	l.PushString("absent")
	return 3
}

// seeAll makes the globals visible in a module.
func seeAll(l *lua.State) int {
	args{l, "package.seeall"}.table(1)
	if !l.MetaTable(1) {
		l.CreateTable(0, 1)
		l.PushValue(-1)
		l.SetMetaTable(1)
	}
	l.PushGlobalTable()
	l.SetField(-2, "__index")
	return 0
}

// require gives the value of a module, and runs it if that has not been done.
func (p *packageLibrary) require(l *lua.State) int {
	a, t := args{l, "require"}, luavm.Of(l)
	name := a.str(1)
	l.SetTop(1)
	t.Push(p.loaded) // index 2
	l.Field(2, name)
	if l.ToBoolean(-1) {
		if t.Value(-1) == any(p.sentinel) {
			a.errorf("loop or previous error loading module '%s'", name)
		}
		return 1
	}
	l.Pop(1)
	p.find(a, name)
	file, _ := l.ToValue(-1).(string)
	if other := p.names[file]; file != "" && other != "" && other != name {
		l.Field(2, other)
		if l.ToBoolean(-1) && t.Value(-1) != any(p.sentinel) {
			l.PushValue(-1)
			l.SetField(2, name)
			return 1
		}
		l.Pop(1)
	}
	if file != "" {
		p.names[file] = name
	}
	t.Push(p.sentinel)
	l.SetField(2, name)
	l.PushString(name)
	l.Insert(-2) // loader, name, file
	l.Call(2, 1)
	if !l.IsNil(-1) {
		l.SetField(2, name)
	}
	l.Field(2, name)
	if t.Value(-1) == any(p.sentinel) {
		l.PushBoolean(true)
		l.PushValue(-1)
		l.SetField(2, name)
	}
	return 1
}

// find pushes the loader of a module and the value that its searcher gave
// with it.
func (p *packageLibrary) find(a args, name string) {
	l, t := a.l, luavm.Of(a.l)
	t.Push(p.table)
	l.Field(-1, "searchers")
	l.Remove(-2)
	if !l.IsTable(-1) {
		a.errorf("'package.searchers' must be a table")
	}
	searchers := l.Top()
	var tried strings.Builder
	for i := 1; ; i++ {
		l.RawGetInt(searchers, i)
		if l.IsNil(-1) {
			a.errorf("module '%s' not found:%s", name, tried.String())
		}
		l.PushString(name)
		l.Call(1, 2)
		if l.IsFunction(-2) {
			l.Remove(searchers)
			return
		}
		if s, ok := l.ToValue(-2).(string); ok {
			tried.WriteString(s)
		}
		l.Pop(2)
	}
}

func searchPreload(l *lua.State) int {
	name := args{l, "require"}.str(1)
	lua.SubTable(l, lua.RegistryIndex, "_PRELOAD")
	l.Field(-1, name)
	if l.IsNil(-1) {
		l.PushString("\n\tno field package.preload['" + name + "']")
	}
	return 1
}

// searchOwn gives the searcher of the modules that this package has. A file
// of the same name comes first.
func searchOwn() lua.Function {
	load := luavm.Guard(newStrict())
	return func(l *lua.State) int {
		if (args{l, "require"}).str(1) != "strict" {
			return 0
		}
		l.PushGoFunction(load)
		return 1
	}
}

// searchLua finds a module's file and compiles it.
func (p *packageLibrary) searchLua(l *lua.State) int {
	name := args{l, "require"}.str(1)
	t := luavm.Of(l)
	t.Push(p.table)
	l.Field(-1, "path")
	templates, ok := l.ToString(-1)
	if !ok {
		args{l, "require"}.errorf("'package.path' must be a string")
	}
	file, src, tried := p.search(name, templates, ".", "/")
	if file == "" {
		l.PushString(tried)
		return 1
	}
	if err := compile(l, src, "@"+file); err != nil {
		luavm.Throw(l, 0, "error loading module '%s' from file '%s':\n\t%s", name, file, err.Error())
	}
	l.PushString(file)
	return 2
}

// search looks for a module's file with the templates of a path. tried lists
// the places in vain.
func (p *packageLibrary) search(name, templates, sep, rep string) (file, src, tried string) {
	name = strings.TrimSuffix(name, ".lua")
	if sep != "" {
		if strings.Contains(name, "..") {
			sep = "" // not the parts of a dotted name
		} else {
			name = strings.ReplaceAll(name, sep, rep)
		}
	}
	var b strings.Builder
	for template := range strings.SplitSeq(templates, ";") {
		if template == "" {
			continue
		}
		file := strings.ReplaceAll(template, "?", name)
		src, err := p.files.read(file)
		if err == nil {
			return file, src, ""
		}
		b.WriteString("\n\tno file '" + file + "'")
		if !errors.Is(err, fs.ErrNotExist) {
			reason, _ := systemError(err)
			b.WriteString(" (" + reason + ")")
		}
	}
	return "", "", b.String()
}

func (p *packageLibrary) searchPath(l *lua.State) int {
	a := args{l, "package.searchpath"}
	file, _, tried := p.search(a.str(1), a.str(2), a.optStr(3, "."), a.optStr(4, "/"))
	if file == "" {
		l.PushNil()
		l.PushString(tried)
		return 2
	}
	l.PushString(file)
	return 1
}
