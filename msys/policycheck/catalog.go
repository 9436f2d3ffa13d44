package policycheck

import (
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
)

// Hook is a callout as the check needs to know it.
type Hook struct {
	Name  string
	Phase bind.Phases // 0: none in particular
	Args  string      // names of the arguments after self: "msg, ac, vctx"
	// Called is false for hooks that scripts may define and nothing calls.
	Called bool
}

// catalog is what exists.
type catalog struct {
	tables  map[string]*table // by name: "msys.core", "json", "string"
	globals map[string]bool   // global variables that are there
	classes map[string]*bind.Class
	short   map[string]*bind.Class
	modules map[string]bool // what require knows
	hooks   map[string]Hook
}

// table is a module's table.
type table struct {
	funcs  map[string]*bind.Func
	consts map[string]bool
	open   bool // scripts or Setup may add to it: nothing is unknown
}

// builtins are the global functions and variables of the language.
var builtins = strings.Fields(`_G _VERSION _ENV assert collectgarbage dofile error getfenv getmetatable ipairs load loadfile
loadstring module next pairs pcall print rawequal rawget rawlen rawset require select setfenv setmetatable tonumber
tostring type unpack xpcall coroutine debug io math os package string table bit32 newproxy _TLS _OSTLS arg`)

// libraries are the language's own tables, which are not checked.
var libraries = []string{"coroutine", "debug", "io", "math", "os", "package", "string", "table", "bit32", "_G", "_TLS", "_OSTLS"}

func newCatalog(api []*bind.Module, hooks []Hook) *catalog {
	c := &catalog{
		tables: map[string]*table{}, globals: map[string]bool{}, classes: map[string]*bind.Class{},
		short: map[string]*bind.Class{}, modules: map[string]bool{}, hooks: map[string]Hook{},
	}
	for _, name := range builtins {
		c.globals[name] = true
	}
	for _, m := range api {
		c.addModule(m)
	}
	for _, name := range libraries {
		c.table(name).open = true
		c.modules[name] = true
	}
	for _, name := range []string{"strict", "msys.default_policy", "msys.datasource", "dp_config", "custom_policy"} {
		c.modules[name] = true
	}
	c.table("msys").consts["dp_config"] = true
	for _, h := range hooks {
		c.hooks[h.Name] = h
		c.hooks[h.Name+"_hook"] = h
	}
	return c
}

// table gives the table of that name and those around it.
func (c *catalog) table(name string) *table {
	t := c.tables[name]
	if t == nil {
		t = &table{funcs: map[string]*bind.Func{}, consts: map[string]bool{}}
		c.tables[name] = t
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			c.table(name[:i]).consts[name[i+1:]] = true
		} else {
			c.globals[name] = true
		}
	}
	return t
}

func (c *catalog) addModule(m *bind.Module) {
	t := c.table(m.Name)
	c.modules[m.Name] = true
	for _, alias := range m.Aliases {
		c.modules[alias] = true
		c.tables[alias] = t
	}
	for _, f := range m.Listed() {
		owner, name := t, f.Name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			owner, name = c.table(m.Name+"."+name[:i]), name[i+1:]
		}
		owner.funcs[name] = &f
	}
	for _, k := range m.Consts {
		t.consts[k.Name] = true
		if k.Global {
			c.globals[k.Name] = true
		}
	}
	if m.Setup != nil && len(m.Listed())+len(m.Consts) == 0 {
		t.open = true
	}
	for _, class := range m.Classes {
		c.classes[class.Name] = class
		c.short[class.Short] = class
	}
}

// method gives the method of a class.
func method(class *bind.Class, name string) *bind.Func {
	for i := range class.Methods {
		if class.Methods[i].Name == name {
			return &class.Methods[i]
		}
	}
	return nil
}

// has reports whether objects of the class have something under that name.
func has(class *bind.Class, name string) bool {
	if class.Index != nil || method(class, name) != nil {
		return true
	}
	for i := range class.Fields {
		if class.Fields[i].Name == name {
			return true
		}
	}
	return false
}

// result gives the class of a function's first result, nil if it has none.
func (c *catalog) result(f *bind.Func) *bind.Class {
	params := bind.ParseParams(f.Returns)
	if len(params) == 0 {
		return nil
	}
	p := params[0]
	typ := p.Type
	if typ == "" || strings.HasPrefix(typ, "_") { // the name of a class has a colon itself
		typ = p.Name + ":" + p.Type
	}
	for _, alternative := range strings.Split(typ, "|") {
		if class := c.classes[alternative]; class != nil {
			return class
		}
	}
	return nil
}
